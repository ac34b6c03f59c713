#!/usr/bin/env bash
# Hosts on this machine, each a network namespace, connected at a rate and with a delay. Needs root. Sourced by run.sh.
#
#   make_hosts COUNT MBIT DELAY_US   namespaces host0, host1, … with addresses 10.97.0.1, 10.97.0.2, …
#   on_host N COMMAND...             runs a command there, as a machine with a name of its own
#   remove_hosts
#
# tc tbf limits what each host sends. The delay of each direction is netem's where the kernel has it, else that of a program
# that forwards the frames (forward.c). Sets `delayed_by` to which.

hosts=dvskit$$
forwarder=
delayed_by=

on_host() {
  local host=$1
  shift
  ip netns exec "$hosts-$host" unshare --uts bash -c 'hostname "$0"; exec "$@"' "host$host" "$@"
}

# Frames of 9000 bytes, as networks of clusters have them.
make_hosts() {
  local count=$1 rate=$2 delay=$3 ports=()
  remove_hosts
  ip netns add "$hosts-switch"
  for ((i = 0; i < count; i++)); do
    ip netns add "$hosts-$i"
    ip -n "$hosts-switch" link add "port$i" mtu 9000 type veth peer name eth0 mtu 9000 netns "$hosts-$i"
    ip -n "$hosts-$i" addr add "10.97.0.$((i + 1))/24" dev eth0
    ip netns exec "$hosts-$i" "$work/forward" --plain eth0
    ip netns exec "$hosts-switch" "$work/forward" --plain "port$i"
    ip -n "$hosts-$i" link set lo up
    ip -n "$hosts-$i" link set eth0 up
    ip -n "$hosts-switch" link set "port$i" up
    tc -n "$hosts-$i" qdisc add dev eth0 root handle 1: tbf rate "${rate}mbit" burst 64kb latency 100ms
    ports+=("port$i")
  done
  if tc -n "$hosts-switch" qdisc add dev port0 root netem delay "${delay}us" 2>/dev/null; then
    delayed_by="netem"
    ip -n "$hosts-switch" link add bridge0 mtu 9000 type bridge
    ip -n "$hosts-switch" link set bridge0 up
    for port in "${ports[@]}"; do
      ip -n "$hosts-switch" link set "$port" master bridge0
      [ "$port" = port0 ] || tc -n "$hosts-switch" qdisc add dev "$port" root netem delay "${delay}us"
    done
  else
    delayed_by="a forwarder (forward.c): this kernel has no netem"
    ip netns exec "$hosts-switch" "$work/forward" "$delay" "${ports[@]}" &
    forwarder=$!
  fi
}

remove_hosts() {
  if [ -n "$forwarder" ]; then
    kill "$forwarder" 2>/dev/null || true
    wait "$forwarder" 2>/dev/null || true
    forwarder=
  fi
  # A namespace exists until its last process ends; its name goes at once.
  for name in $(ip netns list | awk -v prefix="$hosts-" 'index($1, prefix) == 1 { print $1 }'); do ip netns del "$name"; done
}

# sent N: bytes that a host has sent.
sent() { ip netns exec "$hosts-$1" cat /sys/class/net/eth0/statistics/tx_bytes; }
