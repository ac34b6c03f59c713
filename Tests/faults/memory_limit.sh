#!/usr/bin/env bash
# Within any limit of its address space, a command either succeeds, with the same results, or prints one line: with the
# bytes needed and available, or that a file cannot be mapped; never a backtrace.
# shellcheck source-path=SCRIPTDIR source=train_common.sh
source "$(dirname "${BASH_SOURCE[0]}")/train_common.sh"

"$DVSPREP" synth --quiet "$work/data16" --train 2 --test 2 --events 60000 >/dev/null
"$DVSPREP" convert --quiet "$work/data16" -T 16 -o "$work/t16.h5" >/dev/null 2>&1
network=(-data_dir "$work/t16.h5" -device cpu -T 16 -channels 16)
"$DVSTRAIN" "${network[@]}" -b 16 -epochs 1 -max_steps 1 --quiet -out_dir "$work/run" >/dev/null 2>&1
checkpoint=$(echo "$work"/run/*/checkpoint_latest.safetensors)

succeeded=0
# limited NAME LIMIT COMMAND...: runs a command within LIMIT kB; its stdout must be that of $work/NAME.expected.
limited() {
  local name=$1 limit=$2
  shift 2
  status=0
  (ulimit -v "$limit"; exec timeout 120 "$@") >"$work/stdout" 2>"$work/log" || status=$?
  grep -v ' warning: ' "$work/log" >"$work/errors" || true
  if ((status == 0)) && [[ ! -s $work/errors ]] && cmp -s "$work/stdout" "$work/$name.expected"; then
    succeeded=$((succeeded + 1))
    pass
  elif ((status == 1)) && (($(wc -l <"$work/errors") == 1)) && grep -qE '[0-9]+ .*available|Cannot allocate memory' "$work/errors"; then
    pass
  else
    fail "$name within $limit kB: exit $status: $(head -c 300 "$work/log")"
  fi
}

sum_of_run() { sha256sum 2>/dev/null <"$(echo "$work"/out/*/checkpoint_latest.safetensors)"; }

limits=(${LIMITS:-90000 100000 110000 120000 140000 160000 180000 200000 220000 240000 260000 280000 320000 360000 400000 440000
  480000 520000 600000})
for name in eval train convert inspect verify; do
  case $name in
    eval) command=("$DVSTRAIN" eval "$checkpoint" -data_dir "$work/t16.h5" -device cpu --quiet) ;;
    train) command=("$DVSTRAIN" "${network[@]}" -b 8 -epochs 1 -max_steps 2 -out_dir "$work/out" --quiet) ;;
    # Its output has times; the cache is compared below.
    convert) command=(sh -c "exec \"\$DVSPREP\" convert --quiet '$work/data16' -T 16 -o '$work/out.h5' >/dev/null") ;;
    inspect) command=("$DVSPREP" inspect "$work/t16.h5") ;;
    verify) command=("$DVSPREP" verify --quiet "$work/t16.h5") ;;
  esac
  rm -rf "$work/out" "$work/out.h5"
  "${command[@]}" >"$work/$name.expected" 2>/dev/null
  if [[ $name == train ]]; then trained=$(sum_of_run); fi
  succeeded=0
  for limit in "${limits[@]}"; do
    rm -rf "$work/out" "$work/out.h5"
    limited "$name" "$limit" "${command[@]}"
    ((status == 0)) || continue
    if [[ $name == convert ]] && ! cmp -s "$work/out.h5" "$work/t16.h5"; then fail "convert within $limit kB: no or another cache"; fi
    if [[ $name == train && $(sum_of_run) != "$trained" ]]; then fail "train within $limit kB: no or other weights"; fi
  done
  if ((succeeded >= 3)); then pass; else fail "$name succeeded within $succeeded of ${#limits[@]} limits"; fi
  if [[ -n ${VERBOSE:-} ]]; then echo "$name: $succeeded of ${#limits[@]}"; fi
done
finish
