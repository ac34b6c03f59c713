#!/usr/bin/env bash
# Packs into one file what Benchmarks/gpu/lease.sh needs on a machine with a GPU but without Swift and a network.
#
#   Benchmarks/gpu/bundle.sh FILE [--without-tests]
#
# That is the tools and the tests, stripped; the libraries that they load, except the system's own; and SpikingJelly.
# Fails if the file exceeds 32 MiB.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=$(realpath -m "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/bin" "$folder/lib" "$(dirname "$target")"
cd "$root"

make --no-print-directory build
cp .build/release/dvsprep .build/release/dvstrain "$folder/bin/"
if [[ ${2:-} != --without-tests ]]; then
  make --no-print-directory build-tests
  cp .build-test/release/dvskitPackageTests.xctest "$folder/bin/tests"
fi
strip "$folder"/bin/*
ldd "$folder"/bin/* | awk '$3 ~ /^\// { print $3 }' | sort -u |
  grep -vE '/(libc|libm|libresolv|libdl|libpthread|librt)\.so' | xargs -I{} cp -L {} "$folder/lib/"
chmod u+w "$folder"/lib/*
strip --strip-unneeded "$folder"/lib/*

# Unicode's tables are half of the bundle and unused: replace their libraries by stubs that define the same symbols.
make_stub() {
  { echo .data; nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u |
    awk '{ printf ".globl \"%s\"\n\"%s\":\n", $1, $1 }'; echo .zero 64; } >"$folder/names.s"
  cc -shared -nostdlib -Wl,-soname,"$(basename "$1")" -o "$1.new" "$folder/names.s"
  mv "$1.new" "$1"
  rm "$folder/names.s"
}
for library in "$folder"/lib/lib_FoundationICU.so "$folder"/lib/libicudata.so.*; do
  [[ ! -e $library ]] || make_stub "$library"
done

python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$folder" spikingjelly==2.0.0 loguru==0.7.3 scienceplots==2.2.2
# Tests look for their fixtures at this path.
echo "$root" >"$folder/source"
# The files have much in common, which the large dictionary finds: a fifth smaller than by the default.
tar -C "$folder" -cf - . | xz --lzma2=preset=4,dict=64MiB >"$target.new"
mv "$target.new" "$target"
bytes=$(stat -c %s "$target")
echo "$target: $bytes bytes"
if ((bytes > 32 << 20)); then
  echo "$target: $bytes bytes found, at most $((32 << 20)) expected" >&2
  exit 1
fi
