# shellcheck shell=bash disable=SC2154
# Sourced by the benchmarks, which have set $root and defined usage.

# shellcheck source=apt.sh
source "$root/scripts/lib/apt.sh"
# shellcheck source=mpi.sh
source "$root/scripts/lib/mpi.sh"
# shellcheck source=venv.sh
source "$root/scripts/lib/venv.sh"

complain() { # STATUS MESSAGE
    echo "${0##*/}: $2" >&2
    exit "$1"
}

# bench_options NAME… -- ARGUMENT…: sets $trainer, $data, $out, and $options to the named options and values.
bench_options() {
    local known=()
    while [[ $1 != -- ]]; do known+=("$1"); shift; done
    shift
    trainer=${TRAINER:-$root/.build/release/trainer} data=${TRAINER_DATA-} out=$root/runs/bench options=()
    while (($#)); do
        case $1 in
            -h | --help) usage; exit 0 ;;
        esac
        (($# > 1)) || complain 64 "$1 needs a value, or is no option; see --help"
        case $1 in
            --trainer) trainer=$2 ;;
            --data) data=$2 ;;
            --out) out=$2 ;;
            *) [[ " ${known[*]} " == *" $1 "* ]] || complain 64 "unknown option '$1'; see --help"
                options+=("$1" "$2") ;;
        esac
        shift 2
    done
    [[ -x $trainer ]] || complain 66 "$trainer is missing; build it: swift build -c release --product trainer"
    command -v taskset >/dev/null || apt_install util-linux
    [[ -n $data ]] || data=$("$root/scripts/fetch-mnist" | tail -n 1)
}

# bench_run MODULE RANKS: up to so many ranks at once. Replaces this shell.
bench_run() {
    mpi_settings "$2"
    PYTHONPATH=$root/scripts/lib exec "$python" -m "$1" \
        --trainer "$trainer" --data "$data" --out "$out" "${options[@]}"
}
