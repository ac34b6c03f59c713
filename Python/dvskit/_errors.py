"""What dvskit raises and warns of."""

from __future__ import annotations

import errno
import os
from typing import Any


class Error(OSError):
    """A file that is missing, invalid, damaged or changed, or a program of dvskit that failed.

    Its text is one line: the file, where in it, what was expected and found, and what to do.
    """


class NotFoundError(Error, FileNotFoundError):
    """A file that does not exist. Its `errno` is ENOENT, and its `filename` the file."""

    def __init__(self, message: str, filename: str) -> None:
        super().__init__(message)
        self.errno, self.strerror, self.filename = errno.ENOENT, os.strerror(errno.ENOENT), filename

    def __str__(self) -> str:
        # With a file name, OSError makes a text of its own.
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args[0], self.filename)


def require_file(path: str, remedy: str) -> None:
    """Tells a missing file from one that cannot be read, which the library reports.

    Raises:
        NotFoundError: the file does not exist.
    """
    try:
        os.stat(path)
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: cannot be opened: {error.strerror}: {remedy}", path) from None
    except OSError:
        pass


class RecordingWarning(UserWarning):
    """Something unusual in a recording that can be read nevertheless, such as a clock that goes back."""
