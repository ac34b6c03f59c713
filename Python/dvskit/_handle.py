"""An object of the library that is closed exactly once, and only by the process that opened it."""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager
from typing import Any, Callable, Iterator

from ._errors import Error


class Handle:
    """Guards an object of the library.

    Threads take turns at it. It is closed when it is collected, at the latest when Python ends. A forked process has a
    copy of the memory but none of the threads that may work on it, so that there the object is refused, and never closed.
    """

    def __init__(self, name: str, address: int, close: Callable[[int], Any]) -> None:
        self._name = name
        self._address = address
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._finalizer = weakref.finalize(self, _close, close, address, self._process)

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return not self._finalizer.alive

    @property
    def is_of_this_process(self) -> bool:
        """Whether this process opened it, rather than one from which it was forked."""
        return self._process == os.getpid()

    @contextmanager
    def use(self) -> Iterator[int]:
        """The object's address, for the duration of one call.

        Raises:
            Error: in a forked process.
            ValueError: after `close`.
        """
        # Before the lock, which another thread may have held at the time of the fork: it would never be released.
        if not self.is_of_this_process:
            raise Error(
                f"{self._name}: expected the process that opened it ({self._process}), found process {os.getpid()}, "
                "forked from it: open it again here; for workers of a DataLoader use dvskit.Frames, which does"
            )
        with self._lock:
            if self.is_closed:
                raise ValueError(f"{self._name}: is closed")
            yield self._address

    def close(self) -> None:
        """Closes the object; once closed, does nothing."""
        if self.is_of_this_process:
            with self._lock:
                self._finalizer()


def _close(close: Callable[[int], Any], address: int, process: int) -> None:
    if os.getpid() == process:
        close(address)
