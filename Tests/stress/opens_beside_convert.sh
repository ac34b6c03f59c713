#!/usr/bin/env bash
# Opens a cache repeatedly while `dvsprep convert --force` keeps replacing it, alternating between two data sets. Each opening
# decodes all frames and compares them with the records: it must find one complete cache or the other.
#
#     Tests/stress/opens_beside_convert.sh [OPENINGS]
set -euo pipefail

openings=${1:-10000}
dvsprep=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.build/release/dvsprep
folder=$(mktemp -d)
trap 'touch "$folder/stop"; wait; rm -rf "$folder"' EXIT
cd "$folder"

# The numbers of samples distinguish them: 24 and 36. Counts, labels and windows differ, too.
"$dvsprep" synth a --train 1 --test 1 --events 20000 --seed 1 --quiet
"$dvsprep" synth b --train 2 --test 1 --events 20000 --seed 2 --quiet
convert() { "$dvsprep" convert "$1" -T 4 -j 1 -o cache.h5 --force --quiet >/dev/null 2>>warnings; }
convert a
(
  conversions=0
  while [[ ! -e stop ]]; do
    convert b && convert a && conversions=$((conversions + 2))
    echo "$conversions" >conversions
  done
) &

for ((done = 0; done < openings; done += 100)); do
  mapfile -t names < <(yes cache.h5 | head -100)
  "$dvsprep" verify --json -j 1 "${names[@]}" >>answers 2>>refusals || true
done
touch stop
wait

count() { grep -c "$1" answers || true; }
first=$(count '"samples":24,"sound":true')
second=$(count '"samples":36,"sound":true')
mixed=$(count '"samples":[0-9]*,"sound":false')
refused=$(($(wc -l <answers) - first - second - mixed))
echo "$(wc -l <answers) openings beside $(cat conversions) conversions: $first gave the first cache, $second the second," \
  "$mixed a mixture, $refused were refused"
sort refusals | uniq -c | sort -rn | head -5
((mixed == 0 && refused == 0 && first > 0 && second > 0 && first + second == openings))
