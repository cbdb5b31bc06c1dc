# shellcheck shell=bash disable=SC2154
# The benchmarks run and report what they promise; how fast is no test's business.

steps() { # RANKS: bench step there
    trainer_on "$1" bench step --model mlp --data "$data" --global-batch 32 --seconds 0.5 --json >"$work/bench.out"
    tail -n 1 "$work/bench.out" >"$work/bench.json"
    expect_match '"images_per_second":[1-9]' "$work/bench.json"
    expect_match '"backward":\{"ms":[0-9.e-]*,"gflops":[0-9]' "$work/bench.json"
    expect_match '"bytes_allocated_per_step":0,' "$work/bench.json"
}
check "bench step: one process, nothing allocated in a step" steps 0
check "bench step: two ranks" steps 2

products() {
    trainer_on 0 bench gemm --seconds 0.5 --json >"$work/gemm.json"
    expect_match '"ours_gflops":[1-9]' "$work/gemm.json"
}
check "bench gemm: every product against OpenBLAS" products
