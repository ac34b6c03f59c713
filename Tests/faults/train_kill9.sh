#!/usr/bin/env bash
# `kill -9` at random moments of training: `-resume auto` must give the same checkpoints, byte for byte, and the same
# lines of metrics.jsonl as an uninterrupted run. COUNT=20 and SEED can be set.
# shellcheck source-path=SCRIPTDIR source=train_common.sh
source "$(dirname "${BASH_SOURCE[0]}")/train_common.sh"

count=${COUNT:-20}
seed
duration=$(milliseconds_of "${training[@]}" -out_dir "$work/whole" -epochs 4)
echo "a run takes $duration ms"

killed=0
for ((number = 0; number < count; number++)); do
  rm -rf "$work/out"
  moments=()
  # Every other run is killed twice: the second time after it has been resumed.
  for ((kills = 0; kills <= number % 2; kills++)); do
    random_moment $((duration * 11 / 10))
    moments+=("$moment")
    "${training[@]}" -out_dir "$work/out" -epochs 4 -resume auto >"$work/log" 2>&1 &
    process=$!
    sleep "$moment"
    kill -9 "$process" 2>/dev/null || true
    result=0
    wait "$process" 2>/dev/null || result=$?
    if ((result == 137)); then
      killed=$((killed + 1))
    elif ((result != 0)); then
      fail "number $number: exit $result: $(tail -n 1 "$work/log")"
    else
      duration=$(shortest "$duration")
    fi
  done
  name="number $number, killed after ${moments[*]} s"
  if "${training[@]}" -out_dir "$work/out" -epochs 4 -resume auto >"$work/log" 2>&1; then
    same "$name" "$work/out"
  else
    fail "$name: resuming: exit $?: $(tail -n 1 "$work/log")"
  fi
done
echo "$killed runs killed before their end"
if ((killed < count / 2)); then fail "only $killed were killed before their end"; fi
finish
