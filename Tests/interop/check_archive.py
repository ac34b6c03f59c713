"""An archive gives the same cache as the folder from which it was made."""

import tarfile
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np

from harness import REAL, SYNTHETIC, DataSet, data_set_folder, require, run


def content(cache: Path) -> dict[str, np.ndarray]:
    """The datasets of both splits, and the root's attributes, by name."""
    found: dict[str, np.ndarray] = {}
    with h5py.File(cache) as file:
        for split in ("train", "test"):
            for name, dataset in file[split].items():
                found[f"{split}/{name}"] = dataset[:]
        for name, value in file.attrs.items():
            found[f"attribute {name}"] = np.asarray(value)
    return found


def require_archive_equals_folder(data_set: DataSet) -> None:
    with data_set_folder(data_set) as folder:
        archive = folder.parent / "DvsGesture.tar.gz"
        with tarfile.open(archive, "w:gz", dereference=True) as file:
            file.add(folder, "DvsGesture")
        of_folder = folder.parent / "folder.h5"
        of_archive = folder.parent / "archive.h5"
        run("convert", "--quiet", folder, "-o", of_folder)
        run("convert", "--quiet", archive, "-o", of_archive)
        expected, found = content(of_folder), content(of_archive)
        require(found.keys() == expected.keys(), f"other datasets: {found.keys() ^ expected.keys()}")
        for name, values in expected.items():
            require(np.array_equal(found[name], values), f"{name} differs")
        with h5py.File(of_archive) as cache:
            require(cache["sources/name"][:].tolist() == [b"DvsGesture.tar.gz"], "sources/name")
            require(cache["sources/byte_count"][:].tolist() == [archive.stat().st_size], "sources/byte_count")
        run("verify", "--source", archive, of_folder)
        run("verify", "--source", folder, of_archive)


def check_archive_of_the_synthetic_recordings() -> None:
    require_archive_equals_folder(SYNTHETIC)


def check_archive_of_the_real_recordings() -> None:
    require_archive_equals_folder(REAL)
