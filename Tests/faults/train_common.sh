# Sourced by the tests of dvstrain in this folder: the path of the tool, a small cache, and functions that compare runs.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

DVSTRAIN=$(realpath -e "${DVSTRAIN:-$here/../../.build/release/dvstrain}")
"$DVSPREP" synth --quiet "$work/data" --train 3 --test 1 --events 60000 >/dev/null
"$DVSPREP" convert --quiet "$work/data" -T 4 -o "$work/cache.h5" >/dev/null 2>&1

# Trains a small network, 9 steps per epoch; saves after every second step and every epoch. The caller adds -out_dir.
# shellcheck disable=SC2034
training=("$DVSTRAIN" -data_dir "$work/cache.h5" -device cpu -T 4 -b 4 -channels 2 -neuron PLIF -save_every 2
  -log_every 1 --quiet)

# outcome OUT: prints what the run in OUT left, without times and without the TensorBoard files, which contain times.
outcome() {
  local folder
  folder=$(echo "$1"/*/)
  (cd "$folder" && sha256sum checkpoint_latest.safetensors checkpoint_max.safetensors)
  sed -E 's/"(seconds|total_time|train_time|samples_per_second)":[^,}]*//g' "$folder/metrics.jsonl"
  find "$folder" -type f ! -name 'events.out.tfevents.*' -printf '%f\n' | LC_ALL=C sort
}

# same NAME OUT: expects that the run in OUT has the same outcome as the one in $work/whole.
same() {
  local difference
  if difference=$(diff <(outcome "$work/whole") <(outcome "$2")); then pass; else fail "$1: $difference"; fi
}
