# shellcheck shell=bash disable=SC2154
# The benchmarks run and report what they promise; how fast is no test's business.

steps() { # RANKS FLAGS…: bench step there
    local ranks=$1
    shift
    trainer_on "$ranks" bench step --model mlp --data "$data" --global-batch 32 --seconds 0.5 --json "$@" >"$work/bench.out"
    tail -n 1 "$work/bench.out" >"$work/bench.json"
    expect_match '"images_per_second":[1-9]' "$work/bench.json"
    expect_match '"backward":\{"ms":[0-9.e-]*,"gflops":[0-9]' "$work/bench.json"
    expect_match '"peak_memory_bytes":[1-9]' "$work/bench.json"
    expect_match '"bytes_allocated_per_step":0,' "$work/bench.json"
}
check "bench step: one process, nothing allocated in a step" steps 0 --threads 1
check "bench step: two ranks" steps 2
check "bench step: two threads" steps 0 --threads 2
check "bench step: two ranks of two threads" steps 2 --threads 2

recipe() {
    trainer_on 0 bench step --recipe seed --data "$data" --seconds 0.2 --json >"$work/bench.json"
    expect_match '"model":"lstm",.*"global_batch":32,"shards":8,' "$work/bench.json"
}
check "bench step: the article's recipe" recipe

# The C compiler is Swift's.
clang -O2 -shared -fPIC -o "$work/count-allocations.so" "$here/lib/count-allocations.c" -ldl

allocations() { # MODEL STEPS: of a run without evaluations, checkpoints and metrics before its end
    rm -rf "$work/allocations"
    LD_PRELOAD="$work/count-allocations.so" "$trainer" train --data "$data" --run-dir "$work/allocations" --model "$1" --threads 1 \
        --max-steps "$2" --global-batch 32 --epochs 100 --eval-every 9999 --checkpoint-every 9999 --log-every 9999 \
        --verify-every 9999 --progress none 2>&1 | sed -n 's/^allocations: //p'
}

allocates_nothing() { # MODEL: 15 steps more, in the middle of an epoch of 19, are not 15 allocations more
    local few many
    few=$(allocations "$1" 77) many=$(allocations "$1" 92)
    echo "$few allocations with 77 steps, $many with 92"
    ((few > 1000 && many - few < 15))
}
for model in lstm mlp lenet5; do check "a step allocates nothing: $model" allocates_nothing "$model"; done

kernels() {
    trainer_on 0 bench kernels --seconds 0.5 --json >"$work/kernels.json"
    expect_match '"m":1024,"n":1024,"k":1024,"ours_gflops":[1-9].*"convolutions":\[\{"name"' "$work/kernels.json"
    trainer_on 0 bench kernels --only convolutions --seconds 0.1 --json >"$work/kernels.json"
    expect_match '"products":\[\],"convolutions":\[\{"name"' "$work/kernels.json"
}
check "bench kernels: products and convolutions, together and apart" kernels
