#!/usr/bin/env bash
# Measures what ranks exchange in training, and prints a model of training on many machines beside it, in Markdown.
#
#   sudo Benchmarks/ranks/run.sh                 the tables are in Benchmarks/results/ranks.md (2 minutes with TURNS=2 on two idle cores, 16 on busy ones)
#   TURNS=1 CHANNELS=32 Benchmarks/ranks/run.sh  a quick look
#
# Hosts are network namespaces of this machine (network.sh); Open MPI starts ranks there through agent.sh, as it would through
# ssh. Needs root, Open MPI, iproute2, a C compiler, python3, and dvstrain and dvsprep in .build/release or $BIN.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$(realpath -e "${BIN:-$root/.build/release}")
turns=${TURNS:-3} channels=${CHANNELS:-128} rate=${RATE_MBIT:-1000} delay=${DELAY_US:-200}
batch=4
work=$(mktemp -d "${TMPDIR:-/tmp}/dvskit-ranks-XXXXXX")
source "$here/network.sh"
trap 'remove_hosts; rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1
"$root/scripts/install-packages.sh" openmpi-bin libopenmpi3 iproute2 gcc
cc -O2 -o "$work/forward" "$here/forward.c"
say() { echo "ranks: $* ($SECONDS s)" >&2; }
load=$(cut -d ' ' -f 1 /proc/loadavg)

mkdir "$work/results"
"$bin/dvsprep" synth "$work/data" --train 8 --test 1 --quiet >/dev/null
"$bin/dvsprep" convert "$work/data" -T 16 --quiet >/dev/null 2>&1
common=(-data_dir "$work/data" -T 16 -channels "$channels" -epochs 1 -log_every 1 --quiet)
say "network"
"$bin/dvstrain" "${common[@]}" -b 4 -max_steps 1 -out_dir "$work/new" >/dev/null 2>&1
# An untrained network hardly fires.
"$bin/dvstrain" bench "$work"/new/*/checkpoint_latest.safetensors -data_dir "$work/data" -b 1 -ones 0.08 -steps 1 -work inference \
  -save "$work/active.safetensors" --quiet >/dev/null
common+=(-init "$work/active.safetensors")

say "a step by stage"
batches=(1 2 4 8)
for count in "${batches[@]}"; do
  "$bin/dvstrain" bench "$work/active.safetensors" -data_dir "$work/data" -b "$count" -threads 1 -steps "$((2 * turns))" -work training --json --quiet \
    >"$work/results/bench-$count.json"
done

# train OUT ARGUMENTS...: the log of a training's steps, under a launcher if LAUNCHER has one.
launcher=()
train() {
  local out=$1
  shift
  rm -rf "$work/logs"
  "${launcher[@]}" "$bin/dvstrain" "${common[@]}" -out_dir "$work/logs" "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2 && exit 1; }
  cp "$work"/logs/*/metrics.jsonl "$out"
}
mpi=(mpirun.openmpi --allow-run-as-root --oversubscribe --bind-to none)

say "2 ranks of 1 thread, and 1 rank of 2 threads"
for ((turn = 0; turn < turns; turn++)); do
  launcher=() && train "$work/results/pair-$turn-threads.jsonl" -b 16 -threads 2 -max_steps 4
  launcher=("${mpi[@]}" -n 2) && train "$work/results/pair-$turn-ranks.jsonl" -b 16 -threads 1 -max_steps 4
done

say "memory"
for ranks in 1 4; do
  rm -rf "$work/logs"
  python3 "$here/peak_memory.py" "$bin/dvstrain" "${mpi[@]}" -n $ranks "$bin/dvstrain" "${common[@]}" -out_dir "$work/logs" -b 16 -threads 1 \
    -max_steps 2 >"$work/results/memory-$ranks.json" 2>"$work/log" || { cat "$work/log" >&2 && exit 1; }
done

byte_steps=(2 6)
for ranks in 2 4; do
  say "$ranks ranks without a network"
  launcher=("${mpi[@]}" -n $ranks)
  train "$work/results/local-$ranks-0.jsonl" -b $batch -threads 1 -max_steps $((2 * turns + 1))
  say "$ranks hosts"
  make_hosts $ranks "$rate" "$delay"
  export DVSKIT_HOSTS=$hosts
  addresses=$(for ((i = 1; i <= ranks; i++)); do echo "10.97.0.$i:1"; done | paste -sd ,)
  launcher=(on_host 0 "${mpi[@]}" -H "$addresses" -n $ranks --mca plm_rsh_agent "$here/agent.sh" --mca plm_rsh_no_tree_spawn 1
    --mca btl tcp,self --mca pml ob1 --mca btl_tcp_if_include eth0 --mca oob_tcp_if_include eth0)
  "${launcher[@]}" "$bin/dvstrain" ranks -steps 20 --json >"$work/results/sums-$ranks.json" 2>"$work/log" || { cat "$work/log" >&2 && exit 1; }
  for steps in "${byte_steps[@]}"; do
    before=0 after=0
    for ((i = 0; i < ranks; i++)); do before=$((before + $(sent $i))); done
    train "$work/results/steps-$ranks-bytes-$steps.jsonl" -b $batch -threads 1 -max_steps $steps
    for ((i = 0; i < ranks; i++)); do after=$((after + $(sent $i))); done
    echo "{\"sent\":$((after - before))}" >"$work/results/bytes-$ranks-$steps.json"
  done
  for ((turn = 0; turn < turns; turn++)); do
    train "$work/results/steps-$ranks-$turn.jsonl" -b $batch -threads 1 -max_steps 5
  done
  remove_hosts
done

processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
mpi_version=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["library"])' "$work/results/sums-2.json")
cat >"$work/results/setup.json" <<END
{"channels": $channels, "batch": $batch, "cores": $(nproc), "bench_batches": [$(IFS=,; echo "${batches[*]}")], "turns": $turns,
 "processor": "$processor", "load": "$load before", "mpi": "$mpi_version", "delayed_by": "$delayed_by", "hosts": [2, 4],
 "byte_steps": [${byte_steps[0]}, ${byte_steps[1]}], "rate_mbit": $rate, "delay_us": $delay, "latency_us": ${LATENCY_US:-50}}
END
mkdir -p "$root/Benchmarks/results"
rm -rf "$root/Benchmarks/results/ranks"
cp -r "$work/results" "$root/Benchmarks/results/ranks"
python3 "$here/model.py" "$work/results" | tee "$root/Benchmarks/results/ranks.md"
say "done"
