#!/usr/bin/env bash
# Where the system gives fewer threads than asked for, those that there are train to the same bits, and it is told once.
# shellcheck source-path=SCRIPTDIR source=train_common.sh
source "$(dirname "${BASH_SOURCE[0]}")/train_common.sh"

clang -shared -fPIC -O1 -o "$work/few_threads.so" "$here/few_threads.c" -ldl
"${training[@]}" -out_dir "$work/whole" -epochs 1 -j 0 -threads 1 >/dev/null

warned=0
for most in 0 1 2 3 4 5 6 7 8; do
  rm -rf "$work/out"
  if MAX_THREADS=$most LD_PRELOAD="$work/few_threads.so" \
    "${training[@]}" -out_dir "$work/out" -epochs 1 -j 2 -threads 6 >/dev/null 2>"$work/log"; then
    same "at most $most threads" "$work/out"
  else
    fail "at most $most threads: $(head -c 300 "$work/log")"
  fi
  # The signals' thread is one of them.
  if grep -q 'warning: the system gives [1-5] of 6 threads' "$work/log"; then warned=$((warned + 1)); fi
  if (($(wc -l <"$work/log") > 1)); then fail "at most $most threads: $(head -c 300 "$work/log")"; fi
done
if ((warned >= 4)); then pass; else fail "warned $warned times of 9"; fi
finish
