#!/usr/bin/env bash
# Tests the Python package: style, types, the examples in docstrings, Python/tests, and Python/examples.
#
#   Tests/python/run.sh                     needs Python 3.11 or later; downloads packages once (0.3 GB)
#   Tests/python/run.sh -k loader           only pytest, with these arguments
#   DVSKIT_LIBRARY=path DVSKIT_BIN=folder PYTHON=path/to/python Tests/python/run.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSKIT_BIN=$(realpath -e "${DVSKIT_BIN:-$root/.build/release}")
DVSKIT_LIBRARY=$(realpath -e "${DVSKIT_LIBRARY:-$root/.build/release/libdvskit.so}")
# One thread: the networks are so small that more would be slower.
export PYTHONPATH=$root/Python DVSKIT_BIN DVSKIT_LIBRARY PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1

if [[ -z ${PYTHON:-} ]]; then
  environment=$root/.build-python
  PYTHON=$environment/bin/python
  if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment"
    install=("$PYTHON" -m pip install --quiet --disable-pip-version-check)
    # PyTorch's build for CPUs is much smaller, but not every index has it.
    "${install[@]}" torch==2.13.0+cpu 2>/dev/null || "${install[@]}" torch==2.13.0
    "${install[@]}" -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$environment/requirements.txt"
  fi
fi
cd "$root/Python"
if [[ $# == 0 ]]; then
  "$PYTHON" -m ruff check --no-cache --quiet .
  "$PYTHON" -m ruff format --no-cache --check --quiet .
  "$PYTHON" -m mypy --cache-dir=/dev/null
fi
exec "$PYTHON" -m pytest "$@"
