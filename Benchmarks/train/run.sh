#!/usr/bin/env bash
# Training and inference of dvstrain beside SpikingJelly 2.0.0 on PyTorch, in one run on one machine: the goals, memory,
# livelier networks, and where a step's time goes.
#
#   Benchmarks/train/run.sh                        128 channels, 2 threads; trains a checkpoint first
#   Benchmarks/train/run.sh --checkpoint FILE      both sides start from this checkpoint (of a training with -seed 1)
#   Benchmarks/train/run.sh --quick                whether it runs: 8 channels; figures mean nothing
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Benchmarks/train/run.sh
#
# Cache and checkpoints stay under .build-benchmark-train/, so that another run need not make them.
# SpikingJelly gets tcmalloc where it is installed (Debian's libtcmalloc-minimal4): without it, it is slower.
# Without PYTHON, an environment is made once (see Tests/interop/torch_python.sh).
# Exit code 1 when a goal is missed. Results: Benchmarks/results/train.md and train.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
python=$("$root/Tests/interop/torch_python.sh")
export DVSPREP DVSTRAIN PYTHONDONTWRITEBYTECODE=1
exec "$python" "$here/train_bench.py" "$@"
