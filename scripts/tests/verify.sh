# shellcheck shell=bash disable=SC2154
# A run is proven: its files by their seals and hashes, and its training by being done again.

flags=(--model mlp --dropout 0.2 --global-batch 60 --checkpoint-every 10 --eval-every 10 --max-steps 30)

check "train, to be verified" train verified 2 "${flags[@]}"

verified_on() { # RANKS FLAGS…
    trainer_on "$1" verify "$work/verified" --json "${@:2}" >"$work/found.json"
    expect_match '"schema":1,"sound":true,' "$work/found.json"
}
check "verify alone" verified_on 0
check "verify on 3 ranks, all of it" verified_on 3 --from 0 --to 30
check "verify under mpirun with threads" verified_on 2 --threads 2 --from 10

replayed_alike() {
    trainer_on 0 replay "$work/verified" --step 25 >"$work/alone"
    trainer_on 3 replay "$work/verified" --step 25 >"$work/together"
    cmp "$work/alone" "$work/together"
    expect_match '^step 25: loss' "$work/alone"
    (($(grep -c '^sample ' "$work/alone") == 60))
}
check "replay of a step, the same alone and on 3 ranks" replayed_alike

broken_on() { # RANKS
    local status=0
    trainer_on "$1" verify "$work/broken" >"$work/found" 2>"$work/error" || status=$?
    ((status == 76)) || { echo "status $status"; cat "$work/found" "$work/error"; return 1; }
    expect_match '^BROKEN +checkpoint of step 20' "$work/found"
    expect_match 'broken: not what its training made' "$work/error"
}
cp -r "$work/verified" "$work/broken"
printf 'X' | dd of="$work/broken/checkpoints/step-00000020.safetensors" bs=1 seek=4000 conv=notrunc status=none
check "a damaged checkpoint ends verify with 76" broken_on 0
check "the same on 2 ranks" broken_on 2

compared() { # STATUS FILE OTHER RANKS
    local status=0
    trainer_on "$4" checkpoint diff "$2" "$3" >"$work/found" 2>"$work/error" || status=$?
    ((status == $1)) || { echo "status $status"; cat "$work/found" "$work/error"; return 1; }
}
check "checkpoint diff of a run with itself" compared 0 "$work/verified" "$work/verified/checkpoints/step-00000030.safetensors" 0
check "checkpoint diff of two steps, on 2 ranks" compared 76 "$work/verified" "$work/verified/checkpoints/step-00000020.safetensors" 2

listed() { # STATUS TASK RUN
    local status=0
    "$trainer" checkpoint "$2" "$work/$3" >"$work/found" 2>"$work/error" || status=$?
    ((status == $1)) || { echo "status $status"; cat "$work/found" "$work/error"; return 1; }
    (($(wc -l <"$work/found") == 3))
}
check "checkpoint ls marks the damaged" listed 0 ls broken
check "checkpoint verify ends with 76 for it" listed 76 verify broken
check "checkpoint verify of a sound run" listed 0 verify verified
