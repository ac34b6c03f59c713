"""What users write, for mypy: it must be typed, and is not run."""

from pathlib import Path
from typing import Any

import dvskit
import numpy as np
import numpy.typing as npt


def totals(path: Path) -> list[int]:
    found = [int(frames.sum() + labels.sum()) for frames, labels in dvskit.Loader(path, "train", 16, shuffle=True)]
    for frames, _, lengths in dvskit.Loader(path, lengths=True, out=[np.zeros(3, np.uint8)], samples=[1, 2]):
        found.append(int(frames[0, : lengths[0]].sum()))
    return found


def columns(cache: dvskit.FrameCache) -> npt.NDArray[np.int64]:
    frames, label = cache.train[0]
    name: str = cache.class_names[label] + cache.train[:3][1].name
    assert frames.shape == cache.sample_shape, name
    subjects: npt.NDArray[np.int64] = cache.test.columns["subject"]
    return np.concatenate([cache.test.labels, subjects])


def data(path: str) -> Any:
    part = dvskit.Frames(path, "train", transform=lambda frames: frames.astype(np.float32))[:100]
    frames, label = part[0]
    events = dvskit.read_events(dvskit.synth("demo", train=2) / "user01_led.aedat")
    return frames, label, events["t"], dvskit.inspect(dvskit.convert("demo", sensor=(128, 128)))["events"]
