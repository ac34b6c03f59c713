"""Recordings, label files and frames, read by NumPy independently of the Swift code.

Sources: iniVation, "AEDAT 3.1 file format"; SpikingJelly 2.0.0, `spikingjelly/datasets/utils.py`.
"""

import csv
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SIDE = 128


def read_events(path: Path) -> np.ndarray:
    """The polarity events of a recording in file order: columns time, x, y, polarity, valid."""
    data = path.read_bytes()
    end_of_header = b"#!END-HEADER\r\n"
    offset = data.index(end_of_header) + len(end_of_header)
    parts = []
    while offset < len(data):
        header = struct.unpack_from("<hhiiiiii", data, offset)
        kind, _, size, _, overflow, capacity, number, _ = header
        offset += 28
        if kind == 1:
            words = np.frombuffer(data, "<u4", 2 * number, offset).reshape(-1, 2)
            word, time = words.astype(np.int64).T
            time += overflow << 31
            parts.append([time, word >> 17, word >> 2 & 0x7FFF, word >> 1 & 1, word & 1])
        offset += capacity * size
    return np.concatenate(parts, axis=1).T


def read_windows(path: Path) -> list[tuple[int, int, int]]:
    """The rows of a label file: label from 0, start and end in microseconds."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [(int(row[0]) - 1, int(row[1]), int(row[2])) for row in rows]


@dataclass(frozen=True)
class Split:
    """How events become frames: `value` is T, or microseconds where the rule is "duration"."""

    rule: str
    value: int

    @property
    def arguments(self) -> list[str]:
        if self.rule == "duration":
            return ["--duration", str(self.value)]
        return ["--split-by", self.rule, "-T", str(self.value)]

    @property
    def file_name(self) -> str:
        if self.rule == "duration":
            return f"duration_{self.value}.h5"
        return f"frames_number_{self.value}_split_by_{self.rule}.h5"

    def frame_of_each(self, time: np.ndarray) -> tuple[np.ndarray, int]:
        """The frame of each event, and the number of frames."""
        if self.rule == "duration":
            if time.size == 0:
                return np.zeros(0, np.int64), 0
            count = max(1, -(-int(time[-1] - time[0]) // self.value))
            return np.clip((time - time[0]) // self.value, 0, count - 1), count
        last = self.value - 1
        if self.rule == "number":
            position, step = np.arange(time.size), time.size // self.value
        else:
            position = time - time[:1]
            step = int(time[-1] - time[0]) // self.value if time.size else 0
        if step == 0:
            return np.full(time.size, last), self.value
        return np.clip(position // step, 0, last), self.value


@dataclass
class Sample:
    """The values that a cache must contain for one window."""

    recording: str
    name: str
    label: int
    window: tuple[int, int]
    event_count: int
    frame_count: int
    frames: np.ndarray  # [T, P, Y, X], without padding
    frame_start: np.ndarray  # [T]
    frame_end: np.ndarray  # [T]


def make_samples(folder: Path, recording: str, split: Split, drop_invalid: bool) -> list[Sample]:
    """All windows of a recording, in the order of its label file."""
    events = read_events(folder / f"{recording}.aedat")
    if drop_invalid:
        events = events[events[:, 4] == 1]
    samples: list[Sample] = []
    numbers: dict[int, int] = {}
    for label, start, end in read_windows(folder / f"{recording}_labels.csv"):
        time, x, y, polarity, _ = events[(events[:, 0] >= start) & (events[:, 0] < end)].T
        frame, count = split.frame_of_each(time)
        cell = ((frame * 2 + polarity) * SIDE + y) * SIDE + x
        counts = np.bincount(cell, minlength=count * 2 * SIDE * SIDE)
        first = np.full(count, np.iinfo(np.int64).max)
        last = np.full(count, -1)
        np.minimum.at(first, frame, time)
        np.maximum.at(last, frame, time)
        number = numbers[label] = numbers.get(label, -1) + 1
        samples.append(
            Sample(
                recording, f"{recording}_{number}", label, (start, end), time.size, count,
                counts.reshape(count, 2, SIDE, SIDE), np.where(last < 0, -1, first), last,
            )
        )  # fmt: skip
    return samples
