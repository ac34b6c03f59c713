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

if [[ -z ${PYTHON:-} ]]; then
  environment=$root/.build-benchmark-prep
  PYTHON=$environment/bin/python
  if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment"
    install=("$PYTHON" -m pip install --quiet --disable-pip-version-check)
    # PyTorch's build for CPUs is much smaller, but not every index has it.
    "${install[@]}" torch==2.13.0+cpu 2>/dev/null || "${install[@]}" torch==2.13.0
    "${install[@]}" -r "$here/requirements.txt"
    "${install[@]}" --no-deps spikingjelly==2.0.0 torchvision==0.28.0 torchaudio==2.11.0 \
      SciencePlots==2.2.2 nir==1.0.8
    cp "$here/requirements.txt" "$environment/requirements.txt"
  fi
fi
exec "$PYTHON" "$here/prep_bench.py" "$@"
