# shellcheck shell=bash
# Sourced: names and SHA-256 (of the uncompressed bytes: people re-compress these files) of the MNIST files.

MNIST_FILES=(train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte)
MNIST_FULL=(ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
    65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
    0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
    ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2)
MNIST_SUBSET=(74422b12132c7d8b0957cdb994d971a505f77a57ddac808ef1ea84f4bb9e7a2e
    5dbd7686910cb66a8a6303f16940c2fae43896243c187897cd3976aab00f4817
    39a5f23fe7320d50d2b650bd96c756db7999a84cb13541d939296ed59f1e0663
    66e4c6deb5f2a061f7d8cd5ec53025fdb9dabb08265e449acb8cf64b8cd36cac)

# content_sha256 FILE: of the uncompressed bytes, whether FILE is gzip or plain; empty when unreadable.
content_sha256() {
    local sum
    sum=$(gzip -dcf -- "$1" 2>/dev/null | sha256sum) || return 0
    echo "${sum%% *}"
}

# mnist_kind FOLDER: prints full, subset or none.
mnist_kind() {
    local found=() name file
    for name in "${MNIST_FILES[@]}"; do
        file=$1/$name.gz
        [[ -f $file ]] || file=$1/$name
        [[ -f $file ]] || { echo none; return; }
        found+=("$(content_sha256 "$file")")
    done
    case "${found[*]}" in
        "${MNIST_FULL[*]}") echo full ;;
        "${MNIST_SUBSET[*]}") echo subset ;;
        *) echo none ;;
    esac
}
