#!/usr/bin/env python3
"""Makes a DvsGesture folder of short windows of the real recording in Fixtures, and its cache.

  real_windows.py FOLDER        makes FOLDER/DvsGesture/ and prints the cache's path

The recording contains the first 1.45 s of ten gestures. Windows of 0.25 s begin every 50 ms: those within the first
1.0 s of a gesture are training samples, those within the rest are test samples, so no event is in both. The folder
contains the recording twice, as user01_fluorescent (training) and user24_fluorescent (test), with label files of one
row per window.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DVSPREP = os.environ.get("DVSPREP", str(ROOT / ".build/release/dvsprep"))
RECORDING = ROOT / "Fixtures/real/user01_fluorescent_partial1450ms"
WINDOW_MICROSECONDS, STEP_MICROSECONDS = 250_000, 50_000
SPLITS = {
    "train": ("user01_fluorescent", 0, 1_000_000),
    "test": ("user24_fluorescent", 1_000_000, 1_450_000),
}


def make(parent: Path) -> Path:
    """Makes the folder in `parent` and returns the cache's path."""
    folder = parent / "DvsGesture"
    folder.mkdir(parents=True, exist_ok=True)
    with Path(f"{RECORDING}_labels.csv").open() as file:
        header, *gestures = list(csv.reader(file))
    for split, (name, begin, end) in SPLITS.items():
        recording = folder / f"{name}.aedat"
        if not recording.exists():
            recording.symlink_to(f"{RECORDING}.aedat")
        with (folder / f"{name}_labels.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            for label, start, _ in gestures:
                for offset in range(begin, end - WINDOW_MICROSECONDS + 1, STEP_MICROSECONDS):
                    writer.writerow((label, int(start) + offset, int(start) + offset + WINDOW_MICROSECONDS))
        (folder / f"trials_to_{split}.txt").write_text(f"{name}.aedat\n")
    # Two gestures of the list lie after the recording's end: their windows give warnings, which are not printed.
    command = [DVSPREP, "convert", "--quiet", "--skip-empty", "--force", folder]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(result.stderr.splitlines()[-1])
    return folder / "frames_number_16_split_by_number.h5"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(make(Path(sys.argv[1])))
