#!/usr/bin/env bash
# Compares a training step of the CPU engine before and after a change, by stage, and predicts its time on more cores.
#
#   Benchmarks/steps/run.sh BASE                    this tree and the commit BASE; about 25 minutes
#   Benchmarks/steps/run.sh BASE --networks nmnist --threads 1 --turns 3
#   Benchmarks/steps/run.sh                         this tree only
#
# Networks: the default one on frames of 128 x 128, and the PLIF paper's for N-MNIST on 34 x 34, with batches of 16. Frames
# are synthetic, and batch-norm biases are shifted so that 6 % and 10 % of the layers' inputs are spikes. Needs python3.
# Results: Benchmarks/results/steps.md and steps.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
scratch=$root/.build-benchmark-steps
base=
if [[ ${1:-} != -* ]]; then
  base=${1:-}
  shift || true
fi
build() { # checkout, scratch folder
  DVSKIT=$1 swift build -c release --package-path "$here" --scratch-path "$2" >&2
}
build "$root" "$scratch/new"
arguments=(--new "$scratch/new/release/time-steps")
if [[ $base ]]; then
  git -C "$root" worktree remove --force "$scratch/checkout" 2>/dev/null || true
  git -C "$root" worktree add --detach --force "$scratch/checkout" "$base" >&2
  trap 'git -C "$root" worktree remove --force "$scratch/checkout"' EXIT
  # The base may need libraries that this tree no longer needs.
  (cd "$scratch/checkout" && make --no-print-directory packages >&2)
  build "$scratch/checkout" "$scratch/old"
  arguments+=(--old "$scratch/old/release/time-steps")
fi
export PYTHONDONTWRITEBYTECODE=1
python3 "$here/steps_bench.py" "${arguments[@]}" "$@"
