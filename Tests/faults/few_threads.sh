#!/usr/bin/env bash
# Where the system gives fewer threads than requested, training must give the same bits, with one warning.
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
if ((warned >= 4)); then pass; else fail "warned $warned times of 9"; fi
finish
