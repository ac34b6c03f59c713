#!/usr/bin/env bash
# Tests that ranks join each other through the three kinds of MPI, installed side by side: Open MPI 4.1 and MPICH 4.0 of
# Debian, and MPICH 5 of PyPI with MPI 5's interface and with its own.
#
#   Tests/mpi/run.sh               needs dvstrain in .build/release; installs what is missing; downloads MPICH 5 once
#   BIN=.build/debug MPICH5=path/to/environment Tests/mpi/run.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$(realpath -e "${BIN:-$root/.build/release}")
"$root/scripts/install-packages.sh" openmpi-bin libopenmpi3 mpich python3-venv
mpich5=${MPICH5:-$root/.build-mpi}
if [ -z "${MPICH5:-}" ] && ! cmp -s "$here/requirements.txt" "$mpich5/requirements.txt"; then
  python3 -m venv --clear "$mpich5"
  "$mpich5/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$mpich5/requirements.txt"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/dvskit-mpi-XXXXXX")
# A name of its own, by which the ranks of this script can be found.
dvstrain=$work/dvstrain-$$
ln -s "$bin/dvstrain" "$dvstrain"
trap 'pkill -KILL -f "^$work/[a-z]*-$$ " || true; rm -rf "$work"' EXIT

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

# start KIND RANKS COMMAND...: the launcher of a kind, with the library that it should find or is told.
start() {
  local kind=$1 count=$2
  shift 2
  case $kind in
    openmpi) exec mpirun.openmpi --allow-run-as-root --oversubscribe -n "$count" "$@" ;;
    mpich4) exec mpiexec.mpich -n "$count" "$@" ;;
    mpich5) DVSKIT_MPI_LIBRARY=$mpich5/lib/libmpi_abi.so.1 exec "$mpich5/bin/mpiexec" -n "$count" "$@" ;;
    mpich5-own) DVSKIT_MPI_LIBRARY=$mpich5/lib/libmpi.so.12 exec "$mpich5/bin/mpiexec" -n "$count" "$@" ;;
    # A launcher that leaves the other ranks alone when one dies, as some do.
    careless) DVSKIT_MPI_LIBRARY=$mpich5/lib/libmpi_abi.so.1 exec "$mpich5/bin/mpiexec" -disable-auto-cleanup -n "$count" "$@" ;;
    *) fail "no kind $kind" ;;
  esac
}

# MPICH leaves the others waiting when a rank ends before it joins. They give up after a minute, during which the other tests run.
late=$work/late-$$
ln -s "$bin/dvstrain" "$late"
(start mpich4 2 bash -c '[ "$PMI_RANK" = 1 ] || exit 0; exec "$0" ranks' "$late") >"$work/late.out" 2>"$work/late.err" &
late_launcher=$!
late_begun=$SECONDS

# ours FILE: what dvstrain has written, without the launcher's lines.
ours() { grep -a '^dvstrain: ' "$1" || true; }

# Sums have the bits of the tree on all ranks: dvstrain compares them.
for kind in openmpi mpich4 mpich5 mpich5-own; do
  for count in 1 2 4 8; do
    [ "$kind" != mpich5-own ] || [ "$count" = 2 ] || continue
    (start $kind $count timeout 60 "$dvstrain" ranks -steps 3 --json) >"$work/out" 2>"$work/err" ||
      fail "$kind, $count ranks: $(cat "$work/err")"
    [ -z "$(ours "$work/err")" ] || fail "$kind, $count ranks: $(ours "$work/err")"
    grep -q "^{.*\"ranks\":$count[,}]" "$work/out" || fail "$kind, $count ranks: $(cat "$work/out")"
    [ "$(wc -l <"$work/out")" = 1 ] || fail "$kind, $count ranks: one line expected: $(cat "$work/out")"
  done
  echo "$kind: sums have the same bits on all ranks: $(grep -o '"library":"[^"]*"' "$work/out")"
done

# refused NAME LINE ENVIRONMENT KIND COMMAND...: one line of ours, exit code not 0, nothing written.
refused() {
  local name=$1 line=$2 kind=$3
  shift 3
  mkdir "$work/empty"
  (cd "$work/empty" && start "$kind" "${RANKS:-4}" "$@") >"$work/out" 2>"$work/err" && fail "$name: not refused"
  [ "$(ours "$work/err" | wc -l)" = 1 ] || fail "$name: one line expected: $(cat "$work/err")"
  grep -aq -- "$line" "$work/err" || fail "$name: '$line' expected: $(ours "$work/err")"
  rmdir "$work/empty" || fail "$name: something was written"
  echo "$name: $(ours "$work/err")"
}
train=("$dvstrain" -data_dir . -out_dir logs)
refused "MPICH under Open MPI" "libmpich.so.12 (MPICH 4.0.*) connects 1 rank, but Open MPI's mpirun started 4: .*DVSKIT_MPI_LIBRARY" \
  openmpi env DVSKIT_MPI_LIBRARY=libmpich.so.12 "${train[@]}"
refused "Open MPI under MPICH" "libmpi.so.40 (Open MPI v4.1.*) connects 1 rank, but mpiexec started 4: .*DVSKIT_MPI_LIBRARY" \
  mpich4 env DVSKIT_MPI_LIBRARY=libmpi.so.40 "${train[@]}"
refused "MPICH 5 under Open MPI" "ends this process when it is initialised, and Open MPI's mpirun started 4 ranks: .*DVSKIT_MPI_LIBRARY" \
  openmpi env DVSKIT_MPI_LIBRARY="$mpich5/lib/libmpi_abi.so.1" "${train[@]}"
refused "another library" "libz.so.1 cannot be used: not a library of MPI" mpich4 env DVSKIT_MPI_LIBRARY=libz.so.1 "${train[@]}"
refused "a missing library" "DVSKIT_MPI_LIBRARY=/no/libmpi.so cannot be opened" openmpi env DVSKIT_MPI_LIBRARY=/no/libmpi.so "${train[@]}"
refused "an engine of one process" "reference trains in one process, and 4 found: use -device cpu" openmpi "${train[@]}" -device reference
for kind in openmpi mpich4; do
  # Ranks mostly have the same arguments, and one tells.
  refused "$kind: wrong usage" "Unknown option '--bogus'" $kind "${train[@]}" --bogus
done
RANKS=3 refused "3 ranks" "started 3 ranks; 1, 2, 4, 8, … .*: start 2 or 4" openmpi "${train[@]}"

# Without ranks nothing of MPI is opened, and nothing is said of it.
"$dvstrain" describe >"$work/out" 2>"$work/err" && [ ! -s "$work/err" ] || fail "alone: $(cat "$work/err")"
if "$dvstrain" ranks >"$work/out" 2>"$work/err"; then fail "ranks alone: not refused"; fi
[ "$(wc -l <"$work/err")" = 1 ] || fail "ranks alone: $(cat "$work/err")"

# ended KIND SIGNAL CODE LINES: a signal to one rank ends all within 10 s, with that exit code, and a number of lines of ours.
ended() {
  local kind=$1 signal=$2 code=$3 lines=$4 victim begun seconds status=0
  (start "$kind" 4 "$dvstrain" ranks -steps 1000000) >"$work/out" 2>"$work/err" &
  local launcher=$!
  for ((i = 0; i < 100; i++)); do
    [ "$(pgrep -f "^$dvstrain ranks" | wc -l)" != 4 ] || break
    sleep 0.1
  done
  sleep 1
  victim=$(pgrep -f "^$dvstrain ranks" | sed -n 2p)
  begun=$(date +%s%N)
  kill -"$signal" "$victim"
  wait $launcher || status=$?
  seconds=$(awk -v begun="$begun" -v ended="$(date +%s%N)" 'BEGIN { printf "%.1f", (ended - begun) / 1e9 }')
  # A stopped process has its death before it, but must not notice.
  [ "$signal" != STOP ] || kill -KILL "$victim" 2>/dev/null || true
  sleep 0.2
  [ -z "$(pgrep -f "^$dvstrain ranks")" ] || fail "$kind: $signal to a rank left ranks: $(pgrep -af "^$dvstrain ranks")"
  [ "${seconds%.*}" -lt 10 ] || fail "$kind: all ended $seconds s after $signal to a rank, 10 expected at most"
  [[ "$status" =~ ^($code)$ ]] || fail "$kind: exit code $code expected after $signal, $status found: $(cat "$work/err")"
  [[ "$(ours "$work/err" | wc -l)" =~ ^($lines)$ ]] || fail "$kind: $signal: $lines lines expected: $(cat "$work/err")"
  echo "$kind: $signal to a rank ends all in $seconds s, exit code $status$(ours "$work/err" | sed 's/^/: /')"
}
for kind in openmpi mpich4 mpich5; do
  # These launchers end all ranks at once, before they can say anything, and say it themselves.
  ended $kind KILL '[1-9][0-9]*' 0
  ended $kind TERM 143 0
done
# This one ends all at once, too, if it is waiting for the rank just then.
ended careless KILL '[1-9][0-9]*' '0|1'
ended openmpi STOP 1 1

source "$here/train.sh"

status=0
wait $late_launcher || status=$?
[ "$status" != 0 ] && [ $((SECONDS - late_begun)) -ge 60 ] && [ "$(ours "$work/late.err" | wc -l)" = 1 ] &&
  grep -aq "has not joined the 2 ranks that mpiexec started within 60 s: one has ended before" "$work/late.err" ||
  fail "a rank that never joins: exit code $status after $((SECONDS - late_begun)) s: $(cat "$work/late.err")"
echo "mpich4: a rank that never joins: $(ours "$work/late.err")"
