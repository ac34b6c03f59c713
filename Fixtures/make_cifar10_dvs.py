#!/usr/bin/env python3
"""Makes recordings in CIFAR10-DVS's format: AEDAT 2.0 of a DVS128, about 1.3 s, named after class and number.

    make_cifar10_dvs.py DIR     writes DIR/<class>/cifar10_<class>_<number>.aedat

A recording is a blob that moves along a square, as the pictures of the data set do, with noise. Some addresses have bits
above the lower 15, which are signals in jAER and events in SpikingJelly.
"""

import sys
from pathlib import Path

import numpy as np

SAMPLES = {"airplane": [0, 10, 909], "cat": [5, 99], "truck": [999]}
SIDE = 128
MICROSECONDS = 1_300_000
HEADER = (
    "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n"
    "# Data format is int32 address, int32 timestamp (8 bytes total), repeated for each event\r\n"
    "# Timestamps tick is 1 us\r\n# created Thu Dec 04 22:54:21 CST 2014\r\n"
)


def recording(random: np.random.Generator, count: int) -> bytes:
    """The bytes of one recording."""
    start = int(random.integers(1, 100_000_000))
    t = start + np.sort(random.integers(0, MICROSECONDS, count))
    phase = (t - start) * 4 / MICROSECONDS
    side, part = np.divmod(phase, 1)
    x = np.choose(side.astype(int), [part, np.ones(count), 1 - part, np.zeros(count)])
    y = np.choose(side.astype(int), [np.zeros(count), part, np.ones(count), 1 - part])
    noise = random.random(count) < 0.2
    column = np.where(noise, random.integers(0, SIDE, count), 20 + 70 * x + random.normal(0, 4, count)).astype(int)
    row = np.where(noise, random.integers(0, SIDE, count), 40 + 60 * y + random.normal(0, 4, count)).astype(int)
    address = np.clip(row, 0, SIDE - 1) << 8 | np.clip(column, 0, SIDE - 1) << 1 | random.integers(0, 2, count)
    address |= np.where(random.random(count) < 0.01, random.integers(1, 1 << 17, count) << 15, 0)
    return HEADER.encode() + np.stack([address, t], axis=1).astype(">u4").tobytes()


def main() -> None:
    random = np.random.default_rng(10)
    for name, numbers in SAMPLES.items():
        for number in numbers:
            path = Path(sys.argv[1]) / name / f"cifar10_{name}_{number}.aedat"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(recording(random, int(random.integers(400, 600))))


if __name__ == "__main__":
    main()
