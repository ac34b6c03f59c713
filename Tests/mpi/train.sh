#!/usr/bin/env bash
# Tests that training gives the same checkpoint, byte for byte, in one process and in 2, 4 and 8 ranks under three kinds of MPI; also
# when it is killed, or gets a signal, and is resumed with another number of ranks. Sourced by run.sh, which defines start, fail and ours.

"$bin/dvsprep" synth "$work/d" --train 8 --test 3 --quiet
"$bin/dvsprep" convert "$work/d" -T 4 --quiet 2>/dev/null
settings=(-data_dir "$work/d" -T 4 -channels 8 -b 8 -threads 1 -epochs 2)

# sum FOLDER: SHA-256 of the only run's checkpoint.
sum() { sha256sum "$1"/*/checkpoint_latest.safetensors | cut -d ' ' -f 1; }

# 24 steps in two epochs, with a pass over the test samples after each.
"$dvstrain" "${settings[@]}" -out_dir "$work/single" --quiet >/dev/null
expected=$(sum "$work/single")
# results FOLDER: what the passes over the test samples found.
results() { grep -o '"test":{[^]]*]' "$1"/*/metrics.jsonl; }
metrics=$(results "$work/single")
for kind in openmpi mpich4 mpich5; do
  for count in 1 2 4 8; do
    out=$work/$kind-$count
    (start $kind $count "$dvstrain" "${settings[@]}" -distributed mpi -out_dir "$out" --quiet) >"$work/out" 2>"$work/err" ||
      fail "$kind, $count ranks train: $(cat "$work/err")"
    [ "$(sum "$out")" = "$expected" ] || fail "$kind, $count ranks: another checkpoint than one process's"
    [ "$(results "$out")" = "$metrics" ] || fail "$kind, $count ranks: other test results than one process's"
  done
  echo "$kind: 1, 2, 4 and 8 ranks give the checkpoint of one process: $expected"
done

# A rank that was started alone is a single process, and says nothing of ranks.
(start mpich4 1 "$dvstrain" "${settings[@]}" -distributed mpi -out_dir "$work/alone") >"$work/out" 2>"$work/err" ||
  fail "1 rank: $(cat "$work/err")"
! grep -aqE "in each of|rank [0-9]" "$work/err" || fail "1 rank: $(ours "$work/err")"

# A full stdout is an error, though MPICH takes its buffer away; it does not end the training.
for kind in openmpi mpich4; do
  out=$work/full-$kind status=0
  (start $kind 2 bash -c 'exec "$@" >/dev/full' - "$dvstrain" "${settings[@]}" -out_dir "$out" --quiet) >"$work/out" 2>"$work/err" || status=$?
  [ "$status" = 1 ] && grep -aq "dvstrain: rank 0 on .*: stdout: cannot be written" "$work/err" && [ "$(sum "$out")" = "$expected" ] ||
    fail "$kind: a full stdout: exit code $status: $(cat "$work/err")"
  echo "$kind: $(ours "$work/err")"
done

# A divergence is told once, as one process tells it.
(start openmpi 2 "$dvstrain" "${settings[@]}" -lr 1e30 -opt SGD -out_dir "$work/divergence" --quiet) >"$work/out" 2>"$work/err" &&
  fail "a divergence: exit code 0"
[[ "$(ours "$work/err")" =~ ^"dvstrain: epoch "[^$'\n']*"a smaller -lr may help"$ ]] || fail "a divergence: $(cat "$work/err")"
echo "openmpi: $(ours "$work/err")"

# A signal to a rank of bench ends all with its exit code.
for kind in openmpi mpich4; do
  status=0
  (start $kind 2 "$dvstrain" bench "$work"/single/* -data_dir "$work/d" -b 8 -threads 1 -steps 100000) >"$work/out" 2>"$work/err" &
  launcher=$!
  for ((i = 0; i < 200; i++)); do
    ! grep -aq "warm-up" "$work/err" || break
    sleep 0.1
  done
  [ "$(grep -ac "warm-up" "$work/err")" = 1 ] || fail "$kind: bench: one note expected: $(cat "$work/err")"
  kill -TERM "$(pgrep -f "^$dvstrain bench" | sed -n 2p)"
  wait $launcher || status=$?
  [ "$status" = 143 ] || fail "$kind: bench: exit code 143 expected after SIGTERM, $status found: $(cat "$work/err")"
  [ "$(ours "$work/err" | tail -n 1)" = "dvstrain: stopped; nothing was changed" ] || fail "$kind: bench: $(cat "$work/err")"
  echo "$kind: SIGTERM to a rank of bench, exit code $status: $(ours "$work/err" | tail -n 1)"
done

# interrupted KIND RANKS SIGNAL CODE DELAY: a signal to a rank, some seconds after the first checkpoint; then the training is resumed with
# half as many ranks.
interrupted() {
  local kind=$1 count=$2 signal=$3 code=$4 delay=$5 out=$work/$1-$3 status=0
  rm -rf "$out"
  local settings=("${settings[@]}" -save_every 3 -out_dir "$out")
  (start "$kind" "$count" "$dvstrain" "${settings[@]}" --quiet) >"$work/out" 2>"$work/err" &
  local launcher=$!
  for ((i = 0; i < 200; i++)); do
    compgen -G "$out/*/checkpoint_latest.safetensors" >/dev/null && break
    sleep 0.05
  done
  sleep "$delay"
  kill -"$signal" "$(pgrep -f "^$dvstrain -data_dir" | sed -n 2p)" 2>/dev/null || fail "$kind: training ended before it could be stopped"
  wait $launcher || status=$?
  [[ "$status" =~ ^($code)$ ]] || fail "$kind: exit code $code expected after $signal, $status found: $(cat "$work/err")"
  [ -z "$(pgrep -f "^$dvstrain -data_dir")" ] || fail "$kind: $signal to a rank left ranks"
  (start "$kind" $((count / 2)) "$dvstrain" "${settings[@]}" -resume auto --quiet) >"$work/out" 2>"$work/err" ||
    fail "$kind: training is not resumed after $signal: $(cat "$work/err")"
  [ "$(sum "$out")" = "$expected" ] || fail "$kind: after $signal, another checkpoint than an uninterrupted training's"
  echo "$kind: $signal to one of $count ranks, exit code $status; $((count / 2)) ranks continue to the same checkpoint"
}
for kind in openmpi mpich4 mpich5; do
  interrupted $kind 4 KILL '[1-9][0-9]*' 0
  interrupted $kind 4 TERM 143 0
done
# KILLS=30: that many more, at random moments.
for ((number = 0; number < ${KILLS:-0}; number++)); do
  kinds=(openmpi mpich4 mpich5)
  interrupted "${kinds[number % 3]}" 4 KILL '[1-9][0-9]*' "0.$((RANDOM % 700 + 100))"
done
