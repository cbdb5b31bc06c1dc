# shellcheck shell=bash disable=SC2154
# `trainer launch`: faults are survived to the bits of an undisturbed run, stops end with 75, and nobody is left behind.

lflags=(--model mlp --global-batch 16 --checkpoint-every 100 --log-every 1000 --max-steps 1500 --epochs 1000 --quiet)
# Long enough to be disturbed between its first checkpoint and its end.
slowly=(--chaos slow:rank=1,ms=2)
check "launch: a run that nothing disturbs" train launch-whole 2 "${lflags[@]}"

# launch RUN OPTIONS… -- FLAGS…: in the background, with $launcher its process and $work/RUN.log its words.
launch() {
    local run=$1 options=()
    shift
    while (($#)) && [[ $1 != -- ]]; do options+=("$1"); shift; done
    (($#)) && shift
    "$trainer" launch "${options[@]}" -- train --data "$data" --run-dir "$work/$run" "${lflags[@]}" "$@" \
        >"$work/$run.log" 2>&1 &
    launcher=$!
}

ends_with() { # STATUS RUN: the launcher does, and leaves no process of the run
    local status=0
    wait "$launcher" || status=$?
    ((status == $1)) || { echo "exit status $status, expected $1"; cat "$work/$2.log"; return 1; }
    no_process_of "$2"
}

no_process_of() { # RUN
    local deadline=$((SECONDS + 10))
    while [[ -n $(processes_of "$1") ]]; do
        ((SECONDS < deadline)) || { echo "left behind:"; processes_of "$1" | xargs ps -fp; return 1; }
        sleep 0.1
    done
}

processes_of() { # RUN [NAME]: those whose command line names its folder; with NAME, only of that program
    local process arguments
    for process in /proc/[0-9]*; do
        mapfile -d '' -t arguments 2>/dev/null <"$process/cmdline" || continue
        [[ " ${arguments[*]} " == *" $work/$1 "* ]] || continue
        [[ -n ${2-} && ${arguments[0]} != "$2" ]] || echo "${process#/proc/}"
    done
}

has_checkpoint() { # RUN
    local deadline=$((SECONDS + 60))
    while ! compgen -G "$work/$1/checkpoints/step-*.safetensors" >/dev/null; do
        kill -0 "$launcher" 2>/dev/null || { echo "ended before its first checkpoint"; cat "$work/$1.log"; return 1; }
        ((SECONDS < deadline)) || { echo "no checkpoint within 60 s"; kill "$launcher"; return 1; }
        sleep 0.02
    done
}

launch_undisturbed() {
    launch launch-calm -np 3
    ends_with 0 launch-calm
    expect_same_run launch-whole launch-calm
    launch launch-calm -np 2 # done already: the same command says so again
    ends_with 0 launch-calm
    expect_same_run launch-whole launch-calm
}
check "launch on 3 ranks: 0 and the same bits; again: 0" launch_undisturbed

killed_rank() {
    launch launch-rank -np 3 -- "${slowly[@]}"
    has_checkpoint launch-rank
    kill -KILL "$(rank_process launch-rank 1)"
    ends_with 0 launch-rank
    expect_same_run launch-whole launch-rank
    expect_match 'launch: rank 1 on host .* died of signal 9 \(Killed\)' "$work/launch-rank.log"
    expect_match 'launch: restart 1 of 20 in [0-9]+ s, from the checkpoint of step [0-9]+' "$work/launch-rank.log"
}
check "kill -9 of a rank: restarted to the same bits, and told" killed_rank

killed_mpirun() {
    launch launch-mpirun -np 3 -- "${slowly[@]}"
    has_checkpoint launch-mpirun
    kill -KILL "$(processes_of launch-mpirun mpirun)"
    ends_with 0 launch-mpirun
    expect_same_run launch-whole launch-mpirun
    expect_match 'launch: mpirun died of signal 9 \(Killed\)' "$work/launch-mpirun.log"
}
check "kill -9 of mpirun: restarted to the same bits" killed_mpirun

killed_launcher() {
    launch launch-self -np 3 -- "${slowly[@]}"
    has_checkpoint launch-self
    kill -KILL "$launcher"
    wait "$launcher" || :
    no_process_of launch-self
    launch launch-self -np 2
    ends_with 0 launch-self
    expect_same_run launch-whole launch-self
}
check "kill -9 of the launcher: its ranks end too; started again, the same bits" killed_launcher

asked_to_stop() { # SIGNAL
    local run=launch-$1
    launch "$run" -np 3 -- "${slowly[@]}" --no-quiet
    has_checkpoint "$run"
    kill -s "$1" "$launcher"
    ends_with 75 "$run"
    expect_match 'launch: to go on: .*trainer launch -np 3 ' "$work/$run.log"
    expect_match 'stopped at step .*; go on with: .*trainer launch -np 3 ' "$work/$run.log"
    launch "$run" -np 2
    ends_with 0 "$run"
    expect_same_run launch-whole "$run"
}
for signal in TERM HUP USR1; do
    check "SIG$signal to the launcher: 75 with a checkpoint, resumed to the same bits" asked_to_stop "$signal"
done

asked_at_once() { # however early: from the first moment that signals can be read
    local delay run
    for delay in 0.05 0.3 0.8; do
        run=launch-early-$delay
        launch "$run" -np 2
        sleep "$delay"
        kill -s TERM "$launcher"
        wait "$launcher" || { (($? == 75 || $? == 143)) || { cat "$work/$run.log"; return 1; }; }
        no_process_of "$run"
    done
}
check "SIGTERM while the job starts: nothing is left behind" asked_at_once

faults_on_purpose() {
    launch launch-chaos -np 3 -- --chaos 'kill:rank=1,step=250;bitflip:rank=2,step=450;kill:rank=0,step=700'
    ends_with 0 launch-chaos
    expect_same_run launch-whole launch-chaos
    expect_match 'launch: restart 3 of 20' "$work/launch-chaos.log"
}
check "three faults on purpose, one a flipped bit: three restarts, the same bits" faults_on_purpose

gives_up() {
    launch launch-tired -np 2 --max-restarts 1 -- --chaos 'kill:rank=1,step=250;kill:rank=0,step=450'
    ends_with 75 launch-tired
    expect_match 'giving up: all 1 restarts are used up' "$work/launch-tired.log"
    expect_match 'to go on: ' "$work/launch-tired.log"
    launch launch-tired -np 2
    ends_with 0 launch-tired
    expect_same_run launch-whole launch-tired
}
check "more faults than --max-restarts: 75, and the command that goes on" gives_up

no_gain() {
    launch launch-stuck -np 2 -- --checkpoint-every 1400 \
        --chaos 'kill:rank=1,step=10;kill:rank=0,step=20;kill:rank=1,step=30;kill:rank=1,step=40'
    ends_with 75 launch-stuck
    expect_match 'giving up: 3 starts in a row brought no new checkpoint' "$work/launch-stuck.log"
}
check "faults before every checkpoint: an end after three starts" no_gain

final_statuses() {
    launch launch-final -np 2 -- --data "$work/nowhere"
    ends_with 66 launch-final
    ! grep -q restart "$work/launch-final.log" || { cat "$work/launch-final.log"; return 1; }
    launch launch-final -np 2 -- --lr 1e30
    ends_with 1 launch-final
    ! grep -q restart "$work/launch-final.log" || { cat "$work/launch-final.log"; return 1; }
    launch launch-final2 -np 9
    ends_with 78 launch-final2
}
check "what repeating does not change is not repeated: 66, 1, 78" final_statuses

launch_usage() { # STATUS PATTERN ARGUMENTS…
    local status=0
    "$trainer" launch "${@:3}" >"$work/launch-usage" 2>&1 || status=$?
    ((status == $1)) || { echo "exit status $status, expected $1"; cat "$work/launch-usage"; return 1; }
    expect_match "$2" "$work/launch-usage"
}
check "launch needs a run folder" launch_usage 64 'launch needs a run folder' -np 2 -- train
check "launch runs train alone" launch_usage 64 "found 'evaluate'" -np 2 -- evaluate x
check "launch reads train's options itself" launch_usage 64 "unrecognized option '--epohcs'.*--epochs" -- --epohcs 3
check "launch: a hostfile that is not there" launch_usage 66 'nowhere: not found' --hostfile nowhere -- --run-dir x
check "launch --dry-run prints mpirun's line" launch_usage 0 \
    "OMPI_MCA_oob_tcp_keepalive_time=2 .*mpirun -np 3 .*trainer train --run-dir 'a b' --resume auto" \
    -np 3 --dry-run -- train --run-dir 'a b'
