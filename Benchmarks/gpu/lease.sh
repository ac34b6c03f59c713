#!/usr/bin/env bash
# Verifies the CUDA engine on a machine that has a GPU and Python with PyTorch, but neither Swift nor a network.
#
#   Benchmarks/gpu/lease.sh BUNDLE FOLDER [STEP …]
#
# BUNDLE is the output of bundle.sh, or a folder with bin/ and lib/. Each step writes FOLDER/STEP.log. Steps that have
# passed are not run again; one that fails or takes longer than LEASE_LIMIT seconds does not stop the others. Without
# STEP, all steps run in the order of this file. At the end FOLDER contains results.json and results.md.
#
# LEASE_DRIVER=FOLDER uses the libcuda.so.1 of that folder. With the emulator's, set LEASE_SMALL=1, too.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bundle=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
work=${LEASE_WORK:-/tmp/dvskit-lease}
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
driver=${LEASE_DRIVER:+$LEASE_DRIVER/}libcuda.so.1
# At full size the emulator would take hours.
if [[ -n ${LEASE_SMALL:-} ]]; then
  steps_of_sample=2 batches=(4) epochs=1 events=20000 few=(1 1) many=(1 1) network=(-channels 4)
else
  steps_of_sample=16 batches=(16 64) epochs=3 events=400000 few=(14 2) many=(98 24) network=()
fi
batch=${batches[0]}

mkdir -p "$work"
# The driver compiles the kernels once, not once for each process.
export CUDA_CACHE_PATH=$work/compiled CUDA_CACHE_MAXSIZE=1073741824
if [[ -d $bundle ]]; then
  cp -a "$bundle/." "$work"
else
  sum=$(sha256sum <"$bundle")
  if [[ $sum != "$(cat "$work/unpacked" 2>/dev/null)" ]]; then
    rm -rf "${work:?}"/{bin,lib,site,last,runs} "$work"/*.whl
    tar -C "$work" -xJf "$bundle" || exit 1
    echo "$sum" >"$work/unpacked"
  fi
fi
libraries=$work/lib${LEASE_DRIVER:+:$LEASE_DRIVER}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# tool NAME ARGUMENT …: runs one of the tools with the bundle's libraries.
tool() { LD_LIBRARY_PATH=$libraries "$work/bin/$1" "${@:2}"; }
# data NAME TRAIN TEST: generates and converts a synthetic data set of that many recordings, of twelve samples each.
data() {
  [[ -e $work/$1/done ]] && return
  tool dvsprep synth "$work/$1" --train "$2" --test "$3" --events "$events" --quiet --force &&
    tool dvsprep convert "$work/$1" -T "$steps_of_sample" --quiet --force && touch "$work/$1/done"
}
# train NAME DATA OPTION …: trains, and moves the run to $work/last/NAME.
train() {
  rm -rf "${work:?}/runs" "${work:?}/last/$1"
  mkdir -p "$work/last"
  tool dvstrain -data_dir "$work/$2" -T "$steps_of_sample" -out_dir "$work/runs" "${network[@]}" "${@:3}" &&
    mv "$work"/runs/* "$work/last/$1"
}
compare() { python3 "$here/compare_runs.py" "$work/last/$1" "$work/last/$2" "${@:3}"; }
# suite FILTER: runs tests of the package on the GPU.
suite() {
  # Tests look for fixtures at the path where they were built.
  local source code
  source=$(cat "$work/source")
  [[ -e $source ]] || { mkdir -p "$(dirname "$source")" && ln -s "$here/../.." "$source"; }
  DVS_GPU=1 tool tests --testing-library swift-testing --filter "GPUTests/$1" >"$out/$1_suite.log" 2>&1
  code=$?
  grep -aE '✘|Test run|rror' "$out/$1_suite.log" | cut -c1-400
  return $code
}
sanitize() { compute-sanitizer --tool "$1" --error-exitcode 3 "${@:2}" python3 "$here/check_kernels.py"; }

step_device() { nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv && nproc; }
step_kernels() { python3 "$here/check_kernels.py" --driver "$driver"; }
step_golden_layers() { python3 "$here/check_golden_layers.py" --driver "$driver"; }
step_golden() { suite golden; }
step_agreement() { suite agreement; }
# After one step of SGD its momentum is the gradient. At full size some membranes are so near the threshold that
# rounding decides: the bounds allow for that.
step_one_step() {
  local half code=0
  data one 2 1 || return 1
  for half in "" -amp; do
    for device in cpu cuda; do
      train one_$device$half one -epochs 1 -b 16 -opt SGD -device $device $half || return 1
    done
    compare one_cpu$half one_cuda$half --bound "$([[ -n $half ]] && echo 0.05 || echo 2e-3)" --only momentum || code=1
  done
  return $code
}
step_same_bits() {
  data few "${few[@]}" || return 1
  for number in 1 2; do train same_$number few -epochs 1 -b "$batch" -device cuda || return 1; done
  compare same_1 same_2 --bound 0
}
step_ten_steps() {
  data few "${few[@]}" || return 1
  for device in cpu cuda; do train ten_$device few -epochs 1 -b "$batch" -device $device || return 1; done
  compare ten_cpu ten_cuda --losses 1e-3
}
step_data() { data few "${few[@]}" && data whole "${many[@]}"; }
step_epochs() {
  local half size
  data whole "${many[@]}" || return 1
  for size in "${batches[@]}"; do
    for half in "" -amp; do
      train "epochs_$size$half" whole -epochs "$epochs" -b "$size" $half -device cuda -seed 1 || return 1
      grep -ho '"samples_per_second":[0-9.]*\|"seconds":[0-9.]*' "$work/last/epochs_$size$half/metrics.jsonl"
      cp "$work/last/epochs_$size$half/metrics.jsonl" "$out/epochs_$size$half.jsonl"
    done
  done
}
step_spikingjelly() {
  python3 -m pip install -q --no-index --no-deps --no-compile --target "$work/site" "$work"/*.whl || return 1
  PYTHONPATH=$work/site python3 "$here/spikingjelly_gpu.py" -b "$batch" --json "$out/spikingjelly.json"
}
step_profile() {
  local half metrics
  data few "${few[@]}" || return 1
  metrics=$(paste -sd, "$here/profile_metrics.txt")
  for half in "" -amp; do
    # A training step launches 91 kernels; these 100 contain a whole step, from optimizer to optimizer.
    ncu --target-processes all --clock-control none --csv --log-file "$out/profile$half.csv" --launch-skip 85 \
      --launch-count 100 --metrics "$metrics" env LD_LIBRARY_PATH="$libraries" "$work/bin/dvstrain" \
      -data_dir "$work/few" -out_dir "$work/runs" --force -epochs 1 -b "$batch" $half -device cuda --quiet || return 1
  done
}
step_processor() {
  local threads
  data few "${few[@]}" || return 1
  for threads in 1 2 4 8 16; do
    ((threads <= $(nproc))) || continue
    train processor_$threads few -epochs 1 -b "$batch" -device cpu -threads $threads || return 1
    cp "$work/last/processor_$threads/metrics.jsonl" "$out/processor_$threads.jsonl"
  done
}
step_memcheck() { sanitize memcheck --leak-check no; }
step_racecheck() { sanitize racecheck; }
step_initcheck() { sanitize initcheck; }
step_synccheck() { sanitize synccheck; }
step_sizes() { suite sizes; }

# Each step is a separate process, so that it can be stopped.
if [[ -n ${LEASE_STEP:-} ]]; then
  "step_$LEASE_STEP"
  exit
fi

wanted=("${@:3}")
if [[ ${#wanted[@]} == 0 ]]; then
  mapfile -t wanted < <(sed -n 's/^step_\([a-z_]*\)() .*/\1/p' "$here/lease.sh")
fi
for step in "${wanted[@]}"; do
  [[ -e $out/$step.passed ]] && continue
  begin=$EPOCHREALTIME
  LEASE_STEP=$step timeout -k 5 "${LEASE_LIMIT:-300}" bash "$here/lease.sh" "$bundle" "$out" >"$out/$step.log" 2>&1 </dev/null
  code=$?
  seconds=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $begin }")
  if [[ $code == 0 ]]; then
    echo "$seconds" >"$out/$step.passed"
    echo "$step: passed in $seconds s"
  else
    echo "$step: FAILED ($code) in $seconds s"
    tail -n 15 "$out/$step.log"
  fi
done
python3 "$here/lease_report.py" "$out"
