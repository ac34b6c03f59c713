#!/usr/bin/env bash
# SIGINT, SIGTERM and SIGHUP at random moments: dvsprep must exit with 130, 143 and 129, write one line, and change no files.
# COUNT=5 (of each kind) and SEED can be set.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

count=${COUNT:-5}
seed
data=$work/data
folder=$work/out
mkdir "$folder"
"$DVSPREP" synth --quiet "$data" --train 6 --test 2 --events 400000 >/dev/null
"$DVSPREP" convert --quiet "$data" -o "$work/older.h5" --level 9 >/dev/null 2>&1
early=0

# interrupt SIGNAL CODE DURATION COMMAND…
interrupt() {
  local signal=$1 code=$2 before process lines found=0
  random_moment "$3"
  shift 3
  before=$(state "$folder")
  # A shell starts background processes with SIGINT ignored, and nohup with SIGHUP, which the tool would heed.
  env --default-signal=INT --default-signal=HUP "$@" >/dev/null 2>"$work/errors" &
  process=$!
  until_it_catches_signals "$process"
  sleep "$moment"
  kill -s "$signal" "$process" 2>/dev/null || true
  wait "$process" || found=$?
  lines=$(grep -v '^dvsprep: warning: ' "$work/errors" || true)
  if ((found == 0)); then
    early=$((early + 1))
    return
  fi
  if ((found != code)); then
    fail "$signal after $moment s: exit $found, not $code: $lines"
  elif [[ $lines != "dvsprep: stopped; nothing was changed" ]]; then
    fail "$signal after $moment s: one line expected: $lines"
  elif [[ $(state "$folder") != "$before" ]]; then
    fail "$signal after $moment s: the folder has changed"
  else
    pass
  fi
}

level=(--level 12)
duration=$(milliseconds_of "$DVSPREP" convert --quiet "$data" -o "$folder/cache.h5" "${level[@]}")
slow=$(milliseconds_of "$DVSPREP" synth --quiet "$folder/new" --train 2 --test 1 --events 1000000)
rm -rf "$folder/cache.h5" "$folder/new"
for ((number = 0; number < count; number++)); do
  for pair in "INT 130" "TERM 143" "HUP 129"; do
    read -r signal code <<<"$pair"
    rm -rf "${folder:?}"/*
    convert=("$DVSPREP" convert --quiet "$data" -o "$folder/cache.h5" "${level[@]}")
    interrupt "$signal" "$code" $((duration * 8 / 10)) "${convert[@]}"
    cp "$work/older.h5" "$folder/cache.h5"
    interrupt "$signal" "$code" $((duration * 8 / 10)) "${convert[@]}" --force
    rm -rf "${folder:?}"/*
    interrupt "$signal" "$code" $((slow * 8 / 10)) \
      "$DVSPREP" synth --quiet "$folder/new" --train 2 --test 1 --events 1000000
  done
done
echo "$passed runs were stopped, $early had ended before the signal"
if ((passed < early)); then fail "most runs had ended before the signal"; fi
finish
