#!/usr/bin/env python3
"""Reads a recording with a library of others, or with dvskit's Python package, and prints what it found as JSON.

    read_recordings.py list                               the readers of each format
    read_recordings.py time FORMAT READER FILE            seconds of each pass, and memory
    read_recordings.py check FORMAT READER FILE EVENTS    how its events differ from those of EVENTS (.npy)
    read_recordings.py check_records RECORDS EVENTS       likewise, of what `time-reader write` wrote
    read_recordings.py convert_records RECORDS EVENTS     makes EVENTS of that

Libraries are called as their documentation does. Those that give events in parts are not made to join them. What is timed
is the call from a file's name to all events; not the import, and not the release of the events.
"""

import json
import re
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

MAXIMUM_PASSES = 7
MAXIMUM_SECONDS = 1.5


@dataclass
class Reader:
    """A function that reads a file, and one that gives the fields t (µs), x, y and p (0 or 1) of its result."""

    read: Callable[[str], Any]
    fields: Callable[[Any], dict[str, Any]]


# --- Fields of what the libraries return ---


def named(events: Any) -> dict[str, Any]:
    return {field: events[field] for field in "txyp"}


def joined(parts: list) -> dict[str, Any]:
    return named(np.concatenate(parts))


def of_evlib(frame: Any) -> dict[str, Any]:
    return {
        "t": frame["t"].to_physical().to_numpy(), "x": frame["x"].to_numpy(), "y": frame["y"].to_numpy(),
        "p": frame["polarity"].to_numpy() > 0,
    }  # fmt: skip


# --- Libraries, each imported only where it is used ---


def with_dvskit() -> Reader:
    import dvskit

    return Reader(dvskit.read_events, named)


def with_spikingjelly(function: str) -> Callable[[], Reader]:
    def make() -> Reader:
        from spikingjelly_prep import make_importable

        make_importable()
        from spikingjelly.datasets import base, cifar10_dvs, utils

        functions = {
            "load_aedat_v3": utils.load_aedat_v3, "load_ATIS_bin": utils.load_ATIS_bin,
            "_load_origin_data": cifar10_dvs._load_origin_data, "_load_events": base._load_events,
        }  # fmt: skip
        return Reader(functions[function], named)

    return make


def with_tonic(function: str) -> Callable[[], Reader]:
    def make() -> Reader:
        import tonic.io
        from tonic.datasets import NMNIST

        if function == "read_mnist_file":
            return Reader(lambda path: tonic.io.read_mnist_file(path, NMNIST.dtype), named)
        read = getattr(tonic.io, function)
        if function == "read_aedat4":
            return Reader(read, named_on)
        # A tuple, whose last element are the events.
        return Reader(lambda path: read(path)[-1], named)

    return make


def named_on(events: Any) -> dict[str, Any]:
    return {"t": events["t"], "x": events["x"], "y": events["y"], "p": events["on"]}


def with_aedat() -> Reader:
    import aedat

    return Reader(
        lambda path: [packet["events"] for packet in aedat.Decoder(path) if "events" in packet],
        lambda parts: named_on(np.concatenate(parts)),
    )


def with_dv() -> Reader:
    import dv_processing as dv

    def read(path: str) -> list:
        recording = dv.io.MonoCameraRecording(path)
        stores = []
        while (store := recording.getNextEventBatch()) is not None:
            stores.append(store)
        return stores

    def fields(stores: list) -> dict[str, Any]:
        events = np.concatenate([store.numpy() for store in stores])
        return {"t": events["timestamp"], "x": events["x"], "y": events["y"], "p": events["polarity"]}

    return Reader(read, fields)


def with_evlib() -> Reader:
    # Its networks need torchvision, whose wheel does not fit a build of PyTorch for processors.
    sys.modules["torch"] = None  # type: ignore[assignment]
    import evlib

    return Reader(lambda path: evlib.load_events(path).collect(), of_evlib)


def with_faery() -> Reader:
    import faery

    return Reader(lambda path: list(faery.events_stream_from_file(path)), joined)


def with_faery_csv(scale: float) -> Callable[[], Reader]:
    def make() -> Reader:
        import faery
        from faery.file_decoder import CsvProperties

        def read(path: str) -> list:
            properties = CsvProperties.default()
            properties.has_header, properties.separator, properties.t_scale = False, b" ", scale
            return list(faery.events_stream_from_file(path, csv_properties=properties, file_type="csv"))

        return Reader(read, joined)

    return make


def with_expelliarmus(encoding: str) -> Callable[[], Reader]:
    def make() -> Reader:
        import expelliarmus

        return Reader(lambda path: expelliarmus.Wizard(encoding=encoding, fpath=path).read(), named)

    return make


def with_evt3() -> Reader:
    import evt3

    return Reader(
        evt3.decode_file,
        lambda events: {"t": events.timestamp, "x": events.x, "y": events.y, "p": events.polarity},
    )


def with_numpy(unit: float) -> Callable[[], Reader]:
    def fields(table: np.ndarray) -> dict[str, Any]:
        return {"t": np.round(table[:, 0] * unit), "x": table[:, 1], "y": table[:, 2], "p": table[:, 3]}

    return lambda: Reader(lambda path: np.loadtxt(path, dtype=float if unit != 1 else int), fields)


AEDAT4 = {"aedat": with_aedat, "dv-processing": with_dv, "evlib": with_evlib, "faery": with_faery,
          "tonic": with_tonic("read_aedat4")}  # fmt: skip
# By format and library. Only where a library claims to read the format.
READERS: dict[str, dict[str, Callable[[], Reader]]] = {
    "aedat31": {"evlib": with_evlib, "SpikingJelly": with_spikingjelly("load_aedat_v3"), "tonic": with_tonic("read_dvs_ibm")},
    "aedat2": {"evlib": with_evlib, "SpikingJelly": with_spikingjelly("_load_origin_data"), "tonic": with_tonic("read_dvs_128")},
    "aedat2_davis": {"evlib": with_evlib, "tonic": with_tonic("read_davis_346")},
    "aedat4": AEDAT4,
    "aedat4_lz4": AEDAT4,
    "aedat4_zstd": AEDAT4,
    "evt2": {"evlib": with_evlib, "expelliarmus": with_expelliarmus("evt2"), "faery": with_faery},
    "evt21": {"evlib": with_evlib, "faery": with_faery},
    "evt3": {"evlib": with_evlib, "evt3": with_evt3, "expelliarmus": with_expelliarmus("evt3"), "faery": with_faery},
    "dat": {"expelliarmus": with_expelliarmus("dat"), "faery": with_faery},
    "atis": {"SpikingJelly": with_spikingjelly("load_ATIS_bin"), "tonic": with_tonic("read_mnist_file")},
    "text": {"faery": with_faery_csv(0), "NumPy": with_numpy(1)},
    "text_seconds": {"evlib": with_evlib, "faery": with_faery_csv(1e6), "NumPy": with_numpy(1e6)},
    "npz": {"SpikingJelly": with_spikingjelly("_load_events")},
    "npz_deflated": {"SpikingJelly": with_spikingjelly("_load_events")},
    "npy": {"SpikingJelly": with_spikingjelly("_load_events")},
}
# Those that decode events in Python, or with expressions of NumPy.
IN_PYTHON = {
    ("aedat31", "SpikingJelly"), ("aedat31", "tonic"), ("aedat2", "SpikingJelly"), ("aedat2", "tonic"),
    ("aedat2_davis", "tonic"), ("atis", "SpikingJelly"), ("atis", "tonic"),
}  # fmt: skip
PACKAGES = ["aedat", "dv-processing", "evlib", "evt3", "expelliarmus", "faery", "numpy", "spikingjelly", "tonic"]


def reader(name: str, who: str) -> Reader:
    return with_dvskit() if who == "dvskit.read_events" else READERS[name][who]()


def records(path: str) -> np.ndarray:
    """What `time-reader write` wrote."""
    return np.fromfile(path, [("t", "<i8"), ("x", "<u2"), ("y", "<u2"), ("p", "u1")])


def compared(found: dict[str, Any], expected: np.ndarray) -> dict:
    """How events differ from those expected, in words, and whether they are as many."""
    count = len(found["t"])
    if count != len(expected):
        return {"difference": f"gives {count} of {len(expected)} events", "is_complete": False}
    wrong = []
    for field in "txyp":
        different = np.count_nonzero(np.asarray(found[field]).astype(np.int64) != expected[field].astype(np.int64))
        if different:
            wrong.append(f"{field} of {100 * different / count:.3g} %")
    return {"difference": f"gives another {', '.join(wrong)} of the events" if wrong else "", "is_complete": True}


def check(name: str, who: str, path: str, events: Path) -> dict:
    try:
        used = reader(name, who)
        return compared(used.fields(used.read(path)), np.load(events))
    except KeyboardInterrupt:
        raise
    # A library of others may raise anything; one in Rust, what is not even an Exception.
    except BaseException as error:  # noqa: BLE001
        text = re.sub(r"\s+", " ", str(error)).strip()
        return {"difference": f"raises {type(error).__name__}: {text[:110]}", "is_complete": False}


def peak_bytes() -> int:
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024


def timed(name: str, who: str, path: str) -> dict:
    used = reader(name, who)
    # Forgets the peak of the imports.
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_bytes()
    seconds: list[float] = []
    growth = 0
    while len(seconds) < MAXIMUM_PASSES and sum(seconds) < MAXIMUM_SECONDS:
        begin = time.perf_counter()
        events = used.read(path)
        seconds.append(time.perf_counter() - begin)
        growth = growth or peak_bytes() - before
        del events
    return {"read": seconds, "growth": growth}


def main() -> None:
    warnings.simplefilter("ignore")
    what, *arguments = sys.argv[1:]
    if what == "list":
        result: dict = {
            "readers": {name: list(readers) for name, readers in READERS.items()},
            "in_python": sorted(IN_PYTHON),
            "versions": {package: version(package) for package in PACKAGES},
        }
    elif what == "time":
        result = timed(*arguments)
    elif what == "check":
        result = check(*arguments[:3], Path(arguments[3]))
    elif what == "check_records":
        result = compared(named(records(arguments[0])), np.load(arguments[1]))
    else:
        np.save(arguments[1], records(arguments[0]))
        result = {}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
