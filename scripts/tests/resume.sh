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

threads_and_resume() {
    train threaded 2 "${flags[@]}" --threads 2 --max-steps 17
    resumed_equal threaded 0 --threads 3 --resume auto
}
check "17 steps on 2 ranks of 2 threads, then --resume auto on 3 threads" threads_and_resume

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

# reseal VERSION: a checkpoint from stdin to stdout, sound, but of another arithmetic; of none with an empty VERSION.
reseal() {
    perl -e '
        use strict; use warnings;
        my $version = shift;
        local $/; binmode STDIN; binmode STDOUT;
        my $file = <STDIN>;
        my $size = unpack "Q<", $file;
        my ($header, $data) = (substr($file, 8, $size), substr($file, 8 + $size));
        sub sha256 { # of a text
            open my $out, ">:raw", "sealed" or die; print $out shift; close $out;
            return substr(`sha256sum sealed`, 0, 64);
        }
        my ($texts, $tensors) = $header =~ /^\{"__metadata__":\{(.*?)\},(.*)\} *$/s or die "another header\n";
        my %metadata;
        while ($texts =~ /"((?:[^"\\]|\\.)*)":"((?:[^"\\]|\\.)*)"/g) { $metadata{$1} = $2 }
        delete @metadata{qw(arithmetic content_sha256)};
        $metadata{arithmetic} = $version if length $version;
        my $sum = join "", map { (my $value = $metadata{$_}) =~ s/\\(.)/$1/g; "$_=$value\n" } sort keys %metadata;
        while ($tensors =~ /"([^"]+)":\{"dtype":"(\w+)","shape":\[([\d,]*)\]/g) {
            my ($name, $type, $shape) = ($1, $2, join ", ", split /,/, $3);
            $sum .= "$name $type [$shape]\n";
        }
        $metadata{content_sha256} = sha256($sum . sha256($data));
        $header = "{\"__metadata__\":{" . join(",", map { "\"$_\":\"$metadata{$_}\"" } sort keys %metadata) . "},$tensors}";
        $header .= " " x (-length($header) % 8);
        print pack("Q<", length $header), $header, $data' "$1"
}

another_arithmetic() { # VERSION WORDS: of every checkpoint of the run
    local run=arithmetic-${1:-none} ranks status file
    train "$run" 2 "${flags[@]}" --max-steps 10
    for file in "$work/$run"/checkpoints/*; do
        reseal "$1" <"$file" >"$work/resealed"
        mv -- "$work/resealed" "$file"
    done
    find "$work/$run" -type f -exec sha256sum {} + | sort >"$work/before"
    for ranks in 0 3; do
        status=0
        train "$run" "$ranks" "${flags[@]}" --max-steps 30 --resume auto 2>"$work/stderr" || status=$?
        ((status == 65)) || { echo "exit status $status, expected 65"; cat "$work/stderr"; return 1; }
        expect_match "step-00000010.safetensors: its run computes with arithmetic $2, this program with [0-9]" \
            "$work/stderr"
        expect_match 'finish it with the version of the program that began it, or start a new run' "$work/stderr"
        (($(grep -c 'its run computes' "$work/stderr") == 1)) || { cat "$work/stderr"; return 1; }
    done
    find "$work/$run" -type f -exec sha256sum {} + | sort | cmp - "$work/before"
    trainer_on 0 evaluate --model-file "$work/$run/checkpoints/step-00000010.safetensors" --data "$data" --json \
        >"$work/evaluation"
    expect_match '"total":203\b' "$work/evaluation"
}
check "a checkpoint of another arithmetic: status 65, one sentence, nothing touched; it can be evaluated" \
    another_arithmetic 9 9
check "a checkpoint that names no arithmetic is of the first" another_arithmetic "" 1

same_arithmetic() { # or the checks above would show a broken seal
    local version
    train same-arithmetic 1 "${flags[@]}" --max-steps 10
    version=$(sed -n 's/.*"arithmetic" *: *\([0-9]*\).*/\1/p' "$work/same-arithmetic/env.json")
    for file in "$work"/same-arithmetic/checkpoints/*; do
        reseal "$version" <"$file" >"$work/resealed"
        mv -- "$work/resealed" "$file"
    done
    resumed_equal same-arithmetic 2 --resume auto
}
check "a checkpoint resealed with its own arithmetic resumes" same_arithmetic

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

# interrupted RUN SIGNAL TARGET: TARGET is mpirun or rank.
interrupted() {
    local run=$1 signal=$2 target=$3 job pid status=0
    local command=(-np 3 "$trainer" train --data "$data" --run-dir "$work/$run" --quiet "${long[@]}")
    mpirun "${command[@]}" &
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
interrupted_threads() { # of a process alone
    local job status=0
    "$trainer" train --data "$data" --run-dir "$work/threads-term" --quiet "${long[@]}" --threads 3 &
    job=$!
    until_started threads-term "$job"
    kill -s TERM "$job"
    wait "$job" || status=$?
    ((status == 75)) || { echo "exit status $status, expected 75"; return 1; }
    train threads-term 2 "${long[@]}" --threads 2 --resume auto
    expect_same_run uninterrupted threads-term
}
check "SIGTERM to a process of 3 threads: exit 75, resumed to the same bits" interrupted_threads
check "SIGUSR1 to mpirun: exit 75, resumed to the same bits" interrupted mpirun USR1 mpirun

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
