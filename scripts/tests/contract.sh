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
