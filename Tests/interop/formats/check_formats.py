"""Recordings that other libraries write: dvskit and another reader give the same events, with all four fields.

Each comparison prints a line: the format, who wrote and who read the file, the numbers of events, and in how many events
each field differs.
"""

import importlib.util
import os
import struct
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import aedat
import dv_processing as dv
import dvskit
import evt3
import expelliarmus
import faery
import nmnist
import numpy as np
from harness import FIXTURES, require, require_equal
from other_readers import spikingjelly_function, tonic_io, with_version

WIDTH, HEIGHT = 640, 480
NUMPY = f"NumPy {np.__version__}"


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dvskit-formats-") as name:
        yield Path(name)


def events(
    count: int = 200_000, start: int = 1000, span: int = 50_000_000, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> np.ndarray:
    """Random events in runs of up to 20 in a row, sorted by time."""
    random = np.random.default_rng(7)
    groups = count // 20
    result = np.zeros(groups * 20, dtype=[("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "u1")])
    result["t"] = np.repeat(np.sort(random.integers(start, start + span, groups)), 20)
    result["x"] = np.repeat(random.integers(0, size[0] - 40, groups), 20) + np.tile(np.arange(20) * 2, groups)
    result["y"] = np.repeat(random.integers(0, size[1], groups), 20)
    result["p"] = np.repeat(random.integers(0, 2, groups), 20)
    return result


def ours(path: Path) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dvskit.read_events(path)


def differences(found: Any, expected: Any) -> dict[str, int]:
    """In how many events each field differs; events that only one side has count as well."""
    count = min(len(found), len(expected))
    rest = max(len(found), len(expected)) - count
    return {
        field: int((np.asarray(found[field], np.int64)[:count] != np.asarray(expected[field], np.int64)[:count]).sum())
        + rest
        for field in "txyp"
    }


def require_same(
    found: Any, expected: Any, what: str, writer: str, reader: str = "", differing: str = ""
) -> None:
    """Prints the comparison, and requires that no fields differ but those that are known to."""
    counts = differences(found, expected)
    text = ", ".join(f"{field} {count}" for field, count in counts.items())
    other = f"as read by {reader}" if reader else "as written"
    print(
        f"{what}: written by {writer}; {other} and as read by dvskit: {len(expected)} and {len(found)} events, "
        f"differences {text}",
        flush=True,
    )
    require(len(found) > 0, f"{what}: events")
    require_equal(
        {field for field, count in counts.items() if count}, set(differing), f"{what}, {reader or writer}: fields that differ"
    )


class _Table:
    """Columns, with a length."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns["t"])

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]


def check_expelliarmus_evt2_and_dat() -> None:
    tool = with_version("expelliarmus")
    with folder() as directory:
        for encoding, suffix, what in (("evt2", "raw", "EVT 2.0"), ("dat", "dat", "DAT 2")):
            path = directory / f"{encoding}.{suffix}"
            expelliarmus.Wizard(encoding=encoding).save(fpath=str(path), arr=events())
            reader = expelliarmus.Wizard(encoding=encoding)
            reader.set_file(str(path))
            require_same(ours(path), reader.read(), what, tool, tool)
            require_same(ours(path), events(), what, tool)


def faery_file(path: Path, all_events: np.ndarray, version: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
    stream = np.zeros(len(all_events), dtype=faery.EVENTS_DTYPE)
    for field in "txyp":
        stream["on" if field == "p" else field] = all_events[field]
    faery.file_encoder.events_to_file([stream], path, size, version=version, zero_t0=False)


def check_faery() -> None:
    tool = with_version("faery")
    names = {"evt2": "EVT 2.0", "evt3": "EVT 3.0", "dat1": "DAT 1", "dat2": "DAT 2"}
    with folder() as directory:
        for version, what in names.items():
            path = directory / f"{version}.{'dat' if version.startswith('dat') else 'raw'}"
            # Version 1 of DAT has 9 bits for a column and 8 for a row.
            size = (500, 250) if version == "dat1" else (WIDTH, HEIGHT)
            faery_file(path, events(size=size), version, size)
            require_same(ours(path), events(size=size), what, tool)
            theirs = np.concatenate(list(faery.events_stream_from_file(path)))
            # faery 0.7.1 reads other times from EVT 3.0 than it wrote.
            require_same(ours(path), theirs, what, tool, tool, "t" if version == "evt3" else "")


def check_evt3_read_by_evt3() -> None:
    with folder() as directory:
        path = directory / "long.raw"
        faery_file(path, events(), "evt3")
        theirs = evt3.decode_file(str(path))
        fields = {"t": theirs.timestamp, "x": theirs.x, "y": theirs.y, "p": theirs.polarity}
        require_same(ours(path), _Table(fields), "EVT 3.0", with_version("faery"), with_version("evt3"))


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
    tool = with_version("dv-processing")
    all_events = events(60_000, start=1_700_000_000_000_000, span=5_000_000)
    with folder() as directory:
        for compression in ("NONE", "LZ4", "LZ4_HIGH", "ZSTD", "ZSTD_HIGH"):
            path = directory / f"{compression}.aedat4"
            writer = write_aedat4(path, all_events, compression)
            del writer
            theirs = np.concatenate([packet["events"] for packet in aedat.Decoder(str(path)) if "events" in packet])
            table = _Table({"t": theirs["t"], "x": theirs["x"], "y": theirs["y"], "p": theirs["on"]})
            what = f"AEDAT 4.0 {compression}"
            require_same(ours(path), table, what, tool, with_version("aedat"))
            require_same(ours(path), all_events, what, tool)


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
        tool = f"{with_version('dv-processing')}, killed"
        require_same(read, all_events[: len(read)], "AEDAT 4.0 LZ4 without a table", tool)


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
                what = f"npz {save.__name__} {kind}"
                require_same(ours(path), _Table({field: theirs[field] for field in "txyp"}), what, NUMPY, NUMPY)
        path = directory / "records.npy"
        for what, records in (("npy tonic's records", tonic), ("npy packed records", all_events)):
            np.save(path, records)
            require_same(ours(path), np.load(path), what, NUMPY, NUMPY)
        np.save(path, store.numpy())
        require_same(ours(path), all_events[:50_000], "npy dv-processing's records", NUMPY)


def check_text() -> None:
    """Lines of numbers, with times in microseconds and in seconds."""
    all_events = events(20_000)
    columns = np.stack([all_events[field].astype(np.int64) for field in "txyp"], axis=1)
    with folder() as directory:
        path = directory / "events.txt"
        np.savetxt(path, columns, "%d")
        theirs = dict(zip("txyp", np.loadtxt(path, np.int64, unpack=True), strict=True))
        require_same(ours(path), _Table(theirs), "text, µs", NUMPY, NUMPY)
        np.savetxt(path, columns / [1e6, 1, 1, 1], ["%.6f", "%d", "%d", "%d"], header="t x y p", delimiter=",")
        seconds = dict(zip("txyp", np.loadtxt(path, delimiter=",", unpack=True), strict=True))
        theirs = {field: np.rint(values * (1e6 if field == "t" else 1)) for field, values in seconds.items()}
        require_same(ours(path), _Table(theirs), "text, s", NUMPY, NUMPY)


def check_aedat31() -> None:
    """Real events of DVS128 Gesture; the packets are of the script that cut them out of the published clips."""
    read = spikingjelly_function("utils", "load_aedat_v3")
    io = tonic_io()
    for path in sorted((FIXTURES / "real").glob("*.aedat")):
        what = f"AEDAT 3.1 {path.stem}"
        writer = "a DVS128 (events) and a script (packets)"
        require_same(ours(path), _Table(read(path)), what, writer, with_version("spikingjelly"))
        # Not read_dvs_ibm: that of tonic 1.7.0 fails, as it expects two results of this function, which has three.
        version, start, *_ = io.read_aedat_header_from_file(str(path))
        found = io.get_aer_events_from_file(str(path), version, start)
        address = found["address"].astype(np.int64)
        theirs = {"t": found["timeStamp"], "x": address >> 17, "y": address >> 2 & 0x7FFF, "p": address >> 1 & 1}
        require_same(ours(path), _Table(theirs), what, writer, with_version("tonic"))


def check_nmnist() -> None:
    """Every recording, one after another."""
    read = spikingjelly_function("utils", "load_ATIS_bin")
    io = tonic_io()
    kind = np.dtype([("x", int), ("y", int), ("t", int), ("p", int)])
    with folder() as directory:
        count = nmnist.make(directory)
        paths = sorted(directory.rglob("*.bin"))
        found = np.concatenate([ours(path) for path in paths])
        theirs = [read(path) for path in paths]
        joined = _Table({field: np.concatenate([part[field] for part in theirs]) for field in "txyp"})
        what = f"N-MNIST, {count} {'real' if nmnist.is_real() else 'made'} recordings"
        writer = "an ATIS" if nmnist.is_real() else "a script"
        require_same(found, joined, what, writer, with_version("spikingjelly"))
        tonic = np.concatenate([io.read_mnist_file(str(path), kind) for path in paths])
        require_same(found, tonic, what, writer, with_version("tonic"))


def write_aedat2(path: Path, all_events: np.ndarray, chip: str, size: tuple[int, int]) -> None:
    """From iniVation's page "AEDAT 2.0" and jAER's classes: there is no writer in Python."""
    lines = (
        "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n"
        f"# created Thu Dec 03 14:47:00 CET 2015\r\n# AEChip: {chip}\r\n"
    )
    column = size[0] - 1 - all_events["x"].astype(np.int64)
    row = size[1] - 1 - all_events["y"].astype(np.int64)
    p = all_events["p"].astype(np.int64)
    address = row << 8 | column << 1 | (1 - p) if size[0] == 128 else row << 22 | column << 12 | p << 11
    # The first byte of an event must not look like another line.
    require(address[0] >> 24 != ord("#"), "a first event that does not look like a line")
    words = np.stack([address, all_events["t"]], axis=1).astype(">u4")
    path.write_bytes(lines.encode() + words.tobytes())


def check_aedat2() -> None:
    io = tonic_io()
    writer = "a script, from the specification"
    with folder() as directory:
        path = directory / "davis.aedat"
        all_events = events(size=(346, 260))
        write_aedat2(path, all_events, "eu.seebetter.ini.chips.davis.DAVIS346B", (346, 260))
        _, _, theirs = io.read_davis_346(str(path))
        require_same(ours(path), theirs, "AEDAT 2.0 of a DAVIS346", writer, with_version("tonic"))
        path = directory / "dvs.aedat"
        all_events = events(size=(128, 128))
        write_aedat2(path, all_events, "ch.unizh.ini.jaer.chip.retina.DVS128", (128, 128))
        found = spikingjelly_function("cifar10_dvs", "_load_origin_data")(path)
        # Documentation/DataSets.md: columns and rows are exchanged.
        theirs = {"t": found["t"], "x": found["y"], "y": found["x"], "p": found["p"]}
        what = "AEDAT 2.0 of a DVS128, x and y exchanged"
        require_same(ours(path), _Table(theirs), what, writer, with_version("spikingjelly"))


def event_file_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_event_files", FIXTURES / "make_event_files.py")
    require(spec is not None and spec.loader is not None, "make_event_files is a module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def decoded_evt21(path: Path, halves: str) -> dict[str, np.ndarray]:
    """From Prophesee's page "EVT 2.1 Format", apart from our reader and from the script that writes."""
    data = path.read_bytes()
    data = data[data.index(b"% end\n") + 6 :]
    result: dict[str, list[int]] = {field: [] for field in "txyp"}
    high = 0
    for first, second in struct.iter_unpack("<II", data):
        mask, word = (first, second) if halves == "little" else (second, first)
        kind = word >> 28
        if kind == 8:
            high = (word & 0x0FFF_FFFF) << 6
        elif kind < 2:
            for bit in range(32):
                if mask >> bit & 1:
                    result["t"].append(high + (word >> 22 & 0x3F))
                    result["x"].append((word >> 11 & 0x7FF) + bit)
                    result["y"].append(word & 0x7FF)
                    result["p"].append(kind)
    return {field: np.array(values) for field, values in result.items()}


def check_evt21() -> None:
    """Two scripts after the specification, of which one writes and the other reads."""
    script = event_file_script()
    with folder() as directory:
        script.WIDTH, script.HEIGHT = WIDTH, HEIGHT
        script.write_evt21(directory, events())
        for name, halves in (("script_evt21", "little"), ("script_evt21_legacy", "legacy")):
            path = directory / f"{name}.raw"
            theirs = _Table(decoded_evt21(path, halves))
            require_same(ours(path), theirs, f"EVT 2.1, {halves}", "a script", "another script")
            require_same(ours(path), events(), f"EVT 2.1, {halves}", "a script")
