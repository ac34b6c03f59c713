#!/usr/bin/env python3
"""Makes Fixtures/foreign: caches that other programs changed or rewrote.

    .build/release/cache-mutants write DIR
    python3 Fixtures/make_foreign.py Fixtures/foreign DIR/v1_uint8.h5 DIR/v2_uint16.h5

Needs h5py and hdf5plugin, and h5repack (Debian: hdf5-tools).
"""

import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import hdf5plugin
import numpy as np


def attribute_added(file: h5py.File) -> None:
    for number in range(12):
        file.attrs[f"note_{number}"] = "added by h5py"
    file["train"].attrs["note"] = np.arange(3)


def replace(group: h5py.Group, name: str, data: object, **options: object) -> None:
    del group[name]
    group.create_dataset(name, data=data, **options)


def texts(dataset: h5py.Dataset) -> list[str]:
    return [text.rstrip(b"\0").decode() for text in dataset[:]]


def variable_length(file: h5py.File) -> None:
    for part in ("train", "test"):
        replace(file[part], "names", texts(file[part]["names"]), dtype=h5py.string_dtype())


def gzip_frames(file: h5py.File) -> None:
    for part in ("train", "test"):
        frames = file[part]["frames"][:]
        replace(file[part], "frames", frames, compression="gzip", shuffle=True, chunks=(1, *((n + 1) // 2 for n in frames.shape[1:])))


def zstd_chunks(file: h5py.File) -> None:
    for part in ("train", "test"):
        frames = file[part]["frames"][:]
        replace(file[part], "frames", frames, chunks=frames.shape, **hdf5plugin.Zstd(clevel=3))


def contiguous_labels(file: h5py.File) -> None:
    for part in ("train", "test"):
        replace(file[part], "labels", file[part]["labels"][:])


def big_endian(file: h5py.File) -> None:
    for part in ("train", "test"):
        for name in ("window_start_us", "event_count", "frame_end_us", "labels"):
            values = file[part][name][:]
            replace(file[part], name, values.astype(">i8" if name == "labels" else values.dtype.newbyteorder(">")))


EDITS = [attribute_added, variable_length, gzip_frames, zstd_chunks, contiguous_labels, big_endian]


def earliest(source: Path, target: Path) -> None:
    """A copy written by h5py, in the oldest format: superblock 0, symbol tables, object headers of version 1."""
    with h5py.File(source) as old, h5py.File(target, "w", libver=("earliest", "v108")) as new:
        new.attrs.update(old.attrs)

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Group):
                new.create_group(name)
            elif item.dtype.kind == "S":
                new[name] = np.array([text.encode() for text in texts(item)], dtype=h5py.string_dtype("utf-8", item.dtype.itemsize + 2))
            else:
                new.create_dataset(name, data=item[:], compression="gzip" if name.endswith("frames") else None)

        old.visititems(copy)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for valid in map(Path, sys.argv[2:]):
        shutil.copy(valid, folder)
        for edit in EDITS:
            target = folder / f"{valid.stem}_{edit.__name__}.h5"
            shutil.copy(valid, target)
            with h5py.File(target, "r+", libver=("v110", "v110")) as file:
                edit(file)
        earliest(valid, folder / f"{valid.stem}_earliest.h5")
        # h5repack cannot read Zstandard, so it gets the file with gzip frames.
        paths = [f"{part}/{name}" for part in ("train", "test") for name in ("labels", "names", "frame_start_us")]
        source, target = (str(folder / f"{valid.stem}_{name}.h5") for name in ("gzip_frames", "h5repack"))
        filters = ["-f", "/train/frames:GZIP=9", "-f", "/test/frames:GZIP=9"]
        subprocess.run(["h5repack", *filters, "-l", f"{','.join(paths)}:CONTI", source, target], check=True)


if __name__ == "__main__":
    main()
