# shellcheck shell=bash disable=SC2154
# The world size is an execution detail: one model and one metrics.jsonl, bit for bit, on any number of ranks.

same_on() { # NAME "RANKS…" FLAGS…: each equals the local process of one thread, as do threads and threads of ranks
    local name=$1 ranks
    read -ra ranks <<<"$2"
    shift 2
    local count
    check "$name: local process" train "$name-0" 0 --threads 1 "$@"
    for count in "${ranks[@]}"; do
        check "$name: $count ranks give the same bits" same_once "$name" "$count" 1 "$@"
    done
    check "$name: 3 threads give the same bits" same_once "$name" 0 3 "$@"
    check "$name: 2 ranks of 2 threads give the same bits" same_once "$name" 2 2 "$@"
}

same_once() { # NAME RANKS THREADS FLAGS…
    train "$1-$2x$3" "$2" --threads "$3" "${@:4}"
    expect_same_run "$1-0" "$1-$2x$3"
}

same_on lstm "1 2 3 4" --max-steps 30 --hidden-size 32
same_on gru "1 2 3 4" --model gru --max-steps 15 --hidden-size 32
same_on rnn "1 2 3 4" --model rnn --max-steps 30 --hidden-size 32
same_on mlp "1 2 3 4" --model mlp --max-steps 30
same_on perceptron "1 2 3 4" --model perceptron --max-steps 30
same_on cnn "1 2 3 4" --model cnn --max-steps 6
same_on lenet5 "1 2 3 4" --model lenet5 --max-steps 20
same_on dropout "1 2 3 4" --model lstm --hidden-size 32 --dropout 0.3 --max-steps 15
same_on row-generator "1 2 3 4" --model row-generator --hidden-size 32 --dropout 0.1 --max-steps 15
same_on digit-reader "1 2 3 4" --model digit-reader --hidden-size 32 --digits 2 --dropout 0.2 --max-steps 15
same_on five-shards "1 2 3 4 5" --model mlp --shards 5 --global-batch 50 --max-steps 20
# 600 = 9 batches of 66 and one of 6: with 8 shards, two of the last batch are empty.
same_on empty-shards "2 3 4" --model mlp --global-batch 66 --epochs 2
same_on small-batch "3 5" --model mlp --global-batch 3 --max-steps 10
same_on cosine "3" --model mlp --nesterov --schedule cosine --warmup-steps 5 --max-steps 20

buckets() { # NAME RANKS FLAGS…: however the gradients are cut for the exchange
    train "$1-buckets" "$2" --bucket-size 3 "${@:3}"
    expect_same_run "$1-0" "$1-buckets"
}
check "mlp: small buckets give the same bits on 4 ranks" buckets mlp 4 --model mlp --max-steps 30
check "cnn: small buckets give the same bits on 3 ranks" buckets cnn 3 --model cnn --max-steps 6
check "lstm: small buckets give the same bits on 2 ranks" buckets lstm 2 --max-steps 30 --hidden-size 32

narrower_vectors() { # on a CPU without AVX-512 both runs take the same path
    LOCKSTEP_ISA=avx2 train "$1-avx2" 0 "${@:2}"
    expect_same_run "$1-0" "$1-avx2"
}
check "lstm: AVX2 gives the bits of AVX-512" narrower_vectors lstm --max-steps 30 --hidden-size 32
check "gru: AVX2 gives the bits of AVX-512" narrower_vectors gru --model gru --max-steps 15 --hidden-size 32
check "cnn: AVX2 gives the bits of AVX-512" narrower_vectors cnn --model cnn --max-steps 6
check "row-generator: AVX2 gives the bits of AVX-512" narrower_vectors row-generator --model row-generator \
    --hidden-size 32 --dropout 0.1 --max-steps 15
check "digit-reader: AVX2 gives the bits of AVX-512" narrower_vectors digit-reader --model digit-reader \
    --hidden-size 32 --digits 2 --dropout 0.2 --max-steps 15
check "lenet5: AVX2 gives the bits of AVX-512" narrower_vectors lenet5 --model lenet5 --max-steps 20

threads_auto() { # WORDS COMMAND…: what the banner says of a run for which nobody asked for threads
    "${@:2}" train --data "$data" --run-dir "$work/auto-$RANDOM" --progress none --model mlp --max-steps 1 2>"$work/banner"
    expect_match "in 8 shards on $1\$" "$work/banner"
}
cores=$(nproc)
check "--threads auto: the banner counts the cores, and no more than shards" \
    threads_auto "$((cores < 2 ? 1 : cores < 8 ? cores : 8)) (process|threads)" "$trainer"
check "--threads auto: affinity counts" threads_auto "1 process" taskset -c "$(taskset -cp $$ | grep -o '[0-9]*$')" "$trainer"
check "--threads auto: one in each rank of mpirun" threads_auto "3 processes" mpirun -np 3 "$trainer"

unequal_threads() {
    local status=0 flags=(train --data "$data" --run-dir "$work/unequal" --model mlp --max-steps 1)
    mpirun -np 1 "$trainer" "${flags[@]}" --threads 2 : -np 1 "$trainer" "${flags[@]}" --threads 3 2>"$work/stderr" ||
        status=$?
    ((status == 64)) || { echo "exit status $status, expected 64"; cat "$work/stderr"; return 1; }
    expect_match 'process 0 has 2 threads and process 1 has 3: all need the same --threads' "$work/stderr"
}
check "ranks of unequal threads: status 64" unequal_threads

two_runs_differ_by_seed() {
    train seed-2 2 --model mlp --max-steps 30 --seed 2
    ! cmp -s "$work/mlp-0/model.safetensors" "$work/seed-2/model.safetensors" || { echo "same model"; return 1; }
}
check "another seed gives another model (so the comparisons can fail)" two_runs_differ_by_seed

learns() {
    train learns 2 --model mlp --epochs 15 --global-batch 32
    trainer_on 0 evaluate --model-file "$work/learns/model.safetensors" --data "$data" --json >"$work/learns.json"
    expect_match '"accuracy" *: *(0\.9|1(\.0*)?[,} ])' "$work/learns.json"
}
check "an MLP learns the synthetic digits to 90 %" learns

mpi_reduction() {
    train mpi-reduction 3 --model mlp --reduction mpi --max-steps 10
    [[ -s $work/mpi-reduction/model.safetensors ]]
    expect_match '"bits_depend_on_world_size" *: *true' "$work/mpi-reduction/env.json"
}
check "--reduction mpi runs, and env.json says that its bits depend on the world size" mpi_reduction

openblas() { # MODEL: each shard alone, by one thread, so on one CPU the number of ranks changes nothing
    local run=openblas-$1 flags=(--model "$1" --max-steps 8 --products openblas) ranks
    [[ $1 != lstm ]] || flags+=(--hidden-size 32)
    # OpenBLAS is told here to take two threads: the trainer does not let it.
    OPENBLAS_NUM_THREADS=2 "$trainer" train --data "$data" --run-dir "$work/$run-0" --progress none "${flags[@]}" \
        2>"$work/banner"
    expect_match 'products openblas: .* bits depend on the CPU.s model \(OpenBLAS' "$work/banner"
    expect_match '"products" *: *"openblas"' "$work/$run-0/env.json"
    expect_match '"bits_depend_on_cpu" *: *true' "$work/$run-0/env.json"
    expect_match '"blas_threads" *: *1\b' "$work/$run-0/env.json"
    expect_match '"blas" *: *"OpenBLAS' "$work/$run-0/env.json"
    for ranks in 2 3; do
        train "$run-$ranks" "$ranks" "${flags[@]}"
        expect_same_run "$run-0" "$run-$ranks"
    done
    train "$run-threads" 2 --threads 2 "${flags[@]}"
    expect_same_run "$run-0" "$run-threads"
}
for model in lstm mlp cnn; do
    check "$model --products openblas: banner and env.json say it; one CPU, the same bits on ranks and threads" \
        openblas "$model"
done

own_products() { # of another library's, OpenBLAS's bits are no proof
    expect_match '"bits_depend_on_cpu" *: *false' "$work/mlp-0/env.json"
    train openblas-mlp 0 --model mlp --max-steps 30 --products openblas
    ! cmp -s "$work/mlp-0/model.safetensors" "$work/openblas-mlp/model.safetensors" || { echo "same model"; return 1; }
}
check "by default products are our own, and not OpenBLAS's" own_products

same_evaluation() {
    local ranks model=$work/mlp-0/model.safetensors
    trainer_on 0 evaluate --model-file "$model" --data "$data" --json --confusion "$work/confusion-0.csv" \
        >"$work/evaluation-0.json"
    expect_match '"total" *: *203\b.*"per_class":\[\{"class":0,' "$work/evaluation-0.json"
    for ranks in 1 2 3 4; do
        trainer_on "$ranks" evaluate --model-file "$model" --data "$data" --json --threads "$((1 + ranks % 2))" \
            --confusion "$work/confusion-$ranks.csv" >"$work/evaluation-$ranks.json"
        cmp "$work/confusion-0.csv" "$work/confusion-$ranks.csv"
        cmp "$work/evaluation-0.json" "$work/evaluation-$ranks.json" || {
            cat "$work/evaluation-0.json" "$work/evaluation-$ranks.json"
            return 1
        }
    done
}
check "evaluate prints the same JSON and writes the same confusion matrix on 1, 2, 3 and 4 ranks, of one thread and of two" same_evaluation
