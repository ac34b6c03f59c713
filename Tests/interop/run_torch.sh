#!/usr/bin/env bash
# dvstrain beside PyTorch, SpikingJelly, TensorBoard's reader and safetensors: the checks in training/.
#
#   Tests/interop/run_torch.sh               needs Python 3.11 or later; fetches packages once (0.4 GB)
#   Tests/interop/run_torch.sh optimizers    the checks of modules with this in their names
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Tests/interop/run_torch.sh
#
# Comparisons that take longer are scripts beside the checks: compare_training.py, ten_steps.py.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
python=$("$here/torch_python.sh")
# One thread: these networks are so small that more would only wait for each other.
export DVSPREP DVSTRAIN CHECKS=$here/training PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
exec "$python" "$here/run_checks.py" "$@"
