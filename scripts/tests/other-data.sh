# shellcheck shell=bash disable=SC2154
# Data sets that are not MNIST, by --data alone: other sizes, channels and class counts; one model on 1 and 3 ranks.

shaped() { # NAME FORMAT CLASSES TRAIN TEST CHANNELS ROWS COLUMNS: makes $work/NAME
    mkdir -p "$work/$1"
    perl "$here/lib/make-shaped-data.pl" "$2" "$work/$1" "${@:3}"
}

# same_on_data NAME FLAGS…: trains on $work/NAME alone and on 3 ranks
same_on_data() {
    local name=$1 ranks
    shift
    for ranks in 1 3; do
        trainer_on "$ranks" train --data "$work/$name" --run-dir "$work/$name-$ranks" --quiet "$@"
    done
    expect_same_run "$name-1" "$name-3"
}

learns_data() { # NAME SHAPE: evaluate knows the shape, and finds nearly all right
    local model=$work/$1-3/model.safetensors
    expect_match "\"sample\":\"$2" "$model"
    trainer_on 0 evaluate --model-file "$model" --data "$work/$1" --json >"$work/$1.json"
    expect_match '^\{"event":"evaluation","schema":1,"loss":[^,]*,"accuracy":(0\.9|1[,.])' "$work/$1.json"
}

check "make 47 classes of 28×28 (IDX)" shaped letters idx 47 470 94 1 28 28
check "make 3 classes of 20×20 (npz)" shaped faces npz 3 240 60 1 20 20
check "make 10 classes of 3×32×32 (CIFAR-10's batches)" shaped colours cifar 10 400 100 3 32 32
check "make 4 classes of 3×16×18 (npz, channels last)" shaped small npz 4 200 40 3 16 18

check "47 classes of 28×28: 1 and 3 ranks give one model" same_on_data letters --epochs 8 --global-batch 32
check "47 classes of 28×28 are learned" learns_data letters '{\\"input\\":\[28,28\],\\"classes\\":47'
check "3 classes of 20×20: 1 and 3 ranks give one model" same_on_data faces --epochs 6 --global-batch 32
check "3 classes of 20×20 are learned" learns_data faces '{\\"input\\":\[20,20\],\\"classes\\":3'
check "10 classes of 3×32×32: 1 and 3 ranks give one model" same_on_data colours --epochs 4 --global-batch 32
check "10 classes of 3×32×32 are learned" learns_data colours '{\\"input\\":\[3,32,32\],\\"classes\\":10'

every_network() { # MODEL: two steps on the small colour images
    local flags=(--model "$1" --max-steps 2 --global-batch 16)
    [[ $1 != *-* ]] || flags+=(--hidden-size 16)
    for ranks in 1 3; do
        trainer_on "$ranks" train --data "$work/small" --run-dir "$work/small-$1-$ranks" --quiet "${flags[@]}"
    done
    expect_same_run "small-$1-1" "small-$1-3"
    trainer_on 0 evaluate --model-file "$work/small-$1-3/model.safetensors" --data "$work/small" >/dev/null
    trainer_on 0 visualize --model-file "$work/small-$1-3/model.safetensors" --data "$work/small" \
        --out "$work/small-$1-pictures"
}
for model in lstm gru rnn cnn lenet5 mlp perceptron row-generator digit-reader; do
    check "$model trains on 3×16×18, and is looked into" every_network "$model"
done

# refused STATUS PATTERN ARGUMENTS…
refused_with() {
    local expected=$1 pattern=$2 status=0
    shift 2
    "$trainer" "$@" 2>"$work/stderr" || status=$?
    ((status == expected)) || { echo "exit status $status, expected $expected"; cat "$work/stderr"; return 1; }
    expect_match "$pattern" "$work/stderr"
    ! grep -q 'Fatal error' "$work/stderr" || { cat "$work/stderr"; return 1; }
}

check "evaluate on samples of another shape: status 65 and both shapes" refused_with 65 \
    'samples are 20×20, 3 classes, but .*letters-3/model.safetensors was trained on samples of 28×28, 47 classes' \
    evaluate --model-file "$work/letters-3/model.safetensors" --data "$work/faces"
check "evaluate on another number of classes: status 65 and both shapes" refused_with 65 \
    'samples are 28×28, 10 classes, but .* 28×28, 47 classes' \
    evaluate --model-file "$work/letters-3/model.safetensors" --data "$data"
check "predict with images of another size: status 65 and both shapes" refused_with 65 \
    'the model takes 28×28, 47 classes, found an array of shape \[60, 20, 20\]|expected a PNG or an IDX file' \
    predict --model-file "$work/letters-3/model.safetensors" "$work/faces/data.npz"

too_small() { # on 1 and 3 ranks alike
    local ranks status pattern='cnn needs images .* of at least 16×16, but these samples are 9×40, 2 classes'
    for ranks in 0 1 3; do
        status=0
        trainer_on "$ranks" train --data "$work/tiny" --model cnn --run-dir "$work/tiny-run" 2>"$work/stderr" || status=$?
        ((status == 64)) || { echo "exit status $status, expected 64"; cat "$work/stderr"; return 1; }
        expect_match "$pattern" "$work/stderr"
        (($(grep -c 'cnn needs' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
    done
}
check "make 2 classes of 9×40 (IDX)" shaped tiny idx 2 20 10 1 9 40
check "a network that cannot take the samples: status 64 and one sentence on any number of ranks" too_small

named_classes() {
    trainer_on 0 train --data "$work/colours" --model mlp --max-steps 2 --run-dir "$work/named" --quiet
    perl -e 'local $/; open F, "<:raw", $ARGV[0]; $_ = <F>; print pack("N5", 2052, 2, 3, 32, 32), substr($_, 1, 3072), substr($_, 3074, 3072)' \
        "$work/colours/test_batch.bin" >"$work/two-images"
    trainer_on 0 predict --model-file "$work/named/model.safetensors" "$work/two-images" >"$work/predicted"
    expect_match 'two-images\[1\]  (airplane|automobile|bird|cat|deer|dog|frog|horse|ship|truck) ' "$work/predicted"
}
check "predict calls classes by their names" named_classes
