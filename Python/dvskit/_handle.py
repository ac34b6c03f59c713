"""An object of the library that is closed exactly once, and only by the process that opened it."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

from ._errors import Error
from ._library import call, library

if TYPE_CHECKING:
    from ._library import Opened

Result = TypeVar("Result")


class Handle:
    """Guards an object of the library.

    Threads take turns at it. It is closed when it is collected, at the latest when Python ends. A forked process has a
    copy of the memory but none of the threads that may work on it, so that there the object is refused, and never closed.

    Args:
        name: What it is, for errors.
        opened: The object, of which this takes possession.
        memory: What must exist until the object is closed.
    """

    def __init__(self, name: str, opened: Opened, memory: object = None) -> None:
        self._name = name
        assert opened.value is not None
        self._address = opened.value
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._is_closed = False
        # Ctrl-C can interrupt Python between any two calls. `next` closes the object on the first call only, and is one
        # call, so that the object is neither left open nor closed twice.
        self._closing: Iterator[Any] = map(opened.close_function(), [self._address])
        opened.value = None
        weakref.finalize(self, next, self._closing, memory)

    @property
    def is_of_this_process(self) -> bool:
        """Whether this process opened it, rather than one from which it was forked."""
        return self._process == os.getpid()

    def require_this_process(self) -> None:
        """Must come before any lock, which another thread may have held at the time of the fork, and never releases here.

        Raises:
            Error: in a forked process.
        """
        if not self.is_of_this_process:
            raise Error(
                f"{self._name}: expected the process that opened it ({self._process}), found process {os.getpid()}, "
                "forked from it: open it again here; for workers of a DataLoader use dvskit.Frames, which does"
            )

    def use(self, work: Callable[[int], Result]) -> Result:
        """What `work` returns for the object's address, which is valid until then.

        Not a context manager: Ctrl-C between its start and the body of `with` would leave the lock locked.

        Args:
            work: Must neither use nor close the object in another way.

        Raises:
            Error: in a forked process.
            ValueError: after `close`.
        """
        self.require_this_process()
        with self._lock:
            if self._is_closed:
                raise ValueError(f"{self._name}: is closed")
            return work(self._address)

    def close(self) -> None:
        """Closes the object; once closed, does nothing."""
        if self.is_of_this_process:
            with self._lock:
                self._is_closed = True
                next(self._closing, None)


def opened(function_name: str, name: str, *arguments: object, memory: object = None) -> Handle:
    """Opens an object by a function of the library.

    Raises:
        Error: with the library's line.
    """
    return Handle(name, call(getattr(library(), function_name), *arguments), memory)
