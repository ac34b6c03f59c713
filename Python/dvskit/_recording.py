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

EVENT_TYPE = np.dtype(
    {"names": ["x", "y", "t", "p"], "formats": ["<u2", "<u2", "<i8", "u1"], "offsets": [8, 10, 0, 12], "itemsize": 16}
)
"""An event: column from the left, row from the top, time in microseconds, and polarity, 0 for OFF and 1 for ON."""


def read_events(path: PathLike) -> npt.NDArray[Any]:
    """Reads all polarity events of a recording, in the file's order.

    >>> events = dvskit.read_events(recording)
    >>> events.dtype.names, len(events)
    (('x', 'y', 't', 'p'), 200000)
    >>> bool((events["t"][1:] >= events["t"][:-1]).all())
    True

    One field of it makes a tensor, as PyTorch has no structures: `torch.from_numpy(events["t"])`. Frames are made by
    `dvskit.convert` only, of files.

    Args:
        path: A recording of any format that `dvsprep` reads, such as AEDAT 3.1 or N-MNIST's.

    Returns:
        An array [N] of structures with the fields `x`, `y` (uint16), `t` (int64, microseconds) and `p` (uint8, 0 for OFF
        and 1 for ON), as tonic names them.

    Raises:
        NotFoundError: the recording does not exist.
        Error: it is invalid or damaged.

    Warns:
        RecordingWarning: of anything unusual in it.
    """
    loaded = library()
    name = path_text(path)
    require_file(name, "pass the path of a recording")
    handle = opened("dvskit_recording_open", name, path_bytes(name))
    description = handle.use(lambda recording: call_for_json(loaded.dvskit_recording_description, recording))
    events = np.empty(description["event_count"], EVENT_TYPE)
    handle.use(lambda recording: call(loaded.dvskit_recording_events, recording, events.ctypes.data, events.size))
    handle.close()
    for line in description["warnings"]:
        warnings.warn(line, RecordingWarning, stacklevel=2)
    return events
