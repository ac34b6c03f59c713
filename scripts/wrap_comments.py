#!/usr/bin/env python3
"""Wraps overlong comments in Swift files, which swift format leaves as they are.

    scripts/wrap_comments.py PATH...           wraps them
    scripts/wrap_comments.py --check PATH...   only lists them; exit code 1 if there are any
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDTH: int = json.loads((ROOT / ".swift-format").read_text())["lineLength"]
COMMENT = re.compile(r"(\s*///? )( *)(- )?(\S.*)")

NUMBER = re.compile(r"\d (?:\d|(?:µs|ms|s|bytes?|kB|MB|GB|GiB|KiB|MiB|%|columns?|pixels?)\b)")


def is_wide(line: str) -> bool:
    return len(line) > WIDTH and COMMENT.fullmatch(line) is not None


def break_before(line: str, start: int) -> int | None:
    """The index at which to break a line: a space outside of code, and not within a number or before its unit."""
    for end in range(min(WIDTH, len(line) - 1), start, -1):
        if line[end] == " " and line.count("`", 0, end) % 2 == 0 and not NUMBER.match(line, end - 1):
            return end
    return None


def wrapped(lines: list[str]) -> list[str]:
    """The lines, with the excess of a comment's line moved to the next one."""
    result: list[str] = []
    rest = list(reversed(lines))
    while rest:
        line = rest.pop()
        comment = COMMENT.fullmatch(line)
        end = break_before(line, comment.start(4)) if comment and len(line) > WIDTH else None
        if comment is None or end is None:
            result.append(line)
            continue
        marker, indentation, item, _ = comment.groups()
        start = marker + indentation + ("  " if item else "")
        result.append(line[:end])
        # The excess is prepended to the next line if that continues the same text, else it becomes a new line.
        following = COMMENT.fullmatch(rest[-1]) if rest else None
        if following and following[3] is None and following[1] + following[2] == start:
            rest.append(f"{start}{line[end + 1 :]} {rest.pop()[len(start) :]}")
        else:
            rest.append(start + line[end + 1 :])
    return result


def main() -> None:
    arguments = sys.argv[1:]
    only_checks = arguments[:1] == ["--check"]
    paths = [Path(argument) for argument in arguments[only_checks:]]
    if not paths:
        sys.exit(__doc__)
    failed = False
    for path in sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.swift"))):
        lines = path.read_text().split("\n")
        wide = [number for number, line in enumerate(lines, start=1) if is_wide(line)]
        if wide and only_checks:
            failed = True
            for number in wide:
                print(f"{path}:{number}: a comment of over {WIDTH} columns ({Path(__file__).name} wraps it)", file=sys.stderr)
        elif wide:
            path.write_text("\n".join(wrapped(lines)))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
