#!/usr/bin/env python3
"""Makes recordings in N-MNIST's format: 34×34 pixels, 300 ms, five bytes per event.

    make_nmnist.py DIR     writes DIR/Train/<class>/<number>.bin and DIR/Test/<class>/<number>.bin

A recording is a blob that moves once around a circle, with noise; its class determines where it starts.
"""

import sys
from pathlib import Path

import numpy as np

SAMPLES = {"Train": [(0, 1), (0, 22), (3, 8), (7, 30001)], "Test": [(0, 60001), (3, 60002)]}
SIDE = 34
MICROSECONDS = 300_000


def recording(random: np.random.Generator, label: int) -> np.ndarray:
    """The bytes of the events of one recording."""
    count = int(random.integers(600, 1200))
    t = np.sort(random.integers(0, MICROSECONDS, count))
    angle = 2 * np.pi * (t / MICROSECONDS + label / 10)
    noise = random.random(count) < 0.1
    x = np.where(noise, random.integers(0, SIDE, count), 17 + 8 * np.cos(angle) + random.normal(0, 2, count))
    y = np.where(noise, random.integers(0, SIDE, count), 17 + 8 * np.sin(angle) + random.normal(0, 2, count))
    events = np.zeros((count, 5), np.uint8)
    events[:, 0] = np.clip(x, 0, SIDE - 1)
    events[:, 1] = np.clip(y, 0, SIDE - 1)
    polarity = random.integers(0, 2, count)
    events[:, 2] = polarity << 7 | t >> 16
    events[:, 3] = t >> 8 & 0xFF
    events[:, 4] = t & 0xFF
    return events


def main() -> None:
    random = np.random.default_rng(34)
    for part, samples in SAMPLES.items():
        for label, number in samples:
            path = Path(sys.argv[1]) / part / str(label) / f"{number:05}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(recording(random, label).tobytes())


if __name__ == "__main__":
    main()
