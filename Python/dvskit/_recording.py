"""A recording's events."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ._errors import RecordingWarning, require_file
from ._handle import opened
from ._library import call, call_for_json, library, path_bytes, path_text

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._cache import PathLike
    from ._library import OwnedEvents

EVENT_TYPE = np.dtype(
    # In the order of their offsets: NumPy writes no others to a file.
    {"names": ["t", "x", "y", "p"], "formats": ["<i8", "<u2", "<u2", "u1"], "offsets": [0, 8, 10, 12], "itemsize": 16}
)
"""An event: time in microseconds, column from the left, row from the top, and polarity, 0 for OFF and 1 for ON."""


def read_events(path: PathLike) -> npt.NDArray[Any]:
    """Reads all polarity events of a recording, in the file's order.

    >>> events = dvskit.read_events(recording)
    >>> events.dtype.names, len(events)
    (('t', 'x', 'y', 'p'), 200000)
    >>> bool((events["t"][1:] >= events["t"][:-1]).all())
    True

    One field of it makes a tensor, as PyTorch has no structures: `torch.from_numpy(events["t"])`. `numpy.save` writes a
    file that is a recording, too. Frames are made by `dvskit.convert` only, of files.

    Args:
        path: A recording of any format that `dvsprep` reads, such as AEDAT 3.1 or N-MNIST's.

    Returns:
        An array [N] of structures with the fields `t` (int64, microseconds), `x`, `y` (uint16) and `p` (uint8, 0 for OFF
        and 1 for ON), as tonic names them.

    Raises:
        NotFoundError: the recording does not exist.
        Error: it is invalid or damaged, or there is no memory for its events.

    Warns:
        RecordingWarning: of anything unusual in it.
    """
    loaded = library()
    name = path_text(path)
    require_file(name, "pass the path of a recording")
    handle = opened("dvskit_recording_open", name, path_bytes(name))
    description = handle.use(lambda recording: call_for_json(loaded.dvskit_recording_description, recording))
    taken = handle.use(lambda recording: call(loaded.dvskit_recording_take_events, recording))
    events = np.asarray(_Memory(taken, description["event_count"])).view(EVENT_TYPE)
    handle.close()
    for line in description["warnings"]:
        warnings.warn(line, RecordingWarning, stacklevel=2)
    return events


class _Memory:
    """The base of an array of events and of everything made of it; their memory is freed when the last of them is gone."""

    def __init__(self, events: OwnedEvents, count: int) -> None:
        self._events = events
        self.__array_interface__ = {
            "version": 3,
            "shape": (count * EVENT_TYPE.itemsize,),
            "typestr": "|u1",
            "data": (events.value, False),
        }
