# shellcheck shell=bash disable=SC2154
# Three hosts of network namespaces: the same bits as here, and a link that drops costs nothing.

netns=$here/../cluster/netns/netns
# Names and networks of this process's own, for several may run at once.
export NETNS_NAME NETNS_NET
NETNS_NAME=ls$(tail -c 5 <<<"0000$$" | tr 0-9 a-j) NETNS_NET=10.$((100 + $$ % 100)).$(($$ / 100 % 250))

nflags=(--model mlp --global-batch 16 --checkpoint-every 100 --log-every 1000 --max-steps 600 --epochs 1000 --quiet)

host_launch() { # RUN OPTIONS… -- FLAGS…: in the background, as $launcher
    local run=$1 options=()
    shift
    while (($#)) && [[ $1 != -- ]]; do options+=("$1"); shift; done
    (($#)) && shift
    "$trainer" launch --hostfile "$NETNS_HOSTFILE" "${options[@]}" -- train --data "$data" --run-dir "$work/$run" \
        "${nflags[@]}" "$@" >"$work/$run.log" 2>&1 &
    launcher=$!
}

host_checkpoint() { # RUN
    local deadline=$((SECONDS + 60))
    while ! compgen -G "$work/$1/checkpoints/step-*.safetensors" >/dev/null; do
        kill -0 "$launcher" 2>/dev/null && ((SECONDS < deadline)) || { echo "no checkpoint"; cat "$work/$1.log"; return 1; }
        sleep 0.05
    done
}

host_end() { # STATUS RUN
    local status=0
    wait "$launcher" || status=$?
    ((status == $1)) || { echo "exit status $status, expected $1"; cat "$work/$2.log"; return 1; }
}

hosts_agree() {
    host_launch netns-calm
    host_end 0 netns-calm
    expect_same_run netns-local netns-calm
}

link_drops() {
    host_launch netns-drop -- --chaos slow:rank=1,ms=10
    host_checkpoint netns-drop
    "$netns" drop "${NETNS_NAME}2"
    host_end 0 netns-drop
    "$netns" restore "${NETNS_NAME}2"
    expect_same_run netns-local netns-drop
    expect_match "launch: no answer from ${NETNS_NAME}2: left out" "$work/netns-drop.log"
}

link_drops_at_last() {
    host_launch netns-last --max-restarts 0 -- --chaos slow:rank=1,ms=10
    host_checkpoint netns-last
    "$netns" drop "${NETNS_NAME}3"
    host_end 75 netns-last
    "$netns" restore "${NETNS_NAME}3"
    expect_match "launch: to go on: " "$work/netns-last.log"
}

# What the watch finds within its time, and names.
silence_is_named() { # RUN PATTERN CUT…: of a job at --timeout 5
    local run=$1 pattern=$2 begin
    host_launch "$run" --max-restarts 0 -- --timeout 5 --chaos slow:rank=1,ms=10
    host_checkpoint "$run"
    "${@:3}"
    begin=$SECONDS
    host_end 75 "$run"
    echo "ended after $((SECONDS - begin)) s"
    ((SECONDS - begin <= 10)) || { cat "$work/$run.log"; return 1; }
    expect_match "$pattern" "$work/$run.log"
}

stop_host() { # HOST: every rank of it
    local process arguments
    for process in $(ip netns pids "$1"); do
        mapfile -d '' -t arguments 2>/dev/null <"/proc/$process/cmdline" && ((${#arguments[@]})) || continue
        [[ ${arguments[0]##*/} != "${trainer##*/}" ]] || kill -STOP "$process"
    done
}

host_comes_back() {
    "$netns" drop "${NETNS_NAME}2"
    host_launch netns-elastic --elastic --min-np 2 -- --chaos slow:rank=1,ms=50 --no-quiet
    host_checkpoint netns-elastic
    "$netns" restore "${NETNS_NAME}2"
    host_end 0 netns-elastic
    expect_same_run netns-local netns-elastic
    expect_match 'launch: starting 2 ranks' "$work/netns-elastic.log"
    expect_match 'launch: the hosts are others now: going on with 3 ranks' "$work/netns-elastic.log"
}

if reason=$("$netns" up 3 2>&1); then
    eval "$("$netns" env)"
    check "hosts: a run on this machine" train netns-local 0 "${nflags[@]}"
    check "hosts: three of them give the same bits" hosts_agree
    check "hosts: a link drops: the others finish, with the same bits" link_drops
    check "hosts: a link drops and no restart is left: 75" link_drops_at_last
    check "hosts: a link drops: its host is named within 10 s" silence_is_named netns-lost \
        "rank 1 on ${NETNS_NAME}2 has been silent for [5-9] s, at step [0-9]+, while .*: nothing comes from it" \
        "$netns" drop "${NETNS_NAME}2"
    "$netns" restore "${NETNS_NAME}2"
    check "hosts: a stopped rank of another host is named within 10 s" silence_is_named netns-stopped \
        "rank 2 on ${NETNS_NAME}3 has been silent for [5-9] s, at step [0-9]+, while .*: nothing comes from it" \
        stop_host "${NETNS_NAME}3"
    check "hosts: --elastic takes one that comes back, with the same bits" host_comes_back
    "$netns" clean
    check "hosts: nothing is left of them" test -z "$(ip netns list | grep -E "^$NETNS_NAME[0-9]" || :)"
    unset OMPI_MCA_plm_rsh_agent PRTE_MCA_plm_ssh_agent OMPI_MCA_oob_tcp_if_include \
        PRTE_MCA_oob_tcp_if_include OMPI_MCA_btl_tcp_if_include
else
    echo "# not run, for there can be no hosts here: $reason"
fi
