#!/usr/bin/env python3
"""Two runs of dvstrain with the same options on two engines, or twice on one: their losses and their networks.

compare_runs.py FOLDER FOLDER [--bound SHARE] [--only NAME] [--losses SHARE]
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file


def main() -> int:
    """Compare them; exit code 1 where they differ by more than a bound, or nothing was compared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs=2)
    parser.add_argument("--bound", type=float, help="of ‖difference‖ / ‖value‖ of each tensor; 0: the same bits")
    parser.add_argument("--only", default="", help="tensors with this in their names")
    parser.add_argument("--losses", type=float, help="of the losses' differences, relative")
    arguments = parser.parse_args()
    metrics = [
        [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        for folder in arguments.folders
    ]
    agrees = True
    for one, other in zip(*metrics, strict=True):
        for name in ("train_loss", "test_loss"):
            difference = abs(one[name] - other[name]) / abs(one[name])
            print(f"{name}: {one[name]} and {other[name]}, {difference:.1e}")
            agrees = agrees and (arguments.losses is None or difference <= arguments.losses)
    if arguments.bound is None:
        return 0 if agrees else 1
    one, other = (load_file(folder / "checkpoint_latest.safetensors") for folder in arguments.folders)
    worst, count = 0.0, 0
    for name, values in one.items():
        if arguments.only not in name:
            continue
        count += 1
        expected, found = values.astype(np.float64).ravel(), other[name].astype(np.float64).ravel()
        share = np.linalg.norm(found - expected) / max(np.linalg.norm(expected), 1e-30)
        # What is no number is no agreement.
        worst = max(worst, share if np.isfinite(share) else np.inf)
        print(f"{name}: {share:.2e}")
    print(f"{count} tensors, at most {worst:.2e}, {arguments.bound} allowed")
    return 0 if agrees and count and worst <= arguments.bound else 1


if __name__ == "__main__":
    sys.exit(main())
