#!/usr/bin/env bash
# `make check-long`: checks that take too long for every change. Run them after changes of engines, kernels or formats,
# and before a release. Downloads PyTorch and SpikingJelly once (0.4 GB).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

step "all tests with ThreadSanitizer, except those whose threads are fibers"
scripts/test_variant.sh thread --skip EngineTests.CUDASharedTests --skip EngineTests.CUDAEngineTests

step "every case on an emulated GPU"
DVS_LONG_TESTS=1 make --no-print-directory test FILTER='EngineTests.CUDA(Shared|Engine|Memory)Tests'

step "tests in a debug build, except those of engines, training and tools"
scripts/test_variant.sh debug --skip EngineTests --skip TrainTests --skip ToolTests

step "golden frames, recomputed by SpikingJelly"
python=$(Tests/interop/torch_python.sh)
"$python" Fixtures/make_golden.py check

step "100 steps of the CPU engine, compared with the reference engine"
data=.build-check-long
.build/release/dvsprep synth $data --train 12 --test 4 --force
.build/release/dvsprep convert $data -T 4 --force
cache=$data/frames_number_4_split_by_number.h5
python3 Tests/interop/training/compare_engines.py $cache

step "ten steps, compared with SpikingJelly"
OMP_NUM_THREADS=1 "$python" Tests/interop/training/ten_steps.py $cache --channels 32 --active

step "recordings of other formats, compared with other libraries"
bash Tests/interop/run_formats.sh

step "documentation for Swift developers"
scripts/documentation.sh .build/documentation

step "100 000 corrupt and hostile caches"
.build/release/cache-mutants run --findings .build/mutants

step "100 000 damaged and hostile recordings of each format, with AddressSanitizer"
make --no-print-directory recording-mutants

step "100 000 damaged and hostile files of torch.save, with AddressSanitizer"
make --no-print-directory torch-mutants

step "10 000 damaged and hostile graphs of NIR"
make --no-print-directory graph-mutants COUNT=10000

step "archives in any order, and with a recording of 300 MB"
DVS_LONG_TESTS=1 bash Tests/interop/run.sh archive

step "damaged and hostile archives"
DVSPREP=.build/release/dvsprep Tests/archives/check_hostile.py

step "the examples of Clusters.md"
Tests/clusters/run.sh

step "ranks under three MPIs, with 30 kills"
KILLS=30 Tests/mpi/run.sh

step "done"
