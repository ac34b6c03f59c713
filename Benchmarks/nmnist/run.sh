#!/usr/bin/env bash
# N-MNIST, or a part of it, prepared and trained on by dvsprep and dvstrain and by SpikingJelly 2.0.0, in one run.
#
#   Benchmarks/nmnist/run.sh FOLDER                 FOLDER has Train/0…9/*.bin and Test/0…9/*.bin; about 6 minutes
#   Benchmarks/nmnist/run.sh FOLDER --threads 1
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Benchmarks/nmnist/run.sh FOLDER
#
# layout.py makes such a folder of a small published subset. The network is the PLIF paper's for N-MNIST, T 10, batches of
# 16, float32. Without PYTHON, the environment of Tests/interop is used, to which SpikingJelly's own preparation needs
# more: see Benchmarks/prep/requirements.txt. Results: Benchmarks/results/nmnist.md and nmnist.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
python=$("$root/Tests/interop/torch_python.sh")
export DVSPREP DVSTRAIN PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/Benchmarks/prep:$root/Benchmarks/train
exec "$python" "$here/nmnist_bench.py" "$@"
