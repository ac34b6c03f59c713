# make demo                  builds; generates, converts, verifies and shows a small data set; trains and tests a network
# make test                  builds and runs all tests, or those whose names match FILTER=REGEX
# make lint                  checks style and words, and that sources and documents agree
# make mutants               reads 100 000 corrupt and hostile caches, and compares with libhdf5; COUNT=N SEED=N
# make recording-mutants     reads damaged and hostile recordings with AddressSanitizer; COUNT=N of each FORMAT=F (all), SEED=N
# make torch-mutants         reads damaged and hostile files of torch.save with AddressSanitizer; COUNT=N SEED=N
# make graph-mutants         reads damaged and hostile graphs of NIR; COUNT=N SEED=N
# make kernel-mutants        plants faults in the GPU kernels, and prints which check finds each
# make kernels-newest        compiles the GPU kernels for Blackwell, with NVIDIA's newer compiler (87 MB)
# make lease-bundle          packs what Benchmarks/gpu/lease.sh needs on a machine with a GPU
# make check-long            runs the checks that take too long for every change
# make install PREFIX=/usr/local     installs tools, manual pages and completions, and says what is where
# make uninstall PREFIX=/usr/local   removes them
# make documentation         makes the documentation for Swift developers, in .build/documentation
# make wheel                 makes the Python wheel in dist/: the tools, libdvskit.so, the package dvskit, and their libraries
#
# Each command that builds first says if Swift is missing. Each lists and installs the Debian packages that it needs and
# that are missing; with PACKAGES= it leaves libraries to you.

PREFIX ?= /usr/local
COUNT ?= 100000
SEED ?= 1

PACKAGES := libarchive-dev libgif-dev libhdf5-dev libisal-dev liblz4-dev libpng-dev libxxhash-dev libzstd-dev pkg-config \
  zlib1g-dev
TEST_PACKAGES := xz-utils
WHEEL_PACKAGES := binutils curl gcc libbz2-dev libc6-dev liblzma-dev patch python3 python3-venv
# The commit that --version names; empty outside of a git checkout.
COMMIT = $(if $(wildcard .git),$(shell git describe --always --dirty --exclude='*' 2>/dev/null))
# With Swift's run time linked in, so that this one build also serves other machines: installed, in the wheel, in the GPU's bundle.
BUILD = DVSKIT_COMMIT='$(COMMIT)' swift build -c release --static-swift-stdlib
TEST_OPTIONS := -c release --disable-xctest --scratch-path .build-test -Xswiftc -enable-testing
BIN := .build/release
DEMO_RUN := demo/logs/T_16_b_8_c_16_Adam_lr_0.003_CosALR_20

.PHONY: demo test build-tests lint mutants recording-mutants torch-mutants graph-mutants kernel-mutants kernels-newest lease-bundle check-long build install uninstall wheel documentation packages wheel-packages swift clean

demo: build
	$(BIN)/dvsprep synth demo --train 12 --test 4 --force
	$(BIN)/dvsprep convert demo --force
	$(BIN)/dvsprep verify --source demo demo/frames_number_16_split_by_number.h5
	$(BIN)/dvsprep info demo/frames_number_16_split_by_number.h5
	$(BIN)/dvstrain -data_dir demo -out_dir demo/logs -channels 16 -b 8 -lr 0.003 -T_max 20 -epochs 20 --force
	$(BIN)/dvstrain eval $(DEMO_RUN)/checkpoint_max.safetensors -data_dir demo
	@echo '$(DEMO_RUN) contains the run: report.html, checkpoints, metrics.jsonl, and events for tensorboard --logdir'

build: packages
	$(BUILD)

test: build-tests
	@scripts/install-packages.sh $(if $(PACKAGES),$(TEST_PACKAGES))
	swift test $(TEST_OPTIONS) --skip-build $(if $(FILTER),--filter '$(FILTER)')

# `swift test` would build with other options than `swift build --build-tests`, which the bundle for GPUs needs: all twice.
build-tests: packages
	swift build --build-tests $(TEST_OPTIONS)

lint:
	@scripts/install-packages.sh python3
	swift format lint --strict --recursive Sources Examples Tests Package.swift
	scripts/wrap_comments.py --check Sources Examples Tests
	scripts/check_structure.py
	scripts/check_words.py

mutants: build
	$(BIN)/cache-mutants run --count $(COUNT) --seed $(SEED) --findings .build/mutants

recording-mutants: packages
	swift build -c release --product recording-mutants --scratch-path .build-mutants --sanitize=address \
	  -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined -Xswiftc -assert-config -Xswiftc Debug
	SWIFT_BACKTRACE=enable=no LSAN_OPTIONS=suppressions=.ci/leaks.supp \
	  ASAN_OPTIONS=handle_sigbus=0:allocator_may_return_null=1:quarantine_size_mb=16 \
	  .build-mutants/release/recording-mutants --count $(COUNT) --seed $(SEED) $(if $(FORMAT),--format $(FORMAT)) \
	  --findings .build-mutants/findings

torch-mutants: packages
	swift build -c release --product torch-mutants --scratch-path .build-mutants --sanitize=address \
	  -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined -Xswiftc -assert-config -Xswiftc Debug
	SWIFT_BACKTRACE=enable=no LSAN_OPTIONS=suppressions=.ci/leaks.supp \
	  ASAN_OPTIONS=handle_sigbus=0:allocator_may_return_null=1:quarantine_size_mb=16 \
	  .build-mutants/release/torch-mutants --count $(COUNT) --seed $(SEED) --findings .build-mutants/findings

# Without AddressSanitizer, which takes more address space than the reading process has.
graph-mutants: packages
	$(BUILD) --product graph-mutants
	$(BIN)/graph-mutants run --count $(COUNT) --seed $(SEED) --findings .build/graph-mutants

kernel-mutants:
	@scripts/install-packages.sh python3 python3-venv
	bash Tests/kernels/run.sh --mutants

kernels-newest:
	@scripts/install-packages.sh python3 python3-venv
	scripts/build_kernels.py --check --newest

lease-bundle: packages
	@scripts/install-packages.sh $(TEST_PACKAGES) binutils python3 python3-pip
	Benchmarks/gpu/bundle.sh .build/lease.tar.xz

check-long: build
	@scripts/install-packages.sh $(TEST_PACKAGES) python3 python3-venv
	scripts/check_long.sh

install: packages
	@scripts/install-packages.sh $(if $(PACKAGES),python3)
	$(BUILD)
	@DESTDIR='$(DESTDIR)' scripts/install-tools.sh install $(BIN) '$(PREFIX)'

uninstall:
	@DESTDIR='$(DESTDIR)' scripts/install-tools.sh uninstall '$(PREFIX)'

wheel: packages wheel-packages
	@DVSKIT_COMMIT='$(COMMIT)' scripts/wheel/build.sh dist

packages: swift
	@scripts/install-packages.sh $(PACKAGES)

wheel-packages:
	@scripts/install-packages.sh $(if $(PACKAGES),$(WHEEL_PACKAGES))

swift:
	@scripts/check-build-machine.sh

documentation: packages
	@scripts/install-packages.sh python3
	scripts/documentation.sh .build/documentation

clean:
	rm -rf .build .build-* demo dist
