#!/usr/bin/env bash
# Compares training and inference of dvstrain with SpikingJelly 2.0.0 on PyTorch, on one machine: goals, memory, more
# active networks, and the stages of a step.
#
#   Benchmarks/train/run.sh                        128 channels, 2 threads; trains a checkpoint first
#   Benchmarks/train/run.sh --checkpoint FILE      both sides start from this checkpoint (of a training with -seed 1)
#   Benchmarks/train/run.sh --quick                only tests that it runs: 8 channels; the results are meaningless
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Benchmarks/train/run.sh
#
# Cache and checkpoints are kept in .build-benchmark-train/ for further runs. SpikingJelly uses tcmalloc if that is
# installed (Debian's libtcmalloc-minimal4): without it, it is slower. Without PYTHON, an environment is created once (see
# Tests/interop/torch_python.sh).
# Exit code 1 when a goal is missed. Results: Benchmarks/results/train.md and train.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
python=$("$root/Tests/interop/torch_python.sh")
export DVSPREP DVSTRAIN PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/Benchmarks/common
exec "$python" "$here/train_bench.py" "$@"
