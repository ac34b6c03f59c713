"""A cache's samples as a data set of PyTorch's kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional, Union, overload

from ._cache import FrameCache, PathLike, reopened
from ._elements import element_type
from ._split import Split

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ._elements import ElementType


class Frames:
    """The samples of a split, as `torch.utils.data.DataLoader` takes them with any number of workers.

    >>> training = dvskit.Frames(path, "train", dtype="float32")
    >>> frames, label = training[0]
    >>> frames.shape, frames.dtype, label, len(training)
    ((4, 2, 128, 128), dtype('float32'), 0, 24)

    A sample is a pair, also of a cache by duration: the numbers of real frames are `training.samples.frame_counts`. A slice
    is such a data set, too. Each process opens the cache for itself, whether it was forked, spawned, or given the data set
    by pickling; a cache that has been replaced meanwhile is an error.

    Args:
        path: The cache, or a folder with one.
        split: `train` or `test`.
        transform: Called with a sample's frames, an array [T, 2, H, W]; its result replaces them.
        target_transform: Called with the label; its result replaces it.
        dtype: The frames' type: uint8, uint16 or float32, of NumPy or PyTorch. Default: as stored. A cache with counts over
            255 is one of uint16, for which PyTorch lacks most operations: call `.float()` on the tensor first, or use
            `dtype="float32"`.

    Raises:
        NotFoundError: the cache does not exist.
        Error: it is invalid or damaged.
    """

    def __init__(
        self,
        path: PathLike,
        split: str = "train",
        transform: Optional[Callable[[npt.NDArray[Any]], Any]] = None,
        target_transform: Optional[Callable[[int], Any]] = None,
        dtype: ElementType = None,
    ) -> None:
        cache = FrameCache(path)
        samples = cache.split(split)
        # None after unpickling, until it is first needed.
        self._cache: Optional[FrameCache] = cache
        self._path, self._identity = cache.path, cache._identity
        self._is_closed = False
        self._dtype: np.dtype[Any] = element_type(dtype, cache.dtype)
        self._rows = samples.rows
        self._labels = samples.labels
        self.split = split
        self.transform = transform
        self.target_transform = target_transform

    @property
    def samples(self) -> Split:
        """The samples with all that is recorded of them, of the cache as this process has opened it."""
        return Split(self.cache, self.split, self._rows)

    @property
    def cache(self) -> FrameCache:
        """The cache as this process has opened it.

        Raises:
            Error: another process opened it before, and it is now missing or has been replaced.
            ValueError: after `close`.
        """
        if self._is_closed:
            raise ValueError(f"{self._path}: is closed")
        if self._cache is None or not self._cache._handle.is_of_this_process:
            self._cache = reopened(self._path, self._identity)
        return self._cache

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> tuple[Any, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Frames: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[tuple[Any, Any], Frames]:
        if isinstance(index, slice):
            part = object.__new__(Frames)
            part.__dict__.update(self.__dict__, _rows=self._rows[index])
            return part
        samples = self.samples
        row = samples.row(index)
        frames: Any = samples.frames(index, self._dtype)
        label: Any = int(self._labels[row])
        return (
            frames if self.transform is None else self.transform(frames),
            label if self.target_transform is None else self.target_transform(label),
        )

    def close(self) -> None:
        """Closes the cache; samples can then no longer be read."""
        self._is_closed = True
        if self._cache is not None:
            self._cache.close()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_cache": None}

    def __enter__(self) -> Frames:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Frames({self._path!r}, {self.split!r}: {len(self)} samples, {self._dtype})"
