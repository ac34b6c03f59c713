#!/usr/bin/env bash
# What mpirun starts instead of ssh: runs a command on a host of network.sh. DVSKIT_HOSTS is the prefix of their namespaces.
address=$1
shift
host=$((${address##*.} - 1))
exec ip netns exec "$DVSKIT_HOSTS-$host" unshare --uts bash -c 'hostname "$0"; eval "$1"' "host$host" "$*"
