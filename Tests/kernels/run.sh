#!/usr/bin/env bash
# Tests the GPU's kernels without a GPU: compiles them for five architectures, and compares them with numpy on the
# emulator, in each order of threads, with rounded and truncated products, and as several generations of GPUs.
#
#   Tests/kernels/run.sh             fetches NVIDIA's compiler, numpy and h5py once
#   Tests/kernels/run.sh --sanitized also runs with sanitizers
#   Tests/kernels/run.sh --mutants   plants faults in the kernels, and prints the check that finds each
#   PYTHON=path/to/python Tests/kernels/run.sh    with numpy and h5py
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
scratch=$root/.build-kernels
export PYTHONDONTWRITEBYTECODE=1
if [[ -z ${PYTHON:-} ]]; then
  PYTHON=$scratch/numpy/bin/python
  if ! "$PYTHON" -c 'import h5py, numpy' 2>/dev/null; then
    python3 -m venv --clear "$scratch/numpy"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 h5py==3.15.1
  fi
fi
if [[ ${1:-} == --mutants ]]; then
  exec "$PYTHON" "$here/mutants.py" "${@:2}"
fi

"$root/scripts/build_kernels.py" --check
library=$("$PYTHON" "$here/emulator.py" "$scratch/emulator")
# Each order of threads, with and without truncation, and each architecture. Order 1 with rounding is what runs with sanitizers.
settings=(order=0 order=2,truncates=1,architecture=80 order=1,truncates=1,architecture=75)
[[ ${1:-} == --sanitized ]] || settings+=(order=1 order=2,truncates=1)
# The emulator uses one thread: as many settings at once as there are processors.
check_settings() {
  local output
  output=$(
    GPU_EMULATOR=$1 "$PYTHON" "$root/Benchmarks/gpu/check_kernels.py" --driver "$library" &&
      GPU_EMULATOR=$1 "$PYTHON" "$root/Benchmarks/gpu/check_golden_layers.py" --driver "$library"
  ) || { printf 'emulated: %s: failed\n%s\n' "$1" "$output"; return 1; }
  printf 'emulated: %s\n%s\n' "$1" "$output"
}
export -f check_settings
export PYTHON root library
printf '%s\n' "${settings[@]}" |
  xargs -P "$(nproc)" -I{} bash -c 'check_settings {}'
[[ ${1:-} == --sanitized ]] || exit 0
echo "emulated: order=1, with AddressSanitizer and UndefinedBehaviorSanitizer"
library=$("$PYTHON" "$here/emulator.py" "$scratch/sanitized" --sanitized)
runtime=$(clang++ -print-file-name="libclang_rt.asan-$(uname -m).so")
for check in check_kernels check_golden_layers; do
  GPU_EMULATOR=order=1 ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=$runtime \
    "$PYTHON" "$root/Benchmarks/gpu/$check.py" --driver "$library"
done
