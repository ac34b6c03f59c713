#!/usr/bin/env python3
"""Requires that a cache and SpikingJelly's folder of frames contain the same counts.

compare_frames.py CACHE FRAMES_DIR

When splitting by duration, SpikingJelly appends the number of frames to a sample's name, and does not pad.
"""

import sys
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np


def main() -> None:
    cache, folder = sys.argv[1], Path(sys.argv[2])
    names = {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.npz")}
    with h5py.File(cache) as file:
        for split in ("train", "test"):
            group = file[split]
            for number, name in enumerate(group["names"][:]):
                key = f"{split}/{group['labels'][number]}/{name.decode()}"
                frames = group["frames"][number]
                if file.attrs["split_by"] == b"duration":
                    frames = frames[: group["frame_count"][number]]
                    key += f"_{len(frames)}"
                if key not in names:
                    sys.exit(f"{key}: SpikingJelly has no such sample")
                names.remove(key)
                if not np.array_equal(np.load(folder / f"{key}.npz")["frames"], frames):
                    sys.exit(f"{key}: the frames differ")
    if names:
        sys.exit(f"{sorted(names)[0]}: the cache has no such sample")


if __name__ == "__main__":
    main()
