"""Runs dvstrain and reads what it leaves in the run's folder."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import harness
from document_network import DocumentNetwork, Settings, save_weights
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
    of_type = {kind: [line for line in lines if line["type"] == kind] for kind in ("epoch", "step")}
    return Run(log.parent, of_type["epoch"], of_type["step"])


def dvstrain(*arguments: object) -> str:
    """What the tool prints; a failure is told with its last words."""
    command = [DVSTRAIN, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        words = result.stderr.strip().splitlines()[-3:]
        raise CheckError(f"{' '.join(command)}: exit {result.returncode}: {' | '.join(words)}")
    return result.stdout


def train(cache: Path, out_directory: Path, *arguments: object) -> Run:
    """Trains on the CPU into `out_directory`, which must hold no other run."""
    dvstrain("-data_dir", cache, "-out_dir", out_directory, "-device", "cpu", "--quiet", *arguments)
    return read_run(out_directory)


@contextmanager
def small_cache() -> Iterator[Path]:
    """A cache of 24 training and 12 test samples, T 4, in a folder that may be written to."""
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as name:
        harness.run("synth", name, "--train", 2, "--test", 1, "--events", 200000, "--seed", 1)
        harness.run("convert", Path(name, "DvsGesture"), "-T", 4)
        yield Path(name, "DvsGesture/frames_number_4_split_by_number.h5")


def active_network(settings: Settings, seed: int, file: Path, **activity: float) -> DocumentNetwork:
    """A network in which all layers fire, and its weights in a file for `-init`."""
    network = DocumentNetwork(settings)
    network.set_initial_weights(seed)
    network.raise_activity(**activity)
    save_weights(network, file)
    return network
