"""Frames in colour, as PNG files. Documentation/Pictures.md has the formula of the colours."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, Optional

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

LEVELS = 15
GROUND, OFF, ON, PAGE = (18, 18, 24), (60, 140, 255), (255, 160, 40), (40, 41, 50)
# The index of the colour between frames, after those of all pairs of levels.
PAGE_INDEX = LEVELS * LEVELS


def brightness_scale(frames: npt.NDArray[Any]) -> int:
    """The count of full brightness: the 99th percentile of the nonzero counts by nearest rank, at least 1."""
    cells = np.bincount(frames.reshape(-1))
    cells[0] = 0
    passed = np.cumsum(cells)
    total = int(passed[-1])
    return int(np.searchsorted(passed, (total * 99 + 99) // 100)) if total else 1


def colour_indices(frames: npt.NDArray[Any], scale: int) -> npt.NDArray[np.uint8]:
    """The palette's index of each pixel [..., H, W] of frames [..., 2, H, W]."""
    levels = -(-(LEVELS - 1) * np.minimum(frames.astype(np.int64), scale) // scale)
    off, on = levels[..., 0, :, :], levels[..., 1, :, :]
    return np.array(LEVELS * off + on, np.uint8)


def palette() -> npt.NDArray[np.uint8]:
    """The colours [226, 3] of all pairs of levels, OFF · 15 + ON, and of the page."""
    levels = np.arange(LEVELS)
    weights = np.where(levels == 0, 0, 73 + 13 * levels)[:, None]
    ground, off, on = (np.array(colour) for colour in (GROUND, OFF, ON))
    mixed = 255 * ground + (weights * (off - ground))[:, None] + (weights * (on - ground))[None]
    colours = (np.clip(mixed, 0, 255 * 255) + 127) // 255
    return np.array([*colours.reshape(-1, 3), PAGE], np.uint8)


def sheet(
    frames: npt.NDArray[Any], columns: int, zoom: int = 1, gap: int = 4, scale: Optional[int] = None
) -> npt.NDArray[np.uint8]:
    """The palette's indices [height, width] of frames [N, 2, H, W] side by side, row by row."""
    indices = colour_indices(frames, brightness_scale(frames) if scale is None else scale)
    indices = indices.repeat(zoom, axis=1).repeat(zoom, axis=2)
    count, height, width = indices.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    picture = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), PAGE_INDEX, np.uint8)
    for number, frame in enumerate(indices):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        picture[top : top + height, left : left + width] = frame
    return picture


def png(indices: npt.NDArray[np.uint8]) -> bytes:
    """A PNG file of a picture [height, width] with the palette."""
    height, width = indices.shape
    # Each row begins with its filter, none.
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = indices
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", palette().tobytes()),
            (b"IDAT", zlib.compress(rows.tobytes())),
            (b"IEND", b""),
        )
    )
