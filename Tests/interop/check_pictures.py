"""dvsprep's pictures, read by Pillow: each pixel has the documented colour of its counts.

The formula is that of Documentation/Pictures.md, implemented independently of the Swift code; h5py reads the counts.
"""

import json
import tempfile
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np
from PIL import Image

from harness import REAL, SYNTHETIC, DataSet, data_set_folder, require, require_equal, run

DARK = {"ground": (18, 18, 24), "off": (60, 140, 255), "on": (255, 160, 40)}
LIGHT = {"ground": (255, 255, 255), "off": (0, 114, 178), "on": (213, 94, 0)}


def colours_of(frame: np.ndarray, scale: int, theme: dict[str, tuple[int, int, int]]) -> np.ndarray:
    """The colours `[Y, X, RGB]` of counts `[P, Y, X]`."""
    levels = -(-14 * np.minimum(frame.astype(np.int64), scale) // scale)
    weights = np.where(levels == 0, 0, 73 + 13 * levels)[..., None]
    ground, off, on = (np.array(theme[name], np.int64) for name in ("ground", "off", "on"))
    mixed = 255 * ground + weights[0] * (off - ground) + weights[1] * (on - ground)
    return (np.clip(mixed, 0, 255 * 255) + 127) // 255


def default_scale(frames: np.ndarray) -> int:
    """The 99th percentile of the nonzero counts."""
    counts = np.sort(frames[frames > 0])
    return int(counts[-(-counts.size * 99 // 100) - 1]) if counts.size else 1


def magnified(pixels: np.ndarray, zoom: int) -> np.ndarray:
    return pixels.repeat(zoom, axis=0).repeat(zoom, axis=1)


def require_pictures(
    data_set: DataSet, convert: tuple[str, ...], sample: str, *options: str,
    theme: dict[str, tuple[int, int, int]] = DARK,
) -> None:  # fmt: skip
    """Makes both pictures of a sample and compares every pixel of every frame."""
    with data_set_folder(data_set) as folder, tempfile.TemporaryDirectory() as output:
        cache = folder / "cache.h5"
        run("convert", "--quiet", folder, "-o", cache, *convert)
        png, gif = Path(output) / "sheet.png", Path(output) / "sample.gif"
        result = run("inspect", cache, "--sample", sample, "--json", "--png", png, "--gif", gif, *options)
        report = json.loads(result.stdout)
        split, number = sample.split(":")
        with h5py.File(cache) as file:
            frames = file[split]["frames"][int(number)]
            played = int(file[split]["frame_count"][int(number)]) or len(frames)
        if "--scale" not in options:
            require_equal(report["scale"], default_scale(frames), "scale")
        scale = report["scale"]

        with Image.open(png) as picture:
            require_equal(picture.size, (report["png"]["width"], report["png"]["height"]), "size of the sheet")
            sheet = np.asarray(picture.convert("RGB"), np.int64)
        zoom = report["png"]["zoom"]
        require_equal(len(report["png"]["frame_origins"]), len(frames), "frames of the sheet")
        for frame, (x, y) in zip(frames, report["png"]["frame_origins"], strict=True):
            expected = magnified(colours_of(frame, scale, theme), zoom)
            require_equal(sheet[y : y + 128 * zoom, x : x + 128 * zoom], expected, f"sheet at {x}, {y}")

        zoom = report["gif"]["zoom"]
        with Image.open(gif) as animation:
            require_equal(animation.n_frames, played, "frames of the animation")
            require_equal(animation.info.get("loop", 0), 0, "repetitions")
            for index in range(played):
                animation.seek(index)
                require_equal(animation.info["duration"], 10 * report["gif"]["centiseconds"][index], "duration")
                found = np.asarray(animation.convert("RGB"), np.int64)[: 128 * zoom, : 128 * zoom]
                expected = magnified(colours_of(frames[index], scale, theme), zoom)
                require_equal(found, expected, f"frame {index} of the animation")


def check_synthetic_pictures() -> None:
    require_pictures(SYNTHETIC, (), "train:3")


def check_real_pictures_magnified() -> None:
    require_pictures(REAL, ("-T", "5"), "test:1", "--zoom", "3")


def check_light_pictures() -> None:
    require_pictures(REAL, (), "train:0", "--light", "--zoom", "1", theme=LIGHT)


def check_pictures_of_a_given_scale() -> None:
    require_pictures(REAL, ("-T", "2"), "train:2", "--scale", "9", "--zoom", "1")


def check_pictures_of_counts_above_255() -> None:
    require_pictures(REAL, ("-T", "1"), "train:0", "--scale", "259")


def check_pictures_with_padding() -> None:
    require_pictures(SYNTHETIC, ("--duration", "300000"), "train:1", "--zoom", "1", "--speed", "0.5")


def check_a_sample_without_events() -> None:
    with data_set_folder(REAL) as folder:
        run("convert", "--quiet", folder, "-T", "4", "-o", folder / "cache.h5")
        with h5py.File(folder / "cache.h5") as file:
            empty = np.flatnonzero(file["train"]["event_count"][:] == 0)
    require(empty.size > 0, "the real data set has no empty window")
    require_pictures(REAL, ("-T", "4"), f"train:{empty[0]}")


def check_statistics_are_numpys() -> None:
    with data_set_folder(REAL) as folder:
        cache = folder / "cache.h5"
        run("convert", "--quiet", folder, "-o", cache)
        report = json.loads(run("inspect", cache, "--json").stdout)
        with h5py.File(cache) as file:
            frames = np.concatenate([file[split]["frames"][:] for split in ("train", "test")])
    require_equal(report["cell_frequencies"], np.bincount(frames.ravel()).tolist(), "frequencies")
    require_equal(report["off_events"], int(frames[:, :, 0].sum(dtype=np.int64)), "OFF events")
    require_equal(report["empty_frames"], int((frames.sum((2, 3, 4)) == 0).sum()), "empty frames")
    pixels = frames.sum((0, 1, 2), dtype=np.int64)
    require_equal(report["silent_pixels"], int((pixels == 0).sum()), "silent pixels")
    totals = np.sort(frames.sum((1, 2, 3, 4), dtype=np.int64))
    spread = next(measure for measure in report["measures"] if measure["name"] == "events per sample")
    require_equal(spread["median"], totals[-(-totals.size * 50 // 100) - 1], "median of events")
    hot = []
    for y, x in zip(*np.nonzero(pixels >= 100), strict=True):
        block = pixels[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].ravel().tolist()
        block.remove(pixels[y, x])
        if pixels[y, x] >= 5 * max(1, sorted(block)[len(block) // 2]):
            hot.append((int(x), int(y)))
    require_equal(sorted((pixel["x"], pixel["y"]) for pixel in report["hot_pixels"]), sorted(hot), "hot pixels")
