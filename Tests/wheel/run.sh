#!/usr/bin/env bash
# Makes the wheel, and tests what pip makes of it: in an environment of this machine's Python, and in a root file system with
# Debian's Python and nothing else.
#
#   Tests/wheel/run.sh                needs root; downloads Debian's packages and NumPy
#   WHEEL=FILE Tests/wheel/run.sh     tests this wheel
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
if [[ -z ${WHEEL:-} ]]; then
  make --no-print-directory wheel
  WHEEL=$(echo dist/dvskit-*.whl)
fi
wheel=$(realpath -e "$WHEEL")
work=$(mktemp -d "${TMPDIR:-/tmp}/dvskit-wheel.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/wheels"
cp "$wheel" "$work/wheels/"
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_COMPILE=1

step() { echo "== $1 ($SECONDS s)"; }
fail() {
  echo "FAILED $1" >&2
  exit 1
}
# equal NAME EXPECTED FOUND
equal() {
  [[ $2 == "$3" ]] || fail "$(printf '%s\n  expected  %s\n  found     %s' "$1" "$2" "$3")"
}

step "contents"
tools=.build-wheel-tools/bin/python
"$tools" scripts/wheel/check_wheel.py "$wheel"
# The check notices a wheel for systems that are too old for it.
cp "$wheel" "$work/dvskit-0-py3-none-manylinux_2_28_x86_64.whl"
! "$tools" scripts/wheel/check_wheel.py "$work/dvskit-0-py3-none-manylinux_2_28_x86_64.whl" >/dev/null 2>"$work/said" ||
  fail "a wheel with a wrong tag is accepted"
grep -q 'manylinux_2_34 expected' "$work/said" || fail "a wheel with a wrong tag: $(cat "$work/said")"
expected="libarchive libbz2 libgif libhdf5_serial libisal liblz4 liblzma libpng16 libxxhash libzstd"
equal "libraries in the wheel" "$expected" \
  "$("$tools" -m zipfile --list "$wheel" | sed -n 's/^dvskit\.libs\/\(lib[^-]*\)-.*/\1/p' | LC_ALL=C sort | xargs)"

step "this machine's Python"
python3 --version
python3 -m venv "$work/v"
files() { find "$work/v" ! -type d ! -name '*.pyc' | LC_ALL=C sort; }
"$work/v/bin/pip" install --quiet --only-binary :all: "$(sed -n 's/^dependencies = \["\(.*\)"\]$/\1/p' Python/pyproject.toml)"
files >"$work/before"
"$work/v/bin/pip" install --quiet --no-index "$wheel"
installed=$("$work/v/bin/python" -c 'import dvskit; print(dvskit.__path__[0])')
for file in "$installed"/bin/* "$installed"/libdvskit.so; do
  ldd "$file" >"$work/ldd"
  # Its own libraries, or those of every system: nothing else is found, and nothing missing.
  others=$(grep -F '=>' "$work/ldd" | grep -vF "$(dirname "$installed")/" |
    grep -vE '^\s(libc|libgcc_s|libm|libstdc\+\+|libz)\.so\.[0-9]+ => /' || true)
  equal "ldd ${file##*/}" "" "$others"
done
sed "s|$(dirname "$installed")/||" "$work/ldd"
version=$("$work/v/bin/python" -c 'from importlib.metadata import version; print(version("dvskit"))')
for tool in dvsprep dvstrain; do
  [[ $("$work/v/bin/$tool" --version) =~ ^$tool\ $version(\ \(.*\))?$ ]] || fail "$tool --version: $version expected"
done
equal "dvskit.__version__" "$version" "$("$work/v/bin/python" -c 'import dvskit; print(dvskit.__version__)')"
equal "CITATION.cff" "$version" "$(sed -n 's/^version: //p' CITATION.cff)"
for file in man/man1/dvsprep.1 bash-completion/completions/dvstrain zsh/site-functions/_dvsprep fish/vendor_completions.d/dvstrain.fish; do
  [[ -s $work/v/share/$file ]] || fail "$file is missing"
done

step "another folder than Python's own"
"$work/v/bin/pip" install --quiet --no-index --no-deps --target "$work/target" "$wheel"
"$work/v/bin/pip" uninstall --quiet --yes dvskit
equal "pip uninstall leaves" "" "$(files | LC_ALL=C comm -13 "$work/before" -)"
equal "dvsprep after pip install --target" "dvsprep $version" \
  "$(PYTHONPATH=$work/target "$work/target/bin/dvsprep" --version | sed 's/ (.*//')"
code=0
said=$("$work/v/bin/python" "$work/target/bin/dvsprep" --version 2>&1) || code=$?
equal "dvsprep without its package" "1 1" "$code $(grep -c 'package dvskit expected, not found' <<<"$said")"

step "Debian's Python, and nothing else"
debian=$work/debian
"$here/debian_root.sh" "$debian" python3-venv libstdc++6 coreutils dash
cp -r "$work/wheels" "$debian/dist"
cp "$here/first_use.py" "$debian/"
# NumPy for Debian's Python, whose version may be another than this machine's.
"$work/v/bin/pip" download --quiet --only-binary :all: --dest "$debian/wheels" \
  --python-version "$("$debian/usr/bin/python3" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" \
  "$(sed -n 's/^dependencies = \["\(.*\)"\]$/\1/p' Python/pyproject.toml)"
cat >"$debian/commands" <<'COMMANDS'
set -eux
python3 -m venv v
v/bin/pip install --quiet dist/*.whl
v/bin/dvsprep synth d --train 2 --test 1
v/bin/dvsprep convert d
v/bin/python first_use.py d
v/bin/dvstrain -data_dir d -out_dir logs -channels 8 -b 8 -epochs 1 --quiet
COMMANDS
unshare --mount --fork sh -euc 'mount --rbind /proc "$0/proc"; mount --rbind /dev "$0/dev"
  exec env -i PATH=/usr/sbin:/usr/bin HOME=/ PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_DISABLE_PIP_VERSION_CHECK=1 \
    chroot "$0" sh commands' "$debian"

step "done"
