#!/usr/bin/env bash
# Compares the readers of recordings with those of aedat, dv-processing, evlib, evt3, expelliarmus, faery, SpikingJelly and
# tonic, with copies in memory, and with decompression alone: speed, memory, and whether the events are the same.
#
#   Benchmarks/readers/run.sh                             4 M events in each format, 1.2 GB of files
#   Benchmarks/readers/run.sh --formats evt2 evt3 dat     only these
#   Benchmarks/readers/run.sh --events 200000 --runs 1    quick; the goals apply to the full size
#   DVSKIT_LIBRARY=path/to/libdvskit.so PYTHON=path/to/python Benchmarks/readers/run.sh
#
# Without PYTHON, an environment is created once in .build-benchmark-readers/python (Python 3.11 or later).
# Exit code 1 when a goal is missed. Results: Benchmarks/results/readers.md and readers.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
scratch=$root/.build-benchmark-readers
export PYTHONDONTWRITEBYTECODE=1

if [[ -z ${DVSKIT_LIBRARY:-} ]]; then
  swift build -c release --package-path "$root" --product dvskit >&2
  DVSKIT_LIBRARY=$root/.build/release/libdvskit.so
fi
DVSKIT_LIBRARY=$(realpath -e "$DVSKIT_LIBRARY")
swift build -c release --package-path "$here" --scratch-path "$scratch" >&2
export DVSKIT_LIBRARY TIME_READER=$scratch/release/time-reader
export PYTHONPATH=$root/Python:$root/Benchmarks/common:$root/Benchmarks/prep

source "$root/Benchmarks/common/python_environment.sh"
PYTHON=$(python_environment "$scratch/python" "$here/requirements.txt" "${spikingjelly[@]}")
exec "$PYTHON" "$here/readers_bench.py" "$@"
