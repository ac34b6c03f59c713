#!/usr/bin/env python3
"""Makes the three recordings of Documentation/OwnData.md from three that `dvsprep synth` made.

    dvsprep synth made --train 2 --test 1 --events 220000
    make_recordings.py made/DvsGesture recordings

One stays AEDAT 3.1; the others become Prophesee's EVT 2.0, by its specification, and text. Nothing but Python is needed.
"""

import shutil
import struct
import sys
from pathlib import Path

HEADER_END = b"#!END-HEADER\r\n"


def events(path: Path) -> list[tuple[int, int, int, int]]:
    """The polarity events of an AEDAT 3.1 file as (t, x, y, p)."""
    data = path.read_bytes()
    offset = data.index(HEADER_END) + len(HEADER_END)
    result = []
    while offset < len(data):
        kind, _, size, _, overflow, _, count, _ = struct.unpack_from("<hhiiiiii", data, offset)
        offset += 28
        if kind == 1:
            for word, time in struct.iter_unpack("<II", data[offset : offset + count * size]):
                result.append((time | overflow << 31, word >> 17, word >> 2 & 0x7FFF, word >> 1 & 1))
        offset += count * size
    return result


def evt2(recorded: list[tuple[int, int, int, int]]) -> bytes:
    """EVT 2.0: the upper bits of the time where they change, and a word for each event."""
    words = []
    high = -1
    for t, x, y, p in recorded:
        if t >> 6 != high:
            high = t >> 6
            words.append(0x8 << 28 | high & 0x0FFFFFFF)
        words.append(p << 28 | (t & 0x3F) << 22 | x << 11 | y)
    header = b"% evt 2.0\n% format EVT2;height=128;width=128\n% geometry 128x128\n% end\n"
    return header + struct.pack(f"<{len(words)}I", *words)


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    for folder in ("alice", "bob"):
        (target / folder).mkdir(parents=True)
    first, second, third = sorted(source.glob("*.aedat"))
    shutil.copy(first, target / "alice" / "monday.aedat")
    (target / "alice" / "tuesday.raw").write_bytes(evt2(events(second)))
    lines = "".join(f"{t} {x} {y} {p}\n" for t, x, y, p in events(third))
    (target / "bob" / "session.txt").write_text("128 128\n" + lines)


main()
