#!/usr/bin/env bash
# Makes a root file system of Debian packages and what they depend on, unpacked and not configured: for programs, that is enough.
#
#   Tests/wheel/debian_root.sh FOLDER PACKAGE…    downloads them as this machine's apt is configured
set -euo pipefail

folder=$1
shift
archives=$(mktemp -d)
trap 'rm -rf "$archives"' EXIT
mkdir -p "$archives/partial" "$folder"/usr/{bin,sbin,lib,lib64} "$folder"/{dev,proc,tmp}
for name in bin sbin lib lib64; do ln -s "usr/$name" "$folder/$name"; done

# With an empty list of what is installed, apt downloads everything that the packages need.
: >"$archives/status"
apt-get -qq -y --no-install-recommends --download-only -o Dir::State::status="$archives/status" \
  -o Dir::Cache::archives="$archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1 \
  -o APT::Sandbox::User=root install "$@"
for package in "$archives"/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -C "$folder" --keep-directory-symlink -xf -
done
