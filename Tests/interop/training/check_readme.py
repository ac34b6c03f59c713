"""The Dataset class in README.md reads a cache, also in a DataLoader's workers, however these are started."""

import re
import sys
from importlib import import_module
from pathlib import Path

import torch
from dvstrain_run import small_cache
from frame_cache import read_samples
from harness import ROOT, require, require_equal


def readme_class(folder: Path) -> type:
    """README.md's class, from a module of its own, which workers that are spawned can import."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (code,) = [block for block in blocks if "class Frames(" in block]
    (folder / "readme_frames.py").write_text(code)
    sys.path.insert(0, str(folder))
    return import_module("readme_frames").Frames


def check_workers_of_each_start_method() -> None:
    with small_cache() as cache:
        samples = readme_class(cache.parent)(cache, "train")
        expected = read_samples(cache, "train")
        require(len(samples) == len(expected), f"{len(samples)} samples, not {len(expected)}")
        # Opens the file, which cannot be sent to a worker.
        require_equal(samples[0][0].numpy(), expected.frames[0].astype("float32"), "the first sample")
        for method in ("fork", "spawn", "forkserver"):
            loader = torch.utils.data.DataLoader(samples, batch_size=5, num_workers=2, multiprocessing_context=method)
            frames, labels = zip(*loader)
            require_equal(torch.cat(frames).numpy(), expected.frames.astype("float32"), f"{method}: frames")
            require_equal(torch.cat(labels).numpy(), expected.labels, f"{method}: labels")
