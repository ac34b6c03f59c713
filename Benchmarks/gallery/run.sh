#!/usr/bin/env bash
# Measures a page of 1464 samples: the time of `dvsprep inspect --html`, the page's size, and the time until it is shown.
#
#   Benchmarks/gallery/run.sh                        4 M events per recording; 4 GB of disk, about 5 minutes
#   Benchmarks/gallery/run.sh --events 1000000       quick
#   Benchmarks/gallery/run.sh --cache FILE           for an existing cache
#   DVSPREP=path/to/dvsprep PYTHON=path/to/python Benchmarks/gallery/run.sh
#
# Needs the packages that Tests/browser/run.sh installs. Exit code 1 when a goal is missed: 20 s, 40 MB, 3 s to the first
# view.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export PYTHONPATH=$root/Tests/browser:$root/Tests/interop
exec "$root/Tests/browser/run.sh" --script "$here/gallery_bench.py" "$@"
