# shellcheck shell=bash
# Sourced: apt_install PACKAGE… installs the Debian packages that are missing, and touches nothing otherwise.

apt_install() {
    local package missing=() sudo=()
    for package; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :) == installed ]] ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    if ! command -v apt-get >/dev/null; then
        echo "apt-get is missing: this is not Debian or Ubuntu. Install the equivalents of: ${missing[*]}" >&2
        return 78
    fi
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            echo "Missing packages, and neither root nor sudo here. As root, run:" >&2
            echo "    apt-get update && apt-get install -y ${missing[*]}" >&2
            return 78
        fi
        sudo=(sudo)
    fi
    echo "Installing: ${missing[*]}" >&2
    "${sudo[@]}" apt-get update -qq >&2 </dev/null
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 </dev/null
}
