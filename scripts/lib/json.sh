# shellcheck shell=bash
# Sourced: json_number NAME reads a number of a flat one-object JSON from stdin (no jq on a bare Debian).

json_number() {
    sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*\([-+0-9.eE]*\).*/\1/p' | head -n 1
}
