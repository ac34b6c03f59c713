#!/usr/bin/env bash
# Runs the tests in a build that notices what the ordinary one passes over; further arguments go to `swift test`.
#
#   scripts/test_variant.sh address   optimised: memory faults and leaks, undefined behaviour in C, Swift's debug assertions
#   scripts/test_variant.sh thread    optimised: data races
#   scripts/test_variant.sh debug     as `swift build` makes it by default, but for C, which is optimised
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

variant=${1:?address, thread or debug}
shift
# Each variant has its own folder, or every switch would build everything anew.
options=(--disable-xctest --scratch-path ".build-$variant")
optimised=(-c release -Xswiftc -enable-testing)
# These run tools under a limit of address space, of which sanitizers take terabytes.
limited=(--skip ToolTests.HostileCacheTests --skip ToolTests.MutantsTests --skip ToolTests.RepackTests)
case $variant in
  address)
    # Undefined behaviour traps: a library that reports it would not fit Swift's linker. `-assert-config Debug` also
    # switches on what the standard library checks of pointers and buffers in debug builds only.
    options+=("${optimised[@]}" --sanitize=address -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
      -Xswiftc -assert-config -Xswiftc Debug "${limited[@]}")
    export LSAN_OPTIONS=suppressions=$PWD/.ci/leaks.supp
    # A lost page is the package's own to deal with.
    export ASAN_OPTIONS=handle_sigbus=0
    ;;
  thread)
    options+=("${optimised[@]}" --sanitize=thread "${limited[@]}")
    export TSAN_OPTIONS=handle_sigbus=0
    ;;
  debug) options+=(-Xcc -O2) ;;
  *)
    echo "test_variant.sh: address, thread or debug expected, $variant found" >&2
    exit 64
    ;;
esac
swift test "${options[@]}" "$@"
