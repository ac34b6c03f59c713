"""Shared by the checks: the tool, the data sets, and the reporting of failures."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Fixtures"
DVSPREP = os.environ.get("DVSPREP", str(ROOT / ".build/release/dvsprep"))

SYNTHETIC = ("synthetic", [("train", "user01_fluorescent"), ("train", "user01_led"),
                           ("train", "user02_fluorescent"), ("test", "user24_fluorescent")])  # fmt: skip
REAL = ("real", [("train", "user01_fluorescent"), ("test", "user24_fluorescent")])
DataSet = tuple[str, list[tuple[str, str]]]


class CheckError(Exception):
    """A check failed."""


def require(condition: object, text: str) -> None:
    if not condition:
        raise CheckError(text)


def require_equal(found: Any, expected: Any, what: str) -> None:
    if isinstance(expected, np.ndarray):
        require(np.shape(found) == expected.shape, f"{what}: shape {np.shape(found)}, not {expected.shape}")
        require(np.array_equal(found, expected), f"{what} differs")
    else:
        require(found == expected, f"{what}: {found!r}, not {expected!r}")


def run(*arguments: str | Path, expected: int = 0) -> subprocess.CompletedProcess[str]:
    """Runs the tool and requires its exit code."""
    command = [DVSPREP, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != expected:
        line = " ".join(command)
        raise CheckError(f"{line}: exit {result.returncode}, not {expected}: {result.stderr.strip()}")
    return result


def exit_code(*arguments: str | Path) -> int:
    """Runs the tool for at most a minute, and returns its exit code, or minus the number of the signal that ended it."""
    command = [DVSPREP, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


@contextmanager
def data_set_folder(data_set: DataSet) -> Iterator[Path]:
    """A writable folder with copies of, or links to, the recordings of a data set."""
    name, trials = data_set
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as parent:
        folder = Path(parent) / "DvsGesture"
        folder.mkdir()
        if name == "real":
            source = FIXTURES / "real" / "user01_fluorescent_partial1450ms"
            for _, recording in trials:
                (folder / f"{recording}.aedat").symlink_to(f"{source}.aedat")
                shutil.copy(f"{source}_labels.csv", folder / f"{recording}_labels.csv")
            for split in ("train", "test"):
                lines = [f"{recording}.aedat\n" for part, recording in trials if part == split]
                (folder / f"trials_to_{split}.txt").write_text("".join(lines))
        else:
            for path in (FIXTURES / "synthetic" / "DvsGesture").iterdir():
                shutil.copy(path, folder)
        yield folder
