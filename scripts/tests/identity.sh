# shellcheck shell=bash disable=SC2154
# What a run is: whose checkpoints it goes on from, what is told and recorded, what is published at all.

own=(--model mlp --schedule constant --global-batch 40 --checkpoint-every 5 --log-every 1)

fails_with() { # STATUS PATTERN COMMAND…
    local expected=$1 pattern=$2 status=0
    shift 2
    "$@" 2>"$work/stderr" >"$work/stdout" || status=$?
    ((status == expected)) || { echo "exit status $status, expected $expected"; cat "$work/stderr"; return 1; }
    expect_match "$pattern" "$work/stderr"
}

check "a run of 20 steps on 2 ranks" train own 2 "${own[@]}" --max-steps 20

one_identity() { # RANKS: folder, checkpoint and model, whatever the ranks, cadences and stops
    local run=own-$1
    train "$run" "$1" "${own[@]}" --max-steps 7 --keep-last 1
    train "$run" "$1" "${own[@]}" --max-steps 20 --resume auto --keep-last 3
    expect_same_run own "$run"
    cmp "$work/own/run.json" "$work/$run/run.json"
    cmp "$work/own/checkpoints/step-00000020.safetensors" "$work/$run/checkpoints/step-00000020.safetensors"
}
for ranks in 0 1 3; do check "one identity, stopped and extended, on $ranks ranks" one_identity "$ranks"; done

stranger() { # RANKS FLAGS…: another run's checkpoint in the folder
    local ranks=$1 run=host-$1
    shift
    rm -rf -- "$work/$run" "$work/stranger"
    train stranger 0 "${own[@]}" "$@" --max-steps 25
    cp -r -- "$work/own" "$work/$run"
    cp -- "$work/stranger/checkpoints/step-00000025.safetensors" "$work/$run/checkpoints/"
    fails_with 65 'step-00000025.safetensors: is of run .* --resume FILE in another --run-dir' \
        train "$run" "$ranks" "${own[@]}" --max-steps 30 --resume auto
    rm -- "$work/$run/checkpoints/step-00000025.safetensors"
    train "$run" "$ranks" "${own[@]}" --max-steps 20 --resume auto
    expect_same_run own "$run"
}
check "a checkpoint of another seed: status 65, on 1 rank" stranger 1 --seed 7
check "a checkpoint of another rate: status 65, on 2 ranks" stranger 2 --lr 0.01
check "a checkpoint of another optimizer: status 65, on 3 ranks" stranger 3 --optimizer adam

branch() {
    local checkpoint=$work/own/checkpoints/step-00000015.safetensors
    train branch 2 --resume "$checkpoint" --lr 0.01
    ! cmp -s "$work/own/run.json" "$work/branch/run.json" || { echo "it is the same run"; return 1; }
    expect_match '"parent"' "$work/branch/run.json"
    train branch-again 3 --resume "$checkpoint" --lr 0.01
    cmp "$work/branch-again/model.safetensors" "$work/branch/model.safetensors"
    [[ $(<"$work/branch/history.jsonl") == '{"step":15,"key":"lr",'*'"to":0.01}' ]] || { cat "$work/branch/history.jsonl"; return 1; }
}
check "--resume FILE with another rate in a new folder is another run, the same on 2 and 3 ranks" branch

extension() { # RANKS
    local run=cosine-$1 cosine=(--model mlp --schedule cosine --lr 0.1 --global-batch 200 --log-every 1)
    train "$run" "$1" "${cosine[@]}" --epochs 2
    fails_with 64 'Add --extend hold .* or --extend stretch' train "$run" "$1" --resume auto --epochs 4
    trainer_on "$1" train --data "$data" --run-dir "$work/$run" --resume auto --epochs 4 --extend hold 2>"$work/stderr"
    expect_match 'resumed with other settings: epochs 2 → 4, schedule_epochs all → 2' "$work/stderr"
    expect_match 'the schedule stays spread over 2 epochs; after them its last rate, .* is held' "$work/stderr"
    train "begun-$1" 0 "${cosine[@]}" --epochs 4 --schedule-epochs 2
    expect_same_run "$run" "begun-$1"
}
for ranks in 1 3; do check "a finished cosine is extended in words only, on $ranks ranks" extension "$ranks"; done

past_its_length() {
    trainer_on 2 train --data "$data" --run-dir "$work/own" --resume auto --max-steps 12 2>"$work/stderr" >"$work/stdout"
    expect_match 'nothing is left to train: the run has taken 20 steps, and is asked for 12' "$work/stderr"
    expect_match '^trained +0 steps in .* s; 20 since the run began' "$work/stdout"
}

diverged() { # RANKS
    local run model
    for model in mlp lstm; do
        run=diverged-$model-$1
        fails_with 1 'training diverged at step 1: .*no checkpoint was saved before' \
            train "$run" "$1" --model "$model" --lr 1e30 --max-steps 1
        [[ ! -e $work/$run/model.safetensors ]] || { echo "a model was published"; return 1; }
        [[ -z $(ls -A "$work/$run/checkpoints") ]] || { ls "$work/$run/checkpoints"; return 1; }
    done
}
for ranks in 0 1 2 3; do check "one step at --lr 1e30 publishes nothing: status 1, on $ranks ranks" diverged "$ranks"; done

damaged_model() {
    local model=$work/flipped.safetensors size
    cp -- "$work/own/model.safetensors" "$model"
    size=$(stat -c %s "$model")
    printf '\x7f' | dd of="$model" bs=1 seek=$((size / 2)) conv=notrunc status=none
    fails_with 65 'it is damaged' trainer_on 0 evaluate "$model" --data "$data"
    fails_with 65 'it is damaged' trainer_on 3 evaluate "$model" --data "$data"
    fails_with 65 'it is damaged' trainer_on 0 predict "$model" "$data/t10k-images-idx3-ubyte"
    fails_with 65 'it is damaged' trainer_on 0 visualize "$model" --data "$data" --out "$work/none"
}
check "a damaged model: status 65 from evaluate, predict and visualize" damaged_model

unsealed_model() { # as PyTorch's safetensors writes it: the same tensors without our seal
    perl -e '
        local $/; binmode STDIN; binmode STDOUT;
        my $file = <STDIN>;
        my $size = unpack "Q<", $file;
        my ($header, $data) = (substr($file, 8, $size), substr($file, 8 + $size));
        $header =~ s/"(content_sha256|run_id)":"[0-9a-f]*",?//g;
        $header =~ s/,\}/}/;
        print pack("Q<", length $header), $header, $data' <"$work/own/model.safetensors" >"$work/unsealed.safetensors"
    trainer_on 3 evaluate "$work/unsealed.safetensors" --data "$data" 2>"$work/stderr" >"$work/stdout"
    (($(grep -c 'note: .*unsealed.safetensors has no seal' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
    trainer_on 0 evaluate "$work/unsealed.safetensors" --data "$data" --quiet 2>"$work/stderr" >"$work/quiet"
    [[ ! -s $work/stderr ]] || { cat "$work/stderr"; return 1; }
    cmp "$work/stdout" "$work/quiet"
}
check "a model without a seal: a note by rank 0, none with --quiet" unsealed_model

check "--max-steps that is less than the run has taken: done, in words" past_its_length
