"""Caches of preprocessed events: frames as tonic's filters and NumPy compute them, from recordings of N-MNIST."""

import importlib.util
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np

from harness import FIXTURES, require, require_equal, run

FOLDER = FIXTURES / "nmnist"
SIDE = 34
T = 5


def tonic_function(module: str, name: str) -> Callable:
    """A function of tonic, whose package imports far more than it needs."""
    package = importlib.util.find_spec("tonic")
    require(package is not None and package.origin is not None, "tonic is installed")
    path = Path(package.origin).parent / "functional" / f"{module}.py"
    spec = importlib.util.spec_from_file_location(module, path)
    require(spec is not None and spec.loader is not None, f"{path} is a module")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name)


def read(path: Path) -> np.ndarray:
    data = np.fromfile(path, np.uint8).reshape(-1, 5).astype(np.int64)
    events = np.zeros(len(data), [("x", "i8"), ("y", "i8"), ("p", "i8"), ("t", "i8")])
    events["x"], events["y"], events["p"] = data[:, 0], data[:, 1], data[:, 2] >> 7
    events["t"] = (data[:, 2] & 0x7F) << 16 | data[:, 3] << 8 | data[:, 4]
    return events


def counted(events: np.ndarray, height: int, width: int) -> np.ndarray:
    """Frames of equal event count."""
    size = len(events) // T
    frame = np.minimum(np.arange(len(events)) // size, T - 1) if size else np.full(len(events), T - 1)
    frames = np.zeros((T, 2, height, width), np.int64)
    np.add.at(frames, (frame, events["p"], events["y"], events["x"]), 1)
    return frames


def recordings() -> dict[str, np.ndarray]:
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*/*/*.bin"))}


def require_frames(options: list[object], expected: Callable[[np.ndarray], np.ndarray]) -> None:
    """Convert with options, and compare each sample's frames."""
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as folder:
        cache = Path(folder, "cache.h5")
        run("convert", FOLDER, "-T", T, "--allow-missing", "-o", cache, "--quiet", *options)
        events = recordings()
        count = 0
        with h5py.File(cache) as file:
            for split in ("train", "test"):
                for name, frames in zip(file[split]["names"][:], file[split]["frames"], strict=True):
                    require_equal(frames, expected(events[name.decode().rsplit("/")[-1]]), f"{options} {split} {name}")
                    count += 1
        require_equal(count, len(events), "samples")
        run("verify", "--source", FOLDER, cache, "--quiet")


def check_noise_filter() -> None:
    denoise = tonic_function("denoise", "denoise_numpy")
    for time in (1, 500, 10_000, 100_000):
        require_frames(["--noise-filter", time], lambda events, time=time: counted(denoise(events, time), SIDE, SIDE))


def check_refractory_period() -> None:
    def later(events: np.ndarray) -> np.ndarray:
        # The first event of a pixel counts at time 0, too, where tonic leaves it out.
        events = events.copy()
        events["t"] += 1
        return events

    refractory = tonic_function("refractory_period", "refractory_period_numpy")
    denoise = tonic_function("denoise", "denoise_numpy")
    for time in (1, 500, 40_000):
        require_frames(
            ["--refractory", time],
            lambda events, time=time: counted(refractory(later(events), time), SIDE, SIDE),
        )

    def both(events: np.ndarray) -> np.ndarray:
        kept = refractory(later(events), 20_000)
        kept["t"] -= 1
        return counted(denoise(kept, 3000), SIDE, SIDE)

    require_frames(["--refractory", 20_000, "--noise-filter", 3000], both)


def check_geometry() -> None:
    def cropped(events: np.ndarray) -> np.ndarray:
        x, y = events["x"], events["y"]
        kept = events[(x >= 3) & (x < 23) & (y >= 5) & (y < 35)]
        return np.stack([kept["x"] - 3, kept["y"] - 5, kept["p"]]).T

    def frames(events: np.ndarray) -> np.ndarray:
        part = cropped(events)
        kept = np.zeros(len(part), events.dtype)
        kept["x"], kept["y"], kept["p"] = part[:, 0], part[:, 1], part[:, 2]
        return counted(kept, 29, 20)

    crop = ["--crop", "3,5,20,29"]
    require_frames(crop, frames)
    require_frames([*crop, "--flip-x"], lambda events: frames(events)[..., ::-1])
    require_frames([*crop, "--flip-y"], lambda events: frames(events)[..., ::-1, :])
    for turns in (1, 2, 3):
        # NumPy turns to the left.
        require_frames(
            [*crop, "--flip-x", "--rotate", 90 * turns],
            lambda events, turns=turns: np.rot90(frames(events)[..., ::-1], -turns, axes=(2, 3)),
        )

    def combined(events: np.ndarray) -> np.ndarray:
        padded = np.pad(frames(events), [(0, 0), (0, 0), (0, 1), (0, 1)])
        return padded.reshape(T, 2, 10, 3, 7, 3).sum((3, 5))

    require_frames([*crop, "--downsample", 3], combined)
    require_frames(
        ["--crop", "center:32x32", "--downsample", "8x16"],
        lambda events: crop_center(events).reshape(T, 2, 16, 2, 8, 4).sum((3, 5)),
    )


def crop_center(events: np.ndarray) -> np.ndarray:
    inside = (events["x"] >= 1) & (events["x"] < 33) & (events["y"] >= 1) & (events["y"] < 33)
    kept = events[inside].copy()
    kept["x"] -= 1
    kept["y"] -= 1
    return counted(kept, 32, 32)


def check_hot_pixels() -> None:
    events = recordings()
    totals = np.zeros((SIDE, SIDE), np.int64)
    for recording in events.values():
        np.add.at(totals, (recording["y"], recording["x"]), 1)
    duration = sum(int(recording["t"].max() - recording["t"].min()) for recording in events.values())
    rates = totals * 1e6 / duration
    rate = int(np.sort(rates.ravel())[-20])
    hot = rates > rate
    require(0 < hot.sum() < 100, "some pixels are hot")
    denoise = tonic_function("denoise", "denoise_numpy")

    def cold(events: np.ndarray) -> np.ndarray:
        return events[~hot[events["y"], events["x"]]]

    require_frames(["--hot-pixels", rate], lambda events: counted(cold(events), SIDE, SIDE))
    require_frames(
        ["--hot-pixels", rate, "--noise-filter", 4000],
        lambda events: counted(denoise(cold(events), 4000), SIDE, SIDE),
    )
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as folder:
        cache = Path(folder, "cache.h5")
        run("convert", FOLDER, "-T", T, "--allow-missing", "-o", cache, "--quiet", "--hot-pixels", rate)
        with h5py.File(cache) as file:
            require_equal(int(file["preprocessing/hot_pixel_rate"][0]), rate, "the limit")
            y, x = np.nonzero(hot)
            require_equal(file["preprocessing/dropped_pixels"][:], np.stack([x, y]).T, "the pixels")


def check_hostile_numbers() -> None:
    """Numbers that mean nothing are refused in one line; caches that h5py changed are repacked first."""
    numbers = {
        "flip_x_flip_y_rotation": ([2, 0, 90], [0, 2, 0], [0, 0, 45], [0, 0, 360], [1, 1], [0, 0, 90, 0]),
        "refractory_noise_us": ([-1, 5], [5, 86_400_000_001], [2**63 - 1, 0], [5], [5, 5, 5]),
        "hot_pixel_rate": ([0], [1_000_001], [2**32 - 1], [], [1, 1]),
    }
    options = ["--rotate", 180, "--refractory", 1, "--hot-pixels", 1_000_000]
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as folder:
        cache, changed, repacked = (Path(folder, name) for name in ("cache.h5", "changed.h5", "repacked.h5"))
        run("convert", FOLDER, "-T", T, "--allow-missing", "-o", cache, "--quiet", *options)
        for name, cases in numbers.items():
            for values in cases:
                changed.write_bytes(cache.read_bytes())
                with h5py.File(changed, "r+") as file:
                    kind = file["preprocessing"][name].dtype
                    del file["preprocessing"][name]
                    file["preprocessing"][name] = np.array(values, kind)
                for command in (["info", changed], ["repack", changed, "-o", repacked]):
                    result = run(*command, expected=1)
                    lines = result.stderr.strip().splitlines()
                    require(len(lines) == 1 and name in lines[0], f"{command[0]}: {name} {values}: {lines}")
                require(not repacked.exists(), f"{name} {values}: nothing is written")
        # What h5py stores itself is copied, and means the same.
        changed.write_bytes(cache.read_bytes())
        with h5py.File(changed, "r+") as file:
            for name in numbers:
                values = file["preprocessing"][name][:]
                del file["preprocessing"][name]
                file["preprocessing"][name] = values
        run("repack", changed, "-o", repacked, "--quiet")
        run("verify", "--source", FOLDER, repacked, "--quiet")
        require_equal(described(repacked), described(cache), "preprocessing")


def described(cache: Path) -> str:
    return json.loads(run("info", "--json", cache).stdout)["data_set"]["preprocessing"]
