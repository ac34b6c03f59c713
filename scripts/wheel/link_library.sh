#!/usr/bin/env bash
# Links libdvskit.so with Swift's run time inside, for which SwiftPM has no option, from the objects that SwiftPM compiled for it.
# It exports the functions of dvskit.h, and nothing of Swift.
#
#   scripts/wheel/link_library.sh BUILD LIBRARY [OBJECT…]
set -euo pipefail

build=$1
library=$2
shift 2
exports=$(mktemp)
trap 'rm -f "$exports"' EXIT
echo '{ global: dvskit_*; local: *; };' >"$exports"
# shellcheck disable=SC2046 # options
swiftc -emit-library -static-stdlib -O -o "$library" "@$build/dvskit.product/Objects.LinkFileList" "$@" \
  $(pkg-config --libs-only-L hdf5) \
  -Xlinker -soname=libdvskit.so -Xlinker --version-script="$exports" -Xlinker --gc-sections \
  -Xlinker --as-needed -Xlinker -s
