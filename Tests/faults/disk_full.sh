#!/usr/bin/env bash
# A full disk, a read-only mount, missing input and files without read permission: dvsprep must write one line, exit with 1
# and leave no files. The mounts are in a mount namespace of their own; where mounting is not permitted, these tests are
# skipped, which is a failure when CI is true.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# --- Tests with mounts: this script starts itself again in another mount namespace ---

mount_size() { mount -t tmpfs -o "size=$1" none "$folder"; }

disk_full() {
  local needed size
  local convert=("$DVSPREP" convert --quiet "$data" -T 1 -o "$folder/cache.h5")

  mount_size 16k
  check "no room from the start" 1 'cache.h5: the cache needs about [0-9]+ bytes, but only [0-9]+ are free$' \
    "$folder" "${convert[@]}"
  check "no room for a data set" 1 'No space left on device' \
    "$folder" "$DVSPREP" synth --quiet "$folder/new" --train 1 --test 1 --events 60000
  for format in png gif html; do
    check "no room for a $format" 1 "out/a.$format: cannot be written: No space left on device" \
      "$folder" "$DVSPREP" inspect "$work/complete.h5" --sample train:0 "--$format" "$folder/a.$format"
  done
  needed=$({ "${convert[@]}" 2>&1 || true; } | sed -n 's/.*needs about \([0-9]*\) bytes.*/\1/p')
  umount "$folder"
  size=$(stat -c %s "$work/complete.h5")
  echo "dvsprep expects $needed bytes, the cache has $size"
  if ((needed + 8192 > size)); then
    fail "the cache is not larger than dvsprep expects, so the disk cannot fill up midway"
  fi

  # Sizes from what dvsprep expects to almost enough: it starts, and the disk fills up midway or at the end.
  for ((room = needed + 4096; room < size; room += 4096)); do
    mount_size "$room"
    check "room for $room bytes" 1 'No space left on device' "$folder" "${convert[@]}"
    umount "$folder"
  done

  # The same beside an older cache, which must not change.
  local older
  older=$(stat -c %s "$work/older.h5")
  for ((room = needed + 4096; room < size; room += 16384)); do
    mount_size $((room + (older + 4095) / 4096 * 4096))
    cp "$work/older.h5" "$folder/cache.h5"
    check "room for $room bytes beside a cache" 1 'No space left on device' "$folder" "${convert[@]}" --force
    umount "$folder"
  done

  mount_size 4m
  if "${convert[@]}" >/dev/null 2>&1 && cmp -s "$folder/cache.h5" "$work/complete.h5"; then
    pass
  else
    fail "with enough room"
  fi
  umount "$folder"
}

read_only() {
  mount_size 4m
  cp "$work/older.h5" "$folder/cache.h5"
  mount -o remount,bind,ro "$folder"
  check "a read-only mount" 1 'Read-only file system' \
    "$folder" "$DVSPREP" convert --quiet "$data" -o "$folder/new.h5"
  check "a read-only mount with a cache" 1 'Read-only file system' \
    "$folder" "$DVSPREP" convert --quiet "$data" -o "$folder/cache.h5" --force
  umount "$folder"
  mount_size 64m
  cp -r "$data" "$folder/data"
  mount -o remount,bind,ro "$folder"
  check "a data set on a read-only mount, whose folder a cache goes into by default" 1 \
    'data: .*Read-only file system: -o FILE writes the cache elsewhere$' \
    "$folder" "$DVSPREP" convert --quiet "$folder/data"
  check "a picture on a read-only mount" 1 'Read-only file system' \
    "$folder" "$DVSPREP" inspect "$work/older.h5" --sample train:0 --png "$folder/a.png"
  check "a data set on a read-only mount" 1 'Read-only file system' \
    "$folder" "$DVSPREP" synth --quiet "$folder/new" --train 1 --test 1 --events 1000
  umount "$folder"
}

if [[ ${1:-} == with-mounts ]]; then
  trap - EXIT
  rmdir "$work"
  work=$2 data=$2/data folder=$2/out
  disk_full
  read_only
  echo "$passed $failed" >"$work/counts"
  exit 0
fi

# --- Tests without mounts ---

data=$work/data
folder=$work/out
mkdir "$folder"
python3 "$here/make_noise.py" "$data"
"$DVSPREP" convert --quiet "$data" -T 1 -o "$work/complete.h5" >/dev/null 2>&1
"$DVSPREP" convert --quiet "$data" -T 1 --class 1 -o "$work/older.h5" >/dev/null 2>&1

missing_input() {
  check "a missing folder" 1 'No such file' "$folder" "$DVSPREP" convert --quiet "$work/none" -o "$folder/cache.h5"
  check "a missing archive" 1 'No such file' \
    "$folder" "$DVSPREP" convert --quiet "$work/none.tar.gz" -o "$folder/cache.h5"
  check "a missing folder for the cache" 1 'No such file' \
    "$folder" "$DVSPREP" convert --quiet "$data" -o "$folder/none/cache.h5"
  check "a missing cache" 1 'No such file' "$folder" "$DVSPREP" verify --quiet "$folder/cache.h5"
  cp -r "$data" "$work/partial"
  for name in user24_led.aedat user24_led_labels.csv trials_to_test.txt; do
    mv "$work/partial/$name" "$work/away"
    check "without $name" 1 "$name" "$folder" "$DVSPREP" convert --quiet "$work/partial" -o "$folder/cache.h5"
    mv "$work/away" "$work/partial/$name"
  done
}

# The prefix that runs a command without permission to read files of mode 000. For root: as the user nobody; where nobody
# cannot run the tool, whose libraries may be in an inaccessible folder, as root without capabilities.
if ((EUID != 0)); then
  as_other=()
elif setpriv --reuid=65534 --regid=65534 --clear-groups "$DVSPREP" --version >/dev/null 2>&1; then
  as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
else
  as_other=(setpriv --bounding-set=-all)
fi

unreadable_files() {
  chmod 777 "$folder"
  for name in user24_led.aedat user24_led_labels.csv trials_to_test.txt; do
    chmod 000 "$work/partial/$name"
    if "${as_other[@]}" cat "$work/partial/$name" >/dev/null 2>&1; then
      skip "a file without read permission: every file can be read here"
      return
    fi
    check "$name without read permission" 1 "$name: .*Permission denied" \
      "$folder" "${as_other[@]}" "$DVSPREP" convert --quiet "$work/partial" -o "$folder/cache.h5"
    chmod 644 "$work/partial/$name"
  done
  tar -C "$work" -czf "$work/closed.tar.gz" data
  chmod 000 "$work/closed.tar.gz"
  check "an archive without read permission" 1 'closed.tar.gz: .*Permission denied' \
    "$folder" "${as_other[@]}" "$DVSPREP" convert --quiet "$work/closed.tar.gz" -o "$folder/cache.h5"
  chmod 555 "$folder"
  if "${as_other[@]}" touch "$folder/new" 2>/dev/null; then
    rm "$folder/new"
    skip "a folder without write permission: every folder can be written to here"
  else
    check "a folder without write permission" 1 'Permission denied' \
      "$folder" "${as_other[@]}" "$DVSPREP" convert --quiet "$data" -o "$folder/cache.h5"
  fi
  chmod 755 "$folder"
}

missing_input
unreadable_files

with_mounts=(env "DVSPREP=$DVSPREP" bash "${BASH_SOURCE[0]}" with-mounts "$work")
mounted=false
for prefix in "unshare --mount" "unshare --user --map-root-user --mount" "sudo -n unshare --mount"; do
  read -ra words <<<"$prefix"
  if "${words[@]}" mount -t tmpfs none "$folder" 2>/dev/null; then
    mounted=true
    if "${words[@]}" "${with_mounts[@]}"; then
      read -r more_passed more_failed <"$work/counts"
      passed=$((passed + more_passed)) failed=$((failed + more_failed))
    else
      fail "the tests with mounts ended early"
    fi
    break
  fi
done
if [[ $mounted == false ]]; then skip "a full disk and a read-only mount: mounting is not permitted here"; fi
finish
