#!/usr/bin/env bash
# The script that verifies the CUDA engine on a GPU, with the emulator in the driver's place: what of it needs no GPU, small.
# What it brings to a machine is packed first, which fails where that takes more than 32 MiB.
#
#   Tests/kernels/lease.sh
#   PYTHON=path/to/python Tests/kernels/lease.sh    with numpy and safetensors
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [[ -z ${PYTHON:-} ]]; then
  PYTHON=$root/.build-kernels/lease/bin/python
  if [[ ! -x $PYTHON ]]; then
    python3 -m venv --clear "$root/.build-kernels/lease"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 safetensors==0.6.2
  fi
fi
export PATH=$(dirname "$PYTHON"):$PATH
"$root/Benchmarks/gpu/bundle.sh" "$folder/bundle.tar.xz"
"$PYTHON" "$here/emulator.py" "$folder/emulator" >/dev/null
LEASE_WORK=$folder/work LEASE_DRIVER=$folder/emulator LEASE_SMALL=1 \
  "$root/Benchmarks/gpu/lease.sh" "$folder/bundle.tar.xz" "$folder/out" kernels same_bits ten_steps epochs
for step in kernels same_bits ten_steps epochs; do
  [[ -e $folder/out/$step.passed ]] || exit 1
done
