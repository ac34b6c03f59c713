#!/usr/bin/env bash
# Compares each fixture with its SHA-256 in SHA256SUMS, and that file with the table in README.md. `check.sh update` first
# updates SHA256SUMS.
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")"
list() { find synthetic nmnist cifar10-dvs real metadata net release-0.1.0 hostile foreign cases formats runs numpy spikingjelly tonic torch nir -type f -print0 | sort -z; }
if [[ ${1:-} == update ]]; then
  list | xargs -0 sha256sum >SHA256SUMS
fi
if ! cmp -s <(list | tr '\0' '\n') <(cut -c 67- SHA256SUMS); then
  echo "check.sh: the fixtures are not the files in SHA256SUMS:" >&2
  diff <(cut -c 67- SHA256SUMS) <(list | tr '\0' '\n') >&2 || true
  exit 1
fi
sha256sum --check --quiet SHA256SUMS
if ! diff <(sed -En 's/^\| ([^ ]+) \| [0-9]+ \| `([0-9a-f]{64})` \|$/\2  \1/p' README.md) SHA256SUMS; then
  echo "check.sh: README.md (left) lists other sums than SHA256SUMS" >&2
  exit 1
fi
echo "$(wc -l <SHA256SUMS) fixtures are unchanged"
