#!/usr/bin/env bash
# A page of 1464 samples: how long `dvsprep inspect --html` takes, how large the page is, and when a browser shows it.
#
#   Benchmarks/gallery/run.sh                        4 M events a recording: 4 GB of disk, about 5 minutes
#   Benchmarks/gallery/run.sh --events 1000000       quickly
#   Benchmarks/gallery/run.sh --cache FILE           of a cache that is there
#   DVSPREP=path/to/dvsprep PYTHON=path/to/python Benchmarks/gallery/run.sh
#
# Needs what Tests/browser/run.sh installs. Exit code 1 when a goal is missed: 20 s, 40 MB, 3 s to the first view.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export PYTHONPATH=$root/Tests/browser:$root/Tests/interop
exec "$root/Tests/browser/run.sh" --script "$here/gallery_bench.py" "$@"
