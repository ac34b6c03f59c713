#!/usr/bin/env python3
"""Makes the small recordings in formats/, all with the events of events.txt, and those in runs/, with these events four times.

Many readers read 64 events or words at once, of which formats/ has too few.

Other people's writers make what they can: dv-processing AEDAT 4.0, faery EVT 2.0 and 3.0 and DAT, expelliarmus DAT, NumPy arrays. For EVT 2.1, AEDAT 2.0 and AEDAT 3.1 there is no writer in Python: those files are made here, from the specifications.

    pip install dv-processing==2.0.4 expelliarmus==1.1.12 faery==0.7.1
    Fixtures/make_event_files.py
"""

import struct
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
WIDTH = HEIGHT = 128


def events() -> np.ndarray:
    """Runs of pixels in a row, as vectors need them, between single ones; over 40 s, in which 24 bits of µs wrap twice."""
    random = np.random.default_rng(21)
    rows = []
    for number, start in enumerate(np.sort(random.integers(5_000, 40_000_000, 12))):
        x, y, p = int(random.integers(0, 100)), int(random.integers(0, HEIGHT)), int(random.integers(0, 2))
        for column in range(28 if number % 6 == 2 else 1 + number % 2):
            if column < 3 or random.random() < 0.7:
                rows.append((int(start), x + column, y, p))
    return np.array(rows, dtype=[("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "u1")])


def write_text(folder: Path, all_events: np.ndarray) -> None:
    lines = "".join(f"{t} {x} {y} {p}\n" for t, x, y, p in all_events.tolist())
    (folder / "events.txt").write_text(lines)
    seconds = "".join(f"{t / 1e6:.6f} {x} {y} {p}\n" for t, x, y, p in all_events.tolist())
    (folder / "seconds.txt").write_text(f"{WIDTH} {HEIGHT}\n{seconds}")


def write_prophesee(folder: Path, all_events: np.ndarray) -> None:
    import expelliarmus
    import faery

    expelliarmus.Wizard(encoding="dat").save(fpath=str(folder / "expelliarmus_dat2.dat"), arr=all_events)
    stream = np.zeros(len(all_events), dtype=faery.EVENTS_DTYPE)
    for ours, theirs in (("t", "t"), ("x", "x"), ("y", "y"), ("p", "on")):
        stream[theirs] = all_events[ours]
    for version, suffix in (("evt2", "raw"), ("evt3", "raw"), ("dat1", "dat"), ("dat2", "dat")):
        path = folder / f"faery_{version}.{suffix}"
        faery.file_encoder.events_to_file([stream], path, (WIDTH, HEIGHT), version=version, zero_t0=False)


def write_evt21(folder: Path, all_events: np.ndarray) -> None:
    """From Prophesee's page "EVT 2.1 Format": pixels of a row and time in groups of 32, the upper 28 bits of time before."""
    words: list[int] = []
    high = -1
    position = 0
    rows = all_events.tolist()
    while position < len(rows):
        t, x, y, p = rows[position]
        if t >> 6 != high:
            high = t >> 6
            words.append(0x8 << 60 | high << 32)
        mask = 0
        while position < len(rows) and rows[position][0] == t and rows[position][2:] == (y, p) and 0 <= rows[position][1] - x < 32:
            mask |= 1 << (rows[position][1] - x)
            position += 1
        words.append(p << 60 | (t & 0x3F) << 54 | x << 43 | y << 32 | mask)
    header = f"% camera_integrator_name Prophesee\n% evt 2.1\n% format EVT21;endianness=ENDIANNESS;height={HEIGHT};width={WIDTH}\n% end\n"
    little = b"".join(struct.pack("<Q", word) for word in words)
    legacy = b"".join(struct.pack("<II", word >> 32, word & 0xFFFFFFFF) for word in words)
    (folder / "script_evt21.raw").write_bytes(header.replace("ENDIANNESS", "little").encode() + little)
    (folder / "script_evt21_legacy.raw").write_bytes(header.replace("ENDIANNESS", "legacy").encode() + legacy)


def write_aedat2(folder: Path, all_events: np.ndarray) -> None:
    """From iniVation's page "AEDAT 2.0", and the directions of axes and polarity from jAER's DVS128 and DavisBaseCamera."""
    for chip, name, width, height in (
        ("ch.unizh.ini.jaer.chip.retina.DVS128", "script_dvs128.aedat", 128, 128),
        ("eu.seebetter.ini.chips.davis.DAVIS240C", "script_davis240.aedat", 240, 180),
    ):
        lines = (
            "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n"
            "# Data format is int32 address, int32 timestamp (8 bytes total), repeated for each event\r\n"
            f"# Timestamps tick is 1 us\r\n# created Thu Dec 03 14:47:00 CET 2015\r\n# AEChip: {chip}\r\n"
        )
        data = bytearray(lines.encode())
        for number, (t, x, y, p) in enumerate(all_events.tolist()):
            column, row = width - 1 - x, height - 1 - y
            if width == 128:
                address = row << 8 | column << 1 | (1 - p)
            else:
                address = row << 22 | column << 12 | p << 11
            data += struct.pack(">II", address, t)
            # Among them a signal from outside, and of a DAVIS a pixel's brightness: neither is an event.
            if number % 50 == 7:
                data += struct.pack(">II", 1 << 15 if width == 128 else 1 << 10 | 3, t)
                if width != 128:
                    data += struct.pack(">II", 1 << 31 | row << 22 | column << 12 | 1 << 10 | 517, t)
        (folder / name).write_bytes(data)


def write_aedat3(folder: Path, all_events: np.ndarray) -> None:
    """From iniVation's page "AEDAT 3.1": two cameras in one file, which the format allows. The DVS128 has the events; the DAVIS has some of
    them 1 µs later, at mirrored pixels of its larger sensor, and a packet of its motion sensor."""

    def packet(kind: int, source: int, events: list[bytes]) -> bytes:
        count = len(events)
        return struct.pack("<hhiiiiii", kind, source, len(events[0]), 4, 0, count, count, count) + b"".join(events)

    def polarity(t: int, x: int, y: int, p: int) -> bytes:
        return struct.pack("<Ii", x << 17 | y << 2 | p << 1 | 1, t)

    data = bytearray(
        b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#Source 2: DAVIS240C\r\n"
        b"#Start-Time: 2016-01-01 00:00:00 (TZ+0000)\r\n#!END-HEADER\r\n"
    )
    rows = all_events.tolist()
    # The DAVIS's clock is reset first.
    data += packet(0, 2, [struct.pack("<Ii", 1 << 1 | 1, 0)])
    for number in range(6):
        part = rows[10 * number : 10 * number + 10]
        data += packet(1, 1, [polarity(*row) for row in part])
        if number == 1:
            data += packet(0, 1, [struct.pack("<Ii", 2 << 1 | 1, part[-1][0])])
        data += packet(1, 2, [polarity(t + 1, 239 - x, 179 - y, 1 - p) for t, x, y, p in part[:5]])
        if number == 3:
            data += packet(3, 2, [struct.pack("<Iifffffff", 1, part[-1][0] + 2, 0, 0, 1, 0, 0, 0, 25)])
    (folder / "script_two_cameras.aedat").write_bytes(data)


def write_aedat4(folder: Path, all_events: np.ndarray) -> None:
    import dv_processing as dv

    for compression in ("NONE", "LZ4", "ZSTD"):
        path = folder / f"dv_{compression.lower()}.aedat4"
        config = dv.io.MonoCameraWriter.EventOnlyConfig(
            "DVXplorer_TEST", (WIDTH, HEIGHT), getattr(dv.CompressionType, compression)
        )
        writer = dv.io.MonoCameraWriter(str(path), config)
        for part in np.array_split(all_events, 3):
            store = dv.EventStore()
            for t, x, y, p in part.tolist():
                store.push_back(t, x, y, bool(p))
            writer.writeEvents(store)
        del writer


def write_numpy(folder: Path, all_events: np.ndarray) -> None:
    """Arrays as SpikingJelly's events_np have them, records as tonic's and others; archives have the date of the day."""
    np.savez(folder / "numpy_stored.npz", **{name: all_events[name].astype("i8") for name in "txyp"})
    np.savez_compressed(
        folder / "numpy_deflated.npz",
        **{name: all_events[name].astype(kind) for name, kind in {"p": "?", "x": "u2", "t": ">u4", "y": "i4"}.items()},
        label=np.array(["any"]),
    )
    np.savez_compressed(
        folder / "numpy_label_first.npz",
        label=np.array([3]),
        frames=np.zeros((2, 2, 4, 4), "u1"),
        **{name: all_events[name].astype("i8") for name in "pyxt"},
    )
    tonic = np.dtype([("x", int), ("y", int), ("t", int), ("p", int)])
    aligned = np.dtype([("polarity", "?"), ("timestamp", ">i8"), ("y", "u2"), ("weight", "f4"), ("x", "u1")], align=True)
    for name, kind, names in (
        ("numpy_records.npy", tonic, {}),
        ("numpy_aligned.npy", aligned, {"t": "timestamp", "p": "polarity"}),
    ):
        records = np.zeros(len(all_events), kind)
        for field in "txyp":
            records[names.get(field, field)] = all_events[field]
        np.save(folder / name, records)


def repeated(all_events: np.ndarray, count: int) -> np.ndarray:
    """The events again and again, each time 40 s later."""
    result = np.tile(all_events, count)
    result["t"] += np.repeat(np.arange(count) * 40_000_000, len(all_events))
    return result


def main() -> int:
    with_few = [write_text, write_evt21, write_aedat3]
    with_runs = [write_aedat2, write_prophesee, write_aedat4, write_numpy]
    for name, count, writers in (("formats", 1, with_few + with_runs), ("runs", 4, with_runs)):
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        for write in writers:
            write(folder, repeated(events(), count))
        for path in sorted(folder.iterdir()):
            print(name, path.name, path.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
