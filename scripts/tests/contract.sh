# shellcheck shell=bash disable=SC2154
# What every communicator must do, on ranks that are processes: the suite that CollectivesTests runs on threads.

contract=$(dirname "$trainer")/mpi-contract

# A rank that is silent and ends with 0 has seen every clause kept.
contract_holds() { # PROCESSES THREADS
    [[ -x $contract ]] || {
        echo "$contract is missing; build it: swift build -c release --product mpi-contract"
        return 1
    }
    mpirun -np "$1" "$contract" "$(($1 * $2))" "$2" >"$work/contract" 2>&1 || { cat "$work/contract"; return 1; }
    [[ ! -s $work/contract ]] || { cat "$work/contract"; return 1; }
}

for ranks in 1 2 3 4; do
    check "communicator contract over MPI on $ranks ranks" contract_holds "$ranks" 1
done
for shape in "1 2" "2 2" "3 2" "2 3"; do
    check "communicator contract on processes × threads: ${shape/ / × }" contract_holds ${shape}
done

contract_can_fail() {
    local status=0
    mpirun -np 2 "$contract" 3 >"$work/contract" 2>&1 || status=$?
    ((status == 1)) || { echo "exit status $status, expected 1"; cat "$work/contract"; return 1; }
    expect_match 'rank [01] of 2: expected 3 ranks' "$work/contract"
}
check "a broken contract ends with status 1 and a message" contract_can_fail

# Networks are recorded on every rank alike: a shape that does not fit ends all, told once, in this release build.
misfit_is_told() { # PROCESSES
    local status=0
    if (($1 == 0)); then
        "$contract" misfit >"$work/misfit" 2>&1 || status=$?
    else
        mpirun -np "$1" "$contract" misfit >"$work/misfit" 2>&1 || status=$?
    fi
    local told
    told=$(grep -c 'error: linear: input \[16, 2\] does not fit weight \[8, 3\]' "$work/misfit") || :
    ((status == 70 && told == 1)) || { echo "status $status, told $told times"; cat "$work/misfit"; return 1; }
    (($1 < 2)) || expect_match '\[rank 0 .*\] mpi-contract: error: linear' "$work/misfit"
}
for ranks in 0 1 3; do check "a network that does not fit ends with 70 on $ranks ranks" misfit_is_told "$ranks"; done
