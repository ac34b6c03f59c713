#!/usr/bin/env bash
# Runs the examples of Documentation/Clusters.md: under GNU parallel, Snakemake, and a Slurm of one machine that it starts
# for itself. Each must give the cache of a single conversion, and a preempted training the checkpoint of an uninterrupted one.
#
#   Tests/clusters/run.sh [parallel|snakemake|slurm]...    needs dvsprep and dvstrain in .build/release; downloads Snakemake once
#   BIN=.build/debug SNAKEMAKE=path/to/snakemake Tests/clusters/run.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$(realpath -e "${BIN:-$root/.build/release}")
page=$root/Documentation/Clusters.md
export PATH=$bin:$PATH
[ $# -gt 0 ] || set -- parallel snakemake slurm

work=$(mktemp -d "${TMPDIR:-/tmp}/dvskit-clusters-XXXXXX")
started=()
cleanup() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  [ ${#started[@]} -eq 0 ] || wait "${started[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

# Waits up to $1 seconds until the command succeeds.
wait_for() {
  local seconds=$1
  shift
  for ((i = 0; i < 10 * seconds; i++)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  fail "not within $seconds s: $*"
}

# The examples of the page as files in $work/examples, each of at most 20 lines.
python3 "$here/examples.py" "$page" "$work/examples"
dvsprep synth "$work/data" --train 6 --test 2 --events 50000 --quiet >/dev/null
dvsprep convert "$work/data/DvsGesture" -T 16 -o "$work/single.h5" --quiet >/dev/null 2>&1

# An empty folder with the data set and the examples, in which a scheduler starts.
new_folder() {
  mkdir "$work/$1"
  cd "$work/$1"
  cp "$work/examples/"* .
  ln -s "$work/data/DvsGesture" DvsGesture
}

parallel_example() {
  scripts_need parallel parallel
  new_folder parallel
  bash parallel.sh >parallel.log 2>&1 || fail "parallel.sh: $(tail -n 3 parallel.log)"
  cmp gesture.h5 "$work/single.h5"
  echo "GNU parallel: the cache of a single conversion"
}

snakemake_example() {
  local snakemake=${SNAKEMAKE:-}
  if [ -z "$snakemake" ]; then
    local environment=$root/.build-clusters
    snakemake=$environment/bin/snakemake
    if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
      python3 -m venv --clear "$environment"
      "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
      cp "$here/requirements.txt" "$environment/requirements.txt"
    fi
  fi
  new_folder snakemake
  "$snakemake" --cores 2 >snakemake.log 2>&1 || fail "Snakefile: $(tail -n 20 snakemake.log)"
  cmp gesture.h5 "$work/single.h5"
  "$snakemake" --cores 2 2>&1 | grep -q "Nothing to be done" || fail "Snakemake would make the same files again"
  rm part-2.h5 gesture.h5
  "$snakemake" --cores 2 >again.log 2>&1 || fail "Snakefile: $(tail -n 20 again.log)"
  cmp gesture.h5 "$work/single.h5"
  echo "Snakemake: the cache of a single conversion; nothing twice, and only what is missing again"
}

scripts_need() { command -v "$1" >/dev/null || PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || "$root/scripts/install-packages.sh" "$2"; }

# Starts munged, slurmctld and slurmd for this user, with all their files in $work/cluster.
start_slurm() {
  export PATH=$PATH:/usr/sbin
  scripts_need slurmctld slurm-wlm
  scripts_need munged munge
  local cluster=$work/cluster host user
  host=$(hostname -s)
  user=$(id -un)
  mkdir -p "$cluster/state" "$cluster/spool"
  chmod 755 "$work" "$cluster"
  (umask 077 && head -c 1024 /dev/urandom >"$cluster/munge.key")
  sed -e "s|@HOST@|$host|; s|@USER@|$user|; s|@FOLDER@|$cluster|; s|@CPUS@|$(nproc)|" "$here/slurm.conf" >"$cluster/slurm.conf"
  export SLURM_CONF=$cluster/slurm.conf
  munged --foreground --force --key-file="$cluster/munge.key" --socket="$cluster/munge.socket" \
    --pid-file="$cluster/munged.pid" --log-file="$cluster/munged.log" --seed-file="$cluster/munged.seed" \
    >"$cluster/munged.out" 2>&1 &
  started+=($!)
  wait_for 10 test -S "$cluster/munge.socket"
  slurmctld -D >"$cluster/slurmctld.out" 2>&1 &
  started+=($!)
  slurmd -D -N "$host" >"$cluster/slurmd.out" 2>&1 &
  started+=($!)
  is_idle() { sinfo --noheader --format=%T | grep -q idle; }
  wait_for 60 is_idle
}

# The state of a job, as in COMPLETED.
state() { scontrol show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p' | sort -u | tr '\n' ' '; }
is_in_state() { [ "$(state "$1")" = "$2 " ]; }

# preempted JOB FOLDER LOG: a job of a partition with a higher priority takes the machine once the training has begun; it saves, and continues.
preempted() {
  local job=$1 folder=$2 log=$3 other
  wait_for 120 compgen -G "$folder/*/metrics.jsonl"
  other=$(sbatch --parsable --partition=urgent --exclusive --output=urgent.log --wrap 'sleep 1')
  wait_for 120 is_in_state "$other" COMPLETED
  # Slurm would start a requeued job two minutes later.
  scontrol show job "$job" | grep -q "Restarts=1" ||
    fail "$log: the training was not put into the queue again: $(scontrol show job "$job" | grep JobState) $(tail -n 3 "$log")"
  scontrol update jobid="$job" StartTime=now 2>/dev/null || true
  wait_for 300 is_in_state "$job" COMPLETED
  scontrol show job "$job" | grep -q "Restarts=1" || fail "the training was not preempted: $(cat "$log")"
  grep -q "stopped after step" "$log" || fail "the training did not save at SIGTERM: $(cat "$log")"
}

slurm_example() {
  start_slurm
  new_folder slurm
  local train
  train=$(bash submit.sh) || fail "submit.sh failed"
  wait_for 300 is_in_state "$train" RUNNING
  cmp gesture.h5 "$work/single.h5"
  echo "Slurm: the cache of a single conversion"
  preempted "$train" logs train.log
  sed 's/-out_dir logs/-out_dir uninterrupted/' train.sbatch >uninterrupted.sh
  SLURM_CPUS_PER_TASK=1 bash uninterrupted.sh >uninterrupted.log 2>&1 || fail "training: $(tail -n 3 uninterrupted.log)"
  cmp logs/*/checkpoint_latest.safetensors uninterrupted/*/checkpoint_latest.safetensors
  echo "Slurm: preempted once and put into the queue again; the checkpoint of an uninterrupted training"
  # srun's own PMI is what MPICH needs.
  if scripts_need mpiexec.mpich mpich && srun --mpi=list 2>&1 | grep -q pmi2; then
    train=$(sbatch --parsable ranks.sbatch)
    preempted "$train" ranks ranks.log
    grep -q "in each of 2 ranks" ranks.log || fail "not 2 ranks: $(cat ranks.log)"
    cmp ranks/*/checkpoint_latest.safetensors uninterrupted/*/checkpoint_latest.safetensors
    echo "Slurm: 2 ranks of srun, preempted once and put into the queue again; the same checkpoint"
  else
    echo "Slurm: srun --mpi=pmi2 and MPICH are not there; not tried"
  fi
  local partial
  partial=$(sbatch --parsable --array=1,3 prepare.sbatch)
  wait_for 120 is_in_state "$partial" FAILED
  grep -q "a complete array of tasks from 0 or 1 in steps of 1 expected" prepare-3.log || fail "$(cat prepare-3.log)"
  echo "Slurm: a part of an array is refused: $(cat prepare-3.log)"
}

for example in "$@"; do
  case $example in
    parallel | snakemake | slurm) ;;
    *) echo "run.sh: parallel, snakemake or slurm expected, $example found" >&2 && exit 64 ;;
  esac
  "${example}_example"
done
