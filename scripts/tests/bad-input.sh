# shellcheck shell=bash disable=SC2154
# Bad input ends within 5 seconds on 1 and on 4 ranks, with its exit status and one useful message on stderr.

# refuses NAME STATUS PATTERN FLAGS…: `trainer train FLAGS…` on 1 and 4 ranks; every PATTERN word must be there.
refuses() {
    local name=$1 status=$2 pattern=$3 ranks
    shift 3
    for ranks in 0 1 4; do
        check "$name: status $status on $ranks ranks" refused_once "$ranks" "$status" "$pattern" "$@"
    done
}

refused_once() {
    local ranks=$1 expected=$2 pattern=$3 status=0 begin word
    shift 3
    rm -rf -- "$work/refused"
    begin=$(date +%s%N)
    # mpirun itself needs about a second to take a failed job down.
    if ((ranks == 0)); then
        timeout 5 "$trainer" train "$@" 2>"$work/stderr" || status=$?
    else
        timeout 5 mpirun -np "$ranks" "$trainer" train "$@" 2>"$work/stderr" || status=$?
    fi
    echo "took $((($(date +%s%N) - begin) / 1000000)) ms"
    ((status == expected)) || { echo "exit status $status, expected $expected"; cat "$work/stderr"; return 1; }
    for word in $pattern; do expect_match "$word" "$work/stderr"; done
    ! grep -q 'Fatal error\|MPI_ABORT' "$work/stderr" || { cat "$work/stderr"; return 1; }
}

new=(--run-dir "$work/refused" --max-steps 2 --model mlp)

# damaged NAME: a copy of the data to spoil; prints its path.
damaged() {
    cp -r -- "$data" "$work/$1"
    echo "$work/$1"
}

truncated=$(damaged truncated)
truncate -s 40000 "$truncated/train-images-idx3-ubyte.gz"
magic=$(damaged magic)
printf '\0\0\10\1' | dd of="$magic/t10k-images-idx3-ubyte" bs=1 conv=notrunc status=none
counts=$(damaged counts)
head -c 508 "$data/train-labels-idx1-ubyte" >"$counts/train-labels-idx1-ubyte"
printf '\0\0\1\364' | dd of="$counts/train-labels-idx1-ubyte" bs=1 seek=4 conv=notrunc status=none # 500 of 600
classes=$(damaged classes) # every label is 0
{ head -c 8 "$data/train-labels-idx1-ubyte"; head -c 600 /dev/zero; } >"$classes/train-labels-idx1-ubyte"
{ printf '\0\0\10\1\0\0\0\313'; head -c 203 /dev/zero; } >"$classes/t10k-labels-idx1-ubyte"
page=$(damaged page)
echo '<html>503</html>' >"$page/train-labels-idx1-ubyte"

refuses "no data folder" 66 "no-such-folder fetch-mnist" --data "$work/no-such-folder" "${new[@]}"
refuses "truncated .gz" 65 "train-images-idx3-ubyte.gz" --data "$truncated" "${new[@]}"
refuses "wrong magic" 65 "t10k-images-idx3-ubyte" --data "$magic" "${new[@]}"
refuses "counts disagree" 65 "600 500" --data "$counts" "${new[@]}"
refuses "one class alone" 65 "train-labels-idx1-ubyte 2 label" --data "$classes" "${new[@]}"
refuses "a web page instead of data" 65 "train-labels-idx1-ubyte" --data "$page" "${new[@]}"
refuses "misspelt flag" 64 "--hiden-size --hidden-size" --data "$data" "${new[@]}" --hiden-size 3
refuses "not a number" 64 "--epochs three" --data "$data" "${new[@]}" --epochs three
refuses "a setting that the model does not read" 64 "--hidden-size lstm gru cnn" --data "$data" "${new[@]}" \
    --model cnn --hidden-size 3
refuses "a setting of other optimizers" 64 "--momentum sgd adam" --data "$data" "${new[@]}" --optimizer adam --momentum 0.9
refuses "unknown model" 64 "lstmm lstm" --data "$data" --run-dir "$work/refused" --model lstmm

check "more ranks than shards: status 78" refused_once 4 78 "4 3 --shards" --data "$data" "${new[@]}" --shards 3

mkdir "$work/full"
echo mine >"$work/full/notes.txt"
refuses "run folder not empty" 73 "$work/full --resume" --data "$data" "${new[@]}" --run-dir "$work/full"
check "the folder that was not empty is untouched" cmp "$work/full/notes.txt" - <<<mine
refuses "run folder under a file" 73 "$work/full/notes.txt" --data "$data" "${new[@]}" \
    --run-dir "$work/full/notes.txt/run"
refuses "run folder in /proc" 73 "/proc/run" --data "$data" "${new[@]}" --run-dir /proc/run

# Checkpoints.
check "a run to spoil" train spoilt 2 --model mlp --max-steps 4 --checkpoint-every 2
good=$work/spoilt/checkpoints/step-00000004.safetensors
resume=(--data "$data" --model mlp --max-steps 6 --checkpoint-every 2 --run-dir "$work/resumed")
flipped=$work/flipped.safetensors cut=$work/cut.safetensors
if [[ -f $good ]]; then
    perl -e 'local $/; $_ = <STDIN>; substr($_, -1000, 1) ^= "\1"; print' <"$good" >"$flipped"
    head -c "$(($(wc -c <"$good") - 10))" "$good" >"$cut"
fi
refuses "checkpoint with one bit flipped" 65 "flipped.safetensors" "${resume[@]}" --resume "$flipped"
refuses "checkpoint cut short" 65 "cut.safetensors" "${resume[@]}" --resume "$cut"
refuses "no such checkpoint" 66 "nowhere.safetensors" "${resume[@]}" --resume "$work/nowhere.safetensors"
refuses "checkpoint of another model" 64 "step-00000004.safetensors --model mlp perceptron --run-dir" "${resume[@]}" \
    --model perceptron --resume "$good"

damage_all() {
    local file
    for file in "$work"/spoilt/checkpoints/*.safetensors; do truncate -s -10 "$file"; done
}

damage_newest() { # --resume auto then takes the older one
    local short=(--model mlp --checkpoint-every 2 --log-every 1)
    train older 2 "${short[@]}" --max-steps 4
    truncate -s -10 "$work/older/checkpoints/step-00000004.safetensors"
    train older 2 "${short[@]}" --max-steps 6 --resume auto
    train straight 1 "${short[@]}" --max-steps 6
    expect_same_run straight older
}
check "--resume auto steps back over a damaged checkpoint" damage_newest
check "damage every checkpoint of a run" damage_all
refuses "--resume auto without a valid checkpoint" 76 "$work/spoilt" --data "$data" --model mlp --max-steps 6 \
    --checkpoint-every 2 --run-dir "$work/spoilt" --resume auto

# A file that cannot grow, as on a full disk: the run ends in order, and leaves no half-written file.
size_limit() {
    local status=0
    (
        ulimit -f 100 # units of 1024 bytes: the logs fit, a checkpoint does not
        train limited 0 --model mlp --max-steps 2
    ) 2>"$work/stderr" || status=$?
    ((status == 74)) || { echo "exit status $status, expected 74"; cat "$work/stderr"; return 1; }
    expect_match "$work/limited/checkpoints/step-00000002.safetensors.*failed: file too large; " "$work/stderr"
    [[ -z $(ls -A "$work/limited/checkpoints") ]] || { ls -lA "$work/limited/checkpoints"; return 1; }
}
check "a file size limit: status 74, and no half-written checkpoint" size_limit
