#!/usr/bin/env bash
# Compares the events that dvskit reads with those that other programs' libraries wrote and read: the checks in formats/.
#
#   Tests/interop/run_formats.sh             needs Python 3.11 or later; downloads packages once
#   NMNIST=FOLDER Tests/interop/run_formats.sh   with recordings of N-MNIST: Train/ and Test/, or NMNISTsmall.zip
#   DVSKIT_LIBRARY=path/to/libdvskit.so PYTHON=path/to/python Tests/interop/run_formats.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSKIT_LIBRARY=$(realpath -e "${DVSKIT_LIBRARY:-$root/.build/release/libdvskit.so}")
export DVSKIT_LIBRARY CHECKS=$here/formats PYTHONPATH=$root/Python PYTHONDONTWRITEBYTECODE=1

if [[ -z ${PYTHON:-} ]]; then
  environment=$root/.build-interop-formats
  PYTHON=$environment/bin/python
  if ! cmp -s "$here/requirements-formats.txt" "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check -r "$here/requirements-formats.txt"
    # Functions of single modules are called; what the packages require would be a hundred times as large.
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --no-deps tonic==1.7.0 spikingjelly==2.0.0
    cp "$here/requirements-formats.txt" "$environment/requirements.txt"
  fi
fi
exec "$PYTHON" "$here/run_checks.py" "$@"
