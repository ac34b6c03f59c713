#!/usr/bin/env python3
"""Compare two runs of dvstrain with the same options, on two engines or twice on one: their losses and networks.

compare_runs.py FOLDER FOLDER [--bound FRACTION] [--only NAME] [--losses FRACTION]
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file


def main() -> int:
    """Compare the runs; return 1 if they differ by more than a bound, or if nothing was compared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs=2)
    parser.add_argument("--bound", type=float, help="maximum ‖difference‖ / ‖value‖ of each tensor; 0: equal values")
    parser.add_argument("--only", default="", help="compare only tensors whose names contain this")
    parser.add_argument("--losses", type=float, help="maximum relative difference of the losses")
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
        error = np.linalg.norm(found - expected) / max(np.linalg.norm(expected), 1e-30)
        # NaN must not pass.
        worst = max(worst, error if np.isfinite(error) else np.inf)
        print(f"{name}: {error:.2e}")
    print(f"{count} tensors, maximum {worst:.2e}, {arguments.bound} allowed")
    return 0 if agrees and count and worst <= arguments.bound else 1


if __name__ == "__main__":
    sys.exit(main())
