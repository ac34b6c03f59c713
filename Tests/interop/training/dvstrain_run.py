"""Runs dvstrain and reads what it leaves in the run's folder."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness import ROOT, CheckError

DVSTRAIN = os.environ.get("DVSTRAIN", str(ROOT / ".build/release/dvstrain"))


@dataclass
class Run:
    """The folder of a run, and the lines of its metrics.jsonl: one an epoch, and one a step where asked for."""

    folder: Path
    epochs: list[dict]
    steps: list[dict]


def read_run(out_directory: Path) -> Run:
    (log,) = out_directory.glob("*/metrics.jsonl")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    steps = [line for line in lines if "test_acc" not in line]
    return Run(log.parent, [line for line in lines if "test_acc" in line], steps)


def dvstrain(*arguments: str | Path) -> str:
    """What the tool prints; a failure is told with its last words."""
    command = [DVSTRAIN, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        words = result.stderr.strip().splitlines()[-3:]
        raise CheckError(f"{' '.join(command)}: exit {result.returncode}: {' | '.join(words)}")
    return result.stdout


def train(cache: Path, out_directory: Path, *arguments: str | Path, device: str = "cpu") -> Run:
    """Trains into `out_directory`, which must hold no other run."""
    dvstrain("-data_dir", cache, "-out_dir", out_directory, "-device", device, "--quiet", *arguments)
    return read_run(out_directory)
