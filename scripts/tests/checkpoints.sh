# shellcheck shell=bash disable=SC2154
# Checkpoints beside the steps: a time limit, the best one, files that cannot be written.

# said KEY RUN: what status.json says, without quotes.
said() { sed -n 's/^ *"'"$1"'": "\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1/p' "$work/$2/status.json"; }

endless=(--model mlp --global-batch 16 --checkpoint-every 50 --log-every 1000 --epochs 1000000 --eval-every 1000000)

stopped_by_time() { # RUN STATUS: the run in time, with a checkpoint of its last step
    (($2 == 75)) || { echo "exit status $2, expected 75"; cat "$work/stderr"; return 1; }
    expect_match "stopped at step [0-9]+ of [0-9]+, for --max-time 4 is nearly over; go on with: " "$work/stderr"
    ! grep -i 'error' "$work/stderr" || return 1
    [[ $(said state "$1") == stopped && $(said step "$1") == "$(said checkpoint_step "$1")" ]] ||
        { cat "$work/$1/status.json"; return 1; }
}

time_limit() { # RANKS: ends before its time is over, and goes on to the bits of an undisturbed run
    local run=time-$1 status=0 start=$SECONDS step
    trainer_on "$1" train --data "$data" --run-dir "$work/$run" "${endless[@]}" --progress none --max-time 4 \
        2>"$work/stderr" || status=$?
    stopped_by_time "$run" "$status"
    ((SECONDS - start <= 20)) || { echo "ended after $((SECONDS - start)) s"; return 1; }
    step=$(said step "$run")
    train "$run" 2 "${endless[@]}" --max-steps "$((step + 20))" --resume auto
    train "$run-straight" 0 "${endless[@]}" --max-steps "$((step + 20))"
    expect_same_run "$run-straight" "$run"
}
for ranks in 0 2 3; do check "--max-time 4 on $ranks ranks: 75 in time, then to the same bits" time_limit "$ranks"; done

time_limit_of_launch() { # a stop by time is no fault: nothing is started again
    local status=0
    "$trainer" launch -np 2 -- train --data "$data" --run-dir "$work/time-launch" "${endless[@]}" --max-time 4 \
        2>"$work/stderr" || status=$?
    stopped_by_time time-launch "$status"
    ! grep 'restart ' "$work/stderr" || return 1
    (($(grep -c 'launch: starting' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
}
check "launch with --max-time 4: 75, and no restart" time_limit_of_launch

time_limit_in_evaluation() { # of strips, which takes minutes
    local status=0 start=$SECONDS
    trainer_on 2 train --data "$data" --run-dir "$work/time-eval" --model digit-reader --hidden-size 200 \
        --digits 3 --eval-every 1 --progress none --max-time 4 2>"$work/stderr" || status=$?
    stopped_by_time time-eval "$status"
    ((SECONDS - start <= 20)) || { echo "ended after $((SECONDS - start)) s"; return 1; }
}
check "--max-time 4 with an evaluation after each step: 75 in time" time_limit_in_evaluation

best=(--model mlp --global-batch 16 --checkpoint-every 9 --eval-every 5 --keep-last 2 --keep-best --lr 0.5 --max-steps 200
    --epochs 1000)
check "a run that keeps its best" train best 2 "${best[@]}"
best_after_kills() { # killed again and again: the same files as the undisturbed one
    local job round
    for round in 1 2 3; do
        "$trainer" train --data "$data" --run-dir "$work/best-killed" --quiet "${best[@]}" --resume auto &
        job=$!
        sleep "0.$((round * 2))"
        kill -KILL "$job" 2>/dev/null || :
        wait "$job" || :
    done
    train best-killed 3 "${best[@]}" --resume auto
    expect_same_run best best-killed
    [[ -n $(said best_step best) ]]
    (cd "$work/best/checkpoints" && sha256sum ./*) >"$work/one"
    (cd "$work/best-killed/checkpoints" && sha256sum ./*) | diff "$work/one" -
    grep -q "$(said best_step best).safetensors" "$work/one"
}
check "--keep-best, killed three times: the same checkpoints" best_after_kills

# A file that cannot grow, as on a full disk.
limited() { # THREADS FLAGS…
    local run=limited-$1-${3-stop} status=0
    (
        ulimit -f 100 # units of 1024 bytes: the logs fit, a checkpoint does not
        train "$run" 0 --threads "$1" --model mlp --max-steps 9 --checkpoint-every 3 "${@:2}"
    ) 2>"$work/stderr" || status=$?
    ((status == 74)) || { echo "exit status $status, expected 74"; cat "$work/stderr"; return 1; }
    [[ -z $(ls -A "$work/$run/checkpoints") ]] || { ls -lA "$work/$run/checkpoints"; return 1; }
}
limited_stop() { # THREADS
    limited "$1"
    (($(grep -c 'failed: file too large' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
    expect_match 'step-00000003.safetensors.*failed: file too large; ' "$work/stderr"
}
limited_warn() { # THREADS: it trains to its end, and then has no model
    limited "$1" --checkpoint-errors warn
    local step
    for step in 3 6 9; do
        (($(grep -c "warning: the checkpoint of step $step is not saved, there is none yet: " "$work/stderr") == 1)) ||
            { echo "step $step"; cat "$work/stderr"; return 1; }
    done
    expect_match 'error: .*model.safetensors.*failed: file too large' "$work/stderr"
}
for threads in 1 3; do
    check "no checkpoint can be written, on $threads threads: 74" limited_stop "$threads"
    check "the same with --checkpoint-errors warn: to the end, where the model cannot be" limited_warn "$threads"
done
