"""Recordings that other libraries write: dvskit and another reader give the same events, with all four fields."""

import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aedat
import dv_processing as dv
import dvskit
import evt3
import expelliarmus
import faery
import numpy as np
from harness import require, require_equal

WIDTH, HEIGHT = 640, 480


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dvskit-formats-") as name:
        yield Path(name)


def events(count: int = 200_000, start: int = 1000, span: int = 50_000_000) -> np.ndarray:
    """Random events in runs of up to 20 in a row, sorted by time."""
    random = np.random.default_rng(7)
    groups = count // 20
    result = np.zeros(groups * 20, dtype=[("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "u1")])
    result["t"] = np.repeat(np.sort(random.integers(start, start + span, groups)), 20)
    result["x"] = np.repeat(random.integers(0, WIDTH - 40, groups), 20) + np.tile(np.arange(20) * 2, groups)
    result["y"] = np.repeat(random.integers(0, HEIGHT, groups), 20)
    result["p"] = np.repeat(random.integers(0, 2, groups), 20)
    return result


def ours(path: Path) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dvskit.read_events(path)


def require_same(found: Any, expected: Any, what: str) -> None:
    require_equal(len(found), len(expected), f"{what}: number of events")
    for field in "txyp":
        require_equal(found[field].astype(np.int64), np.asarray(expected[field], np.int64), f"{what}: {field}")


def faery_file(path: Path, all_events: np.ndarray, version: str) -> None:
    stream = np.zeros(len(all_events), dtype=faery.EVENTS_DTYPE)
    for field in "txyp":
        stream["on" if field == "p" else field] = all_events[field]
    faery.file_encoder.events_to_file([stream], path, (WIDTH, HEIGHT), version=version, zero_t0=False)


def check_expelliarmus_evt2_and_dat() -> None:
    with folder() as directory:
        for encoding, suffix in (("evt2", "raw"), ("dat", "dat")):
            path = directory / f"{encoding}.{suffix}"
            expelliarmus.Wizard(encoding=encoding).save(fpath=str(path), arr=events())
            reader = expelliarmus.Wizard(encoding=encoding)
            reader.set_file(str(path))
            require_same(ours(path), reader.read(), f"{encoding}, read by expelliarmus")
            require_same(ours(path), events(), f"{encoding}, as written")


def check_faery() -> None:
    with folder() as directory:
        for version, suffix in (("evt2", "raw"), ("evt3", "raw"), ("dat2", "dat")):
            path = directory / f"{version}.{suffix}"
            faery_file(path, events(), version)
            require_same(ours(path), events(), f"{version}, as written by faery")
            # faery 0.7.1 reads other times from EVT 3.0 than it wrote.
            if version != "evt3":
                theirs = np.concatenate(list(faery.events_stream_from_file(path)))
                require_same(ours(path), theirs, f"{version}, read by faery")


def check_evt3_read_by_evt3() -> None:
    with folder() as directory:
        path = directory / "long.raw"
        faery_file(path, events(), "evt3")
        theirs = evt3.decode_file(str(path))
        fields = {"t": theirs.timestamp, "x": theirs.x, "y": theirs.y, "p": theirs.polarity}
        require_same(ours(path), _Table(fields), "EVT 3.0, read by evt3")


class _Table:
    """Columns, with a length."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns["t"])

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]


def write_aedat4(path: Path, all_events: np.ndarray, compression: str) -> Any:
    config = dv.io.MonoCameraWriter.EventOnlyConfig(
        "DVXplorer_TEST", (WIDTH, HEIGHT), getattr(dv.CompressionType, compression)
    )
    writer = dv.io.MonoCameraWriter(str(path), config)
    store = dv.EventStore()
    for t, x, y, p in all_events.tolist():
        store.push_back(t, x, y, bool(p))
    writer.writeEvents(store)
    return writer


def check_dv_processing() -> None:
    all_events = events(60_000, start=1_700_000_000_000_000, span=5_000_000)
    with folder() as directory:
        for compression in ("NONE", "LZ4", "LZ4_HIGH", "ZSTD", "ZSTD_HIGH"):
            path = directory / f"{compression}.aedat4"
            writer = write_aedat4(path, all_events, compression)
            del writer
            theirs = np.concatenate([packet["events"] for packet in aedat.Decoder(str(path)) if "events" in packet])
            table = _Table({"t": theirs["t"], "x": theirs["x"], "y": theirs["y"], "p": theirs["on"]})
            require_same(ours(path), table, f"AEDAT 4.0, {compression}, read by aedat")
            require_same(ours(path), all_events, f"AEDAT 4.0, {compression}, as written")


def check_killed_recorder() -> None:
    """A recorder that is killed leaves no table and a cut packet."""
    all_events = events(200_000, start=1_700_000_000_000_000, span=5_000_000)
    with folder() as directory:
        path = directory / "killed.aedat4"
        child = os.fork()
        if child == 0:
            writer = write_aedat4(path, all_events, "LZ4")
            time.sleep(1)
            os._exit(0 if writer else 1)
        os.waitpid(child, 0)
        read = ours(path)
        require(0 < len(read) <= len(all_events), f"a killed recorder's file: {len(read)} events")
        require_same(read, all_events[: len(read)], "a killed recorder's file")


def check_numpy() -> None:
    """Arrays in the layout of SpikingJelly's events_np, and records as tonic and dv-processing have them."""
    all_events = events()
    store = dv.EventStore()
    for t, x, y, p in all_events[:50_000].tolist():
        store.push_back(t, x, y, bool(p))
    tonic = np.zeros(len(all_events), np.dtype([("x", int), ("y", int), ("t", int), ("p", int)]))
    for field in "txyp":
        tonic[field] = all_events[field]
    with folder() as directory:
        for save in (np.savez, np.savez_compressed):
            for kind in ("i8", ">i4", "u4"):
                path = directory / f"{save.__name__}_{kind[-2:]}.npz"
                save(path, **{field: all_events[field].astype(kind) for field in "txyp"})
                theirs = np.load(path)
                require_same(ours(path), _Table({field: theirs[field] for field in "txyp"}), f"{save.__name__}, {kind}")
                require_same(ours(path), all_events, f"{save.__name__}, {kind}, as written")
        path = directory / "records.npy"
        for what, records in (("tonic's records", tonic), ("packed records", all_events)):
            np.save(path, records)
            require_same(ours(path), np.load(path), what)
        np.save(path, store.numpy())
        require_same(ours(path), all_events[:50_000], "dv-processing's records")
