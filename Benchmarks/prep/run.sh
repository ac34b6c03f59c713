#!/usr/bin/env bash
# Compares dvsprep convert with SpikingJelly 2.0.0's own preparation, on one machine.
#
#   Benchmarks/prep/run.sh                          8 recordings of 4 M events, about 4 minutes
#   Benchmarks/prep/run.sh --events 400000 --runs 3 quick; the goals apply to the full size
#   DVSPREP=path/to/dvsprep PYTHON=path/to/python Benchmarks/prep/run.sh
#
# Without PYTHON, an environment is created once in .build-benchmark-prep (Python 3.11 or later).
# Exit code 1 when a goal is missed. Results: Benchmarks/results/prep.md and prep.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
export DVSPREP PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/Benchmarks/common

source "$root/Benchmarks/common/python_environment.sh"
PYTHON=$(python_environment "$root/.build-benchmark-prep" "$here/requirements.txt" "${spikingjelly[@]}")
exec "$PYTHON" "$here/prep_bench.py" "$@"
