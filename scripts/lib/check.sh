# shellcheck shell=bash disable=SC2154
# Sourced: a tiny harness. check "name" COMMAND… runs the command in a subshell, prints one line, counts,
# and shows the output when it failed. expect… are commands for use inside checks.

passed=0 failed=0

check() {
    local name=$1 output=$work/output status
    shift
    set +e # not `|| status=$?`: on the left of || a function runs without -e
    (set -euo pipefail; "$@") >"$output" 2>&1
    status=$?
    set -e
    if ((status == 0)); then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $name"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $name (status $status)"
        tail -n 60 "$output" | sed 's/^/    /'
    fi
}

summary() {
    echo "$passed passed, $failed failed"
    ((failed == 0))
}

# trainer_on RANKS ARGUMENTS…: 0 means a plain process, without mpirun.
trainer_on() {
    local ranks=$1
    shift
    if ((ranks == 0)); then "$trainer" "$@"; else mpirun -np "$ranks" "$trainer" "$@"; fi
}

# train RUN RANKS FLAGS…: trains quietly into $work/RUN.
train() {
    local run=$1 ranks=$2
    shift 2
    trainer_on "$ranks" train --data "$data" --run-dir "$work/$run" --quiet "$@"
}

# expect_same_run RUN OTHER: the same model and the same metrics, byte for byte.
expect_same_run() {
    local file
    for file in model.safetensors metrics.jsonl; do
        [[ -s $work/$1/$file ]] || { echo "$1/$file is missing or empty"; return 1; }
        if ! cmp "$work/$1/$file" "$work/$2/$file"; then
            sha256sum "$work/$1/$file" "$work/$2/$file"
            [[ $file != *.jsonl ]] || diff "$work/$1/$file" "$work/$2/$file" | head -n 6
            return 1
        fi
    done
}

# expect_match PATTERN FILE
expect_match() {
    grep -Eiq -- "$1" "$2" || { echo "expected /$1/ in:"; cat -- "$2"; return 1; }
}

# until_saved RUN: until it has a checkpoint.
until_saved() {
    local deadline=$((SECONDS + 30))
    until compgen -G "$work/$1/checkpoints/step-*.safetensors" >/dev/null; do
        ((SECONDS < deadline)) || { echo "no checkpoint of $1 within 30 s" >&2; return 1; }
        sleep 0.02
    done
}

# rank_process RUN RANK: its process id, once there is one.
rank_process() {
    local process arguments deadline=$((SECONDS + 30))
    while ((SECONDS < deadline)); do
        for process in /proc/[0-9]*; do
            mapfile -d '' -t arguments 2>/dev/null <"$process/cmdline" && ((${#arguments[@]})) || continue
            [[ ${arguments[0]##*/} == "${trainer##*/}" && " ${arguments[*]} " == *" $work/$1 "* ]] || continue
            { tr '\0' '\n' <"$process/environ" | grep -qx "OMPI_COMM_WORLD_RANK=$2"; } 2>/dev/null || continue
            echo "${process#/proc/}"
            return
        done
    done
    echo "no rank $2 of $1 is running" >&2
    return 1
}
