#!/usr/bin/env bash
# Tests what `make install` puts where and takes away again, completions in bash, zsh and fish, manual pages, and what is said
# where Swift, apt or sudo is missing. Builds nothing.
#
#   Tests/install/run.sh               tests the tools in .build/release
#   BUILD=.build/debug Tests/install/run.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(realpath -e "${BUILD:-$root/.build/release}")
"$root/scripts/install-packages.sh" binutils fish groff make python3 zsh
work=$(mktemp -d "${TMPDIR:-/tmp}/dvskit-install.XXXXXX")
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# equal NAME EXPECTED FOUND
equal() {
  if [[ $2 == "$3" ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  expected  %.500s\n  found     %.500s\n' "$1" "${2//$'\n'/ | }" "${3//$'\n'/ | }"
  fi
}

# matches NAME PATTERN FOUND
matches() {
  if [[ $3 =~ $2 ]]; then passed=$((passed + 1)); else equal "$1" "$2" "$3"; fi
}

echo "installation"
export DESTDIR=$work/destination
files="bin/TOOL share/man/man1/TOOL.1 share/bash-completion/completions/TOOL share/zsh/site-functions/_TOOL
share/fish/vendor_completions.d/TOOL.fish"
said=$("$root/scripts/install-tools.sh" install "$build" "/opt/dvs kit")
installed="$DESTDIR/opt/dvs kit"
expected=$(for tool in dvsprep dvstrain; do printf '%s\n' ${files//TOOL/$tool}; done | LC_ALL=C sort)
equal "files" "$expected" "$(cd "$installed" && find . -type f -printf '%P\n' | LC_ALL=C sort)"
matches "what is where" "binaries +/opt/dvs kit/bin/dvsprep, /opt/dvs kit/bin/dvstrain" "$said"
matches "PATH" "/opt/dvs kit/bin is not in PATH" "$said"
for tool in dvsprep dvstrain; do
  matches "$tool --version" "^$tool [0-9]+\.[0-9]+\.[0-9]+( \([0-9a-f]{7,}(-dirty)?\))?$" "$("$installed/bin/$tool" --version)"
  equal "$tool: no symbols" "" "$(readelf --sections --wide "$installed/bin/$tool" | grep -F .symtab || true)"
  page=$installed/share/man/man1/$tool.1
  equal "man $tool: warnings" "" "$(groff -ww -man -Tutf8 "$page" 2>&1 >/dev/null)"
  text=$(groff -man -Tascii -rLL=200n -P-c -P-b -P-o -P-u "$page" 2>/dev/null)
  while read -r option; do
    matches "man $tool: $option" "(^|[ ,"$'\n'"])$option([ ,"$'\n'"]|$)" "$text"
  done < <("$build/$tool" help "$([[ $tool == dvstrain ]] && echo train || echo convert)" | grep -oE '^  -[A-Za-z_-]+' | tr -d ' ')
done

echo "libraries"
# The README names the packages that the binaries need on a machine that did not build them.
for library in $(readelf --dynamic --wide "$build/dvsprep" "$build/dvstrain" |
  sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -Ev '^lib(swift|Foundation|_)|^lib(c|m|gcc_s|stdc\+\+)\.so|^ld-' | sort -u); do
  file=$(ldd "$build/dvstrain" | awk -v name="$library" '$1 == name { print $3 }')
  # Where /lib is a link to /usr/lib, packages own files by either name.
  file=$(realpath "$file")
  package=$( (dpkg-query --search "$file" "${file#/usr}" 2>/dev/null || true) | head -n 1 | cut -d: -f1)
  matches "README.md: $library" "[ \`]$package[ \`]" "$(tr '\n' ' ' <"$root/README.md")"
done

echo "completions"
mkdir -p "$work/data/demo/logs" "$work/data/describe_me"
touch "$work/data/demo/"{frames.h5,user01_led.aedat,checkpoint_max.safetensors}
cd "$work/data"
# offered SHELL LINE: what the shell offers for the last word, separated by spaces; of folders without the slash.
offered() {
  local data=$installed/share
  case $1 in
    bash) bash -c 'source "$1"; source "$2"; completions "$3"' bash "$here/complete.bash" \
      "$data/bash-completion/completions/${2%% *}" "$2" ;;
    zsh) timeout 60 zsh -f "$here/complete.zsh" "$data/zsh/site-functions" "$2" ;;
    fish) fish --no-config -c "source '$data/fish/vendor_completions.d/${2%% *}.fish'; complete -C '$2'" | cut -f1 ;;
  esac | sed 's|/$||; s|^demo/||' | LC_ALL=C sort -u | xargs
}
PATH=$installed/bin:$PATH
for shell in bash zsh fish; do
  while IFS='|' read -r line words; do
    equal "$shell: $line" "$words" "$(offered "$shell" "$line")"
  done <<'LINES'
dvsprep inspect demo/fr|frames.h5
dvsprep verify --source de|demo describe_me
dvsprep synth de|demo describe_me
dvsprep inspect demo/frames.h5 --gif demo/u|user01_led.aedat
dvstrain eval demo/|checkpoint_max.safetensors frames.h5 logs user01_led.aedat
dvstrain predict demo/checkpoint_max.safetensors demo/u|user01_led.aedat
dvstrain -ch|-channels
dvstrain train -ch|-channels
dvstrain -data_dir de|demo describe_me
dvstrain -data_dir demo -out_dir de|demo describe_me
dvstrain -data_dir demo -lr_|-lr_scheduler
dvstrain -data_dir demo -neuron |LIF PLIF
dvstrain pl|plot
LINES
done
cd "$root"

echo "removal"
echo mine >"$installed/bin/mine"
"$root/scripts/install-tools.sh" uninstall "/opt/dvs kit" >/dev/null
equal "files that are left" "bin/mine" "$(cd "$installed" && find . -type f -printf '%P\n')"
unset DESTDIR

echo "what is missing"
# A PATH with only some commands.
only() {
  rm -rf "$work/bin"
  mkdir "$work/bin"
  for name in "$@"; do ln -s "$(type -P "$name")" "$work/bin/$name"; done
}
basic=(bash dirname env git head id make sed sh uname)
# refused NAME PATTERN COMMAND…: exit code not 0, and one line that PATTERN matches.
refused() {
  local name=$1 pattern=$2 output code=0
  shift 2
  output=$(PATH=$work/bin "$@" 2>&1 >/dev/null) || code=$?
  output=$(grep -v '^make' <<<"$output" || true)
  matches "$name: exit code" '[^0]' "$code"
  equal "$name: lines" 1 "$(wc -l <<<"$output")"
  matches "$name" "$pattern" "$output"
}
only "${basic[@]}"
refused "no Swift" "Swift 6.3 or later expected, none found.*swift.org/install/linux.*nothing was changed" make -C "$root" demo
printf '#!/bin/sh\necho "Swift version 5.10.1 (swift-5.10.1-RELEASE)"\n' >"$work/bin/swift"
chmod +x "$work/bin/swift"
refused "old Swift" "Swift 6.3 or later expected, 5.10 found" make -C "$root" demo
printf '#!/bin/sh\necho "Swift version 6.3 (swift-6.3-RELEASE)"\n' >"$work/bin/swift"
refused "no apt" "apt-get: not found.*libhdf5-dev.*PACKAGES=.*nothing was changed" make -C "$root" demo
rm "$work/bin/uname"
printf '#!/bin/sh\necho Darwin\n' >"$work/bin/uname"
chmod +x "$work/bin/uname"
refused "another system" "Linux x86_64 expected, Darwin Darwin found" make -C "$root" demo
only "${basic[@]}"
rm "$work/bin/id"
printf '#!/bin/sh\necho 1000\n' | tee "$work/bin/id" >"$work/bin/apt-get"
chmod +x "$work/bin/id" "$work/bin/apt-get"
refused "no sudo" "sudo: not found.*as root, run 'apt-get install no-such-package'" \
  "$root/scripts/install-packages.sh" no-such-package

echo "$passed passed, $failed failed"
((failed == 0))
