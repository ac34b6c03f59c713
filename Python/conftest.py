"""Small data sets and caches, made once by the programs."""

import shutil
import struct
import warnings
from pathlib import Path

import dvskit
import h5py
import hdf5plugin  # noqa: F401  (registers the Zstandard filter)
import numpy as np
import pytest


@pytest.fixture(scope="session")
def data_set(tmp_path_factory) -> Path:
    """Recordings with the layout of DVS128 Gesture: 24 training and 12 test samples."""
    return dvskit.synth(tmp_path_factory.mktemp("data"), train=2, test=1, events=200_000, quiet=True)


@pytest.fixture(scope="session")
def recording(data_set) -> Path:
    return data_set / "user24_led.aedat"


@pytest.fixture(scope="session")
def path(data_set) -> Path:
    """A cache of bytes, T 4 by number."""
    return dvskit.convert(data_set, frames_number=4, quiet=True)


@pytest.fixture(scope="session")
def padded_path(data_set) -> Path:
    """A cache of bytes by duration, whose samples are padded."""
    return dvskit.convert(data_set, duration=400_000, quiet=True)


@pytest.fixture(scope="session")
def wide_path(tmp_path_factory) -> Path:
    """A cache of 16-bit counts, of a user's own recordings with three classes and 40 × 30 pixels."""
    folder = tmp_path_factory.mktemp("own")
    random = np.random.default_rng(1)
    for split, count in (("train", 3), ("test", 2)):
        for label in ("left", "right", "up & down"):
            (folder / split / label).mkdir(parents=True)
            for number in range(count):
                write_recording(folder / split / label / f"{number}.aedat", random, 2000)
    return dvskit.convert(folder, frames_number=3, split_by="time", sensor=(40, 30), quiet=True)


@pytest.fixture(params=["path", "padded_path", "wide_path"])
def any_path(request) -> Path:
    """Each kind of cache."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def copy(path, tmp_path) -> Path:
    """A copy of the first cache that a test may damage."""
    return Path(shutil.copy(path, tmp_path / "cache.h5"))


def write_recording(file: Path, random: np.random.Generator, count: int) -> None:
    """Writes AEDAT 3.1 with events at random pixels, of which every second is at the same one."""
    x, y, polarity = random.integers(0, 40, count), random.integers(0, 30, count), random.integers(0, 2, count)
    x[::2], y[::2], polarity[::2] = 7, 5, 1
    events = np.empty((count, 2), "<u4")
    events[:, 0] = x << 17 | y << 2 | polarity << 1 | 1
    events[:, 1] = np.sort(random.integers(0, 1_000_000, count))
    header = struct.pack("<hhiiiiii", 1, 0, 8, 4, 0, count, count, count)
    file.write_bytes(b"#!AER-DAT3.1\r\n#!END-HEADER\r\n" + header + events.tobytes())


def expected(path: Path, split: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frames, labels and numbers of real frames as h5py and hdf5plugin read them."""
    with h5py.File(path) as file:
        group = file[split]
        return group["frames"][:], group["labels"][:].astype(np.int64), group["frame_count"][:].astype(np.int64)


@pytest.fixture(autouse=True)
def doctest_names(request, doctest_namespace):
    """What the examples in docstrings use."""
    if type(request.node).__name__ == "DoctestItem":
        doctest_namespace["dvskit"] = dvskit
        for name in ("path", "data_set", "recording"):
            doctest_namespace[name] = request.getfixturevalue(name)


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
