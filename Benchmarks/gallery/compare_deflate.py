#!/usr/bin/env python3
"""Compares the size of a page's frames, coded by its range coder, with their size when deflated.

    compare_deflate.py CACHE PAGE     the page of `dvsprep inspect CACHE --html PAGE`, with all pixels, as levels

Each sample's levels are deflated at level 9, with a byte or two bits per pixel, whichever is smaller.
"""

import json
import re
import sys
import zlib
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np


def packed_byte_counts(page: str) -> list[int]:
    """The size in bytes of each sample's frames in the page, where they are in base64."""
    elements = re.findall(r'id="s\d+"[^>]*>(.*?)</script>', page, re.S)
    texts = [[value for value in json.loads(text).values() if isinstance(value, str)] for text in elements]
    return [len(max(found, key=len)) * 3 // 4 for found in texts]


def deflated_byte_count(levels: np.ndarray) -> int:
    flat = np.pad(levels.reshape(-1), (0, -levels.size % 4))
    quarters = flat[0::4] | flat[1::4] << 2 | flat[2::4] << 4 | flat[3::4] << 6
    return min(len(zlib.compress(one.tobytes(), 9)) for one in (levels, quarters))


def main() -> None:
    cache, page = sys.argv[1], Path(sys.argv[2]).read_text("utf-8")
    shown = re.search(r"shown in levels: ([^.]*)\.", page)
    if shown is None:
        sys.exit("a page that shows counts in levels expected")
    thresholds = [int(re.match(r"\d+", level)[0]) for level in shown[1].split(", ")][1:]
    deflated = []
    with h5py.File(cache) as file:
        for part in ("train", "test"):
            group = file[part]
            for number, count in enumerate(group["frame_count"][:]):
                frames = group["frames"][number][:count]
                deflated.append(deflated_byte_count(np.searchsorted(thresholds, frames, side="right").astype(np.uint8)))
    packed = packed_byte_counts(page)
    if len(packed) != len(deflated):
        sys.exit(f"{len(deflated)} samples expected, {len(packed)} found in the page")
    print(f"{len(packed)} samples: range coder {np.mean(packed):.0f} bytes, deflate {np.mean(deflated):.0f}: "
          f"{sum(deflated) / sum(packed):.2f} times as much")  # fmt: skip


if __name__ == "__main__":
    main()
