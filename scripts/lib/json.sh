# shellcheck shell=bash
# Sourced: json_number NAME reads the first number of that name of a JSON object from stdin (no jq on a bare Debian).

json_number() {
    grep -o "\"$1\"[[:space:]]*:[[:space:]]*[-+0-9.eE]*" | head -n 1 | sed 's/.*:[[:space:]]*//'
}
