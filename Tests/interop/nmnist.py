"""Recordings of N-MNIST for checks: real ones from a folder that NMNIST names, else the made ones in Fixtures."""

import os
import shutil
import zipfile
from pathlib import Path

from harness import FIXTURES, require

# The subset that SLAYER's authors publish: files 1.bs2 and so on, with lists of sample and class.
SUBSET_LISTS = {"Train": "train1K.txt", "Test": "test100.txt"}


def is_real() -> bool:
    return "NMNIST" in os.environ


def subset(folder: Path) -> dict[str, bytes]:
    """The files of SLAYER's subset by name, from its archive or its folder; empty if it is neither."""
    archives = sorted(folder.glob("NMNISTsmall*.zip"))
    if archives:
        with zipfile.ZipFile(archives[0]) as archive:
            names = [name for name in archive.namelist() if name.endswith((".bs2", ".txt"))]
            return {Path(name).name: archive.read(name) for name in names}
    if (folder / SUBSET_LISTS["Train"]).exists():
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".bs2", ".txt")}
    return {}


def write_subset(files: dict[str, bytes], destination: Path) -> None:
    """A .bs2 has the bytes of N-MNIST's .bin."""
    for part, name in SUBSET_LISTS.items():
        for line in files[name].decode().splitlines():
            if line and not line.startswith("#"):
                number, label = line.split()
                path = destination / part / label / f"{int(number):05}.bin"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(files[f"{number}.bs2"])


def make(destination: Path) -> int:
    """Makes Train/0…9/*.bin and Test/0…9/*.bin in a folder, and returns the number of recordings."""
    source = Path(os.environ.get("NMNIST", FIXTURES / "nmnist"))
    files = subset(source)
    if files:
        write_subset(files, destination)
    else:
        for part in SUBSET_LISTS:
            require((source / part).is_dir(), f"{source}: Train/ and Test/, or NMNISTsmall.zip, expected")
            shutil.copytree(source / part, destination / part)
    count = len(list(destination.rglob("*.bin")))
    require(count >= 6, f"6 or more recordings of N-MNIST expected in {source}, {count} found")
    return count
