#!/usr/bin/env bash
# Where the system gives fewer threads than requested, training must give the same bits, with one warning, and a conversion
# the same bytes; without any thread, a conversion ends with one line, and leaves no file.
# shellcheck source-path=SCRIPTDIR source=train_common.sh
source "$(dirname "${BASH_SOURCE[0]}")/train_common.sh"

clang -shared -fPIC -O1 -o "$work/few_threads.so" "$here/few_threads.c" -ldl
"${training[@]}" -out_dir "$work/whole" -epochs 1 -j 0 -threads 1 >/dev/null

warned=0
for limit in 0 1 2 3 4 5 6 7 8; do
  rm -rf "$work/out"
  if MAX_THREADS=$limit LD_PRELOAD="$work/few_threads.so" \
    "${training[@]}" -out_dir "$work/out" -epochs 1 -j 2 -threads 6 >/dev/null 2>"$work/log"; then
    same "at most $limit threads" "$work/out"
  else
    fail "at most $limit threads: $(head -c 300 "$work/log")"
  fi
  # MAX_THREADS also counts the thread that handles signals.
  if grep -q 'warning: the system provides only [1-5] of 6 threads' "$work/log"; then warned=$((warned + 1)); fi
  # The small network is silent, which is another warning.
  if (($(grep -vc "no neuron of" "$work/log" || true) > 1)); then fail "at most $limit threads: $(head -c 300 "$work/log")"; fi
done
mkdir "$work/caches"
refused=0 complete=0
for limit in 0 1 2 3 4 5 6 7 8; do
  convert=(env "MAX_THREADS=$limit" "LD_PRELOAD=$work/few_threads.so"
    "$DVSPREP" convert --quiet "$work/data" -T 4 -j 4 -o "$work/caches/cache.h5")
  if "${convert[@]}" >/dev/null 2>"$work/log"; then
    complete=$((complete + 1))
    if cmp -s "$work/caches/cache.h5" "$work/cache.h5"; then pass; else fail "convert with at most $limit threads: other bytes"; fi
    rm "$work/caches/cache.h5"
  else
    refused=$((refused + 1))
    check "convert with at most $limit threads" 1 \
      'DvsGesture: the system gives no thread to convert on: fewer processes, or a higher limit, would help$' \
      "$work/caches" "${convert[@]}"
  fi
done
# Signals are handled on the first thread, and recordings are scanned on others, which count as well.
if ((refused >= 2 && complete >= 3)); then pass; else fail "convert: $refused refused, $complete complete"; fi

if ((warned >= 4)); then pass; else fail "warned $warned times of 9"; fi
finish
