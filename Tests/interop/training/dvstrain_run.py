"""Runs dvstrain and reads the files in the run's folder."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import harness
from paper_network import PaperNetwork, Settings, save_weights
from harness import ROOT, CheckError

DVSTRAIN = os.environ.get("DVSTRAIN", str(ROOT / ".build/release/dvstrain"))


@dataclass
class Run:
    """A run's folder and its lines of metrics.jsonl: one for each epoch and, with `-log_every 1`, each step."""

    folder: Path
    epochs: list[dict]
    steps: list[dict]


def read_run(out_directory: Path) -> Run:
    (log,) = out_directory.glob("*/metrics.jsonl")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    of_type = {kind: [line for line in lines if line["type"] == kind] for kind in ("epoch", "step")}
    return Run(log.parent, of_type["epoch"], of_type["step"])


def dvstrain(*arguments: object) -> str:
    """Runs the tool and returns its output; an error contains the last lines of stderr."""
    command = [DVSTRAIN, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        words = result.stderr.strip().splitlines()[-3:]
        raise CheckError(f"{' '.join(command)}: exit {result.returncode}: {' | '.join(words)}")
    return result.stdout


def train(cache: Path, out_directory: Path, *arguments: object) -> Run:
    """Trains on the CPU; `out_directory` must not contain another run."""
    dvstrain("-data_dir", cache, "-out_dir", out_directory, "-device", "cpu", "--quiet", *arguments)
    return read_run(out_directory)


@contextmanager
def small_cache() -> Iterator[Path]:
    """A cache of 24 training and 12 test samples, T 4, in a writable folder."""
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as name:
        harness.run("synth", name, "--train", 2, "--test", 1, "--events", 200000, "--seed", 1)
        harness.run("convert", Path(name, "DvsGesture"), "-T", 4)
        yield Path(name, "DvsGesture/frames_number_4_split_by_number.h5")


@contextmanager
def exchange_cache(test: int = 8) -> Iterator[Path]:
    """A cache of 24 training samples and 12 test samples for each of `test` recordings, T 4, in a writable folder."""
    with tempfile.TemporaryDirectory(prefix="dvskit-exchange-") as name:
        harness.run("synth", name, "--train", 2, "--test", test, "--events", 60000, "--seed", 1)
        harness.run("convert", Path(name, "DvsGesture"), "-T", 4)
        yield Path(name, "DvsGesture/frames_number_4_split_by_number.h5")


def active_network(settings: Settings, seed: int, file: Path, **activity: float) -> PaperNetwork:
    """A network in which all layers fire; its weights are written to a file for `-init`."""
    network = PaperNetwork(settings)
    network.set_initial_weights(seed)
    network.raise_activity(**activity)
    save_weights(network, file)
    return network
