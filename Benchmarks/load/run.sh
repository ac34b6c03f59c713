#!/usr/bin/env bash
# Compares FrameLoader and dvskit.Loader with h5py + hdf5plugin, SpikingJelly's npz files, and other stores (zarr,
# TensorStore, litdata, Blosc 2) of the same frames, on one machine.
#
#   Benchmarks/load/run.sh                          makes 122 recordings of 4 M events; about 20 minutes, 5 GB
#   Benchmarks/load/run.sh --cache FILE             on an existing cache of bytes
#   Benchmarks/load/run.sh --events 400000 --runs 3 quick; the goals apply to the full size
#   DVSPREP=path/to/dvsprep PYTHON=path/to/python Benchmarks/load/run.sh
#
# Without PYTHON, an environment is created once in .build-benchmark-load/python (Python 3.11 or later).
# Exit code 1 when a goal is missed. Results: Benchmarks/results/load.md and load.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
scratch=$root/.build-benchmark-load
export PYTHONDONTWRITEBYTECODE=1 DVSPREP="${DVSPREP:-$root/.build/release/dvsprep}"

swift build -c release --package-path "$root" --product dvskit >&2
export PYTHONPATH="$root/Python:$root/Benchmarks/common" DVSKIT_LIBRARY="${DVSKIT_LIBRARY:-$root/.build/release/libdvskit.so}"
swift build -c release --package-path "$here" --scratch-path "$scratch" >&2
export LOAD_FRAMES="$scratch/release/load-frames"

source "$root/Benchmarks/common/python_environment.sh"
PYTHON=$(python_environment "$scratch/python" "$here/requirements.txt")
exec "$PYTHON" "$here/load_bench.py" "$@"
