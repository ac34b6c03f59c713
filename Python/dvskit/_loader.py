"""Batches of a cache's samples, decoded ahead by threads of the library."""

from __future__ import annotations

import operator
import os
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np

from ._batches import Batches, PassSettings
from ._cache import FrameCache, PathLike
from ._elements import element_type
from ._memory import MemoryPool

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._elements import ElementType

MAXIMUM_DEFAULT_THREADS = 8
# Beyond those in use: a batch that a loop drops while it takes the next one.
SPARE_BLOCKS = 2


class Loader:
    """The batches of a split. Each `for` over it is one pass, the next epoch.

    >>> loader = dvskit.Loader(path, "train", batch_size=10, shuffle=True, seed=2020)
    >>> for frames, labels in loader:
    ...     print(frames.shape, frames.dtype, labels.dtype)
    (10, 4, 2, 128, 128) uint8 int64
    (10, 4, 2, 128, 128) uint8 int64
    (4, 4, 2, 128, 128) uint8 int64
    >>> loader.epoch, len(loader), loader.sample_count
    (1, 3, 24)

    Threads decode the next batches while the loop uses one. A batch consists of `frames`, an array [N, T, 2, H, W];
    `labels`, int64 [N]; and, with `lengths`, the number of real frames of each sample, int64 [N]. Each batch has memory of
    its own, which is used again once nothing refers to it any more: neither the array, nor a view, nor a tensor made of it
    by `torch.from_numpy`.

    Samples of a cache by duration are padded with frames of zeros, and the third array says how many frames are real;
    `lengths=False` leaves it out:

        for frames, labels, lengths in dvskit.Loader("duration_400000.h5", "train"):
            ...

    `for` over a loader starts threads and ends them; one that is left early, also by Ctrl-C, ends them when its iterator
    is closed or collected. Several loaders, and several passes of one, can run at once. In a process forked from this
    one, use is an error.

    Args:
        cache: The cache: its path, that of a folder with one, or a FrameCache, which must remain open.
        split: `train` or `test`.
        batch_size: N, at least 1.
        shuffle: Whether each epoch has an order of its own: that of `dvstrain` for the same seed and epoch.
        seed: The seed of the order, as of `dvstrain -seed`.
        threads: How many threads decode. Default: as many as there are processors, at most 8.
        drop_last: Whether to leave out a last batch of fewer than N samples, as `dvstrain` does in training. With fewer
            than N samples in all, there would be no batch, which is an error.
        epoch: The epoch of the first pass, which affects only the order.
        dtype: The frames' type: uint8, uint16 or float32, of NumPy or PyTorch. Default: that of `out`, or else as stored.
            A cache with counts over 255 is one of uint16, for which PyTorch lacks most operations: call `.float()` on the
            tensor first, or use `dtype="float32"`.
        out: One array [N, T, 2, H, W] or several, C-contiguous, for example `tensor.numpy()` of pinned tensors. They take
            the batches in turn, so that a batch is valid only until the next one is asked for. With two or more, the
            others are filled meanwhile. A new pass then ends one that is still running.
        lengths: Whether batches include the numbers of real frames. Default: only for caches by duration.
        samples: Take only these, by their numbers within the split (negative from its end), or by a boolean for each.
            Default: all.

    Raises:
        NotFoundError: the cache does not exist.
        Error: it is invalid or damaged; for a damaged sample, when its batch is asked for.
        TypeError: an argument is of another type, for example a tensor in `out`.
        ValueError: an argument is out of range.
    """

    cache: FrameCache
    """The cache."""

    def __init__(
        self,
        cache: Union[PathLike, FrameCache],
        split: str = "train",
        batch_size: int = 16,
        shuffle: bool = False,
        seed: int = 0,
        threads: Optional[int] = None,
        drop_last: bool = False,
        epoch: int = 0,
        dtype: ElementType = None,
        out: Union[npt.NDArray[Any], Sequence[npt.NDArray[Any]], None] = None,
        lengths: Optional[bool] = None,
        samples: Optional[npt.ArrayLike] = None,
    ) -> None:
        batch_size = _checked("batch_size", batch_size, 1)
        seed = _checked("seed", seed, 0, 2**64)
        threads = min(MAXIMUM_DEFAULT_THREADS, len(os.sched_getaffinity(0))) if threads is None else threads
        threads = _checked("threads", threads, 1)
        self.epoch = epoch
        self.cache = cache if isinstance(cache, FrameCache) else FrameCache(cache)
        available = len(self.cache.split(split))
        order = _sample_numbers(samples, available)
        self._sample_count = available if order is None else len(order)
        if drop_last and self._sample_count < batch_size:
            raise ValueError(f"drop_last: {self._sample_count} samples are fewer than batch_size {batch_size}: no batches")
        buffers = None if out is None else _arrays(out)
        if dtype is None and buffers:
            dtype = buffers[0].dtype
        kind = element_type(dtype, self.cache.dtype)
        shape = (batch_size, *self.cache.sample_shape)
        if buffers is not None:
            _check_buffers(buffers, shape, kind)
        self._settings = PassSettings(
            split, order, self._sample_count, shuffle, seed, drop_last, threads, kind, shape, buffers,
            self.cache.split_by == "duration" if lengths is None else lengths,
        )  # fmt: skip
        sample_byte_count = int(np.prod(shape[1:], dtype=np.int64)) * kind.itemsize
        self._pool = MemoryPool(self._settings.largest_batch * sample_byte_count, SPARE_BLOCKS)
        self._buffer_user: Optional[weakref.ref[Batches]] = None

    @property
    def epoch(self) -> int:
        """The epoch of the next pass, from 0. A pass that hands out its last batch raises it by 1."""
        return self._epoch

    @epoch.setter
    def epoch(self, epoch: int) -> None:
        self._epoch = _checked("epoch", epoch, 0, 2**63)

    @property
    def sample_count(self) -> int:
        """How many samples there are; with `drop_last`, a pass may have fewer."""
        return self._sample_count

    def __len__(self) -> int:
        """The number of batches of a pass."""
        size = self._settings.shape[0]
        return self._sample_count // size if self._settings.drop_last else -(-self._sample_count // size)

    def __iter__(self) -> Batches:
        if self._settings.buffers is not None:
            earlier = None if self._buffer_user is None else self._buffer_user()
            if earlier is not None:
                earlier.close()
        batches = Batches(self, self._settings, self._pool)
        self._buffer_user = weakref.ref(batches)
        return batches

    def __repr__(self) -> str:
        settings = self._settings
        return (
            f"Loader({self.cache.path!r}, {settings.split!r}: {self.sample_count} samples, {len(self)} batches of "
            f"{settings.dtype} {list(settings.shape)}, {settings.threads} threads, epoch {self.epoch})"
        )


def _checked(name: str, value: int, minimum: int, bound: int = 2**31) -> int:
    try:
        # NumPy's integers become Python's, which do not overflow.
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}: expected an integer, found {value!r}") from None
    if not minimum <= number < bound:
        raise ValueError(f"{name}: expected an integer from {minimum} to {bound - 1}, found {number}")
    return number


def _sample_numbers(samples: Optional[npt.ArrayLike], available: int) -> Optional[npt.NDArray[np.int64]]:
    if samples is None:
        return None
    numbers = np.array(samples, order="C")
    if numbers.dtype == np.bool_:
        if numbers.shape != (available,):
            raise ValueError(f"samples: expected {available} booleans or else integers, found bool {list(numbers.shape)}")
        return np.flatnonzero(numbers).astype(np.int64)
    if numbers.ndim != 1 or (numbers.size and not np.issubdtype(numbers.dtype, np.integer)):
        raise ValueError(f"samples: expected integers in one dimension, found {numbers.dtype} {list(numbers.shape)}")
    if numbers.size and not -available <= numbers.min() <= numbers.max() < available:
        valid = f"{-available} to {available - 1}" if available else "none, as there are no samples"
        raise ValueError(f"samples: expected {valid}, found {numbers.min()} to {numbers.max()}")
    numbers = numbers.astype(np.int64)
    return np.where(numbers < 0, numbers + available, numbers)


def _arrays(out: Union[npt.NDArray[Any], Sequence[npt.NDArray[Any]]]) -> tuple[npt.NDArray[Any], ...]:
    arrays = tuple(out) if isinstance(out, Sequence) else (out,)
    for number, array in enumerate(arrays):
        if not isinstance(array, np.ndarray):
            raise TypeError(
                f"out[{number}]: expected a NumPy array, found {type(array).__name__}: for a tensor, pass tensor.numpy()"
            )
    return arrays


def _check_buffers(buffers: Sequence[npt.NDArray[Any]], shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    if not buffers:
        raise ValueError("out: expected at least one array, found none")
    for number, buffer in enumerate(buffers):
        if buffer.shape != shape or buffer.dtype != dtype:
            raise ValueError(f"out[{number}]: expected {dtype} {list(shape)}, found {buffer.dtype} {list(buffer.shape)}")
        if not (buffer.flags.c_contiguous and buffer.flags.writeable and buffer.flags.aligned):
            raise ValueError(f"out[{number}]: expected a writable, C-contiguous array, found another")
        if any(np.may_share_memory(buffer, other) for other in buffers[:number]):
            raise ValueError(f"out[{number}]: expected memory of its own, found that of an array before it")
