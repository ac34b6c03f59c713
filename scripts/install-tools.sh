#!/bin/sh
# Installs the tools with their manual pages and completions, and says what is where; or removes them.
# Usage: scripts/install-tools.sh install BUILD PREFIX    of the binaries in the folder BUILD
#        scripts/install-tools.sh uninstall PREFIX
# The environment variable DESTDIR is put before PREFIX, for building packages.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
action=$1
if [ "$action" = install ]; then
  build=$2
  shift
fi
prefix=$2
root=${DESTDIR:-}$prefix

# Where a shell looks for the completions of a tool, below the prefix.
completions() {
  case $1 in
    bash) echo "share/bash-completion/completions/$2" ;;
    zsh) echo "share/zsh/site-functions/_$2" ;;
    fish) echo "share/fish/vendor_completions.d/$2.fish" ;;
  esac
}

# The files of a tool below the prefix.
files() {
  echo "bin/$1" "share/man/man1/$1.1" "$(completions bash "$1")" "$(completions zsh "$1")" "$(completions fish "$1")"
}

install_tool() {
  for file in $(files "$1"); do mkdir -p "$root/$(dirname "$file")"; done
  strip=""
  if command -v strip >/dev/null 2>&1; then strip="-s"; fi
  # shellcheck disable=SC2086 # no word if there is no strip
  install -m 755 $strip "$build/$1" "$root/bin/$1"
  python3 "$here/man_page.py" "$build/$1" >"$root/share/man/man1/$1.1"
  for shell in bash zsh fish; do
    "$build/$1" --generate-completion-script "$shell" >"$root/$(completions "$shell" "$1")"
  done
}

case $action in
  install)
    for tool in dvsprep dvstrain; do install_tool "$tool"; done
    echo "Installed: $("$build/dvsprep" --version), $("$build/dvstrain" --version)"
    echo "  binaries      $prefix/bin/dvsprep, $prefix/bin/dvstrain"
    echo "  manual pages  $prefix/share/man/man1; man dvsprep, man dvstrain"
    echo "  completions   $prefix/share, for bash, zsh and fish; from the next shell on"
    case ":$PATH:" in
      *":$prefix/bin:"*) ;;
      *) echo "$prefix/bin is not in PATH: export PATH=\"$prefix/bin:\$PATH\"" ;;
    esac
    ;;
  uninstall)
    for tool in dvsprep dvstrain; do
      for file in $(files "$tool"); do
        if [ -e "$root/$file" ]; then
          rm -f -- "$root/$file"
          echo "Removed: $root/$file"
        fi
      done
    done
    ;;
  *)
    echo "install-tools.sh: install or uninstall expected, '$action' found" >&2
    exit 64
    ;;
esac
