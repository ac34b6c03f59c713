"""Memory that is used again once nobody refers to it any more.

The system clears each page of fresh memory, which takes about as long as decoding a sample into it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Block = npt.NDArray[np.uint8]


class MemoryPool:
    """Lends blocks of equal size as arrays, and gets each back when its array, all views of it, and all tensors that use
    its memory are gone.

    Threads may use it concurrently: it consists of single operations of a deque, which are atomic. It must not have a
    lock, as memory can come back whenever Python collects objects.

    Args:
        byte_count: The size of a block.
        spare_count: How many unused blocks are kept; others are freed.
    """

    def __init__(self, byte_count: int, spare_count: int) -> None:
        self._byte_count = byte_count
        self._spares: deque[Block] = deque(maxlen=spare_count)

    def take(self) -> Block:
        """A block that nobody else refers to."""
        try:
            return self._spares.pop()
        except IndexError:
            return np.empty(self._byte_count, np.uint8)

    def give_back(self, block: Block) -> None:
        """Keeps a block for reuse, or frees it."""
        self._spares.append(block)

    def lend(self, block: Block, shape: tuple[int, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        """An array at the start of a block, which comes back when the array's memory is no longer used."""
        return np.asarray(_Loan(self, block, shape, dtype))


class _Loan:
    """The base of an array and of everything made of it; gives the block back when the last of them is gone."""

    def __init__(self, pool: MemoryPool, block: Block, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self._pool, self._block = pool, block
        self.__array_interface__ = {
            "version": 3,
            "shape": shape,
            "typestr": dtype.str,
            "data": (block.ctypes.data, False),
        }

    def __del__(self) -> None:
        self._pool.give_back(self._block)
