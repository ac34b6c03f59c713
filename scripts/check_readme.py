#!/usr/bin/env python3
"""Checks that `make demo` prints the lines that README.md quotes, except for times, rates and numbers of threads.

    make demo 2>&1 | tee LOG; scripts/check_readme.py LOG

Exit code 1 when a quoted line is not in the log.
"""

import difflib
import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
BEFORE = "From its output:"
# Values that depend on the machine or its load.
MASKED = [
    (re.compile(r"\b(total_time|samples_per_second)=[\d.]+"), r"\1=…"),
    (re.compile(r"\btime_left=.*"), "time_left=…"),
    (re.compile(r"\b[\d.]+ (?:[kMG] )?events/s\b"), "… events/s"),
    (re.compile(r"\b(?:\d+:\d\d min|[\d.]+ s)\b"), "… s"),
    (re.compile(r"\b\d+ threads?\b"), "… threads"),
]


def masked(line: str) -> str:
    for pattern, replacement in MASKED:
        line = pattern.sub(replacement, line)
    return line.rstrip()


def quoted(text: str) -> list[tuple[int, str]]:
    """The lines of the first block after `BEFORE`, with their numbers in README.md."""
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if line.endswith(BEFORE)), None)
    if start is None:
        return []
    fences = [number for number in range(start, len(lines)) if lines[number].startswith("```")]
    if len(fences) < 2:
        return []
    return [(number + 1, lines[number]) for number in range(fences[0] + 1, fences[1]) if lines[number]]


def main() -> int:
    if len(sys.argv) != 2:
        print("check_readme.py: the file with the output of `make demo` expected", file=sys.stderr)
        return 64
    printed = [masked(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    lines = quoted(README.read_text())
    if not lines:
        print(f"README.md: a block of output after '{BEFORE}' expected, none found", file=sys.stderr)
        return 1
    is_faulty = False
    for number, line in lines:
        if (expected := masked(line)) in printed:
            continue
        is_faulty = True
        # Of the lines with the same first word, such as `epoch=19,`: numbers of another epoch may be more similar.
        candidates = [other for other in printed if other.split(" ")[0] == expected.split(" ")[0]]
        nearest = difflib.get_close_matches(expected, candidates or printed, n=1)
        print(f"README.md:{number}: the demo does not print this line", file=sys.stderr)
        print(f"  found     {nearest[0] if nearest else 'no similar line'}", file=sys.stderr)
        print(f"  expected  {expected}", file=sys.stderr)
    if not is_faulty:
        print(f"README.md: {len(lines)} lines of the demo's output are up to date")
    return int(is_faulty)


if __name__ == "__main__":
    sys.exit(main())
