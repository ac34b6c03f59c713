# Sourced by the tests in this folder: the path of the tool, a temporary folder, and functions that report results.
# shellcheck shell=bash
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$here/../../.build/release/dvsprep}")
export DVSPREP
work=$(mktemp -d "${TMPDIR:-/tmp}/dvskit-faults.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT

passed=0
failed=0

pass() { passed=$((passed + 1)); }

fail() {
  failed=$((failed + 1))
  echo "FAILED $*"
}

# Reports a test that cannot run on this machine; a failure in continuous integration, where all tests can run.
skip() {
  if [[ ${CI:-} == true ]]; then fail "$* (skipped, but CI is true)"; else echo "skipped: $*"; fi
}

finish() {
  echo "$passed passed, $failed failed"
  ((failed == 0))
}

# Lists every file in a folder, also hidden ones, with its checksum, and every subfolder.
state() {
  (cd "$1" && find . -mindepth 1 \( -type f -exec sha256sum {} + \) -o -printf '%y %p\n' | LC_ALL=C sort)
}

# check NAME CODE PATTERN FOLDER COMMAND…: expects that the command exits with CODE, writes one line that PATTERN matches
# (apart from warnings), and does not change the folder.
check() {
  local name=$1 code=$2 pattern=$3 folder=$4 before output found=0 lines
  shift 4
  before=$(state "$folder")
  output=$("$@" 2>&1 >/dev/null) || found=$?
  lines=$(grep -v '^dvsprep: warning: ' <<<"$output" || true)
  if ((found != code)); then
    fail "$name: exit $found, not $code: $output"
  elif [[ $lines == *$'\n'* || ! $lines =~ $pattern ]]; then
    fail "$name: one line with '$pattern' expected: $lines"
  elif [[ $(state "$folder") != "$before" ]]; then
    fail "$name: the folder has changed: $(diff <(echo "$before") <(state "$folder") || true)"
  else
    pass
  fi
}

# random_moment MILLISECONDS: sets `moment` to a random time below that, in seconds for `sleep`.
# It sets a variable instead of printing, as RANDOM ignores its seed in the subshell of a $(…).
random_moment() {
  local number=$(((RANDOM * 32768 + RANDOM) % ($1 * 1000)))
  printf -v moment '%d.%06d' $((number / 1000000)) $((number % 1000000))
}

# shortest MILLISECONDS: prints the smaller of MILLISECONDS and `moment`, for a run that had ended by `moment`. The first,
# timed run may have been slowed down by other processes; later moments are then still within the shorter duration.
shortest() {
  local ended=$((10#${moment/./} / 1000 + 1))
  echo $((ended < $1 ? ended : $1))
}

# Waits until a process handles SIGINT and SIGTERM (bits 1 and 14), or has ended.
until_it_catches_signals() {
  local name value
  while sleep 0.002; do
    # Until it runs the command, a background process is a copy of this shell, whose trap catches the same signals.
    if [[ /proc/$1/exe -ef /proc/$$/exe ]]; then continue; fi
    while read -r name value _; do
      if [[ $name == State: && $value == [ZX] ]]; then return; fi
      if [[ $name == SigCgt: ]] && (((16#$value & 16#4002) == 16#4002)); then return; fi
    done 2>/dev/null <"/proc/$1/status" || return 0
  done
}

# Runs a command and prints its wall time in milliseconds.
milliseconds_of() {
  local begin=${EPOCHREALTIME/./}
  "$@" >"$work/timed.log" 2>&1
  echo $(((${EPOCHREALTIME/./} - begin) / 1000 + 1))
}

# Seeds RANDOM, and prints the seed so that a run can be repeated with SEED=….
seed() {
  SEED=${SEED:-$((($(date +%s%N) / 1000) % 32768))}
  echo "seed $SEED"
  RANDOM=$SEED
}
