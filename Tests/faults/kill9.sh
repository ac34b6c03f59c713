#!/usr/bin/env bash
# `kill -9` at random moments of `dvsprep convert`: afterwards the folder must contain the complete cache or its previous
# contents, byte for byte, and nothing else. COUNT=50 and SEED can be set.
#
# One exception: Linux cannot replace a file by an unnamed one in one step. With --force, the complete new cache first gets
# a hidden name and is then renamed. Killed between these steps, the tool leaves the hidden file beside the older cache;
# the next `convert --force` removes it.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

count=${COUNT:-50}
seed
"$DVSPREP" synth --quiet "$work/data" --train 6 --test 2 --events 400000 >/dev/null
folder=$work/out
cache=$folder/cache.h5
mkdir "$folder"

convert() { exec "$DVSPREP" convert --quiet "$work/data" -o "$cache" "$@"; }

# The older cache has another compression level, so that it differs from the new one.
(convert --level 9) >/dev/null 2>&1
cp "$cache" "$work/older.h5"
rm "$cache"
duration=$(milliseconds_of "$DVSPREP" convert --quiet "$work/data" -o "$cache")
cp "$cache" "$work/complete.h5"
echo "a conversion takes $duration ms"

killed=0 replaced=0 kept=0 none=0 between=0
for ((number = 0; number < count; number++)); do
  rm -f "$cache"
  options=()
  if ((number % 2 == 1)); then
    cp "$work/older.h5" "$cache"
    options=(--force)
  fi
  random_moment $((duration * 11 / 10))
  convert "${options[@]}" >/dev/null 2>&1 &
  process=$!
  sleep "$moment"
  kill -9 "$process" 2>/dev/null || true
  result=0
  wait "$process" 2>/dev/null || result=$?
  if ((result == 137)); then killed=$((killed + 1)); else duration=$(shortest "$duration"); fi
  name="number $number, killed after $moment s"
  entries=$(ls -A "$folder")
  if ((result != 137 && result != 0)); then
    fail "$name: exit $result"
  elif [[ -z $entries ]]; then
    none=$((none + 1))
    if ((number % 2 == 1)); then fail "$name: the older cache is gone"; else pass; fi
  elif ((number % 2 == 1)) && [[ $entries == $'.cache.h5.partial\ncache.h5' ]] &&
    cmp -s "$folder/.cache.h5.partial" "$work/complete.h5" && cmp -s "$cache" "$work/older.h5"; then
    between=$((between + 1))
    (convert --force) >/dev/null 2>&1 || true
    if [[ $(ls -A "$folder") == cache.h5 ]] && cmp -s "$cache" "$work/complete.h5"; then
      pass
    else
      fail "$name: the next conversion does not remove the hidden file"
    fi
  elif [[ $entries != cache.h5 ]]; then
    fail "$name: the folder contains $entries"
  elif cmp -s "$cache" "$work/complete.h5"; then
    replaced=$((replaced + 1))
    if "$DVSPREP" verify --quiet "$cache" >/dev/null; then pass; else fail "$name: the new cache is not valid"; fi
  elif ((number % 2 == 1)) && cmp -s "$cache" "$work/older.h5"; then
    kept=$((kept + 1))
    pass
  else
    fail "$name: the cache is neither the older nor the new one"
  fi
done
echo "$killed of $count runs killed before their end; left: $replaced complete new caches, $kept older ones," \
  "$between older ones with the new one hidden, $none without a cache"
if ((killed < count / 2)); then fail "only $killed of $count were killed before their end"; fi
finish
