#!/usr/bin/env bash
# Makes the documentation for Swift developers: the articles in Documentation/dvskit.docc, and all that is public in the
# products of Package.swift. Fails if DocC warns, for example of a link to a symbol that does not exist.
#
#   scripts/documentation.sh FOLDER    `docc preview` or any web server shows FOLDER
set -euo pipefail

folder=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT

swift build
# Fails for targets in C, which are not documented.
swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >/dev/null 2>&1 || true
modules=$(swift package dump-package | python3 -c '
import json, sys
for product in json.load(sys.stdin)["products"]:
    if "library" in product["type"] and product["name"] != "dvskit":
        print(*product["targets"], sep="\n")')
for module in $modules; do
  cp .build/debug/../symbolgraph/"$module".symbols.json .build/debug/../symbolgraph/"$module"@*.symbols.json "$graphs" 2>/dev/null ||
    cp .build/debug/../symbolgraph/"$module".symbols.json "$graphs"
done
docc convert Documentation/dvskit.docc --additional-symbol-graph-dir "$graphs" --output-dir "$folder" --warnings-as-errors
