#!/usr/bin/env bash
# File systems of clusters: no locks, no unnamed files, no hard links, no read-ahead by madvise, one at a time and all at
# once; and signals that interrupt system calls. Everything works, gives the same bytes, and leaves nothing else behind.
# shellcheck source-path=SCRIPTDIR source=train_common.sh
source "$(dirname "${BASH_SOURCE[0]}")/train_common.sh"

clang -shared -fPIC -O1 -o "$work/bare.so" "$here/bare_file_system.c" -ldl
"${training[@]}" -out_dir "$work/whole" -epochs 1 -j 0 -threads 1 >/dev/null

# results FOLDER: the names and contents of what the commands below leave but for the run, whose files hold times.
results() {
  (cd "$1" && find . -path ./run -prune -o -type f -exec sha256sum {} + && find . -path ./run -prune -o -print) |
    LC_ALL=C sort
}

# commands FOLDER [VARIABLE=VALUE …]: one of each kind, with and without a file to be replaced.
commands() {
  local folder=$1
  shift
  local bare=(env "$@" LD_PRELOAD="$work/bare.so") cache=$folder/cache.h5
  mkdir -p "$folder"
  # Caches hold their sources' times, which synth sets to now.
  "${bare[@]}" "$DVSPREP" synth --quiet "$folder/synthetic" --train 1 --test 1 --events 20000 >/dev/null || return 1
  rm -r "$folder/synthetic"
  "${bare[@]}" "$DVSPREP" convert --quiet "$work/data" -T 4 -o "$cache" >/dev/null || return 1
  "${bare[@]}" "$DVSPREP" convert --quiet "$work/data" -T 4 -o "$cache" --force --level 9 >/dev/null || return 1
  "${bare[@]}" "$DVSPREP" convert --quiet "$work/data" -T 4 -o "$cache" --force >/dev/null || return 1
  "${bare[@]}" "$DVSPREP" verify --quiet "$cache" >/dev/null || return 1
  "${bare[@]}" "$DVSPREP" inspect "$cache" --sample train:0 --png "$folder/a.png" >/dev/null || return 1
  "${bare[@]}" "${training[@]}" -out_dir "$folder/run" -epochs 1 -j 0 -threads 1 >/dev/null || return 1
}

commands "$work/usual" 2>/dev/null
for lacks in NO_LOCKS=38 NO_LOCKS=37 NO_LOCKS=95 NO_LOCKS=9 NO_UNNAMED=1 NO_LINKS=1 NO_POPULATE=1 INTERRUPTED=1 \
  "NO_LOCKS=38 NO_UNNAMED=1 NO_LINKS=1 NO_POPULATE=1 INTERRUPTED=1"; do
  rm -rf "$work/bare"
  # shellcheck disable=SC2086
  if ! commands "$work/bare" $lacks 2>"$work/log"; then
    fail "$lacks: $(head -c 400 "$work/log")"
    continue
  fi
  if [[ $(results "$work/bare") == "$(results "$work/usual")" ]]; then pass; else
    fail "$lacks: $(diff <(results "$work/usual") <(results "$work/bare"))"
  fi
  same "$lacks" "$work/bare/run"
  # One line tells that a second training in the folder would not be noticed, and only where there are no locks.
  warnings=$(grep -c 'warning: .* has no file locks' "$work/log" || true)
  expected=$([[ $lacks == *NO_LOCKS* ]] && echo 1 || echo 0)
  if ((warnings == expected)); then pass; else fail "$lacks: $warnings warnings of locks: $(head -c 400 "$work/log")"; fi
done

# What is in place although its folder cannot be flushed is said to be in place.
mkdir "$work/folder"
check_in_place() {
  local name=$1 file=$2 output code=0
  shift 2
  output=$(env NO_DIRECTORY_SYNC=1 LD_PRELOAD="$work/bare.so" "$@" 2>&1 >/dev/null) || code=$?
  if ((code == 1)) && [[ $output == *"$file: is complete and in place"* ]] && [[ -e $file ]]; then pass; else
    fail "$name: exit $code: $output"
  fi
}
check_in_place "convert" "$work/folder/a.h5" "$DVSPREP" convert --quiet "$work/data" -T 4 -o "$work/folder/a.h5"
check_in_place "convert --force" "$work/folder/a.h5" "$DVSPREP" convert --quiet "$work/data" -T 2 -o "$work/folder/a.h5" --force
# A new folder is flushed before it gets its name.
check "synth" 1 'cannot be written to: Input/output error' "$work/folder" \
  env NO_DIRECTORY_SYNC=1 LD_PRELOAD="$work/bare.so" "$DVSPREP" synth --quiet "$work/folder/new" --train 1 --test 1 --events 20000
check_in_place "inspect" "$work/folder/a.png" "$DVSPREP" inspect "$work/cache.h5" --sample train:0 --png "$work/folder/a.png"
finish
