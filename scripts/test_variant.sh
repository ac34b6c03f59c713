#!/usr/bin/env bash
# Runs the tests in a build with additional checks; further arguments are passed to `swift test`.
#
#   scripts/test_variant.sh address   optimised; finds memory errors and leaks, undefined behaviour in C, and failed debug assertions of Swift
#   scripts/test_variant.sh thread    optimised; finds data races
#   scripts/test_variant.sh debug     the default of `swift build`, except that C is optimised
#
# DVSKIT_TEST_TARGETS="EngineTests FrameCacheTests" builds and runs these tests only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

variant=${1:?address, thread or debug}
shift
# Each variant has its own folder; otherwise each switch would rebuild everything.
options=(--disable-xctest --scratch-path ".build-$variant")
optimised=(-c release -Xswiftc -enable-testing)
# With a sanitizer, the backtrace that Swift prints after a trap does not end.
export SWIFT_BACKTRACE=enable=no
# These tests limit the tools' address space, of which sanitizers need terabytes.
left_out=(--skip ToolTests.HostileCacheTests --skip ToolTests.MutantsTests --skip ToolTests.RepackTests
  --skip ToolTests.PlainOutputTests --skip ToolTests.ExchangeTests --skip ToolTests.GraphInputTests
  --skip ToolTests.WrongFileTests)
case $variant in
  address)
    # Undefined behaviour traps, since Swift's linker cannot link the library that reports it. `-assert-config Debug` also
    # enables the standard library's checks of pointers and buffers.
    options+=("${optimised[@]}" --sanitize=address -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
      -Xswiftc -assert-config -Xswiftc Debug)
    export DVS_SANITIZER=address
    export LSAN_OPTIONS=suppressions=$PWD/.ci/leaks.supp
    # The package itself handles SIGBUS, from reading pages of a truncated file, and memory that the system does not give.
    export ASAN_OPTIONS=handle_sigbus=0:allocator_may_return_null=1
    ;;
  thread)
    options+=("${optimised[@]}" --sanitize=thread)
    export DVS_SANITIZER=thread
    export TSAN_OPTIONS=handle_sigbus=0:allocator_may_return_null=1
    ;;
  debug) options+=(-Xcc -O2) left_out=() ;;
  *)
    echo "test_variant.sh: address, thread or debug expected, $variant found" >&2
    exit 64
    ;;
esac
# `swift test` takes a name without any test silently, and then runs the tests that were to be left out.
previous=
for value in "${left_out[@]}" "$@"; do
  if [[ $previous == --skip && $value =~ ^([A-Za-z0-9]+)(\.([A-Za-z0-9]+))?$ ]] \
    && ! grep -rqE --include='*.swift' "(struct|class|enum|actor) +${BASH_REMATCH[3]}" "Tests/${BASH_REMATCH[1]}" 2>/dev/null; then
    echo "test_variant.sh: --skip $value: a folder of Tests/, or it and the beginning of a suite's name, expected" >&2
    exit 64
  fi
  previous=$value
done
# Only what the tests need.
swift build "${options[@]}" --product dvskitPackageTests
swift test "${options[@]}" --skip-build "${left_out[@]}" "$@"
