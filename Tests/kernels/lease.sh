#!/usr/bin/env bash
# Runs on the emulator the steps of Benchmarks/gpu/lease.sh that need no GPU, with small data. Packs the bundle first,
# and fails if that exceeds 32 MiB.
#
#   Tests/kernels/lease.sh
#   PYTHON=path/to/python Tests/kernels/lease.sh    with numpy, h5py and safetensors
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [[ -z ${PYTHON:-} ]]; then
  PYTHON=$root/.build-kernels/lease/bin/python
  if ! "$PYTHON" -c 'import h5py, numpy, safetensors' 2>/dev/null; then
    python3 -m venv --clear "$root/.build-kernels/lease"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 h5py==3.15.1 safetensors==0.6.2
  fi
fi
export PATH=$(dirname "$PYTHON"):$PATH
"$root/Benchmarks/gpu/bundle.sh" "$folder/bundle.tar.xz"
"$PYTHON" "$here/emulator.py" "$folder/emulator" >/dev/null
LEASE_WORK=$folder/work LEASE_DRIVER=$folder/emulator LEASE_SMALL=1 \
  "$root/Benchmarks/gpu/lease.sh" "$folder/bundle.tar.xz" "$folder/out" \
  kernels golden_layers same_bits ten_steps epochs
for step in kernels golden_layers same_bits ten_steps epochs; do
  [[ -e $folder/out/$step.passed ]] || exit 1
done
