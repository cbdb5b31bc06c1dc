# shellcheck shell=bash disable=SC2154
# A rank that is stopped or lost ends the job in time, by name; and nobody is accused without cause.

enduring=(--model mlp --global-batch 16 --checkpoint-every 2000 --log-every 1000 --max-steps 100000 --epochs 100000 --eval-every 100000)

saved_rank() { # RUN RANK: its process id, once the run has a checkpoint
    until_saved "$1" && rank_process "$1" "$2"
}

# ends_within SECONDS PID STATUS
ends_within() {
    local status=0 begin=$SECONDS
    timeout "$1" tail --pid="$2" -f /dev/null || { echo "the job goes on after $1 s"; kill -KILL "$2"; return 1; }
    wait "$2" || status=$?
    echo "ended after $((SECONDS - begin)) s with status $status"
    ((status == $3)) || { echo "expected $3"; return 1; }
}

is_defunct() { # PID: ended, but nobody has asked for its status
    grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

stopped_rank() { # RANKS RANK
    local job pid run=stopped-$1-$2
    mpirun -np "$1" "$trainer" train --data "$data" --run-dir "$work/$run" "${enduring[@]}" --quiet --timeout 5 2>"$work/stderr" &
    job=$!
    pid=$(saved_rank "$run" "$2")
    kill -STOP "$pid"
    ends_within 10 "$job" 75
    expect_match "rank $2 on [^ ]+ has been silent for [5-9] s, at step [0-9]+, while (training|saving|evaluating): its process does not run" \
        "$work/stderr"
    (($(grep -c 'has been silent' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
    expect_match "go on with: mpirun -np $1 " "$work/stderr"
    timeout 5 tail --pid="$pid" -f /dev/null || is_defunct "$pid" || { echo "rank $2 is still there"; kill -KILL "$pid"; return 1; }
}
for ranks in 2 3; do
    check "rank 1 of $ranks is stopped: named, and 75 within 10 s" stopped_rank "$ranks" 1
    check "rank 0 of $ranks is stopped: named, and 75 within 10 s" stopped_rank "$ranks" 0
done

stopped_threads() { # a process with several ranks
    local job pid run=stopped-threads
    mpirun -np 2 "$trainer" train --data "$data" --run-dir "$work/$run" "${enduring[@]}" --threads 2 --quiet --timeout 5 2>"$work/stderr" &
    job=$!
    pid=$(saved_rank "$run" 1)
    kill -STOP "$pid"
    ends_within 10 "$job" 75
    expect_match "rank 2 on .*; rank 3 on .*; waiting for others: rank 0" "$work/stderr"
}
check "a process of two threads is stopped: its ranks are named" stopped_threads

asked_while_waiting() { # --timeout is the default's: a request to stop does not wait for a peer that is stopped
    local job run=asked first second
    mpirun -np 2 "$trainer" train --data "$data" --run-dir "$work/$run" "${enduring[@]}" --quiet 2>"$work/stderr" &
    job=$!
    second=$(saved_rank "$run" 1)
    first=$(saved_rank "$run" 0)
    kill -STOP "$second"
    sleep 1
    kill -TERM "$first"
    ends_within 10 "$job" 75
    expect_match "rank 1 on " "$work/stderr"
}
check "SIGTERM to a rank that waits for a stopped one: 75" asked_while_waiting

never_joins() { # one of two comes, and waits in MPI_Init
    local job
    mpirun -np 1 "$trainer" train --data "$data" --run-dir "$work/joins" "${enduring[@]}" --quiet --timeout 3 : -np 1 sleep 60 2>"$work/stderr" &
    job=$!
    ends_within 12 "$job" 75
    expect_match 'while the ranks join: rank 0' "$work/stderr"
}
check "a rank that never joins: 75 in time" never_joins

suspended() { # all at once, as by Ctrl-Z, for longer than the timeout
    local job rank pids=()
    mpirun -np 2 "$trainer" train --data "$data" --run-dir "$work/suspended" --model mlp --global-batch 16 --max-steps 400 \
        --epochs 1000 --checkpoint-every 20 --quiet --timeout 2 &
    job=$!
    for rank in 0 1; do pids+=("$(saved_rank suspended "$rank")"); done
    kill -STOP "${pids[@]}"
    sleep 5
    kill -CONT "${pids[@]}"
    ends_within 100 "$job" 0
}
check "a job that is suspended as a whole goes on" suspended

starved() { # more ranks than cores, busy cores: nobody is accused
    local load=() i
    for ((i = 0; i < 6; i++)); do
        (while :; do :; done) &
        load+=($!)
    done
    trap 'kill "${load[@]}"' RETURN
    train starved 6 --model mlp --global-batch 48 --max-steps 60 --epochs 10 --timeout 5
}
check "6 ranks among 6 busy processes, --timeout 5: they are left alone" starved

no_leftovers() { # in shared memory
    local files=(/dev/shm/lockstep*)
    [[ ! -e ${files[0]} ]] || { ls -l "${files[@]}"; return 1; }
}
check "nothing is left in shared memory" no_leftovers
