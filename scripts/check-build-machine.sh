#!/bin/sh
# Says what a build needs and this machine lacks: Linux on x86-64, Swift 6.3 or later. It changes nothing.
set -eu

fail() {
  echo "$1; nothing was changed" >&2
  exit 1
}

machine="$(uname -s) $(uname -m)"
[ "$machine" = "Linux x86_64" ] || fail "this machine: Linux x86_64 expected, $machine found"

get_swift="install it with swiftly, Swift's own installer: https://www.swift.org/install/linux/"
command -v swift >/dev/null 2>&1 \
  || fail "swift: Swift 6.3 or later expected, none found in PATH: $get_swift; then open a new shell"
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
major=${version%.*}
minor=${version#*.}
[ -n "$version" ] || fail "swift: Swift 6.3 or later expected, no version printed by 'swift --version': $get_swift"
if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 3 ]; }; then
  fail "swift: Swift 6.3 or later expected, $version found: 'swiftly install latest', or $get_swift"
fi
