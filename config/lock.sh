#!/bin/sh
# lock.sh: pins every dependency of pyproject.toml, with the hashes of its files, for every platform and Python
# from 3.11 on. The files name no registry, so that they install from whichever one a machine is set up for.
# Further arguments go to uv: `sh config/lock.sh --upgrade`, `--upgrade-package redis`.
set -eu
cd -- "$(dirname -- "$0")/.."

command -v uv >/dev/null 2>&1 || {
    echo "uv is needed to make lock files: pip install uv" >&2
    exit 1
}

pin() {
    out=$1
    shift
    uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file "$out" "$@"
    if grep -q '://' "$out"; then
        echo "$out names an address; a lock file holds names, versions and hashes only" >&2
        exit 1
    fi
}

pin requirements.lock "$@"
pin requirements-dev.lock --extra dev "$@"
pin requirements-bench.lock --extra dev --extra bench "$@"
