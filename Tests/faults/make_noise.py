#!/usr/bin/env python3
"""Write a small data set of uniformly distributed events, whose frames compress badly: make_noise.py DIR

Its cache for T = 1 is larger than dvsprep expects, so that a disk fills up while the cache is written.
"""

import array
import random
import struct
import sys
from pathlib import Path

WINDOWS = 6
EVENTS = 100_000  # per window of one second


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    source = random.Random(1)
    count = WINDOWS * EVENTS
    # x in bits 17 to 23, y in bits 2 to 8, polarity in bit 1; bit 0 marks a valid event.
    random_bits = int.from_bytes(struct.pack("<I", 0x7F << 17 | 0x7F << 2 | 2) * count, "little")
    valid_bits = int.from_bytes(struct.pack("<I", 1) * count, "little")
    for split, name in (("train", "user01_led"), ("test", "user24_led")):
        words = (source.getrandbits(32 * count) & random_bits | valid_bits).to_bytes(4 * count, "little")
        events = array.array("I", bytes(8 * count))
        events[0::2] = array.array("I", words)
        events[1::2] = array.array("I", range(0, 10 * count, 10))
        header = struct.pack("<hhiiiiii", 1, 1, 8, 4, 0, count, count, count)
        (folder / f"{name}.aedat").write_bytes(b"#!AER-DAT3.1\r\n#!END-HEADER\r\n" + header + events.tobytes())
        rows = [f"{1 + i},{i * 1_000_000},{(i + 1) * 1_000_000}\n" for i in range(WINDOWS)]
        (folder / f"{name}_labels.csv").write_text("class,startTime_usec,endTime_usec\n" + "".join(rows))
        (folder / f"trials_to_{split}.txt").write_text(f"{name}.aedat\n")


if __name__ == "__main__":
    main()
