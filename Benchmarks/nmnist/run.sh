#!/usr/bin/env bash
# Compares dvsprep and dvstrain with SpikingJelly 2.0.0 on N-MNIST or a part of it: preparation and training.
#
#   Benchmarks/nmnist/run.sh FOLDER                 FOLDER has Train/0…9/*.bin and Test/0…9/*.bin; about 6 minutes
#   Benchmarks/nmnist/run.sh FOLDER --threads 1
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Benchmarks/nmnist/run.sh FOLDER
#
# layout.py makes such a folder from a small published subset. The network is the PLIF paper's for N-MNIST, T 10, batches of
# 16, float32. Without PYTHON, the environment of Tests/interop is used; SpikingJelly's own preparation needs additional
# packages: see Benchmarks/prep/requirements.txt. Results: Benchmarks/results/nmnist.md and nmnist.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
python=$("$root/Tests/interop/torch_python.sh")
export DVSPREP DVSTRAIN PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/Benchmarks/common:$root/Benchmarks/prep:$root/Benchmarks/train
exec "$python" "$here/nmnist_bench.py" "$@"
