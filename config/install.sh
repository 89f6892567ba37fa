#!/bin/sh
# install.sh VENV LOCK: makes the virtual environment VENV if there is none, installs what LOCK pins (each
# file checked by its hash), and makes this project and its command available in it.
#
# It takes what the machine has: uv, else python3 -m venv, else a virtual environment without pip that another
# pip fills, else virtualenv. $PYTHON names another interpreter than python3.
# The project itself is a line in a .pth file and a start script: no build, so no compiler and no build tools.
set -u
unset PYTHONPATH PYTHONHOME   # else a package that lies elsewhere would count as installed

venv=${1:?usage: install.sh VENV LOCK}
lock=${2:?usage: install.sh VENV LOCK}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
trap 'exit 130' INT TERM

stop() {
    echo "$1" >&2
    exit 1
}

recent() {  # is this an interpreter that we can use?
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >"$said" 2>&1
}

version() {
    "$1" -c 'import sys; print(sys.version.split()[0])' 2>/dev/null || echo absent
}

# --- the interpreter ---
python=${PYTHON:-python3}
if ! recent "$python"; then
    found=
    if [ -z "${PYTHON:-}" ] || [ "$python" = python3 ]; then
        for each in python3.14 python3.13 python3.12 python3.11; do
            if recent "$each"; then
                found=$each
                break
            fi
        done
    fi
    [ -n "$found" ] || stop "Python 3.11 or newer is needed and $python here is $(version "$python"): install the Debian packages python3 and python3-venv of that version, or name another interpreter with PYTHON=."
    python=$found
fi

real=$("$python" -c 'import sys; print(sys.executable)')  # "python3" may be a shim that uv cannot look into

# --- the virtual environment, and a command that installs into it ---
inside=$venv/bin/python

usable() {
    [ -x "$inside" ] && recent "$inside"
}

fresh() {  # what a failed try or an older Python left behind is removed, if it is a virtual environment
    if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ] && [ -n "$(ls -A "$venv" 2>/dev/null)" ]; then
        stop "$venv is in the way: it is no virtual environment, so it is left alone; move it, or name another with VENV=."
    fi
    rm -rf "$venv"
}

with_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    usable || { fresh; uv venv --quiet --no-project --python "$real" "$venv" >"$said" 2>&1; } || return 1
    how=uv
    uv pip install --quiet --python "$inside" --require-hashes --no-deps -r "$lock" >"$said" 2>&1
}

fill() {  # installs with the pip that the arguments start
    "$@" install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps -r "$lock" >"$said" 2>&1
}

with_venv() {
    if usable; then
        "$inside" -m pip --version >/dev/null 2>&1 || return 1
    else
        fresh
        "$python" -m venv "$venv" >"$said" 2>&1 || return 1
    fi
    how="python3 -m venv"
    fill "$inside" -m pip
}

without_pip() {
    usable || { fresh; "$python" -m venv --without-pip "$venv" >"$said" 2>&1; } || return 1
    if "$python" -m pip --python "$inside" --version >/dev/null 2>&1; then  # pip 22.3 or newer
        how="the pip of $python"
        fill "$python" -m pip --python "$inside"
        return
    fi
    for wheel in /usr/share/python-wheels/pip-*.whl; do  # Debian's python3-pip-whl
        [ -f "$wheel" ] || continue
        how=$wheel
        fill env PYTHONPATH="$wheel" "$inside" -m pip && return
    done
    return 1
}

with_virtualenv() {
    [ -z "$had" ] || return 1   # it worked before: not to be thrown away for a failed download
    fresh
    if command -v virtualenv >/dev/null 2>&1; then
        virtualenv --quiet --python "$python" "$venv" >"$said" 2>&1 || return 1
    else
        "$python" -m virtualenv --quiet "$venv" >"$said" 2>&1 || return 1
    fi
    how=virtualenv
    fill "$inside" -m pip
}

[ -f "$lock" ] || stop "$lock is missing: it lists what is to be installed."
echo "Installing what $(basename "$lock") pins into $venv"
had=
usable && had=yes
how=     # the installer that a way came to
tried=   # the first one that was there and failed, and what it said
words=
filled=
for way in with_uv with_venv without_pip with_virtualenv; do
    how=
    if "$way"; then
        filled=yes
        break
    fi
    if [ -n "$how" ] && [ -z "$tried" ]; then
        tried=$how
        words=$(tail -n 15 "$said")
    fi
done
if [ -z "$filled" ] && [ -n "$tried" ]; then
    echo "$words" >&2
    stop "What $lock pins could not be installed with $tried: the lines above say why (is the package registry reachable?)."
fi
[ -n "$filled" ] || stop "No virtual environment can be made here: install the Debian package python3-venv (apt install python3-venv) and try again."

# --- the project itself ---
libraries=$("$inside" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || stop "$inside does not start."
printf '%s\n' "$root" >"$libraries/wire-aggregator.pth"
bin=$(CDPATH='' cd -- "$venv/bin" && pwd) || exit 1
cat >"$bin/aggregator" <<SCRIPT
#!/bin/sh
'''exec' "$bin/python" "\$0" "\$@"
' '''
import sys

from aggregator.cli import main

if __name__ == "__main__":  # parser processes import this file again: they must not run the command
    sys.exit(main())
SCRIPT
chmod +x "$bin/aggregator"

case $(basename "$lock") in
    *-dev.lock) touch "$venv/.dev" ;;
    *-bench.lock) touch "$venv/.bench" ;;
    *) touch "$venv/.run" ;;
esac
