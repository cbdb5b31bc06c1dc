# shellcheck shell=bash
# Sourced, after apt.sh: python_env finds or makes a Python environment. Expects $root, the repository.

# python_env "MODULE, MODULE…" PACKAGE…: sets $python to the interpreter of $LOCKSTEP_VENV (default: .venv of
# this repository, made on first use) and installs the packages there unless the modules can be imported.
python_env() {
    local modules=$1 venv=${LOCKSTEP_VENV:-$root/.venv}
    shift
    python=$venv/bin/python
    if [[ ! -x $python ]]; then
        python3 -c 'import venv, ensurepip' 2>/dev/null || apt_install python3 python3-venv
        python3 -m venv "$venv"
    fi
    if ! "$python" -c "import $modules" 2>/dev/null; then
        echo "${0##*/}: installing $* into $venv" >&2
        # PyPI's own Linux build of PyTorch brings gigabytes of CUDA along; take it only where the CPU build is
        # out of reach.
        "$python" -m pip install -q --retries 1 --extra-index-url https://pypi.org/simple \
            --index-url https://download.pytorch.org/whl/cpu "$@" >&2 ||
            "$python" -m pip install -q "$@" >&2
    fi
}
