"""What a notebook shows of a cache and of a sample."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Any

import numpy as np

from ._pictures import png, sheet

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._cache import FrameCache
    from ._split import Sample, Split

SHEET_WIDTH = 1056
MAXIMUM_FRAMES = 32
TILE_WIDTH = 128
MAXIMUM_TILES = 24
# What is decoded for the pictures of a cache, at most, but at least one sample.
MAXIMUM_BYTES = 256 << 20


def sample_html(sample: Sample) -> str:
    """A line about the sample, and its real frames, at most 32, side by side."""
    frames = sample.frames[: max(1, sample.frame_count)]
    step = -(-len(frames) // MAXIMUM_FRAMES)
    shown = _reduced(frames[::step])
    columns = max(1, min(8, SHEET_WIDTH // (shown.shape[-1] + 4)))
    zoom = max(1, TILE_WIDTH // max(shown.shape[-2:]))
    events = int(sample.frames.sum(dtype=np.int64))
    numbers = f"{len(frames)} frames" if step == 1 else f"{len(frames)} frames, of which 1 in {step} is shown"
    title = f"{sample.name}: {sample.class_name}, {events} events in {numbers}"
    return f"<p>{html.escape(title)}. {_LEGEND}</p>{_image(sheet(shown, columns, zoom), title)}"


def cache_html(cache: FrameCache) -> str:
    """The cache's settings, and a frame of a sample of each class."""
    rows = {
        "data set": cache.data_set,
        "samples": f"{len(cache.train)} training, {len(cache.test)} test",
        "frames": f"{cache.dtype} {list(cache.sample_shape)}: T, OFF and ON, rows, columns",
        "divided by": cache.split_by + (f", {cache.duration_us} µs a frame" if cache.duration_us else ""),
        "file": f"{cache.path}, {cache.byte_count / 1e6:.1f} MB, by {cache.tool}",
    }
    left = 'style="text-align:left"'
    table = "".join(f"<tr><th {left}>{name}</th><td {left}>{html.escape(text)}</td></tr>" for name, text in rows.items())
    tiles = "".join(_tile(sample) for sample in _examples(cache))
    return f"<table>{table}</table><p>The middle frame of a sample of each class. {_LEGEND}</p><div>{tiles}</div>"


_LEGEND = "Blue: OFF events, orange: ON events, white: both; brighter: more."


def _examples(cache: FrameCache) -> list[Sample]:
    """The first training sample of each class, or else its first test sample."""
    sample_bytes = int(np.prod(cache.sample_shape, dtype=np.int64)) * cache.dtype.itemsize
    count = max(1, min(MAXIMUM_TILES, MAXIMUM_BYTES // sample_bytes))
    first: dict[int, tuple[Split, int]] = {}
    for split in (cache.train, cache.test):
        labels, indices = np.unique(split.labels, return_index=True)
        for label, index in zip(labels.tolist(), indices.tolist()):
            first.setdefault(label, (split, index))
    return [split[index] for _, (split, index) in sorted(first.items(), key=lambda entry: entry[0])[:count]]


def _tile(sample: Sample) -> str:
    middle = _reduced(sample.frames[max(0, sample.frame_count // 2)][None])
    zoom = max(1, TILE_WIDTH // max(middle.shape[-2:]))
    picture = _image(sheet(middle, 1, zoom), sample.name)
    caption = f"{sample.label} {sample.class_name}"
    style = f"display:inline-block;vertical-align:top;margin:2px;width:{TILE_WIDTH}px;overflow-wrap:anywhere"
    return f'<figure style="{style}">{picture}<figcaption>{html.escape(caption)}</figcaption></figure>'


def _reduced(frames: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Frames [N, 2, H, W] of at most 256 pixels a side; a pixel has the maximum of those that it represents."""
    height, width = frames.shape[-2:]
    factor = -(-max(height, width) // 256)
    if factor == 1:
        return frames
    padded = np.pad(frames, ((0, 0), (0, 0), (0, -height % factor), (0, -width % factor)))
    count, polarities, height, width = padded.shape
    blocks = padded.reshape(count, polarities, height // factor, factor, width // factor, factor)
    return np.asarray(blocks.max(axis=(3, 5)))


def _image(indices: npt.NDArray[np.uint8], text: str) -> str:
    source = f"data:image/png;base64,{base64.b64encode(png(indices)).decode()}"
    return f'<img alt="{html.escape(text)}" style="max-width:100%;image-rendering:pixelated" src="{source}">'
