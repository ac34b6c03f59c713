"""A frame cache and what is recorded in it."""

from __future__ import annotations

import os
from glob import escape, glob
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Mapping, Optional, Union

import numpy as np

from ._elements import element_number
from ._errors import Error, NotFoundError, require_file
from ._handle import opened
from ._library import call, call_for_json, library, path_bytes, path_text
from ._split import FRAME_COLUMNS, SPLITS, Split

if TYPE_CHECKING:
    import numpy.typing as npt

_SETTINGS = ("invalid_events", "empty_windows", "selection", "shard", "compression_level")

PathLike = Union[str, "os.PathLike[str]"]


class FrameCache:
    """A frame cache that `dvsprep convert` or `dvskit.convert` wrote.

    >>> with dvskit.FrameCache(path) as cache:
    ...     print(len(cache.train), cache.sample_shape, cache.dtype)
    ...     frames, label = cache.train[0]
    ...     print(frames.shape, cache.class_names[label])
    24 (4, 2, 128, 128) uint8
    (4, 2, 128, 128) hand_clapping

    It can be pickled, and opens its file again where it is unpickled; if the file has been replaced meanwhile, that is an
    error. Several threads may use it, one after another; `dvskit.Loader` decodes with several threads. A process forked
    from this one must open the file itself, as `dvskit.Frames` does.

    Args:
        path: The HDF5 file, or a folder with no other `.h5` file in it or in its `DvsGesture`.

    Attributes:
        train: The training samples, a Split.
        test: The test samples, a Split.
        class_names: The classes, by label.
        sample_shape: The shape [T, 2, H, W] of a sample's frames: T frames (by duration, padded to those of the longest
            sample); OFF and ON; rows from the top; columns from the left.
        dtype: The type of the counts: uint8 or uint16.
        split_by: How samples were divided into frames: `number`, `time` or `duration`.
        frames_number: T, where samples were divided by number or time; None by duration.
        duration_us: The duration of a frame in microseconds, by duration; else None.
        data_set: The data set's name, for example `DVS128 Gesture`.
        sources: The files from which the cache was made, with `name` and `byte_count`.
        settings: How it was made: how it treats invalid events and empty windows, which part of the data set it has, and
            how it stores it.
        path: The file.
        byte_count: The size of the file.
        format_version: The version of the file's format.
        tool: The program that wrote it.

    Raises:
        NotFoundError: there is no such file, or none in the folder.
        Error: the file is invalid or damaged, or the folder has several.
        TypeError: `path` is not a path.
    """

    path: str
    format_version: int
    tool: str
    data_set: str
    split_by: str
    frames_number: Optional[int]
    duration_us: Optional[int]
    sample_shape: tuple[int, int, int, int]
    dtype: np.dtype[Any]
    class_names: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]
    byte_count: int
    settings: Mapping[str, Any]

    def __init__(self, path: PathLike) -> None:
        self.path = _file_path(path_text(path))
        self._identity = _file_identity(self.path)
        self._handle = opened("dvskit_cache_open", self.path, path_bytes(self.path))
        description = self._handle.use(lambda cache: call_for_json(library().dvskit_cache_description, cache))
        self.format_version = description["format_version"]
        self.tool = description["tool"]
        self.data_set = description["data_set"]
        self.split_by = description["split_by"]
        self.duration_us = description["duration_us"]
        self.frames_number = description["frame_count"] if self.duration_us is None else None
        self.sample_shape = (description["frame_count"], 2, description["height"], description["width"])
        self.dtype = np.dtype(description["dtype"])
        self.class_names = tuple(description["class_names"])
        self.sources = tuple(MappingProxyType(source) for source in description["sources"])
        self.byte_count = description["byte_count"]
        self.settings = MappingProxyType({name: description[name] for name in _SETTINGS})
        self._sample_counts = description["splits"]
        self._integers, self._texts = description["integers"], description["texts"]
        # The columns that were read, by split and name.
        self._values: dict[tuple[str, str], npt.NDArray[Any]] = {}

    @property
    def train(self) -> Split:
        """The training samples."""
        return self.split("train")

    @property
    def test(self) -> Split:
        """The test samples."""
        return self.split("test")

    def split(self, name: str) -> Split:
        """The samples of `train` or `test`."""
        if name not in SPLITS:
            raise ValueError(f"split: expected 'train' or 'test', found {name!r}")
        return Split(self, name, range(self._sample_counts[name]))

    def close(self) -> None:
        """Closes the file; reading samples or columns is then an error."""
        self._handle.close()

    def __enter__(self) -> FrameCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return reopened, (self.path, self._identity)

    def __repr__(self) -> str:
        return (
            f"FrameCache({self.path!r}: {self.data_set}, {len(self.train)} training and {len(self.test)} test samples, "
            f"T {self.sample_shape[0]} by {self.split_by}, {self.dtype} {list(self.sample_shape)})"
        )

    def _repr_html_(self) -> str:
        from ._html import cache_html

        return cache_html(self)

    def _frames(self, split: str, number: int, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        frames = np.empty(self.sample_shape, dtype)
        self._handle.use(
            lambda cache: call(
                library().dvskit_cache_frames, cache, SPLITS.index(split), number, element_number(dtype),
                frames.ctypes.data, frames.nbytes,
            )
        )  # fmt: skip
        return frames

    def _column_names(self) -> tuple[str, ...]:
        return (*self._integers, *self._texts)

    def _column(self, split: str, name: str) -> npt.NDArray[Any]:
        """A column, which is kept and must not be changed."""
        key = split, name
        if key not in self._values:
            self._values[key] = self._read_column(split, name)
        return self._values[key]

    def _read_column(self, split: str, name: str) -> npt.NDArray[Any]:
        number = SPLITS.index(split)
        if name in self._texts:
            texts = self._handle.use(lambda cache: call_for_json(library().dvskit_cache_texts, cache, number, name.encode()))
            return np.array(texts, dtype=np.str_)
        if name not in self._integers:
            raise KeyError(name)
        count = self._sample_counts[split]
        values = np.empty((count, self.sample_shape[0]) if name in FRAME_COLUMNS else count, np.int64)
        self._handle.use(
            lambda cache: call(
                library().dvskit_cache_integers, cache, number, name.encode(), values.ctypes.data, values.size
            )
        )
        return values


def reopened(path: str, identity: Optional[tuple[int, int]]) -> FrameCache:
    """Opens a cache that was opened before.

    Raises:
        Error: the file is missing, or was replaced or changed since.
    """
    cache = FrameCache(path)
    if cache._identity != identity:
        cache.close()
        raise Error(f"{path}: expected the file that was opened before, found another: open it by its path")
    return cache


def _file_path(path: str) -> str:
    """The file of a cache that is named by its path or by its folder, as for `dvsprep inspect`.

    Raises:
        NotFoundError: there is none.
        Error: the folder has several.
    """
    remedy = "dvskit.convert makes one"
    require_file(path, remedy)
    if not os.path.isdir(path):
        return path
    found = sorted(glob(f"{escape(path)}/*.h5") + glob(f"{escape(path)}/DvsGesture/*.h5"))
    if not found:
        raise NotFoundError(f"{path}: expected a frame cache, found a folder without one: {remedy}", path)
    if len(found) > 1:
        names = ", ".join(os.path.relpath(name, path) for name in found)
        raise Error(f"{path}: expected one frame cache in the folder, found {len(found)}: {names}: pass the path of one")
    return found[0]


def _file_identity(path: str) -> Optional[tuple[int, int]]:
    """Size and time of the last change; None where the file cannot be found, which opening it reports."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
