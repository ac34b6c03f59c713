"""The types of counts that the library decodes into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Protocol, Union

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    class TensorType(Protocol):
        """What `torch.dtype` has, for users' type checkers: this package does not need PyTorch."""

        @property
        def is_floating_point(self) -> bool:
            """Whether it is a type of floating-point numbers."""

    ElementType = Union[npt.DTypeLike, TensorType]

_TENSOR_PREFIX = "torch."
# The library's number of each type.
_NUMBERS = {"uint8": 1, "uint16": 2, "float32": 4}


def element_type(requested: Optional[ElementType], stored: np.dtype[Any]) -> np.dtype[Any]:
    """The type of frames: the one that is requested, of NumPy or PyTorch, or else the cache's.

    Raises:
        ValueError: it is none of uint8, uint16 and float32, or too small for the cache's counts.
    """
    if requested is None:
        return stored
    found = _numpy_type(requested)
    if found is None or found.name not in _NUMBERS or not found.isnative:
        name = requested if found is None else found
        raise ValueError(f"dtype: expected uint8, uint16 or float32, found {name}: convert frames with astype")
    if found.itemsize < stored.itemsize:
        raise ValueError(f"dtype: expected uint16 or float32 for a cache of {stored}, found {found}")
    return found


def element_number(dtype: np.dtype[Any]) -> int:
    """The number by which the library knows a type."""
    return _NUMBERS[dtype.name]


def _numpy_type(requested: ElementType) -> Optional[np.dtype[Any]]:
    """NumPy's type; None where it has none, as for bfloat16."""
    name = str(requested)
    try:
        # Known by its text, as importing PyTorch takes seconds.
        return np.dtype(name[len(_TENSOR_PREFIX) :] if name.startswith(_TENSOR_PREFIX) else requested)  # type: ignore[arg-type]
    except TypeError:
        return None
