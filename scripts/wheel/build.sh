#!/usr/bin/env bash
# Makes the wheel: the programs and libdvskit.so with Swift's libraries inside, the Python package, and all other libraries that
# they need. `make wheel` installs first what this needs.
#
#   scripts/wheel/build.sh FOLDER    writes FOLDER/dvskit-VERSION-py3-none-manylinux_2_XX_x86_64.whl
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
target=$(realpath -m "$1")
cd "$root"
build=.build/release
libraries=$root/.build-libraries
tools=$root/.build-wheel-tools
# Its name and depth matter: in pyproject.toml, the version's file is relative to it.
stage=$root/.build-wheel

step() { echo "wheel: $1 ($SECONDS s)"; }

step "tools"
if ! cmp -s "$here/requirements.txt" "$tools/requirements.txt"; then
  python3 -m venv --clear "$tools"
  "$tools/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$tools/requirements.txt"
fi

step "libhdf5 and libarchive"
"$here/build_libraries.sh" "$libraries"
export LD_LIBRARY_PATH=$libraries/lib

step "programs"
cc -O2 -c -o "$libraries/hypotf.o" "$here/hypotf.c"
swift build -c release --static-swift-stdlib -Xlinker "$libraries/hypotf.o"
rm -rf "$stage"
mkdir -p "$stage/dvskit" "$stage/scripts"
cp -r Python/dvskit Python/pyproject.toml Python/hatch_build.py Python/README.md LICENSE "$stage/"
DESTDIR=$stage scripts/install-tools.sh install "$build" / >/dev/null
mv "$stage/bin" "$stage/dvskit/bin"
for tool in dvsprep dvstrain; do install -m 755 Python/program.py "$stage/scripts/$tool"; done

step "libdvskit.so"
"$here/link_library.sh" "$build" "$stage/dvskit/libdvskit.so" "$libraries/hypotf.o"

step "the wheel"
"$here/third_party.py" "$stage" "$libraries" .build/checkouts
mkdir -p "$target"
rm -f "$target"/dvskit-*.whl
(cd "$stage" && "$tools/bin/python" -m hatchling build -t wheel >/dev/null 2>"$stage/log") || { cat "$stage/log" >&2; exit 1; }
PATH=$tools/bin:$PATH auditwheel repair --plat auto --wheel-dir "$target" "$stage"/dist/*.whl
"$tools/bin/python" "$here/check_wheel.py" "$target"/dvskit-*.whl
step "done"
