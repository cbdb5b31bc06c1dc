# shellcheck shell=bash disable=SC2154
# Sourced after check.sh: what Examples/Sources/spirals must do, a program with a whole command line of its own.

check_spirals() { # PROGRAM
    trainer=$1 # run by check.sh's trainer_on
    check "spirals train alone" spirals alone 0 --epochs 3
    check "spirals train on 3 ranks: the same bits" spirals_on 3
    check "spirals train on 2 ranks: the same bits" spirals_on 2
    check "spirals train --resume auto on 3 ranks: the same bits" spirals_resumed
    check "spirals evaluate RUN, alone and on 3 ranks, finds most right after 3 epochs" spirals_evaluated
    check "spirals bench step, alone and on 3 ranks" spirals_benched
}

spirals() { # RUN RANKS FLAGS…: 0 ranks are a process without mpirun
    trainer_on "$2" train --run-dir "$work/$1" --quiet "${@:3}"
}

spirals_on() { # RANKS: the same as alone
    spirals "ranks-$1" "$1" --epochs 3
    expect_same_run alone "ranks-$1"
}

spirals_resumed() { # after one epoch, on another number of ranks
    spirals resumed 2 --epochs 1
    spirals resumed 3 --resume auto --epochs 3
    cmp "$work/alone/model.safetensors" "$work/resumed/model.safetensors"
}

spirals_evaluated() {
    local ranks
    for ranks in 0 3; do trainer_on "$ranks" evaluate "$work/alone" --json >"$work/evaluation-$ranks.json"; done
    cmp "$work"/evaluation-{0,3}.json
    expect_match '"accuracy":(0\.[6-9]|1)' "$work/evaluation-0.json"
}

spirals_benched() {
    local ranks
    for ranks in 0 3; do
        trainer_on "$ranks" bench step --seconds 0.2 >"$work/bench-$ranks"
        expect_match 'residual' "$work/bench-$ranks"
    done
}
