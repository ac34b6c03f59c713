#!/usr/bin/env bash
# What takes too long for every change, for `make check-long`: run it after changes of engines, kernels or formats, and
# before a release. Fetches PyTorch and SpikingJelly once (0.4 GB).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

step "all tests, with ThreadSanitizer, but for those whose threads are fibers"
scripts/test_variant.sh thread --skip EngineTests.CUDASharedTests --skip EngineTests.CUDAEngineTests

step "every case on an emulated GPU"
DVS_LONG_TESTS=1 swift test -c release --disable-xctest --scratch-path .build-test -Xswiftc -enable-testing \
  --filter EngineTests.CUDASharedTests

step "tests in a debug build, but for those of engines, trainings and tools"
scripts/test_variant.sh debug --skip EngineTests --skip TrainTests --skip ToolTests

step "SpikingJelly makes the golden frames again"
python=$(Tests/interop/torch_python.sh)
"$python" Fixtures/make_golden.py check

step "100 steps of the CPU engine beside the Reference's"
data=.build-check-long
.build/release/dvsprep synth $data --train 12 --test 4 --force
.build/release/dvsprep convert $data -T 4 --force
cache=$data/frames_number_4_split_by_number.h5
python3 Tests/interop/training/compare_engines.py $cache

step "ten steps beside SpikingJelly's"
OMP_NUM_THREADS=1 "$python" Tests/interop/training/ten_steps.py $cache --channels 32 --active

step "100 000 damaged and hostile caches"
.build/release/cache-mutants run --findings .build/mutants

step "done"
