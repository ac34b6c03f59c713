#!/usr/bin/env bash
# A training step of dvstrain beside one of SpikingJelly 2.0.0 on PyTorch, float32, in one run on one machine.
#
#   Benchmarks/train/run.sh                        batch 16 (or the largest that fits), 128 channels, 2 threads
#   Benchmarks/train/run.sh --checkpoint FILE      both sides start from these weights (a checkpoint of dvstrain)
#   Benchmarks/train/run.sh --channels 32 -b 4 --runs 1    quickly
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Benchmarks/train/run.sh
#
# SpikingJelly gets tcmalloc where it is installed (Debian's libtcmalloc-minimal4) and weights that lie channels-last:
# without them it is slower. Without PYTHON, an environment is made once (see Tests/interop/torch_python.sh).
# Results: Benchmarks/results/train.md and train.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
python=$("$root/Tests/interop/torch_python.sh")
export DVSPREP DVSTRAIN PYTHONDONTWRITEBYTECODE=1
exec "$python" "$here/train_bench.py" "$@"
