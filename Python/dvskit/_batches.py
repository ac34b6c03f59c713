"""One pass of a loader."""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Optional

import numpy as np

from ._elements import element_number
from ._handle import opened
from ._library import call, library
from ._split import SPLITS

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._loader import Loader
    from ._memory import MemoryPool

# How long a call waits before Python gets a chance to handle Ctrl-C.
WAIT_MILLISECONDS = 100
NOT_READY = -2


@dataclass(frozen=True)
class PassSettings:
    """What all passes of a loader have in common; see `dvskit.Loader`."""

    split: str
    order: Optional[npt.NDArray[np.int64]]
    sample_count: int
    shuffle: bool
    seed: int
    drop_last: bool
    threads: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    buffers: Optional[tuple[npt.NDArray[Any], ...]]
    lengths: bool

    @property
    def largest_batch(self) -> int:
        """The samples for which a batch needs room: N, or all if there are fewer; at least 1."""
        return min(self.shape[0], max(1, self.sample_count))


class Batches(Iterator["tuple[npt.NDArray[Any], ...]"]):
    """The batches of one pass of a `dvskit.Loader`, whose threads it ends with the last batch or `close`."""

    def __init__(self, loader: Loader, settings: PassSettings, pool: MemoryPool) -> None:
        self._loader, self._settings, self._pool = loader, settings, pool
        # Threads that take batches of one pass take turns.
        self._lock = threading.Lock()
        self._epoch = loader.epoch
        # The memory that the threads fill, in the order of the batches.
        self._provided: deque[npt.NDArray[Any]] = deque()
        order = settings.order
        pointer = None if order is None else order.ctypes.data_as(ctypes.POINTER(ctypes.c_int64))
        self._handle = loader.cache._handle.use(
            lambda cache: opened(
                "dvskit_loader_open", loader.cache.path, cache, SPLITS.index(settings.split), pointer,
                settings.sample_count, settings.shape[0], settings.shuffle, settings.seed, self._epoch,
                settings.drop_last, settings.threads, element_number(settings.dtype), memory=self._provided,
            )
        )  # fmt: skip
        self._left: int = self._handle.use(library().dvskit_loader_batch_count)
        # Without the one that the loop uses.
        ahead: int = self._handle.use(library().dvskit_loader_buffer_count) - 1
        # Batches without memory yet.
        self._unprovided = self._left
        # Where memory comes from; with `out`, without the buffer that the loop uses.
        self._buffers = deque(settings.buffers or ())
        self._used: Optional[npt.NDArray[Any]] = None
        for _ in range(len(self._buffers) or ahead):
            self._provide()
        if self._left == 0:
            self._complete()

    def __next__(self) -> tuple[npt.NDArray[Any], ...]:
        self._handle.require_this_process()
        try:
            with self._lock:
                if self._left > 0:
                    return self._take()
        except BaseException:
            self.close()
            raise
        raise StopIteration

    def close(self) -> None:
        """Ends the threads; the batches that were handed out stay valid."""
        self._handle.close()
        self._provided.clear()

    def _take(self) -> tuple[npt.NDArray[Any], ...]:
        settings = self._settings
        if self._used is not None:
            self._buffers.append(self._used)
            self._used = None
            self._provide()
        labels, lengths = np.empty((2, settings.largest_batch), np.int64)

        def receive(threads: int) -> Optional[tuple[int, npt.NDArray[Any]]]:
            count = call(
                library().dvskit_loader_next, threads, WAIT_MILLISECONDS, labels.ctypes.data, lengths.ctypes.data, None
            )
            # Together with the call: a `close` of another thread comes before both or after both.
            return None if count == NOT_READY else (count, self._provided.popleft())

        received = None
        while received is None:
            received = self._handle.use(receive)
        count, memory = received
        self._left -= 1
        if settings.buffers is None:
            frames = self._pool.lend(memory, (count, *settings.shape[1:]), settings.dtype)
            self._provide()
        else:
            self._used, frames = memory, memory[:count]
        if self._left == 0:
            self._complete()
        return (frames, labels[:count], lengths[:count]) if settings.lengths else (frames, labels[:count])

    def _provide(self) -> None:
        """Gives the threads memory for the next batch that has none."""
        if self._unprovided == 0:
            return
        memory = self._pool.take() if self._settings.buffers is None else self._buffers.popleft()

        def provide(threads: int) -> None:
            # First: it must exist as long as the threads may use it.
            self._provided.append(memory)
            call(library().dvskit_loader_provide, threads, memory.ctypes.data, memory.nbytes)

        self._handle.use(provide)
        self._unprovided -= 1

    def _complete(self) -> None:
        if self._loader.epoch == self._epoch:
            self._loader.epoch += 1
        self.close()
