#!/usr/bin/env python3
"""Two runs of dvstrain with the same options on two engines, or twice on one: their losses and their networks.

compare_runs.py FOLDER FOLDER --bound SHARE
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file


def main() -> int:
    """Compare them; exit code 1 where they differ by more than the bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs=2)
    parser.add_argument("--bound", type=float, required=True, help="of ‖difference‖ / ‖value‖; 0: the same bits")
    arguments = parser.parse_args()
    metrics = [
        [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        for folder in arguments.folders
    ]
    for one, other in zip(*metrics, strict=True):
        for name, value in one.items():
            if "loss" in name or "acc" in name:
                print(f"{name}: {value} {other[name]}")
    one, other = (load_file(folder / "checkpoint_latest.safetensors") for folder in arguments.folders)
    worst = 0.0
    for name, values in one.items():
        difference = np.linalg.norm((values.astype(np.float64) - other[name].astype(np.float64)).ravel())
        share = difference / max(np.linalg.norm(values.astype(np.float64).ravel()), 1e-30)
        worst = max(worst, share)
        print(f"{name}: {share:.2e}")
    print(f"at most {worst:.2e}, {arguments.bound} allowed")
    return 0 if worst <= arguments.bound else 1


if __name__ == "__main__":
    sys.exit(main())
