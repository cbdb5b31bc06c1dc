# shellcheck shell=bash disable=SC2154
# Memory, and threads, that cannot be had end with status 71 and one sentence on all ranks; what fits runs, and ends.

short=(--model mlp --max-steps 2 --quiet --data "$data")

# limited KIB STATUS PATTERN COMMAND…: under a limit of addresses (ulimit -v), within 20 seconds.
limited() {
    local kib=$1 expected=$2 pattern=$3 status=0
    shift 3
    rm -rf -- "$work/limited"
    (ulimit -v "$kib" && exec timeout 20 "$@") 2>"$work/stderr" || status=$?
    ((status == expected)) || { echo "exit status $status, expected $expected"; cat "$work/stderr"; return 1; }
    [[ -z $pattern ]] || expect_match "$pattern" "$work/stderr"
    ! grep -q 'Fatal error\|crash' "$work/stderr" || { cat "$work/stderr"; return 1; }
}

huge() { # RANKS: 64 GiB of weights, on every rank alike
    local status=0
    trainer_on "$1" train --data "$data" --run-dir "$work/huge" --model lstm --hidden-size 65536 2>"$work/stderr" ||
        status=$?
    ((status == 71)) || { echo "exit status $status, expected 71"; cat "$work/stderr"; return 1; }
    expect_match 'GiB are needed for parameters, gradients and optimizer state.*can be had \(' "$work/stderr"
    [[ ! -e $work/huge ]] || { echo "a run folder was made"; return 1; }
}
for ranks in 0 1 3; do check "a network beyond the memory: status 71 on $ranks ranks" huge "$ranks"; done

wide=(train "${short[@]}" --run-dir "$work/limited" --model lstm --threads 1)
check "a network within the memory but not within ulimit -v: status 71" \
    limited 1000000 71 'are needed for .*can be had \(ulimit -v\)' "$trainer" "${wide[@]}" --hidden-size 6000
check "the graph of a batch beyond ulimit -v: status 71" \
    limited 600000 71 'are needed for .* of the network.*\(ulimit -v\)' \
    "$trainer" "${wide[@]}" --model digit-reader --digits 100 --hidden-size 256
check "under a low limit a run that fits finishes, and ends" \
    limited 700000 0 '' "$trainer" "${wide[@]}" --hidden-size 32

bomb=$work/bomb
mkdir "$bomb"
cp -- "$data"/* "$bomb"
rm -f -- "$bomb"/train-images*
head -c 1073741824 /dev/zero | gzip -1 >"$bomb/train-images-idx3-ubyte.gz"
check "a gzip member of 1 GiB beyond ulimit -v: status 71" \
    limited 900000 71 'train-images-idx3-ubyte.gz: .* needed to inflate it' \
    "$trainer" train "${short[@]}" --data "$bomb" --run-dir "$work/limited" --threads 1
rm -r -- "$bomb"

check "threads that cannot be started: status 71" \
    limited 4000000 71 'thread [0-9]+ of 3000 cannot be started' \
    "$trainer" train "${short[@]}" --run-dir "$work/limited" --shards 3000 --threads 3000
threads_under_mpirun() { # of two processes, one alone cannot start its threads: both end
    local status=0
    # shellcheck disable=SC2016
    timeout 20 mpirun -np 2 bash -c '[[ $OMPI_COMM_WORLD_RANK == 0 ]] || ulimit -v 4000000; exec "$@"' - \
        "$trainer" train "${short[@]}" --run-dir "$work/limited" --shards 3000 --threads 1500 2>"$work/stderr" ||
        status=$?
    ((status == 71)) || { echo "exit status $status, expected 71"; cat "$work/stderr"; return 1; }
    expect_match 'rank 1 .*thread [0-9]+ of 1500 cannot be started' "$work/stderr"
}
check "threads that one process cannot start end all: status 71" threads_under_mpirun
