#!/usr/bin/env python3
"""Makes recordings of the same events in every format that dvskit reads.

    make_recordings.py all FOLDER COUNT            a file of each format, and events.npy with the events
    make_recordings.py long FOLDER FORMAT FACTOR   long.*: the file of a format with its events repeated

Libraries that others wrote make what they can: dv-processing AEDAT 4.0, faery EVT 2.0, EVT 3.0 and DAT, NumPy its arrays. No
library in Python writes AEDAT 3.1, AEDAT 2.0, EVT 2.1 and N-MNIST's format: those files are made here, from the specifications.
"""

import sys
import zipfile
from pathlib import Path

import numpy as np
from formats import FORMATS, aedat4_packets, file_of

WIDTH = HEIGHT = 128
# N-MNIST's format has 23 bits for microseconds.
START, END = 1_000, (1 << 23) - 1


def events(count: int) -> np.ndarray:
    """Events in the order of their times: single ones, and runs of up to 12 pixels of a row, as edges make them."""
    random = np.random.default_rng(5)
    lengths = random.choice([1, 1, 1, 1, 2, 3, 5, 8, 12], count)
    group_count = int(np.searchsorted(np.cumsum(lengths), count)) + 1
    lengths = lengths[:group_count]
    group = np.repeat(np.arange(group_count), lengths)[:count]
    first = np.cumsum(lengths) - lengths
    position = np.arange(count) - first[group]
    # Every fifth pixel of a run is skipped.
    column = position + position // 4
    result = np.zeros(count, [("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "u1")])
    result["t"] = np.sort(random.integers(START, END, group_count))[group]
    result["x"] = random.integers(0, WIDTH - 16, group_count)[group] + column
    result["y"] = random.integers(0, HEIGHT, group_count)[group]
    result["p"] = random.integers(0, 2, group_count)[group]
    # The first byte after a header must not be that of a header line: see read_aedat_header_from_file of tonic.
    result["y"][0] = 0
    return result


def write_aedat31(path: Path, rows: np.ndarray) -> None:
    """From iniVation's page "AEDAT 3.1": a packet for each millisecond."""
    words = np.zeros(len(rows), [("data", "<u4"), ("t", "<u4")])
    words["data"] = rows["x"].astype("u4") << 17 | rows["y"].astype("u4") << 2 | rows["p"].astype("u4") << 1 | 1
    words["t"] = rows["t"]
    header = np.zeros(1, [("type", "<i2"), ("source", "<i2"), ("rest", "<i4", 6)])
    bounds = np.searchsorted(rows["t"], np.arange(0, END + 1000, 1000))
    with path.open("wb") as file:
        file.write(b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n")
        for start, end in zip(bounds[:-1], bounds[1:], strict=True):
            if start < end:
                size = end - start
                header["type"], header["source"], header["rest"] = 1, 1, [8, 4, 0, size, size, size]
                file.write(header.tobytes() + words[start:end].tobytes())


def write_aedat2(path: Path, rows: np.ndarray, chip: str, width: int, height: int) -> None:
    """From iniVation's page "AEDAT 2.0", and the directions of axes and polarity from jAER's cameras."""
    words = np.zeros(len(rows), [("address", ">u4"), ("t", ">u4")])
    column, row = (width - 1 - rows["x"]).astype("u4"), (height - 1 - rows["y"]).astype("u4")
    polarity = rows["p"].astype("u4")
    if width == 128:
        words["address"] = row << 8 | column << 1 | (1 - polarity)
    else:
        words["address"] = row << 22 | column << 12 | polarity << 11
    words["t"] = rows["t"]
    lines = (
        "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n"
        "# Data format is int32 address, int32 timestamp (8 bytes total), repeated for each event\r\n"
        f"# Timestamps tick is 1 us\r\n# AEChip: {chip}\r\n"
    )
    path.write_bytes(lines.encode() + words.tobytes())


def write_aedat4(folder: Path, rows: np.ndarray) -> None:
    """Packets of 10 ms, as DV writes them."""
    import dv_processing as dv

    writers = []
    for name, compression in (("aedat4", "NONE"), ("aedat4_lz4", "LZ4"), ("aedat4_zstd", "ZSTD")):
        config = dv.io.MonoCameraWriter.EventOnlyConfig(
            "DVXplorer_TEST", (WIDTH, HEIGHT), getattr(dv.CompressionType, compression)
        )
        writers.append(dv.io.MonoCameraWriter(str(file_of(folder, name)), config))
    bounds = np.searchsorted(rows["t"], np.arange(0, END + 10_000, 10_000))
    for start, end in zip(bounds[:-1], bounds[1:], strict=True):
        # A store of its own for each packet: of a part of a store, the writer writes the whole.
        store = dv.EventStore()
        for t, x, y, p in rows[start:end].tolist():
            store.push_back(t, x, y, bool(p))
        if start < end:
            for writer in writers:
                writer.writeEvents(store)


def write_prophesee(folder: Path, rows: np.ndarray) -> None:
    import faery

    stream = np.zeros(len(rows), faery.EVENTS_DTYPE)
    for ours, theirs in (("t", "t"), ("x", "x"), ("y", "y"), ("p", "on")):
        stream[theirs] = rows[ours]
    for name, version in (("evt2", "evt2"), ("evt3", "evt3"), ("dat", "dat2")):
        path = file_of(folder, name)
        faery.file_encoder.events_to_file([stream], path, (WIDTH, HEIGHT), version=version, zero_t0=False)


def write_evt21(path: Path, rows: np.ndarray) -> None:
    """From Prophesee's page "EVT 2.1 Format": up to 32 pixels of a row a word, and the upper 28 bits of time before."""
    same = (rows["t"][1:] == rows["t"][:-1]) & (rows["y"][1:] == rows["y"][:-1]) & (rows["p"][1:] == rows["p"][:-1])
    # A run has columns that increase; a step of more than two is another run.
    step = rows["x"][1:] - rows["x"][:-1]
    first = np.flatnonzero(np.concatenate(([True], ~(same & (step > 0) & (step <= 2)))))
    group = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(rows))))
    distance = (rows["x"] - rows["x"][first][group]).astype("u8")
    if distance.max() >= 32:
        sys.exit("make_recordings: a run of more than 32 columns")
    pixels = np.bitwise_or.reduceat(np.left_shift(np.uint64(1), distance), first)
    starts = {field: rows[field][first].astype("u8") for field in "txyp"}
    word = starts["p"] << 60 | (starts["t"] & 0x3F) << 54 | starts["x"] << 43 | starts["y"] << 32 | pixels
    high = starts["t"] >> 6
    time_words = np.uint64(0x8) << np.uint64(60) | high << np.uint64(32)
    changes = np.concatenate(([True], high[1:] != high[:-1]))
    words = np.stack([time_words, word], axis=1)[np.stack([changes, np.ones_like(changes)], axis=1)]
    header = f"% camera_integrator_name Prophesee\n% evt 2.1\n% geometry {WIDTH}x{HEIGHT}\n% end\n"
    path.write_bytes(header.encode() + words.astype("<u8").tobytes())


def write_atis(path: Path, rows: np.ndarray) -> None:
    """From N-MNIST's readme: x, y, and one bit of polarity with 23 of time, most significant byte first."""
    bytes_of = np.zeros((len(rows), 5), np.uint8)
    bytes_of[:, 0], bytes_of[:, 1] = rows["x"], rows["y"]
    tail = rows["p"].astype("u4") << 23 | rows["t"].astype("u4")
    for index, shift in ((2, 16), (3, 8), (4, 0)):
        bytes_of[:, index] = tail >> shift & 0xFF
    path.write_bytes(bytes_of.tobytes())


def write_text(folder: Path, rows: np.ndarray) -> None:
    """In whole microseconds; and in seconds, as in The Event-Camera Dataset."""
    with (file_of(folder, "text")).open("w") as whole, (file_of(folder, "text_seconds")).open("w") as seconds:
        for part in np.array_split(rows, max(1, len(rows) // 100_000)):
            values = part.tolist()
            whole.write("".join(f"{t} {x} {y} {p}\n" for t, x, y, p in values))
            seconds.write("".join(f"{t // 1_000_000}.{t % 1_000_000:06} {x} {y} {p}\n" for t, x, y, p in values))


def columns(rows: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays of SpikingJelly's events_np."""
    return {field: rows[field].astype("i8") for field in "txyp"}


def tonic_records(rows: np.ndarray) -> np.ndarray:
    """The records of tonic's readers (`tonic.io.events_struct`)."""
    records = np.zeros(len(rows), [("x", "<i2"), ("y", "<i2"), ("t", "<i8"), ("p", "?")])
    for field in "txyp":
        records[field] = rows[field]
    return records


def write_all(folder: Path, count: int) -> None:
    rows = events(count)
    np.save(folder / "events.npy", rows)
    write_aedat31(file_of(folder, "aedat31"), rows)
    write_aedat2(file_of(folder, "aedat2"), rows, "ch.unizh.ini.jaer.chip.retina.DVS128", 128, 128)
    write_aedat2(file_of(folder, "aedat2_davis"), rows, "eu.seebetter.ini.chips.davis.DAVIS346mini", 346, 260)
    write_aedat4(folder, rows)
    write_prophesee(folder, rows)
    write_evt21(file_of(folder, "evt21"), rows)
    write_atis(file_of(folder, "atis"), rows)
    write_text(folder, rows)
    np.savez(file_of(folder, "npz"), **columns(rows))
    np.savez_compressed(file_of(folder, "npz_deflated"), **columns(rows))
    np.save(file_of(folder, "npy"), tonic_records(rows))


def header_byte_count(content: bytes, name: str) -> int:
    """Where the events of a file without packets, or with independent ones, begin."""
    if name in ("text", "text_seconds", "atis"):
        return 0
    mark = b"#" if name.startswith("aedat") else b"%"
    offset = 0
    while content[offset : offset + 1] == mark:
        offset = content.index(b"\n", offset) + 1
    # DAT: type and size of events.
    return offset + (2 if name == "dat" else 0)


def write_long(folder: Path, name: str, factor: int) -> None:
    """Times of repeated events go back, which no reader needs to notice for its memory to be measured."""
    path = file_of(folder, name)
    long = folder / f"long{path.suffix}"
    if name.startswith("np"):
        rows = np.tile(np.load(folder / "events.npy"), factor)
        if name == "npy":
            np.save(long, tonic_records(rows))
        else:
            # zlib's fastest level, as np.savez_compressed takes minutes.
            method = zipfile.ZIP_DEFLATED if name == "npz_deflated" else zipfile.ZIP_STORED
            with zipfile.ZipFile(long, "w", method, compresslevel=1) as archive:
                for field, values in columns(rows).items():
                    with archive.open(f"{field}.npy", "w", force_zip64=True) as file:
                        np.lib.format.write_array(file, values)
        return
    content = path.read_bytes()
    if name.startswith("aedat4"):
        packets = aedat4_packets(content)
        start, end = packets[0][0] - 8, sum(packets[-1])
        # The table at the end does not list repeated packets: -1 stands for none.
        table = end.to_bytes(8, "little")
        if content[:start].count(table) != 1:
            sys.exit("make_recordings: the header of AEDAT 4.0 does not name the end of the packets")
        header = content[:start].replace(table, (-1).to_bytes(8, "little", signed=True))
    else:
        start, end = header_byte_count(content, name), len(content)
        header = content[:start]
    with long.open("wb") as file:
        file.write(header)
        for _ in range(factor):
            file.write(memoryview(content)[start:end])


def main() -> None:
    what, folder, *rest = sys.argv[1:]
    if what == "all":
        write_all(Path(folder), int(rest[0]))
    else:
        write_long(Path(folder), rest[0], int(rest[1]))


if __name__ == "__main__":
    main()
