#!/usr/bin/env bash
# System calls that fail with EINTR every second time, and a system that cannot load pages ahead: the tools must make the
# same files.
# shellcheck source-path=SCRIPTDIR source=train_common.sh
source "$(dirname "${BASH_SOURCE[0]}")/train_common.sh"

clang -shared -fPIC -O1 -o "$work/interrupted_calls.so" "$here/interrupted_calls.c" -ldl
data=$work/recordings
"$DVSPREP" synth --quiet "$data" --train 2 --test 1 --events 4000 >/dev/null

# The library is for the tool only: `timeout` itself waits for a process.
interrupted() { timeout 300 env LD_PRELOAD="$work/interrupted_calls.so" "$@"; }

# run NAME COMMAND…: expects success, and nothing but warnings on stderr.
run() {
  local name=$1
  shift
  if ! interrupted "$@" >"$work/stdout" 2>"$work/log" || grep -qv ': warning: ' "$work/log"; then
    fail "$name: $(head -c 300 "$work/log")"
  else
    pass
  fi
}

"$DVSPREP" convert --quiet "$data" -T 2 -o "$work/plain.h5" >/dev/null 2>&1
run convert "$DVSPREP" convert --quiet "$data" -T 2 -o "$work/short.h5"
if cmp -s "$work/plain.h5" "$work/short.h5"; then pass; else fail "another cache"; fi
tar -C "$data" -czf "$work/DvsGesture.tar.gz" DvsGesture
run "convert of an archive" "$DVSPREP" convert --quiet "$work/DvsGesture.tar.gz" -T 2 -o "$work/packed.h5"
for command in info verify inspect; do run "$command" "$DVSPREP" "$command" --quiet "$work/short.h5"; done
run repack "$DVSPREP" repack --quiet "$work/short.h5" -o "$work/new.h5"
run view "$DVSPREP" view --quiet "$data/DvsGesture/user01_fluorescent.aedat" --html "$work/a.html" --png "$work/a.png"
"${training[@]}" -out_dir "$work/whole" -epochs 1 >/dev/null
run train "${training[@]}" -out_dir "$work/out" -epochs 1
same "interrupted calls" "$work/out"
finish
