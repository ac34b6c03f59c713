#!/usr/bin/env bash
# Compares dvstrain with PyTorch, SpikingJelly, TensorBoard's reader and safetensors: the checks in training/.
#
#   Tests/interop/run_torch.sh               needs Python 3.11 or later; downloads packages once (0.4 GB)
#   Tests/interop/run_torch.sh optimizers    the checks in modules whose names contain this
#   NMNIST=FOLDER Tests/interop/run_torch.sh data_sets   with recordings of N-MNIST: Train/ and Test/, or NMNISTsmall.zip
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Tests/interop/run_torch.sh
#
# Longer comparisons are scripts in training/: compare_engines.py, compare_training.py, ten_steps.py.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
python=$("$here/torch_python.sh")
# One thread: these networks are so small that more would be slower.
export DVSPREP DVSTRAIN CHECKS=$here/training PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
exec "$python" "$here/run_checks.py" "$@"
