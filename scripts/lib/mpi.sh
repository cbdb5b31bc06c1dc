# shellcheck shell=bash
# Sourced: makes Open MPI (4.1 and 5.0) behave for scripts that call mpirun themselves, as `trainer launch` does for
# itself (Sources/Runs/Launch). Settings are environment variables, so that every mpirun started afterwards has them; a
# variable the user has set already is left alone.

# mpi_settings RANKS: safe settings for that many ranks on this machine; says what it changed.
mpi_settings() {
    local ranks=$1 cores
    cores=$(nproc)
    if ((EUID == 0)); then
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
        echo "mpi: running as root, which Open MPI refuses by default; allowed here" >&2
    fi
    if ((ranks > cores)); then
        export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
        echo "mpi: $ranks ranks share $cores cores, which Open MPI refuses by default; allowed here" >&2
    fi
    mpi_common_settings
}

mpi_common_settings() {
    default OMPI_MCA_hwloc_base_binding_policy none        # 4.1: --bind-to none
    default PRTE_MCA_hwloc_default_binding_policy none     # 5.0
    if [[ -e /.dockerenv || -e /run/.containerenv || -n ${container-}${KUBERNETES_SERVICE_HOST-} ]] &&
        ! has_ptrace; then
        default OMPI_MCA_btl_vader_single_copy_mechanism none # 4.1: no direct copy between processes
        default OMPI_MCA_smsc ^cma                            # 5.0
    fi
}

default() {
    [[ -v $1 ]] || export "$1=$2"
}

# Bit 19 of the effective capabilities is CAP_SYS_PTRACE.
has_ptrace() {
    local mask
    mask=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
    (((0x${mask:-0} >> 19) & 1))
}
