#!/usr/bin/env bash
# dvstrain beside PyTorch, SpikingJelly, TensorBoard's reader and safetensors: the checks in training/.
#
#   Tests/interop/run_torch.sh               needs Python 3.11 or later; fetches packages once (0.4 GB)
#   Tests/interop/run_torch.sh optimizers    the checks with this in their names
#   DVSPREP=path DVSTRAIN=path Tests/interop/run_torch.sh
#   PYTHON=path/to/python Tests/interop/run_torch.sh   an environment made as below
#
# Comparisons that take longer are scripts beside the checks: compare_training.py, ten_steps.py, real_windows.py.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
# One thread: these networks are so small that more would only wait for each other.
export DVSPREP DVSTRAIN PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1

if [[ -z ${PYTHON:-} ]]; then
  environment=$root/.build-interop-torch
  PYTHON=$environment/bin/python
  if ! cmp -s "$here/requirements-torch.txt" "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment"
    install=("$PYTHON" -m pip install --quiet --disable-pip-version-check)
    # PyTorch's build for CPUs, where an index has it, is much smaller.
    "${install[@]}" torch==2.13.0+cpu 2>/dev/null || "${install[@]}" torch==2.13.0
    "${install[@]}" -r "$here/requirements-torch.txt"
    "${install[@]}" --no-deps spikingjelly==2.0.0 torchvision==0.28.0 torchaudio==2.11.0 \
      SciencePlots==2.2.2 nir==1.0.8
    cp "$here/requirements-torch.txt" "$environment/requirements.txt"
  fi
fi
CHECKS=$here/training exec "$PYTHON" "$here/run_checks.py" "$@"
