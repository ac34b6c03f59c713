#!/usr/bin/env bash
# A verification of the CUDA engine on a machine that has a GPU, Python with PyTorch, and neither Swift nor a network.
#
#   Benchmarks/gpu/lease.sh BUNDLE FOLDER [STEP …]
#
# BUNDLE is what `make lease-bundle` made. Each step writes FOLDER/STEP.log; one that has passed is not run again, and one
# that fails stops no other. Without names all steps run, in this order.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bundle=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
shift 2
work=${LEASE_WORK:-/tmp/dvskit-lease}
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

if [[ ! -d $work/bin ]]; then
  mkdir -p "$work"
  tar -C "$work" -xJf "$bundle"
fi

# The tools, with the libraries that they bring.
tool() { LD_LIBRARY_PATH=$work/lib${LEASE_DRIVER:+:$LEASE_DRIVER} "$work/bin/$1" "${@:2}"; }
# train NAME OPTION …: a run in a folder of its own.
train() { tool dvstrain -out_dir "$work/runs/$1" --force "${@:2}" && rm -rf "${work:?}/last/$1" && mkdir -p "$work/last" && mv "$work/runs/$1"/* "$work/last/$1"; }
# data NAME TRAIN TEST: a made data set of so many recordings of twelve samples.
data() {
  [[ -e $work/$1/frames_number_16_split_by_number.h5 ]] && return
  tool dvsprep synth "$work/$1" --train "$2" --test "$3" --quiet && tool dvsprep convert "$work/$1" --quiet
}
sanitize() { compute-sanitizer --tool "$1" --error-exitcode 3 "${@:2}" python3 "$here/check_kernels.py"; }

step_device() {
  nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.sm,clocks.max.sm --format=csv && nproc && ldconfig -p | grep libcuda
}
step_kernels() { python3 "$here/check_kernels.py"; }
# suite FILTER: tests of the package, on the GPU.
suite() {
  # Fixtures are found at the path where the tests were built.
  local source
  source=$(cat "$work/source")
  [[ -e $source ]] || { mkdir -p "$(dirname "$source")" && ln -s "$here/../.." "$source"; }
  DVS_GPU=1 tool tests --testing-library swift-testing --filter "$1" >"$work/suite.log" 2>&1
  local code=$?
  grep -aE '✘|Test run|rror' "$work/suite.log" | cut -c1-400
  return $code
}
step_golden() { suite 'GPUTests/golden'; }
step_agreement() { suite 'GPUTests/agreement'; }
step_sizes() { suite 'GPUTests/sizes'; }
# Of the first step the optimizer keeps the gradient.
step_one_step() {
  data one 2 1 || return 1
  local half
  for half in "" -amp; do
    for device in cpu cuda; do train one_$device$half -data_dir "$work/one" -epochs 1 -b 16 -opt SGD -device $device $half || return 1; done
    python3 "$here/compare_runs.py" "$work/last/one_cpu$half" "$work/last/one_cuda$half" --bound "$([[ $half ]] && echo 0.05 || echo 1e-4)" || return 1
  done
}
step_ten_steps() {
  data ten 14 2 || return 1
  for device in cpu cuda; do train ten_$device -data_dir "$work/ten" -epochs 1 -b 16 -device $device || return 1; done
  python3 "$here/compare_runs.py" "$work/last/ten_cpu" "$work/last/ten_cuda" --bound 2e-3
}
step_same_bits() {
  data ten 14 2 || return 1
  for number in 1 2; do train same_$number -data_dir "$work/ten" -epochs 2 -b 16 -device cuda || return 1; done
  python3 "$here/compare_runs.py" "$work/last/same_1" "$work/last/same_2" --bound 0
}
step_epochs() {
  data whole 98 24 || return 1
  for batch in 16 64; do
    for half in "" -amp; do
      echo "batch $batch $half"
      train epochs_$batch$half -data_dir "$work/whole" -epochs 3 -b $batch $half -device cuda -j 8 -seed 1 || return 1
      grep -h epoch "$work/last/epochs_$batch$half/metrics.jsonl" | cut -c1-600
    done
  done
}
step_profile() {
  data ten 14 2 || return 1
  for half in "" -amp; do
    LD_LIBRARY_PATH=$work/lib ncu --clock-control none --csv --log-file "$out/profile$half.csv" --launch-skip 84 --launch-count 84 --metrics \
gpu__time_duration.sum,dram__bytes.sum,lts__t_bytes.sum,sm__throughput.avg.pct_of_peak_sustained_elapsed,sm__inst_executed_pipe_tensor.sum,sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_elapsed,sm__warps_active.avg.pct_of_peak_sustained_active,sm__inst_issued.avg.pct_of_peak_sustained_active,l1tex__data_bank_conflicts_pipe_lsu.sum,launch__registers_per_thread,launch__grid_size,launch__occupancy_limit_registers,launch__occupancy_limit_shared_mem \
      "$work/bin/dvstrain" -data_dir "$work/ten" -out_dir "$work/runs/profile" --force -epochs 1 -b 16 $half -device cuda || return 1
  done
}
step_memcheck() { sanitize memcheck --leak-check no; }
step_racecheck() { sanitize racecheck; }
step_initcheck() { sanitize initcheck; }
step_synccheck() { sanitize synccheck; }

# A step is a process of its own, that can be stopped.
if [[ -n ${LEASE_STEP:-} ]]; then
  "step_$LEASE_STEP"
  exit
fi

steps=("$@")
if [[ ${#steps[@]} == 0 ]]; then
  mapfile -t steps < <(declare -F | sed -n 's/^declare -f step_//p')
fi
for step in "${steps[@]}"; do
  [[ -e $out/$step.passed ]] && continue
  begin=$EPOCHREALTIME
  LEASE_STEP=$step timeout -k 5 "${LEASE_LIMIT:-150}" bash "$here/lease.sh" "$bundle" "$out" >"$out/$step.log" 2>&1 </dev/null
  code=$?
  [[ $code == 0 ]] && touch "$out/$step.passed"
  printf '%s: %s in %.1f s\n' "$step" "$([[ $code == 0 ]] && echo passed || echo "FAILED ($code)")" \
    "$(awk "BEGIN { print $EPOCHREALTIME - $begin }")"
  [[ $code == 0 ]] || tail -15 "$out/$step.log"
done
