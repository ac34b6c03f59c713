"""A version-2 cache of N-MNIST, opened with h5py: names, types and values are as computed by NumPy."""

import tempfile
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np
import xxhash

from harness import FIXTURES, require, require_equal, run

FOLDER = FIXTURES / "nmnist"
SIDE = 34
ROOT_ATTRIBUTES = {
    "format": "dvskit frame cache", "version": 2, "frames_number": 10, "split_by": "number", "duration_us": 0,
    "invalid_events": "keep", "empty_windows": "keep", "selection": "all", "axes": "N T P Y X",
    "data_set": "N-MNIST", "sensor_width": SIDE, "sensor_height": SIDE, "polarities": 2,
    "split_rule": "the folders Train and Test", "label_table": "", "shard": 0, "shards": 1,
}  # fmt: skip
ROOT_TYPES = {
    "version": "<u4", "frames_number": "<u4", "duration_us": "<i8", "sensor_width": "<u4", "sensor_height": "<u4",
    "polarities": "<u4", "shard": "<u4", "shards": "<u4",
}  # fmt: skip
NAMES = {
    "attributes/name", "attributes/type", "classes/mirrored_label", "classes/name", "preprocessing/crop",
    "preprocessing/dropped_pixels", "preprocessing/factor", "sources/byte_count", "sources/modified_ns",
    "sources/name", "sources/xxh3_64",
} | {
    f"{part}/{name}" for part in ("train", "test")
    for name in ("frames", "labels", "names", "recording", "window_start_us", "window_end_us", "event_count",
                 "frame_count", "frame_start_us", "frame_end_us")
}  # fmt: skip


def texts(dataset: h5py.Dataset) -> list[str]:
    kind = h5py.check_string_dtype(dataset.dtype)
    require(kind is not None and kind.encoding == "utf-8" and kind.length is not None, f"{dataset.name}: text type")
    return [value.decode("utf-8") for value in dataset[:]]


def require_column(dataset: h5py.Dataset, values: list | np.ndarray, kind: str) -> None:
    require_equal(dataset.dtype, np.dtype(kind), f"{dataset.name}: type")
    require_equal(dataset[:], np.array(values, dtype=kind), dataset.name)


def sample(path: Path, frame_count: int) -> dict[str, np.ndarray | int]:
    """A cache's values for a recording, with frames split by number of events."""
    data = np.fromfile(path, np.uint8).reshape(-1, 5).astype(np.int64)
    x, y, on = data[:, 0], data[:, 1], data[:, 2] >> 7
    t = (data[:, 2] & 0x7F) << 16 | data[:, 3] << 8 | data[:, 4]
    size = len(t) // frame_count
    frame = np.minimum(np.arange(len(t)) // size, frame_count - 1)
    frames = np.zeros((frame_count, 2, SIDE, SIDE), np.int64)
    np.add.at(frames, (frame, on, y, x), 1)
    return {
        "frames": frames, "window_start_us": t.min(), "window_end_us": t.max() + 1, "event_count": len(t),
        "frame_count": frame_count,
        "frame_start_us": np.array([t[frame == number].min() for number in range(frame_count)]),
        "frame_end_us": np.array([t[frame == number].max() for number in range(frame_count)]),
    }  # fmt: skip


def check_nmnist() -> None:
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as folder:
        cache = Path(folder, "cache.h5")
        run("convert", FOLDER, "-T", 10, "--allow-missing", "-o", cache, "--quiet")
        with h5py.File(cache) as file:
            require_cache(file)


def require_cache(file: h5py.File) -> None:
    found = {}
    for name, value in file.attrs.items():
        found[name] = value.decode("utf-8") if isinstance(value, bytes) else int(value)
        if name in ROOT_TYPES:
            require_equal(value.dtype, np.dtype(ROOT_TYPES[name]), f"attribute {name}: type")
    require(found.pop("tool").startswith("dvsprep "), "attribute tool")
    require_equal(found, ROOT_ATTRIBUTES, "attributes")
    names: set[str] = set()
    file.visititems(lambda name, item: names.add(name) if isinstance(item, h5py.Dataset) else None)
    require_equal(names, NAMES, "datasets")

    require_equal(texts(file["classes/name"]), [str(label) for label in range(10)], "classes")
    require_column(file["classes/mirrored_label"], [0xFFFF] * 10, "<u2")
    require_equal(texts(file["attributes/name"]), [], "attributes/name")
    require_equal(texts(file["attributes/type"]), [], "attributes/type")
    require_column(file["preprocessing/crop"], [0, 0, SIDE, SIDE], "<u4")
    require_column(file["preprocessing/factor"], [1, 1], "<u4")
    require_column(file["preprocessing/dropped_pixels"], np.zeros((0, 2)), "<u4")

    for part in ("train", "test"):
        group = file[part]
        paths = sorted((FOLDER / part.capitalize()).rglob("*.bin"))
        require(paths, f"{part}: recordings expected")
        samples = [sample(path, 10) for path in paths]
        require_equal(group["frames"].dtype, np.dtype("u1"), f"{part}/frames: type")
        require_equal(group["frames"].chunks, (1, 10, 2, SIDE, SIDE), f"{part}/frames: chunks")
        require_equal(group["frames"][:], np.array([one["frames"] for one in samples]), f"{part}/frames")
        require_column(group["labels"], [int(path.parent.name) for path in paths], "<u2")
        for name in ("names", "recording"):
            require_equal(texts(group[name]), [path.stem for path in paths], f"{part}/{name}")
        for name in ("window_start_us", "window_end_us", "frame_start_us", "frame_end_us"):
            require_column(group[name], [one[name] for one in samples], "<i8")
        for name in ("event_count", "frame_count"):
            require_column(group[name], [one[name] for one in samples], "<u4")

    files = sorted(FOLDER.rglob("*.bin"), key=lambda path: str(path.relative_to(FOLDER)))
    require_equal(texts(file["sources/name"]), [str(path.relative_to(FOLDER)) for path in files], "sources/name")
    require_column(file["sources/byte_count"], [path.stat().st_size for path in files], "<u8")
    require_column(file["sources/modified_ns"], [path.stat().st_mtime_ns for path in files], "<i8")
    require_column(file["sources/xxh3_64"], [xxhash.xxh3_64_intdigest(path.read_bytes()) for path in files], "<u8")
