# shellcheck shell=bash disable=SC2154
# The run folder loses nothing: one run, one writer; status.json; closed descriptors; what a kill leaves.

# told KEY RUN: what status.json says, without quotes.
told() { sed -n 's/^ *"'"$1"'": "\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1/p' "$work/$2/status.json"; }

# is KEY VALUE RUN
is() { [[ $(told "$1" "$3") == "$2" ]] || { echo "$3: expected $1 $2 in:"; cat "$work/$3/status.json"; return 1; }; }

busy=(--model mlp --global-batch 16 --checkpoint-every 50 --log-every 10 --epochs 1000)

# until_told_saved RUN PID [STEP]: waits for a checkpoint, its first or one of a later step.
until_told_saved() {
    local deadline=$((SECONDS + 30)) step=
    while step=$(told checkpoint_step "$1" 2>/dev/null) || :; ((${step:-0} <= ${3-0})); do
        kill -0 "$2" 2>/dev/null || { echo "the job ended before its first checkpoint"; return 1; }
        ((SECONDS < deadline)) || { echo "no checkpoint within 30 s"; kill "$2"; return 1; }
        sleep 0.02
    done
}

# stop PID: ends a plain process in order.
stop() {
    local status=0
    kill -s USR1 "$1"
    wait "$1" || status=$?
    ((status == 75)) || { echo "the first run ended with $status, expected 75"; return 1; }
}

second_run() { # RANKS FLAGS…: while one is at it; then that one goes on to the bits of an undisturbed run
    local run=second-$1 job status=0
    [[ ! -e $work/$run ]] || rm -r "${work:?}/$run"
    "$trainer" train --data "$data" --run-dir "$work/$run" --quiet "${busy[@]}" --max-steps 1000000 &
    job=$!
    until_told_saved "$run" "$job"
    train "$run" "$1" "${busy[@]}" --lr 0.5 --max-steps 1000000 "${@:2}" 2>"$work/stderr" || status=$?
    stop "$job"
    ((status == 73)) || { echo "exit status $status, expected 73"; cat "$work/stderr"; return 1; }
    expect_match "$run: process $job on $(uname -n), since 20.*Z, is using this run folder" "$work/stderr"
    (($(grep -c 'is using this run folder' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
    [[ ! -s $work/$run/run.lock ]] || { cat "$work/$run/run.lock"; return 1; }
    is state stopped "$run"
    is exit_status 75 "$run"
    local step
    step=$(told step "$run")
    train "$run" 2 "${busy[@]}" --max-steps "$((step + 20))" --resume auto
    is state done "$run"
    train "$run-straight" 0 "${busy[@]}" --max-steps "$((step + 20))"
    expect_same_run "$run-straight" "$run"
    rm -r "${work:?}/$run-straight"
}
for ranks in 0 1 2 3; do
    check "a run folder in use: --resume auto on $ranks ranks ends with 73" second_run "$ranks" --resume auto
done
check "a run folder in use: a fresh start on 2 ranks ends with 73" second_run 2

# Two at the same instant: one trains until it is stopped, the other has ended with 73 by then.
two_at_once() { # RANKS FLAGS…
    local round run first second a b deadline
    for round in {1..20}; do
        run=twice-$1-$round
        [[ ! -e $work/twice-begun ]] || [[ ${*:2} != *auto* ]] || cp -r "$work/twice-begun" "$work/$run"
        train "$run" "$1" "${busy[@]}" --max-steps 1000000 "${@:2}" 2>"$work/first" & first=$!
        train "$run" "$1" "${busy[@]}" --max-steps 1000000 "${@:2}" 2>"$work/second" & second=$!
        deadline=$((SECONDS + 60))
        while kill -0 "$first" 2>/dev/null && kill -0 "$second" 2>/dev/null; do
            ((SECONDS < deadline)) || { echo "both run"; kill "$first" "$second"; return 1; }
            sleep 0.05
        done
        until_told_saved "$run" $$ 60 # the winner works
        kill -s TERM "$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$work/$run/run.lock")"
        a=0 b=0
        wait "$first" || a=$?
        wait "$second" || b=$?
        [[ "$a $b" == "73 75" || "$a $b" == "75 73" ]] || {
            echo "round $round: exit statuses $a and $b, expected 73 and 75"
            cat "$work/first" "$work/second"
            return 1
        }
        cat "$work/first" "$work/second" >"$work/stderr"
        (($(grep -c 'is using this run folder' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
        is state stopped "$run"
        rm -r "${work:?}/$run"
    done
}
check "two fresh starts at once, 20 times: one trains" two_at_once 0
check "two fresh starts on 2 ranks at once, 20 times: one trains" two_at_once 2
check "a run to go on with" train twice-begun 0 "${busy[@]}" --max-steps 60
check "two --resume auto at once, 20 times: one trains" two_at_once 0 --resume auto
check "two --resume auto on 3 ranks at once, 20 times: one trains" two_at_once 3 --resume auto

killed_run() { # RANKS: a crash lets go of the folder, and status.json does not say that it is over
    local run=killed-$1 job
    "$trainer" train --data "$data" --run-dir "$work/$run" --quiet "${busy[@]}" --max-steps 1000000 &
    job=$!
    until_told_saved "$run" "$job"
    kill -KILL "$job"
    wait "$job" || :
    is state running "$run"
    is pid "$job" "$run"
    [[ -s $work/$run/run.lock ]]
    local step
    step=$(told checkpoint_step "$run")
    ((step >= 50))
    touch "$work/$run/model.safetensors.tmp.77" "$work/$run/checkpoints/step-00000099.safetensors.tmp.77"
    train "$run" "$1" "${busy[@]}" --max-steps "$((step + 120))" --resume auto
    is state done "$run"
    is step "$((step + 120))" "$run"
    is model_sha256 "$(sha256sum "$work/$run/model.safetensors" | cut -d ' ' -f 1)" "$run"
    [[ -z $(find "$work/$run" -name '*.tmp.*') ]] || { find "$work/$run"; return 1; }
    train "$run-straight" 0 "${busy[@]}" --max-steps "$((step + 120))"
    expect_same_run "$run-straight" "$run"
}
for ranks in 0 2 3; do check "SIGKILL, then --resume auto on $ranks ranks: to the same bits" killed_run "$ranks"; done

# A descriptor that is closed at the start must not become a log's.
few=(--model mlp --max-steps 6 --checkpoint-every 2 --log-every 1)
check "a run with all descriptors open" train open 2 "${few[@]}"
closed_descriptor() { # RANKS N
    local run=closed-$1-$2
    if (($1 == 0)); then
        eval "\"\$trainer\" train --data \"\$data\" --run-dir \"\$work/$run\" \"\${few[@]}\" $2>&-"
    else # mpirun gives its ranks descriptors of its own: a shell closes theirs
        mpirun -np "$1" bash -c 'exec '"$2"'>&-; exec "$@"' closed \
            "$trainer" train --data "$data" --run-dir "$work/$run" "${few[@]}"
    fi
    expect_same_run open "$run"
}
for ranks in 0 2 3; do
    for descriptor in 0 1 2; do
        check "descriptor $descriptor closed at the start, on $ranks ranks" closed_descriptor "$ranks" "$descriptor"
    done
done

gone() { # RANKS
    local status=0
    cp -r "$work/open" "$work/gone-$1"
    rm -r "$work/gone-$1/checkpoints"
    find "$work/gone-$1" -type f -exec sha256sum {} + | sort >"$work/before"
    train "gone-$1" "$1" "${few[@]}" --resume auto 2>"$work/stderr" || status=$?
    ((status == 76)) || { echo "exit status $status, expected 76"; cat "$work/stderr"; return 1; }
    expect_match 'there is no checkpoint, but its run had got to one' "$work/stderr"
    find "$work/gone-$1" -type f -exec sha256sum {} + | sort | cmp - "$work/before"
}
for ranks in 0 1 3; do check "checkpoints that are gone: 76 on $ranks ranks, nothing touched" gone "$ranks"; done

misspelt() {
    trainer_on 0 train --data "$data" --run-dir "$work/mispelt" "${few[@]}" --resume auto 2>"$work/stderr" >/dev/null
    expect_match "starting anew in $work/mispelt: no run is there" "$work/stderr"
}
check "--resume auto where no run is says so" misspelt

damaged_logs() { # RANKS
    local run=logs-$1
    train "$run" 0 "${few[@]}" --max-steps 4
    printf 'x' >>"$work/$run/timing.jsonl"
    rm "$work/$run/metrics.jsonl"
    train "$run" "$1" "${few[@]}" --resume auto 2>"$work/stderr"
    expect_match "metrics.jsonl: it is gone, and what the run had written up to step 4 is lost" "$work/stderr"
    (($(grep -c warning "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
    cmp "$work/open/model.safetensors" "$work/$run/model.safetensors"
    ! grep -v '^{"kind":"[a-z]*","step":[1-6],.*}$' "$work/$run/timing.jsonl"
}
for ranks in 0 1 3; do check "lost metrics and torn timing do not block $ranks ranks" damaged_logs "$ranks"; done
