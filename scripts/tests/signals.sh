# shellcheck shell=bash disable=SC2154
# Signals at any moment, displays that nobody reads, results that nobody gets.

steady=(--model mlp --global-batch 16 --checkpoint-every 20 --log-every 1000 --max-steps 1500 --epochs 1000 --eval-every 500)

check "a run that nobody disturbs" train undisturbed 0 "${steady[@]}"

# until_hears PID: until it handles SIGTERM, which it does from the first instruction of main on.
until_hears() {
    local deadline=$((SECONDS + 20)) mask
    while :; do
        mask=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) || return 1
        ((0x${mask:-0} >> 14 & 1)) && return
        ((SECONDS < deadline)) || { echo "process $1 does not handle SIGTERM"; return 1; }
    done
}

ended() { # PID STATUS: of a job of this shell, within 30 s
    local status=0
    timeout 30 tail --pid="$1" -f /dev/null || { echo "process $1 goes on"; kill -KILL "$1"; return 1; }
    wait "$1" || status=$?
    ((status == $2)) || { echo "exit status $status, expected $2"; return 1; }
}

# starter RANKS: sets $start to what starts the trainer there; 0 means alone. A job of a function would be a shell's.
starter() {
    start=("$trainer")
    if (($1)); then start=(mpirun -np "$1" "$trainer"); fi
}

at_start() { # SIGNAL: before there is anything to save
    local job run=start-$1
    "$trainer" train --data "$data" --run-dir "$work/$run" "${steady[@]}" --progress none 2>"$work/stderr" &
    job=$!
    until_hears "$job"
    kill -s "$1" "$job"
    ended "$job" 75
    expect_match 'stopped ' "$work/stderr"
    ! grep -i 'error' "$work/stderr" || return 1
    train "$run" 0 "${steady[@]}" --resume auto
    expect_same_run undisturbed "$run"
}
for signal in TERM INT HUP USR1; do check "SIG$signal to a run that is starting: 75, and to the same bits" at_start "$signal"; done

at_start_of_rank() { # RANKS
    local job rank run=start-ranks-$1
    mpirun -np "$1" "$trainer" train --data "$data" --run-dir "$work/$run" "${steady[@]}" --quiet &
    job=$!
    rank=$(rank_process "$run" 1)
    until_hears "$rank"
    kill -TERM "$rank"
    ended "$job" 75
    train "$run" 0 "${steady[@]}" --resume auto
    expect_same_run undisturbed "$run"
}
for ranks in 2 3; do check "SIGTERM to rank 1 of $ranks that are starting: 75, and to the same bits" at_start_of_rank "$ranks"; done

hung_up() {
    local job
    mpirun -np 2 "$trainer" train --data "$data" --run-dir "$work/hung-up" "${steady[@]}" --quiet &
    job=$!
    until_saved hung-up
    kill -HUP "$(rank_process hung-up 1)"
    ended "$job" 75
    train hung-up 0 "${steady[@]}" --resume auto
    expect_same_run undisturbed hung-up
}
check "SIGHUP to a rank: 75, and to the same bits" hung_up

nohup_run() { # what nohup has ignored stays ignored
    local job
    nohup "$trainer" train --data "$data" --run-dir "$work/nohup" "${steady[@]}" --quiet </dev/null &
    job=$!
    until_saved nohup
    kill -HUP "$job"
    ended "$job" 0
    expect_same_run undisturbed nohup
}
check "SIGHUP under nohup changes nothing" nohup_run

second_interrupt() { # at once, with no checkpoint: a process that is stopped gets both signals when it goes on
    local job
    "$trainer" train --data "$data" --run-dir "$work/interrupted" "${steady[@]}" --quiet &
    job=$!
    until_saved interrupted
    kill -INT "$job"
    kill -INT "$job" 2>/dev/null || :
    ended "$job" 75
    train interrupted 0 "${steady[@]}" --resume auto
    expect_same_run undisturbed interrupted
}
check "two SIGINT: 75, and to the same bits" second_interrupt

told_command() { # RANKS: the line that a stopped run prints is run as it stands
    local job status=0 run="$work/it's told $1" command
    starter "$1"
    "${start[@]}" train --data "$data" --run-dir "$run" "${steady[@]}" --progress none 2>"$work/stderr" >"$work/stdout" &
    job=$!
    until_saved "it's told $1"
    if (($1)); then kill -TERM "$(rank_process "it's told $1" 1)"; else kill -TERM "$job"; fi
    ended "$job" 75
    command=$(sed -n 's/^trainer: stopped at step [0-9]* of 1500; go on with: //p' "$work/stderr")
    [[ $command == *"--run-dir "*" --resume auto" ]] || { cat "$work/stderr"; return 1; }
    ((!$1)) || [[ $command == "mpirun -np $1 "* ]]
    ! grep 'error' "$work/stderr" || return 1
    eval "$command" --quiet || status=$?
    ((status == 0)) || { echo "status $status of: $command"; return 1; }
    expect_same_run undisturbed "it's told $1"
}
check "a stopped run tells the command that goes on, which does: alone" told_command 0
check "a stopped run tells the command that goes on, which does: on 2 ranks" told_command 2

quietly() { # --quiet: nothing for people; --json: an event
    local job
    "$trainer" train --data "$data" --run-dir "$work/quietly" "${steady[@]}" --quiet --json 2>"$work/stderr" >"$work/stdout" &
    job=$!
    until_saved quietly
    kill -TERM "$job"
    ended "$job" 75
    [[ ! -s $work/stderr ]] || { cat "$work/stderr"; return 1; }
    tail -n 1 "$work/stdout" >"$work/event"
    expect_match '^\{"event":"stopped","schema":1,"status":75,"step":[0-9]+,"total_steps":1500,"command":".*--resume auto"\}$' \
        "$work/event"
}
check "a stopped run with --quiet --json: an event, nothing on stderr" quietly

usual_meaning() { # of verbs that do not train
    local job
    "$trainer" bench step --data "$data" --seconds 20 >"$work/stdout" &
    job=$!
    sleep 0.5
    kill -TERM "$job"
    ended "$job" 143
}
check "SIGTERM ends bench as it ends any program" usual_meaning

# A pipe of 4 KiB that has a reader, which does not read.
unread() { # DESCRIPTOR COMMAND…: replaces this shell
    exec perl -e '$^F = 20; pipe my $read, my $write or die; fcntl $write, 1031, 4096 or die "F_SETPIPE_SZ: $!";
        my $number = shift; require POSIX; POSIX::dup2(fileno $write, $number) or die; exec @ARGV or die' "$@"
}

chatty=(--model perceptron --global-batch 600 --epochs 400 --checkpoint-every 100 --log-every 100)

unread_stderr() {
    local status=0
    (unread 2 timeout 60 "$trainer" train --data "$data" --run-dir "$work/unread" "${chatty[@]}" --progress plain) \
        >"$work/stdout" || status=$?
    ((status == 0)) || { echo "exit status $status, expected 0"; return 1; }
    expect_match 'trained +400 steps' "$work/stdout"
    expect_same_run chatty unread
}

unread_mpirun() { # the run ends well; mpirun itself waits for its reader, for ever
    local job deadline=$((SECONDS + 60))
    unread 2 mpirun -np 2 "$trainer" train --data "$data" --run-dir "$work/unread-2" "${chatty[@]}" --progress plain >"$work/stdout" &
    job=$!
    until [[ -s $work/unread-2/model.safetensors ]] || ((SECONDS >= deadline)); do sleep 0.1; done
    sleep 1
    kill -KILL "$job" 2>/dev/null || :
    expect_same_run chatty unread-2
}
check "a run of many lines" train chatty 0 "${chatty[@]}"
check "stderr into a pipe that nobody reads: the run goes on" unread_stderr
check "stderr into a pipe that nobody reads: the run goes on, on 2 ranks" unread_mpirun

left_display() { # its reader leaves after a line
    local run=left-display status=0
    "$trainer" train --data "$data" --run-dir "$work/$run" "${chatty[@]}" --progress plain 2> >(head -n 1 >"$work/first") \
        >"$work/stdout" || status=$?
    ((status == 0)) || { echo "exit status $status, expected 0"; return 1; }
    expect_same_run chatty "$run"
}
check "a display whose reader leaves: the run goes on, to status 0" left_display

left_events() { # those who asked for results do not get them
    local statuses
    set +e
    "$trainer" train --data "$data" --run-dir "$work/left-events" "${chatty[@]}" --json --quiet 2>"$work/stderr" | head -n 1 >"$work/first"
    statuses=("${PIPESTATUS[@]}")
    set -e
    ((statuses[0] == 74)) || { echo "exit status ${statuses[0]}, expected 74"; cat "$work/stderr"; return 1; }
    expect_match 'error: stdout: write failed: broken pipe' "$work/stderr"
    expect_same_run chatty left-events
}
check "train --json | head: the run ends well, and its status is 74" left_events

full_output() { # ARGUMENTS…
    local status=0
    "$trainer" "$@" >/dev/full 2>"$work/stderr" || status=$?
    ((status == 74)) || { echo "exit status $status, expected 74"; cat "$work/stderr"; return 1; }
    expect_match 'error: stdout: write failed: no space left' "$work/stderr"
}
check "a full stdout: status 74 of evaluate" full_output evaluate "$work/chatty"
check "a full stdout: status 74 of predict" full_output predict "$work/chatty" "$data/t10k-images-idx3-ubyte"
check "a full stdout: status 74 of bench" full_output bench step --data "$data" --seconds 0.1
check "a full stdout: status 74 of --help" full_output --help
check "a full stdout: status 74 of train" full_output train --data "$data" --run-dir "$work/full-output" --model perceptron --max-steps 3
check "a full stdout loses no model" train full-output-plain 0 --model perceptron --max-steps 3
check "a full stdout loses no model: the same bits" expect_same_run full-output full-output-plain

bounded() { # a file with a name of 25 MB inside
    local status=0 longest
    perl -e 'my $h = "{\"" . ("x" x 25_000_000) . "\":5}"; print pack("Q<", length $h), $h' >"$work/long.safetensors"
    "$trainer" evaluate --model-file "$work/long.safetensors" --data "$data" 2>"$work/stderr" || status=$?
    ((status == 65)) || { echo "exit status $status, expected 65"; return 1; }
    longest=$(wc -L <"$work/stderr")
    ((longest <= 2000 && longest > 20)) || { echo "a line of $longest characters"; return 1; }
}
check "a message about a header of 25 MB has lines that can be read" bounded

crashed() { # RANKS: a SIGSEGV from outside is not survived
    local job pid
    starter "$1"
    "${start[@]}" train --data "$data" --run-dir "$work/crashed-$1" "${steady[@]}" --quiet 2>"$work/stderr" &
    job=$!
    until_saved "crashed-$1"
    pid=$job
    if (($1)); then pid=$(rank_process "crashed-$1" 1); fi
    kill -SEGV "$pid"
    ended "$job" 139
    train "crashed-$1" 0 "${steady[@]}" --resume auto
    expect_same_run undisturbed "crashed-$1"
}
check "SIGSEGV from outside: the process ends with it" crashed 0
check "SIGSEGV from outside: the process ends with it, and the job" crashed 2

cut_evaluation() { # RANKS: an evaluation that takes long is not waited for
    local job pid run=cut-$1 begin
    starter "$1"
    "${start[@]}" train --data "$work/long" --run-dir "$work/$run" "${slow[@]}" --quiet &
    job=$!
    until grep -q '"kind":"train"' "$work/$run/metrics.jsonl" 2>/dev/null; do kill -0 "$job"; sleep 0.02; done
    pid=$job
    if (($1)); then pid=$(rank_process "$run" $(($1 - 1))); fi
    sleep 0.3
    begin=$(date +%s%N)
    kill -TERM "$pid"
    ended "$job" 75
    echo "took $((($(date +%s%N) - begin) / 1000000)) ms, with these lines:"
    cat "$work/$run/metrics.jsonl"
    (($(date +%s%N) - begin < 8000000000))
    ! grep '"kind":"eval"' "$work/$run/metrics.jsonl" || return 1
    trainer_on "$2" train --data "$work/long" --run-dir "$work/$run" --resume auto --quiet
    expect_same_run uncut "$run"
}
# A test set that is evaluated for some ten seconds, after one step.
slow=(--model cnn --global-batch 16 --max-steps 1 --checkpoint-every 1 --eval-every 1 --log-every 1)
long_test_set() {
    mkdir "$work/long"
    cp "$data"/train-* "$work/long"
    perl -e 'use strict; my ($data, $target) = @ARGV; local $/;
        sub content { my $name = shift; open my $in, "-|", "gzip -dcf -- \"$name\"" or die; binmode $in; return scalar <$in> }
        my $times = 100;
        my $images = content("$data/t10k-images-idx3-ubyte");
        my $labels = content("$data/t10k-labels-idx1-ubyte.gz");
        open my $out, ">", "$target/t10k-images-idx3-ubyte" or die; binmode $out;
        print $out substr($images, 0, 4), pack("N", 203 * $times), substr($images, 8, 8), substr($images, 16) x $times;
        open $out, ">", "$target/t10k-labels-idx1-ubyte" or die; binmode $out;
        print $out substr($labels, 0, 4), pack("N", 203 * $times), substr($labels, 8) x $times' "$data" "$work/long"
    trainer_on 0 train --data "$work/long" --run-dir "$work/uncut" "${slow[@]}" --quiet
}
check "a long test set" long_test_set
check "SIGTERM in a long evaluation: 75 at once, and to the same bits: alone, then on 2 ranks" cut_evaluation 0 2
check "SIGTERM in a long evaluation: 75 at once, and to the same bits: on 2 ranks, then on 3" cut_evaluation 2 3
check "SIGTERM in a long evaluation: 75 at once, and to the same bits: on 3 ranks, then alone" cut_evaluation 3 0
