"""An archive gives the same cache as the folder from which it was made."""

import gzip
import io
import os
import random
import tarfile
from collections.abc import Iterator
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


def orders(names: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Orders of a data set's files, each with its name."""
    yield "names in order", sorted(names)
    yield "labels last", sorted(names, key=lambda name: (name.endswith("_labels.csv"), name))
    yield "lists first", sorted(names, key=lambda name: (not name.startswith("trials"), name))
    for seed in (1, 2, 3):
        shuffled = sorted(names)
        random.Random(seed).shuffle(shuffled)
        yield f"shuffled, seed {seed}", shuffled


def pack(folder: Path, names: list[str], beside: int = 0) -> bytes:
    """A tar archive of a folder's files in an order, between small files of another folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as file:
        for number, name in enumerate(names):
            for other in range(number * beside // len(names), (number + 1) * beside // len(names)):
                info = tarfile.TarInfo(f"other/{other}.txt")
                info.size = 5
                file.addfile(info, io.BytesIO(b"text\n"))
            file.add(folder / name, f"DvsGesture/{name}")
    return packed.getvalue()


def check_archives_in_any_order() -> None:
    """With DVS_LONG_TESTS=1 also one with a recording of 300 MB."""
    with data_set_folder(SYNTHETIC) as folder:
        work = folder.parent
        run("convert", "--quiet", folder, "-o", work / "folder.h5")
        expected = content(work / "folder.h5")
        names = [path.name for path in folder.iterdir()]
        packed = [(title, gzip.compress(pack(folder, order), 1)) for title, order in orders(names)]
        plain = pack(folder, sorted(names))
        halves = plain[: len(plain) // 2], plain[len(plain) // 2 :]
        packed.append(("two members of gzip", b"".join(gzip.compress(half, 1) for half in halves)))
        packed.append(("20 000 small files beside", gzip.compress(pack(folder, sorted(names), 20_000), 1)))
        for title, archive in packed:
            require_content(work, archive, expected, title)
    if os.environ.get("DVS_LONG_TESTS"):
        require_large_recording()


def require_content(work: Path, archive: bytes, expected: dict[str, np.ndarray], title: str) -> None:
    (work / "DvsGesture.tar.gz").write_bytes(archive)
    run("convert", "--quiet", "--force", work / "DvsGesture.tar.gz", "-o", work / "archive.h5")
    found = content(work / "archive.h5")
    require(found.keys() == expected.keys(), f"{title}: other datasets")
    for name, values in expected.items():
        require(np.array_equal(found[name], values), f"{title}: {name} differs")
    print(f"{title}: {len(expected)} datasets and attributes are equal")


def require_large_recording() -> None:
    with data_set_folder(SYNTHETIC) as folder:
        work = folder.parent
        run("synth", "--quiet", work / "large", "--train", "1", "--test", "0", "--events", "39000000")
        large = work / "large" / "DvsGesture"
        for name in ("user01_fluorescent.aedat", "user01_fluorescent_labels.csv"):
            (large / name).rename(folder / name)
        run("convert", "--quiet", folder, "-o", work / "folder.h5")
        archive = gzip.compress(pack(folder, sorted(path.name for path in folder.iterdir())), 1)
        require_content(work, archive, content(work / "folder.h5"), "a recording of 300 MB")
