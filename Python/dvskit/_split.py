"""The samples of a cache's training or test part."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Iterator, Tuple, Union, overload

import numpy as np

from ._elements import element_type

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._cache import FrameCache
    from ._elements import ElementType

SPLITS = ("train", "test")
# Columns with one value for each frame, [N, T].
FRAME_COLUMNS = ("frame_start_us", "frame_end_us")


class Sample(Tuple["npt.NDArray[Any]", int]):
    """A pair `(frames, label)`, which a notebook shows as pictures."""

    split: Split
    """The samples that it is one of."""
    number: int
    """Its number in the cache's training or test part, from 0."""

    def __new__(cls, split: Split, number: int, frames: npt.NDArray[Any], label: int) -> Sample:
        """Pairs frames and label."""
        sample = super().__new__(cls, (frames, label))
        sample.split, sample.number = split, number
        return sample

    @property
    def frames(self) -> npt.NDArray[Any]:
        """Event counts [T, 2, H, W]."""
        return self[0]

    @property
    def label(self) -> int:
        """The class's number, from 0."""
        return self[1]

    @property
    def name(self) -> str:
        """The name by which messages and `dvsprep inspect --sample` call it, for example `train/4/user08_led_0`."""
        return f"{self.split.name}/{self.label}/{self.split.value('names', self.number)}"

    @property
    def class_name(self) -> str:
        """The class's name."""
        return self.split.cache.class_names[self.label]

    @property
    def frame_count(self) -> int:
        """The number of real frames, without padding."""
        return int(self.split.value("frame_count", self.number))

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)

    def __repr__(self) -> str:
        return f"Sample({self.name!r}, {self.class_name}: {self.frames.dtype} {list(self.frames.shape)}, label {self.label})"

    def _repr_html_(self) -> str:
        from ._html import sample_html

        return sample_html(self)


class Split(Sequence[Sample]):
    """The samples of a cache's training or test part, in the cache's order; a slice of them is such a sequence, too.

    >>> split = dvskit.FrameCache(path).train
    >>> split[-1]
    Sample('train/10/user02_fluorescent_led_0', other_gestures: uint8 [4, 2, 128, 128], label 10)
    >>> len(split[:8]), split[:8].labels.tolist()
    (8, [0, 1, 2, 3, 4, 5, 6, 7])
    >>> sorted(split.columns)[:4]
    ['event_count', 'frame_count', 'frame_end_us', 'frame_start_us']
    """

    cache: FrameCache
    """The cache."""
    name: str
    """`train` or `test`."""

    rows: range
    """The numbers of these samples in the cache's training or test part."""

    def __init__(self, cache: FrameCache, name: str, rows: range) -> None:
        self.cache, self.name, self.rows = cache, name, rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Sample: ...
    @overload
    def __getitem__(self, index: slice) -> Split: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Sample, Split]:
        if isinstance(index, slice):
            return Split(self.cache, self.name, self.rows[index])
        row = self.row(index)
        return Sample(self, row, self.frames(index), int(self.value("labels", row)))

    def __iter__(self) -> Iterator[Sample]:
        return (self[index] for index in range(len(self)))

    def row(self, index: int) -> int:
        """The number of a sample in the cache's training or test part.

        Raises:
            IndexError: there is no such sample.
        """
        try:
            return self.rows[operator.index(index)]
        except IndexError:
            count = len(self)
            valid = f"an index from {-count} to {count - 1}" if count else "no index, as there are no samples"
            raise IndexError(f"{self.cache.path}: {self.name}: expected {valid}, found {index}") from None

    def frames(self, index: int, dtype: ElementType = None) -> npt.NDArray[Any]:
        """A sample's frames [T, 2, H, W].

        Args:
            index: The sample.
            dtype: uint8, uint16 or float32, of NumPy or PyTorch. Default: as stored.

        Raises:
            Error: the sample is damaged.
        """
        cache = self.cache
        return cache._frames(self.name, self.row(index), element_type(dtype, cache.dtype))

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """The classes' numbers [N], from 0."""
        return self.columns["labels"]

    @property
    def names(self) -> npt.NDArray[np.str_]:
        """The samples' names [N], which with split and label are unique."""
        return self.columns["names"]

    @property
    def frame_counts(self) -> npt.NDArray[np.int64]:
        """The numbers of real frames [N], without padding."""
        return self.columns["frame_count"]

    @property
    def columns(self) -> Columns:
        """Everything that the cache records of each sample: arrays [N], of integers (int64) or texts, by name.

        `frame_start_us` and `frame_end_us` are [N, T]. Documentation/FrameCacheFormat.md explains each.
        """
        return Columns(self)

    def value(self, column: str, row: int) -> Any:
        """One value of a column."""
        return self.cache._column(self.name, column)[row]

    def __repr__(self) -> str:
        return f"<{len(self)} samples of {self.name} in {self.cache.path!r}>"


class Columns(Mapping[str, "npt.NDArray[Any]"]):
    """The columns of some samples, each read from the cache when it is first asked for; every array is a copy."""

    def __init__(self, split: Split) -> None:
        self._split = split

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        split, rows = self._split, self._split.rows
        column: npt.NDArray[Any] = split.cache._column(split.name, name)[np.arange(rows.start, rows.stop, rows.step)]
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(self._split.cache._column_names())

    def __len__(self) -> int:
        return len(self._split.cache._column_names())

    def __repr__(self) -> str:
        return f"<columns {', '.join(self)}>"
