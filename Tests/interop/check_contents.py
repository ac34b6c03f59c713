"""Caches opened with h5py and hdf5plugin contain SpikingJelly's frames, and other values as computed by NumPy."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np
import xxhash

from harness import FIXTURES, REAL, SYNTHETIC, DataSet, data_set_folder, require, require_equal, run
from recordings import Sample, Split, make_samples

CLASS_NAMES = [
    "hand_clapping", "right_hand_wave", "left_hand_wave", "right_arm_clockwise",
    "right_arm_counter_clockwise", "left_arm_clockwise", "left_arm_counter_clockwise",
    "arm_roll", "air_drums", "air_guitar", "other_gestures",
]  # fmt: skip
COLUMN_TYPES = {
    "labels": "u1", "subject": "u1", "window_start_us": "<i8", "window_end_us": "<i8",
    "event_count": "<u4", "frame_count": "<u4", "frame_start_us": "<i8", "frame_end_us": "<i8",
}  # fmt: skip


def texts(dataset: h5py.Dataset) -> list[str]:
    require(dataset.dtype.kind == "S", f"{dataset.name}: texts of fixed length expected")
    return [value.decode("ascii") for value in dataset[:]]


def pad(values: np.ndarray, count: int, fill: int) -> np.ndarray:
    """Lengthens the first axis to `count` with `fill`."""
    widths = [(0, count - len(values))] + [(0, 0)] * (values.ndim - 1)
    return np.pad(values, widths, constant_values=fill)


def require_samples(group: h5py.Group, samples: list[Sample], frame_count: int, kind: str) -> None:
    name = group.name
    frames = group["frames"]
    require_equal(frames.shape, (len(samples), frame_count, 2, 128, 128), f"{name}: shape")
    require_equal(frames.dtype, np.dtype(kind), f"{name}: type of the frames")
    require_equal(frames.chunks, (1, frame_count, 2, 128, 128), f"{name}: chunks")
    for column, column_type in COLUMN_TYPES.items():
        require_equal(group[column].dtype, np.dtype(column_type), f"{name}/{column}: type")
    expected = {
        "labels": np.array([sample.label for sample in samples]),
        "subject": np.array([int(sample.recording[4:6]) for sample in samples]),
        "window_start_us": np.array([sample.window[0] for sample in samples]),
        "window_end_us": np.array([sample.window[1] for sample in samples]),
        "event_count": np.array([sample.event_count for sample in samples]),
        "frame_count": np.array([sample.frame_count for sample in samples]),
        "frame_start_us": np.array([pad(sample.frame_start, frame_count, -1) for sample in samples]),
        "frame_end_us": np.array([pad(sample.frame_end, frame_count, -1) for sample in samples]),
    }
    for column, values in expected.items():
        require_equal(group[column][:], values, f"{name}/{column}")
    require_equal(texts(group["names"]), [sample.name for sample in samples], f"{name}/names")
    require_equal(texts(group["recording"]), [sample.recording for sample in samples], f"{name}/recording")
    lightings = [sample.recording.split("_", 1)[1] for sample in samples]
    require_equal(texts(group["lighting"]), lightings, f"{name}/lighting")
    for number, sample in enumerate(samples):
        where = f"{name}/frames, sample {number} ({sample.name}, label {sample.label})"
        require_equal(frames[number], pad(sample.frames, frame_count, 0), where)


def require_attributes(file: h5py.File, split: Split, frame_count: int, **changed: str) -> None:
    expected = {
        "format": "dvskit frame cache", "version": 1, "frames_number": frame_count,
        "split_by": split.rule, "duration_us": split.value if split.rule == "duration" else 0,
        "invalid_events": "keep", "empty_windows": "keep", "selection": "all",
        "class_names": CLASS_NAMES, "axes": "N T P Y X", **changed,
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name in file.attrs:
        value = file.attrs[name]
        if isinstance(value, np.ndarray):
            found[name] = [text.decode("ascii") for text in value]
        else:
            found[name] = value.decode("ascii") if isinstance(value, bytes) else int(value)
    require(str(found.pop("tool", "")).startswith("dvsprep "), "attribute tool")
    require_equal(found, expected, "attributes")


def require_sources(group: h5py.Group, folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.suffix != ".h5")
    require_equal(texts(group["name"]), names, "sources/name")
    stats = [(folder / name).stat() for name in names]
    require_equal(group["byte_count"][:].tolist(), [stat.st_size for stat in stats], "sources/byte_count")
    times = [stat.st_mtime_ns for stat in stats]
    require_equal(group["modified_ns"][:].tolist(), times, "sources/modified_ns")
    hashes = [xxhash.xxh3_64_intdigest((folder / name).read_bytes()) for name in names]
    require_equal(group["xxh3_64"][:].tolist(), hashes, "sources/xxh3_64")


def require_golden(file: h5py.File, path: Path) -> None:
    """Compares each sample with SpikingJelly's of the same window."""
    found = {}
    for split in ("train", "test"):
        group = file[split]
        for number, name in enumerate(texts(group["names"])):
            found[f"{split}/{group['labels'][number]}/{name}"] = (group, number)
    with h5py.File(path) as golden:
        keys: list[str] = []
        golden.visititems(lambda key, item: keys.append(key) if isinstance(item, h5py.Dataset) else None)
        require_equal(sorted(found), sorted(keys), f"samples of {path.name}")
        for key in keys:
            group, number = found[key]
            frames = group["frames"][number]
            count = len(golden[key])
            require_equal(frames[:count], golden[key][:], f"{path.name}: {key}")
            require(not frames[count:].any(), f"{path.name}: {key}: padding holds events")
            if count and golden[key][:].any():
                require_equal(int(group["frame_count"][number]), count, f"{path.name}: {key}: frame_count")


def require_cache(
    data_set: DataSet, split: Split, kind: str, golden: Path | None = None,
    options: tuple[str, ...] = (), **changed: str,
) -> int:  # fmt: skip
    """Makes a cache, compares its whole content, and returns the largest count."""
    with data_set_folder(data_set) as folder:
        run("convert", "--quiet", folder, *split.arguments, *options)
        drop = "drop" in options
        skip = "--skip-empty" in options
        parts: dict[str, list[Sample]] = {"train": [], "test": []}
        for part, recording in data_set[1]:
            samples = make_samples(folder, recording, split, drop)
            parts[part] += [sample for sample in samples if sample.event_count or not skip]
        frame_count = split.value
        if split.rule == "duration":
            frame_count = max(sample.frame_count for samples in parts.values() for sample in samples)
        cache = folder / split.file_name
        with h5py.File(cache) as file:
            require_attributes(file, split, frame_count, **changed)
            for part, samples in parts.items():
                require_samples(file[part], samples, frame_count, kind)
            require_sources(file["sources"], folder)
            if golden:
                require_golden(file, golden)
        run("verify", "--source", folder, cache)
        return max(int(sample.frames.max(initial=0)) for samples in parts.values() for sample in samples)


def check_synthetic_by_number() -> None:
    split = Split("number", 16)
    require_cache(SYNTHETIC, split, "u1", FIXTURES / "synthetic" / split.file_name)


def check_synthetic_by_time() -> None:
    split = Split("time", 16)
    require_cache(SYNTHETIC, split, "u1", FIXTURES / "synthetic" / split.file_name)


def check_synthetic_by_duration() -> None:
    split = Split("duration", 200_000)
    require_cache(SYNTHETIC, split, "u1", FIXTURES / "synthetic" / split.file_name)


def check_synthetic_without_invalid_events() -> None:
    options = ("--invalid-events", "drop")
    require_cache(SYNTHETIC, Split("number", 16), "u1", options=options, invalid_events="drop")


def check_real_by_number() -> None:
    split = Split("number", 16)
    require_cache(REAL, split, "u1", FIXTURES / "real" / "golden" / split.file_name)


def check_real_by_time() -> None:
    require_cache(REAL, Split("time", 20), "u1")


def check_real_by_duration() -> None:
    require_cache(REAL, Split("duration", 100_000), "u1")


def check_real_without_empty_windows() -> None:
    require_cache(REAL, Split("number", 8), "u1", options=("--skip-empty",), empty_windows="skip")


def check_counts_above_255_are_two_bytes() -> None:
    largest = require_cache(REAL, Split("number", 1), "<u2")
    require_equal(largest, 259, "largest count of the real recording")


def check_the_same_input_gives_the_same_bytes() -> None:
    with data_set_folder(SYNTHETIC) as folder:
        first, second = folder / "first.h5", folder / "second.h5"
        run("convert", "--quiet", folder, "-o", first, "-j", "1")
        time.sleep(1.1)  # HDF5 can store modification times, in seconds
        run("convert", "--quiet", folder, "-o", second, "-j", "3")
        require(first.read_bytes() == second.read_bytes(), "the files differ")


def check_without_the_filter_all_but_frames_is_readable() -> None:
    script = """
import h5py, sys
file = h5py.File(sys.argv[1])
assert file.attrs["format"] == b"dvskit frame cache" and file["train/labels"].shape == (36,)
assert file["train/names"][0] == b"user01_fluorescent_0" and file["train/labels"][:].max() == 10
try:
    file["train/frames"][0]
except OSError as error:
    print(error)
"""
    with data_set_folder(SYNTHETIC) as folder:
        run("convert", "--quiet", folder)
        command = [sys.executable, "-c", script, str(folder / Split("number", 16).file_name)]
        environment = {**os.environ, "HDF5_PLUGIN_PATH": str(folder)}  # a folder without plugins
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        require(result.returncode == 0, result.stderr.strip())
        require("plugin" in result.stdout, f"h5py says: {result.stdout.strip()!r}")
