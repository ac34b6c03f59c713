"""Samples of a frame cache, read by h5py."""

from dataclasses import dataclass
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401  (registers the Zstandard filter)
import numpy as np


@dataclass
class Samples:
    """Counts [N, T, 2, H, W], labels [N] (class − 1)."""

    frames: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def read_samples(cache: Path, split: str, count: int | None = None) -> Samples:
    """All samples of a split in the cache's order, or the first `count`."""
    with h5py.File(cache, "r") as file:
        return Samples(file[split]["frames"][:count], file[split]["labels"][:count].astype(np.int64))
