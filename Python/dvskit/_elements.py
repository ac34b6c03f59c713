"""The types of counts that the library decodes into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

# The library's number of each type.
_NUMBERS = {"uint8": 1, "uint16": 2, "float32": 4}


def element_type(requested: Optional[npt.DTypeLike], stored: np.dtype[Any]) -> np.dtype[Any]:
    """The type of frames: the one that is requested, or else the cache's.

    Raises:
        ValueError: it is none of uint8, uint16 and float32, or too small for the cache's counts.
    """
    if requested is None:
        return stored
    found = np.dtype(requested)
    if found.name not in _NUMBERS or not found.isnative:
        raise ValueError(f"dtype: expected uint8, uint16 or float32, found {found}: convert frames with astype")
    if found.itemsize < stored.itemsize:
        raise ValueError(f"dtype: expected uint16 or float32 for a cache of {stored}, found {found}")
    return found


def element_number(dtype: np.dtype[Any]) -> int:
    """The number by which the library knows a type."""
    return _NUMBERS[dtype.name]
