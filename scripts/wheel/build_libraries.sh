#!/usr/bin/env bash
# Builds libhdf5 and libarchive for the wheel, from Debian's sources with Debian's patches, without what needs other libraries:
# Debian's own need about 60, such as curl, Kerberos, LDAP and ICU, and a newer glibc.
#
#   scripts/wheel/build_libraries.sh FOLDER    writes FOLDER/lib, with the names that Debian's have; nothing if it is up to date
set -euo pipefail

folder=$(realpath -m "$1")
# The components of the versions of Debian 12, and the SHA-256 of upstream's source and of Debian's patches.
hdf5=1.10.8+repack1
hdf5_revision=1
libarchive=3.6.2
libarchive_revision=1+deb12u5
read -r -d '' sums <<SUMS || true
7b38e58ff83b13fd8959a90b13bf896bc318ba096c940ab0847abf3ad41a0b31  hdf5_$hdf5.orig.tar.gz
d11ad311c20f84199a04f44be87e03f91560c8f020576624edd07dd58eacbacb  hdf5_$hdf5-$hdf5_revision.debian.tar.xz
9e2c1b80d5fbe59b61308fdfab6c79b5021d7ff4ff2489fb12daf0a96a83551d  libarchive_$libarchive.orig.tar.xz
5b32794076e9b0d8cd74fd2c453340b72c6362188f40fa1aac96304cb5683315  libarchive_$libarchive-$libarchive_revision.debian.tar.xz
SUMS
packages="main/h/hdf5 main/liba/libarchive"

stamp=$(sha256sum <"${BASH_SOURCE[0]}")
[[ $(cat "$folder/stamp" 2>/dev/null || true) != "$stamp" ]] || exit 0
rm -rf "$folder"
mkdir -p "$folder/lib" "$folder/licences"
cd "$folder"

# Debian's servers keep a revision until the next one; security updates are in an archive of their own at first.
while read -r sum file; do
  for path in $packages; do
    [[ $file == "${path##*/}"_* ]] || continue
    curl --silent --fail --location --retry 3 --output "$file" "http://deb.debian.org/debian/pool/$path/$file" ||
      curl --silent --fail --location --retry 3 --output "$file" \
        "http://deb.debian.org/debian-security/pool/updates/$path/$file" ||
      {
        echo "$file: expected on deb.debian.org, not found: if Debian has a newer revision, enter it and its SHA-256 in" \
          "${BASH_SOURCE[0]}" >&2
        exit 1
      }
  done
  sha256sum --check --quiet <<<"$sum  $file"
done <<<"$sums"

# unpack FOLDER SOURCE PATCHES: Debian's source in FOLDER
unpack() {
  mkdir "$1"
  tar -C "$1" --strip-components=1 -xf "$2"
  tar -C "$1" -xf "$3"
  local name
  while read -r name; do
    patch -d "$1" -p1 --quiet --force <"$1/debian/patches/$name"
  done < <(grep -v '^ *\(#.*\)*$' "$1/debian/patches/series")
}
# quietly COMMAND…: its output only if it fails
quietly() {
  local log
  log=$(mktemp)
  "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; return 1; }
  rm "$log"
}
# The generated scripts are used as they are, although Debian's patches to what they are generated from are newer.
make_target() { quietly make -C "$1" -j"$(nproc)" "$2" ACLOCAL=: AUTOCONF=: AUTOHEADER=: AUTOMAKE=:; }
export CFLAGS="-O2 -w -fstack-protector-strong -D_FORTIFY_SOURCE=2" LDFLAGS="-Wl,-z,defs -Wl,-z,relro -Wl,-z,now"

# As Debian's flavour "serial" in what caches need: threads, the functions of version 1.8, deflate.
build_hdf5() {
  set -e
  unpack hdf5 "hdf5_$hdf5.orig.tar.gz" "hdf5_$hdf5-$hdf5_revision.debian.tar.xz"
  cd hdf5
  quietly ./configure --disable-shared --with-pic --enable-build-mode=production --enable-optimization=none \
    --enable-threadsafe --with-default-api-version=v18 --with-zlib --without-szlib --disable-hl --disable-tests --disable-tools
  make_target src libhdf5.la
  # The name and the versions of symbols are Debian's, which the programs are linked with.
  # shellcheck disable=SC2086 # options
  cc -shared $LDFLAGS -Wl,-soname,libhdf5_serial.so.103 -Wl,--version-script,debian/map_serial.ver \
    -Wl,--whole-archive src/.libs/libhdf5.a -Wl,--no-whole-archive -lz -lm -o ../lib/libhdf5_serial.so.103
  cp COPYING ../licences/libhdf5
}

# Without glibc's arc4random_buf, which is of 2.36, libarchive has its own, which needs another name. Hashes and attributes of
# files on disk are for formats and functions that dvsprep does not use.
build_libarchive() {
  set -e
  unpack libarchive "libarchive_$libarchive.orig.tar.xz" "libarchive_$libarchive-$libarchive_revision.debian.tar.xz"
  cd libarchive
  sed -i 's/\barc4random_buf\b/own_arc4random_buf/' libarchive/archive_random.c
  ac_cv_func_arc4random_buf=no quietly ./configure --disable-static --disable-bsdtar --disable-bsdcat --disable-bsdcpio \
    --disable-acl --disable-xattr --without-nettle --without-openssl --without-xml2 --without-expat --without-lz4 \
    --without-libb2 --without-lzo2 --without-cng
  make_target . libarchive.la
  cp -L .libs/libarchive.so.13 ../lib/
  cp COPYING ../licences/libarchive
}

(build_libarchive) &
(build_hdf5)
wait $!
strip --strip-unneeded lib/*
printf 'libhdf5 %s-%s\nlibarchive %s-%s\n' "$hdf5" "$hdf5_revision" "$libarchive" "$libarchive_revision" >versions
rm -rf hdf5 libarchive
echo "$stamp" >stamp
