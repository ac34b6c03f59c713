#!/usr/bin/env bash
# Compares reading caches and recordings from a mapping with copying them with pread; see mapped_or_copied.c.
#
#   Benchmarks/mapping/run.sh                        16 synthetic recordings of 1 M events, and their cache
#   DVSPREP=path/to/dvsprep Benchmarks/mapping/run.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
read -ra hdf5 <<<"$(pkg-config --cflags --libs hdf5)"
clang -O2 -Wall -Wextra -Werror -o "$folder/mapped_or_copied" "$here/mapped_or_copied.c" "${hdf5[@]}" -lhdf5 -lzstd
"$DVSPREP" synth --quiet "$folder" --train 12 --test 4 --events 1000000
"$DVSPREP" convert --quiet "$folder/DvsGesture" -o "$folder/cache.h5"
"$folder/mapped_or_copied" "$folder/cache.h5" "$folder"/DvsGesture/*.aedat
