"""Loads libdvskit.so, whose functions Python calls without holding the interpreter's lock."""

from __future__ import annotations

import ctypes
import functools
import json
import os
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_uint64, c_void_p
from pathlib import Path
from typing import Any, Callable, Union

from ._errors import Error

INTERFACE_VERSION = 2
ERROR_BYTE_COUNT = 2048

_REMEDY = "install the wheel of dvskit again"


class Opened(c_void_p):
    """The address of an object that a function of the library opened; closes it, unless a Handle takes it.

    An exception by Ctrl-C can come as soon as the function has returned, before its result has a name.
    """

    closing_name: str

    def close_function(self) -> Callable[[int], Any]:
        """The function that closes it; after a fork, in the child, it does nothing."""
        function: Callable[[int], Any] = getattr(library(), self.closing_name)
        return function

    def __del__(self) -> None:
        if self.value is not None:
            self.close_function()(self.value)


class OpenedCache(Opened):
    """A cache."""

    closing_name = "dvskit_cache_close"


class OpenedLoader(Opened):
    """A pass of a loader."""

    closing_name = "dvskit_loader_close"


class OpenedRecording(Opened):
    """A recording."""

    closing_name = "dvskit_recording_close"


class OwnedEvents(Opened):
    """The events of a recording, in memory that is freed with this; also after a fork, in the child, which has a copy."""

    closing_name = "dvskit_free_events"


# The end of every signature of a function that can fail.
_ERROR = (c_char_p, c_size_t)
# The result and the arguments of each function. A pointer that is returned is a `c_void_p`: a `c_char_p` would become
# a copy, and its memory could not be freed.
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "dvskit_interface_version": (c_int32, ()),
    "dvskit_version": (c_char_p, ()),
    "dvskit_free_text": (None, (c_void_p,)),
    "dvskit_cache_open": (OpenedCache, (c_char_p, *_ERROR)),
    "dvskit_cache_close": (None, (c_void_p,)),
    "dvskit_cache_description": (c_void_p, (c_void_p, *_ERROR)),
    "dvskit_cache_integers": (c_int32, (c_void_p, c_int32, c_char_p, c_void_p, c_int64, *_ERROR)),
    "dvskit_cache_texts": (c_void_p, (c_void_p, c_int32, c_char_p, *_ERROR)),
    "dvskit_cache_frames": (c_int32, (c_void_p, c_int32, c_int64, c_int32, c_void_p, c_int64, *_ERROR)),
    "dvskit_loader_open": (
        OpenedLoader,
        (c_void_p, c_int32, POINTER(c_int64), c_int64, c_int64, c_int32, c_uint64, c_int64, c_int32, c_int32, c_int32,
         *_ERROR),
    ),
    "dvskit_loader_batch_count": (c_int64, (c_void_p,)),
    "dvskit_loader_buffer_count": (c_int64, (c_void_p,)),
    "dvskit_loader_provide": (c_int32, (c_void_p, c_void_p, c_int64, *_ERROR)),
    "dvskit_loader_next": (c_int64, (c_void_p, c_int32, c_void_p, c_void_p, c_void_p, *_ERROR)),
    "dvskit_loader_close": (None, (c_void_p,)),
    "dvskit_recording_open": (OpenedRecording, (c_char_p, *_ERROR)),
    "dvskit_recording_description": (c_void_p, (c_void_p, *_ERROR)),
    "dvskit_recording_take_events": (OwnedEvents, (c_void_p, *_ERROR)),
    "dvskit_free_events": (None, (c_void_p,)),
    "dvskit_recording_close": (None, (c_void_p,)),
}  # fmt: skip


def library_path() -> Path:
    """The library's file: in this package, or the one that DVSKIT_LIBRARY names, for development."""
    return Path(os.environ.get("DVSKIT_LIBRARY") or Path(__file__).with_name("libdvskit.so"))


@functools.cache
def library() -> ctypes.CDLL:
    """The library, loaded by the first call.

    Raises:
        Error: it cannot be loaded, or was made for another version of this package.
    """
    path = library_path()
    try:
        loaded = ctypes.CDLL(os.fspath(path))
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        reason = str(error).removeprefix(f"{path}: ")
        raise Error(f"{path}: cannot be loaded: {reason}: {_REMEDY}") from None
    found = loaded.dvskit_interface_version()
    if found != INTERFACE_VERSION:
        raise Error(f"{path}: expected version {INTERFACE_VERSION} of the interface, found {found}: {_REMEDY}")
    return loaded


def version() -> str:
    """The version of dvskit, for example `1.0.0`."""
    return str(library().dvskit_version().decode())


def call(function: Callable[..., Any], *arguments: object) -> Any:
    """Calls a function that can fail, and returns its result.

    Raises:
        Error: with the library's line.
    """
    message = ctypes.create_string_buffer(ERROR_BYTE_COUNT)
    result = function(*arguments, message, ERROR_BYTE_COUNT)
    if result is None or result == -1 or (isinstance(result, Opened) and result.value is None):
        raise Error(message.value.decode(errors="replace"))
    return result


def call_for_json(function: Callable[..., Any], *arguments: object) -> Any:
    """Calls a function that returns JSON, and returns its value; frees the text.

    Raises:
        Error: with the library's line.
    """
    address = call(function, *arguments)
    try:
        return json.loads(ctypes.string_at(address))
    finally:
        library().dvskit_free_text(address)


def path_text(path: Union[str, os.PathLike[str]]) -> str:
    """A path that a user gave.

    Raises:
        TypeError: it is something else, for example a cache that is open.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"expected a path, found {type(path).__name__}: pass the path of the file")
    return os.fspath(path)


def path_bytes(path: str) -> bytes:
    """A path for the library."""
    encoded = os.fsencode(path)
    if b"\0" in encoded:
        raise ValueError(f"{path!r}: expected a path, found a zero in it")
    return encoded
