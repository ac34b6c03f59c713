#!/bin/sh
# Installs the Debian packages that are named and missing; says so first. Nothing else is touched.
# Usage: scripts/install-packages.sh PACKAGE...
set -eu

missing=""
for package in "$@"; do
  status=$(dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo"; fi
echo "About to install Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
# The lists may be old or absent; a failure here shows in the next command, with the package's name.
$as_root apt-get update -qq || true
# shellcheck disable=SC2086 # a list of names
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "Installed:$missing"
