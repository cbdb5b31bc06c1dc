# shellcheck shell=bash disable=SC2154
# cluster/lockstep.sbatch, with an srun and an scontrol of our own: it requeues on 75 alone, and believes the run.

fake=$work/slurm-bin
mkdir -p "$fake"
cat >"$fake/srun" <<'END'
#!/bin/bash
[[ $1 != --mpi=list ]] || { echo "pmix"; exit; }
while [[ $1 == --* ]]; do shift; done
case ${FAKE_SRUN-} in
    nothing) exit 0 ;;
    lost) "$@" --chaos kill:rank=0,step=15; exit 0 ;;
    *) exec "$@" ;;
esac
END
printf '#!/bin/bash\necho "$@" >>"%s/requeued"\n' "$work" >"$fake/scontrol"
chmod +x "$fake"/*
sflags=(--model perceptron --global-batch 16 --checkpoint-every 10 --max-steps 30 --quiet)

batch() { # STATUS REQUEUES RUN FLAGS…: the batch script ends so, having asked so often to be requeued
    local status=0 asked=0
    rm -f "$work/requeued"
    PATH=$fake:$PATH TRAINER=$trainer RUN_DIR=$work/$3 SLURM_JOB_ID=7 SLURM_SUBMIT_DIR=$work \
        bash "$here/../cluster/lockstep.sbatch" --data "$data" "${sflags[@]}" "${@:4}" >"$work/slurm.log" 2>&1 || status=$?
    [[ ! -e $work/requeued ]] || asked=$(wc -l <"$work/requeued")
    ((status == $1 && asked == $2)) ||
        { echo "status $status, requeued $asked times; expected $1, $2"; cat "$work/slurm.log"; return 1; }
}

check "sbatch: a run that is done ends with 0" batch 0 0 slurm-done
check "sbatch: done already, 0 again" batch 0 0 slurm-done
check "sbatch: wrong usage is not repeated" batch 64 0 slurm-usage --epohcs 3
check "sbatch: missing data are not" batch 66 0 slurm-data --data "$work/nowhere"
FAKE_SRUN=lost check "sbatch: a lost rank is requeued, whatever srun says" batch 75 1 slurm-lost
check "sbatch: and goes on to the end" batch 0 0 slurm-lost
FAKE_SRUN=nothing check "sbatch: 0 for a job that never ran is no success" batch 75 1 slurm-nothing
FAKE_SRUN=nothing SLURM_RESTART_COUNT=3 MAX_REQUEUES=3 check "sbatch: requeues have a limit" batch 75 0 slurm-most
stale() { # an older end is none of a longer run's
    FAKE_SRUN=nothing batch 75 1 slurm-done --max-steps 60
}
check "sbatch: the end of a shorter run is not that of a longer one" stale
