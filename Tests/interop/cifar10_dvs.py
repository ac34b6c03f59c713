"""Made recordings in CIFAR10-DVS's format and folders."""

from pathlib import Path

import numpy as np

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
HEADERS = (
    "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n# created Thu Dec 04 22:54:21 CST 2014\r\n",
    "#!AER-DAT2.0\r\n# AEChip: ch.unizh.ini.jaer.chip.retina.DVS128\r\n#End Of ASCII Header\r\n",
    "#!AER-DAT2.0\n",
)


def write_recording(path: Path, random: np.random.Generator, header: str) -> None:
    """Random addresses, of which some have bits that are signals in jAER; over about 1.3 s."""
    count = int(random.integers(300, 3000))
    address = random.integers(0, 1 << 15, count)
    address |= np.where(random.random(count) < 0.03, random.integers(1, 1 << 17, count) << 15, 0)
    # The first byte of the first event must not look like another line of text.
    address[0] &= 0x7FFF
    t = random.integers(0, 1 << 31) + np.sort(random.integers(0, 1_300_000, count))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + np.stack([address, t], axis=1).astype(">u4").tobytes())


def make(folder: Path) -> None:
    """Three recordings of each class, one of which is a test recording."""
    random = np.random.default_rng(45)
    for name in CLASS_NAMES:
        numbers = [*random.choice(900, 2, replace=False), random.integers(910, 1000)]
        for number, header in zip(numbers, HEADERS, strict=True):
            write_recording(folder / name / f"cifar10_{name}_{number}.aedat", random, header)
