#!/bin/sh
# Installs those of the given Debian packages that are missing, and lists them first. It changes nothing else.
# Usage: scripts/install-packages.sh PACKAGE...
set -eu

missing=""
for package in "$@"; do
  status=$(dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "apt-get: not found, and these Debian packages are missing:$missing: install the same libraries with this" \
    "system's package manager, then add PACKAGES= to the make command; nothing was changed" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo"
  if ! command -v sudo >/dev/null 2>&1; then
    echo "sudo: not found, and Debian packages are missing: as root, run 'apt-get install$missing'; nothing was changed" >&2
    exit 1
  fi
fi
echo "About to install Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
# The package lists may be old or absent. If this fails, the next command reports the missing package.
$as_root apt-get update -qq || true
# shellcheck disable=SC2086 # a list of names
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "Installed:$missing"
