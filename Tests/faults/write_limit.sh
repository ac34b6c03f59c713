#!/usr/bin/env bash
# A limit on the size of files (`ulimit -f`, in KiB) grows until the tool succeeds: every failing run must exit with 1,
# write one line and leave no files.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

data=$work/data
folder=$work/out
mkdir "$folder"
"$DVSPREP" synth --quiet "$data" --train 2 --test 1 --events 60000 >/dev/null
"$DVSPREP" convert --quiet "$data" -o "$work/older.h5" --level 9 >/dev/null 2>&1

limited() { (ulimit -f "$1" && shift && exec "$@"); }

# grow NAME STEP COMMAND…: checks the command with limits in steps of STEP KiB.
grow() {
  local name=$1 step=$2 limit=0
  shift 2
  until limited "$limit" "$@" >/dev/null 2>&1; do
    check "$name, at most $limit KiB" 1 ': ' "$folder" limited "$limit" "$@"
    limit=$((limit + step))
    if ((limit > 100000)); then
      fail "$name: does not succeed with $limit KiB"
      break
    fi
  done
  echo "$name: succeeds with $limit KiB"
}

convert=("$DVSPREP" convert --quiet "$data" -o "$folder/cache.h5")
grow "convert" 8 "${convert[@]}"
"$DVSPREP" verify --quiet "$folder/cache.h5" >/dev/null || fail "the cache is not valid"
rm "$folder/cache.h5"
cp "$work/older.h5" "$folder/cache.h5"
grow "convert --force" 8 "${convert[@]}" --force
"$DVSPREP" verify --quiet "$folder/cache.h5" >/dev/null || fail "the cache is not valid"
rm "$folder/cache.h5"
grow "synth" 64 "$DVSPREP" synth --quiet "$folder/new" --train 2 --test 1 --events 60000
finish
