"""Frame caches of event-camera recordings: read them, load them in batches, and run the programs that make them.

    import dvskit

    path = dvskit.convert("DvsGesture")
    for frames, labels in dvskit.Loader(path, "train", batch_size=16, shuffle=True):
        ...

Documentation/Python.md has an example of each task.
"""

from typing import TYPE_CHECKING

from ._cache import FrameCache
from ._commands import convert, inspect, synth
from ._errors import Error, NotFoundError, RecordingWarning
from ._frames import Frames
from ._loader import Loader
from ._recording import EVENT_TYPE, read_events
from ._split import Sample, Split

if TYPE_CHECKING:
    __version__: str

__all__ = [
    "EVENT_TYPE",
    "Error",
    "FrameCache",
    "Frames",
    "Loader",
    "NotFoundError",
    "RecordingWarning",
    "Sample",
    "Split",
    "convert",
    "inspect",
    "read_events",
    "synth",
]


def __getattr__(name: str) -> str:
    if name == "__version__":
        from ._library import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
