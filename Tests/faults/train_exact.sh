#!/usr/bin/env bash
# Training must give the same bits for any number of decoding and computing threads, and when stopped and resumed.
# COUNT=5 (of each signal) and SEED can be set.
# shellcheck source-path=SCRIPTDIR source=train_common.sh
source "$(dirname "${BASH_SOURCE[0]}")/train_common.sh"

count=${COUNT:-5}
seed
duration=$(milliseconds_of "${training[@]}" -out_dir "$work/whole" -epochs 4 -j 0 -threads 1)

for options in "-j 1 -threads 1" "-j 4 -threads 1" "-j 0 -threads 2" "-j 4 -threads 3"; do
  read -ra words <<<"$options"
  "${training[@]}" -out_dir "$work/${options// /_}" -epochs 4 "${words[@]}" >/dev/null
  same "$options" "$work/${options// /_}"
done

"${training[@]}" -out_dir "$work/halves" -epochs 2 >/dev/null
"${training[@]}" -out_dir "$work/halves" -epochs 4 -resume auto >/dev/null
same "2 epochs and 2 more" "$work/halves"

# Stopped within an epoch, and resumed from a checkpoint in another folder. An incomplete epoch adds no line.
"${training[@]}" -out_dir "$work/steps" -epochs 4 -max_steps 13 >/dev/null
cp "$work"/steps/*/checkpoint_latest.safetensors "$work/elsewhere.safetensors"
"${training[@]}" -out_dir "$work/steps" -epochs 4 -resume "$work/elsewhere.safetensors" >/dev/null
same "13 steps and the rest" "$work/steps"

stopped=0
for ((number = 0; number < count; number++)); do
  for pair in "INT 130" "TERM 143" "HUP 129" "USR1 138"; do
    read -r signal code <<<"$pair"
    rm -rf "$work/out"
    random_moment $((duration * 6 / 10))
    # A shell starts background processes with SIGINT ignored, which the tool would heed.
    env --default-signal=INT "${training[@]}" -out_dir "$work/out" -epochs 4 >"$work/log" 2>&1 &
    process=$!
    until_it_catches_signals "$process"
    sleep "$moment"
    kill -s "$signal" "$process" 2>/dev/null || true
    result=0
    wait "$process" || result=$?
    if ((result == code)); then stopped=$((stopped + 1)); else duration=$(shortest "$duration"); fi
    name="$signal after $moment s"
    if ((result != code && result != 0)); then
      fail "$name: exit $result: $(tail -n 1 "$work/log")"
    elif "${training[@]}" -out_dir "$work/out" -epochs 4 -resume auto >"$work/log" 2>&1; then
      same "$name" "$work/out"
    else
      fail "$name: resuming: exit $?: $(tail -n 1 "$work/log")"
    fi
  done
done
echo "$stopped runs were stopped before their end"
if ((stopped < count)); then fail "only $stopped runs were stopped before their end"; fi
finish
