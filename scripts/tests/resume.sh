# shellcheck shell=bash disable=SC2154
# Stopped and resumed anywhere, on any number of ranks, equals never stopped, bit for bit.

flags=(--model lstm --hidden-size 24 --global-batch 48 --checkpoint-every 5 --eval-every 10 --log-every 1)

check "never stopped: 30 steps on 2 ranks" train never-stopped 2 "${flags[@]}" --max-steps 30

resumed_equal() { # RUN RANKS FLAGS…: finishes RUN
    train "$1" "$2" "${flags[@]}" --max-steps 30 "${@:3}"
    expect_same_run never-stopped "$1"
}

stop_and_resume() {
    train stopped 4 "${flags[@]}" --max-steps 17
    resumed_equal stopped 3 --resume auto
}
check "17 steps on 4 ranks, then --resume auto on 3" stop_and_resume

resume_adam() { # its averages and its step count are part of a checkpoint
    local adam=(--model mlp --optimizer "$1" --clip-norm 0.5 --checkpoint-every 5 --log-every 1)
    train "$1" 2 "${adam[@]}" --max-steps 12
    train "$1-resumed" 1 "${adam[@]}" --max-steps 7
    train "$1-resumed" 3 "${adam[@]}" --max-steps 12 --resume auto
    expect_same_run "$1" "$1-resumed"
}
check "adam with clipping: 7 steps on 1 rank, resumed on 3, equals 2 ranks" resume_adam adam
check "adamw with clipping: 7 steps on 1 rank, resumed on 3, equals 2 ranks" resume_adam adamw

resume_by_path() {
    train by-path 1 "${flags[@]}" --max-steps 17
    local checkpoint=$work/by-path/checkpoints/step-00000010.safetensors
    [[ -f $checkpoint ]] || { ls "$work/by-path/checkpoints"; return 1; }
    resumed_equal by-path 4 --resume "$checkpoint"
}
check "--resume PATH of an older checkpoint, 1 rank then 4: no repeated and no missing line" resume_by_path

resume_twice() {
    train twice 2 "${flags[@]}" --max-steps 7
    train twice 5 "${flags[@]}" --max-steps 19 --resume auto
    resumed_equal twice 1 --resume auto
}
check "two resumes in a row, on 2, 5 and 1 ranks" resume_twice

check "--resume auto of an empty run folder starts from the beginning" resumed_equal fresh 2 --resume auto

# Signals. The job is long enough to be interrupted; `until_started` waits for its first checkpoint.
long=(--model mlp --global-batch 16 --checkpoint-every 100 --log-every 1000 --max-steps 3000 --epochs 1000)

until_started() { # RUN PID
    local deadline=$((SECONDS + 20))
    while ! compgen -G "$work/$1/checkpoints/step-*.safetensors" >/dev/null; do
        kill -0 "$2" 2>/dev/null || { echo "the job ended before its first checkpoint"; return 1; }
        ((SECONDS < deadline)) || { echo "no checkpoint within 20 s"; kill "$2"; return 1; }
        sleep 0.02
    done
}

# rank_of RUN: the process id of its rank 1.
rank_of() {
    local process arguments
    for process in /proc/[0-9]*; do
        mapfile -d '' -t arguments 2>/dev/null <"$process/cmdline" || continue
        [[ " ${arguments[*]} " == *"$trainer train "*" $work/$1 "* ]] || continue
        tr '\0' '\n' <"$process/environ" | grep -qx 'OMPI_COMM_WORLD_RANK=1' || continue
        echo "${process#/proc/}"
        return
    done
    echo "no rank of $1 is running" >&2
    return 1
}

# interrupted RUN SIGNAL TARGET: TARGET is mpirun, wrapper (this project's mpi_run) or rank.
interrupted() {
    local run=$1 signal=$2 target=$3 job pid status=0
    local command=(-np 3 "$trainer" train --data "$data" --run-dir "$work/$run" --quiet "${long[@]}")
    if [[ $target == wrapper ]]; then mpi_run "${command[@]}" & else mpirun "${command[@]}" & fi
    job=$!
    until_started "$run" "$job"
    pid=$job
    if [[ $target == rank ]]; then
        pid=$(rank_of "$run")
    fi
    kill -s "$signal" "$pid"
    wait "$job" || status=$?
    ((status == 75)) || { echo "exit status $status, expected 75"; return 1; }
    [[ ! -e $work/$run/model.safetensors ]] || { echo "the job ended before the signal; make it longer"; return 1; }
    train "$run" 2 "${long[@]}" --resume auto
    expect_same_run uninterrupted "$run"
}
check "a long run, uninterrupted" train uninterrupted 2 "${long[@]}"
check "SIGUSR1 to one rank: exit 75, resumed to the same bits" interrupted one-rank USR1 rank
check "SIGTERM to one rank: exit 75, resumed to the same bits" interrupted one-rank-term TERM rank
check "SIGUSR1 to mpirun: exit 75, resumed to the same bits" interrupted mpirun USR1 mpirun
check "SIGTERM to scripts' mpi_run: exit 75, resumed to the same bits" interrupted wrapper TERM wrapper

killed() { # no chance to checkpoint: the newest one on disk must do
    local job
    mpirun -np 3 "$trainer" train --data "$data" --run-dir "$work/killed" --quiet "${long[@]}" &
    job=$!
    until_started killed "$job"
    kill -KILL "$(rank_of killed)"
    ! wait "$job" || { echo "mpirun reported success"; return 1; }
    train killed 4 "${long[@]}" --resume auto
    expect_same_run uninterrupted killed
}
check "SIGKILL to one rank: the job fails, and resumes to the same bits" killed
