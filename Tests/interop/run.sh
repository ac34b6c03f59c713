#!/usr/bin/env bash
# Reads dvsprep's caches with h5py, and compares them with SpikingJelly's frames and with NumPy's results.
#
#   Tests/interop/run.sh                     needs Python 3.11 or later; downloads packages once
#   DVSPREP=path/to/dvsprep Tests/interop/run.sh
#   PYTHON=path/to/python Tests/interop/run.sh   an environment with requirements.txt
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
export DVSPREP PYTHONDONTWRITEBYTECODE=1

if [[ -z ${PYTHON:-} ]]; then
  environment=$root/.build-interop
  PYTHON=$environment/bin/python
  if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    # Two functions of it are called; its own requirements would be a hundred times as large.
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --no-deps tonic==1.7.0
    cp "$here/requirements.txt" "$environment/requirements.txt"
  fi
fi
exec "$PYTHON" "$here/run_checks.py" "$@"
