#!/usr/bin/env bash
# Runs the commands of Documentation/OwnData.md on recordings made for them. TOOLS=folder names the tools' folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
tools=${TOOLS:-$root/.build/release}
[[ -x $tools/dvsprep ]] || make --no-print-directory build

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$tools:$PATH
cd "$work"
dvsprep synth made --train 2 --test 1 --events 220000 --quiet
python3 "$root/Tests/own_data/make_recordings.py" made/DvsGesture recordings

# The commands, and where it stands the table that follows the first of them.
python3 - "$root/Documentation/OwnData.md" > commands.sh <<'PYTHON'
import re
import sys

print("set -euo pipefail")
text = open(sys.argv[1], encoding="utf-8").read()
blocks = r"(?:<!-- (?P<file>\S+) -->\n)?```(?P<kind>sh|csv)\n(?P<body>.*?)```"
for block in re.finditer(blocks, text, re.DOTALL):
    if block["kind"] == "csv":
        print(f"cat > {block['file']} <<'TABLE'\n{block['body']}TABLE")
    else:
        for line in block["body"].splitlines():
            print(f"printf '\\n$ %s\\n' {line!r}\n{line}")
PYTHON
bash commands.sh 2>&1 | tee output.txt

count=0
expect() {
  grep -qE "$1" output.txt || { echo "run.sh: a line like '$1' expected, none found" >&2; exit 1; }
  count=$((count + 1))
}
expect 'recordings/labels.csv: 3 recordings: fill in label and split'
expect 'attributes    subject \(text\)'
expect 'split by      0.5 of the values of subject: train (alice; test bob|bob; test alice)'
expect '  4 wave_right +[12] +[12]$'
expect 'equal to the recordings of recordings'
expect 'epoch=29,.* test_acc='
expect 'labels from   labels.csv'
expect 'dvstrain: standard input: text .*, windows of 6 s, one every 0.25 s'
expect 'dvstrain: standard input: [0-9]+ windows of [0-9]+ events in .* median .* ms, maximum .* ms$'
[[ -s session.html && -s gallery.html ]]
echo "own data: the documents' commands ran, $count lines of their output as expected"
