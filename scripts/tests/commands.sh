# shellcheck shell=bash disable=SC2154
# What every command promises: models by run, data that a run knows, events under --json, silence under --quiet, help.

check "a run to look into" train known 2 --model cnn --max-steps 4 --checkpoint-every 2

# elsewhere COMMAND…: in another folder, without the variable that names the data.
elsewhere() { (cd / && env -u TRAINER_DATA "$@"); }

by_run() {
    local score model=$work/known/model.safetensors
    score=$("$trainer" evaluate --model-file "$model" --data "$data")
    for named in "$work/known" "$work/known/" "$model"; do
        [[ $(elsewhere "$trainer" evaluate "$named") == "$score" ]] || { elsewhere "$trainer" evaluate "$named"; return 1; }
    done
    elsewhere "$trainer" evaluate "$work/known/checkpoints/step-00000002.safetensors" >"$work/stdout"
    [[ -s $work/stdout ]]
    elsewhere "$trainer" predict "$work/known" --index 9 "$data/t10k-images-idx3-ubyte" >"$work/stdout"
    (($(wc -l <"$work/stdout") == 2))
    elsewhere "$trainer" visualize "$work/known" --index 7 --out "$work/by run"
    [[ -s $work/by\ run/conv1-maps.png ]]
    elsewhere "$trainer" bench step "$work/known" --seconds 0.2 --json >"$work/stdout"
    expect_match '"event":"bench_step",.*"model":"cnn"' "$work/stdout"
}
check "evaluate, predict, visualize and bench take a run, which knows its data, from any folder" by_run

on_ranks() { # the same of several processes
    mpirun -np 3 "$trainer" evaluate "$work/known" --json >"$work/stdout"
    (($(wc -l <"$work/stdout") == 1))
    expect_match '^\{"event":"evaluation","schema":1,"loss":.*"total":203\b.*"data":"'"$data"'"\}$' "$work/stdout"
}
check "evaluate RUN --json on 3 ranks: one event" on_ranks

no_model() {
    local status=0
    mkdir -p "$work/no run"
    mpirun -np 2 "$trainer" evaluate "$work/no run" --json >"$work/stdout" 2>"$work/stderr" || status=$?
    ((status == 66)) || { echo "exit status $status, expected 66"; cat "$work/stderr"; return 1; }
    expect_match 'no run: holds neither model.safetensors nor a checkpoint' "$work/stderr"
    expect_match '^\{"event":"error","schema":1,"status":66,"rank":0,"message":".*holds neither' "$work/stdout"
}
check "evaluate of a folder without a model: status 66, and an event" no_model

resume_knows() {
    elsewhere "$trainer" train --run-dir "$work/known" --resume auto --max-steps 6 --quiet
    train straight-known 1 --model cnn --max-steps 6 --checkpoint-every 2
    expect_same_run straight-known known
}
check "--resume auto finds the data of its run" resume_knows

events() { # RANKS
    trainer_on "$1" train --data "$data" --run-dir "$work/events-$1" --model mlp --max-steps 10 --epochs 2 --log-every 5 \
        --json --quiet >"$work/stdout" 2>"$work/stderr"
    [[ ! -s $work/stderr ]] || { cat "$work/stderr"; return 1; }
    # A checkpoint's event comes once it is written, while training goes on: after its step's evaluation, before the end.
    [[ $(sed 's/^{"event":"\([a-z]*\)","schema":1,.*}$/\1/' "$work/stdout" | tr '\n' ' ') =~ \
        ^start\ train\ eval\ (checkpoint\ )?train\ (checkpoint\ )?eval\ (checkpoint\ )+done\ $ ]] ||
        { cat "$work/stdout"; return 1; }
    [[ $(sed -n 's/^{"event":"checkpoint","schema":1,"step":\([0-9]*\),.*/\1/p' "$work/stdout" | tr '\n' ' ') == "5 10 " ]] ||
        { cat "$work/stdout"; return 1; }
    # Metrics hold the same but for the first key.
    sed -n 's/^{"event":"\(train\|eval\)","schema":1,/{"kind":"\1",/p' "$work/stdout" | cmp - "$work/events-$1/metrics.jsonl"
}
check "train --json --quiet: events, and nothing else" events 0
check "train --json --quiet on 2 ranks: events, and nothing else" events 2

error_event() { # STATUS PATTERN FLAGS…
    local status=0
    "$trainer" train --json "${@:3}" >"$work/stdout" 2>"$work/stderr" || status=$?
    ((status == $1)) || { echo "exit status $status, expected $1"; cat "$work/stderr"; return 1; }
    expect_match '^\{"event":"error","schema":1,"status":'"$1"',"rank":0,"message":".*'"$2" "$work/stdout"
    (($(wc -l <"$work/stdout") == 1))
}
check "train --json: a wrong option is told by an event" error_event 64 "--global-batch" --batch-size 3
check "train --json: missing data are told by an event" error_event 66 "nowhere" --data "$work/nowhere"

quiet() {
    train silent 2 --model mlp --max-steps 2 >"$work/stdout" 2>"$work/stderr"
    [[ ! -s $work/stdout && ! -s $work/stderr ]] || { cat "$work/stdout" "$work/stderr"; return 1; }
}
check "--quiet prints nothing of a run that goes well" quiet

plan() {
    "$trainer" --data "$data" --model mlp --threads 3 --dry-run --json >"$work/stdout"
    expect_match '^\{"event":"plan",.*"threads_per_process":3,.*"ranks":\[\{"rank":0,.*\},\{"rank":2,' "$work/stdout"
}
check "--dry-run --json: the plan is an event" plan

bare() {
    local status=0
    elsewhere "$trainer" >"$work/stdout" 2>"$work/stderr" || status=$?
    ((status == 66)) || { echo "exit status $status, expected 66"; return 1; }
    (($(wc -l <"$work/stdout") == 8)) || { cat "$work/stdout"; return 1; }
    expect_match 'fetch-mnist' "$work/stdout"
}
check "the program alone, without data: 8 lines, and status 66" bare

help_pages() {
    (($("$trainer" -h | wc -l) <= 56))
    (($("$trainer" --help | wc -l) > 100))
    (($("$trainer" --help | grep -c 'stopped before the end but resumable') == 1))
    ! "$trainer" evaluate --help | grep -q 'stopped before the end but resumable'
    "$trainer" help help | grep -q '^Usage: trainer help'
}
check "-h is a page, --help everything, exit statuses once" help_pages

suggestions() { # WORD MEANT: of options of train
    local status=0
    "$trainer" train "$1" 3 2>"$work/stderr" || status=$?
    ((status == 64)) && expect_match "did you mean '$2'" "$work/stderr"
}
check "--batch-size is our --global-batch" suggestions --batch-size --global-batch
check "--learning-rate is our --lr" suggestions --learning-rate --lr
check "--workers is our --threads" suggestions --workers --threads
capitals() {
    local status=0
    "$trainer" train --model LSTM 2>"$work/stderr" || status=$?
    ((status == 64)) && expect_match "did you mean 'lstm'" "$work/stderr"
}
check "--model LSTM is our lstm" capitals
