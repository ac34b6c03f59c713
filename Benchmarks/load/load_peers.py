#!/usr/bin/env python3
"""Loads every sample once, in shuffled batches, without FrameLoader, and prints the time as JSON.

    load_peers.py h5py CACHE BATCH_SIZE SEED [check]   h5py + hdf5plugin, into one reused batch
    load_peers.py stack CACHE BATCH_SIZE SEED          h5py + hdf5plugin, a new array per sample, stacked
    load_peers.py workers CACHE BATCH_SIZE SEED        h5py + hdf5plugin in PyTorch's DataLoader, two processes
    load_peers.py npz FOLDER BATCH_SIZE SEED           SpikingJelly's files, read as by SpikingJelly 2.0.0
    load_peers.py make_npz CACHE FOLDER COUNT          writes COUNT samples as by SpikingJelly 2.0.0

The time is that of the second pass over all samples.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

SPLITS = ("train", "test")


class Stopwatch:
    """Measures wall time, and this process's processor time, from its creation on."""

    def __init__(self) -> None:
        self.begin, self.cpu_begin = time.perf_counter(), time.process_time()

    def report(self, samples: int) -> dict:
        seconds, cpu_seconds = time.perf_counter() - self.begin, time.process_time() - self.cpu_begin
        return {"seconds": seconds, "cpu_seconds": cpu_seconds, "samples": samples}


def open_frames(cache: str) -> dict:
    import h5py
    import hdf5plugin  # noqa: F401

    file = h5py.File(cache)
    return {split: file[split]["frames"] for split in SPLITS}


def sample_list(cache: str) -> list[tuple[str, int]]:
    return [(split, number) for split, frames in open_frames(cache).items() for number in range(len(frames))]


def shuffled(samples: list, seed: int) -> list:
    return [samples[index] for index in np.random.default_rng(seed).permutation(len(samples))]


def batches_of(samples: list, batch_size: int) -> list[list]:
    return [samples[begin : begin + batch_size] for begin in range(0, len(samples), batch_size)]


def read_in_place(cache: str, batch_size: int, seed: int, check: bool) -> dict:
    frames = open_frames(cache)
    batches = batches_of(shuffled(sample_list(cache), seed), batch_size)
    batch = np.zeros((batch_size, *frames["train"].shape[1:]), frames["train"].dtype)
    for _ in range(2):
        total = 0
        stopwatch = Stopwatch()
        for samples in batches:
            for row, (split, number) in enumerate(samples):
                frames[split].read_direct(batch, np.s_[number], np.s_[row])
            if check:
                total += int(batch[: len(samples)].sum(dtype=np.int64))
    return stopwatch.report(sum(map(len, batches))) | {"total": total}


def read_and_stack(cache: str, batch_size: int, seed: int) -> dict:
    frames = open_frames(cache)
    batches = batches_of(shuffled(sample_list(cache), seed), batch_size)
    for _ in range(2):
        stopwatch = Stopwatch()
        for samples in batches:
            np.stack([frames[split][number] for split, number in samples])
    return stopwatch.report(sum(map(len, batches)))


def read_with_workers(cache: str, batch_size: int, seed: int) -> dict:
    import torch

    class Samples(torch.utils.data.Dataset):
        def __init__(self) -> None:
            self.samples = sample_list(cache)
            self.frames = None

        def __len__(self) -> int:
            return len(self.samples)

        def __getitem__(self, index: int) -> np.ndarray:
            # Each process opens the file itself.
            if self.frames is None:
                self.frames = open_frames(cache)
            split, number = self.samples[index]
            return self.frames[split][number]

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    loader = torch.utils.data.DataLoader(
        Samples(), batch_size=batch_size, shuffle=True, num_workers=2, persistent_workers=True
    )
    for _ in loader:
        pass
    stopwatch = Stopwatch()
    count = sum(len(batch) for batch in loader)
    return stopwatch.report(count) | {"cpu_seconds": None}


def read_npz(folder: str, batch_size: int, seed: int) -> dict:
    def load(path: Path) -> np.ndarray:
        # spikingjelly.datasets.utils.load_npz_frames
        with np.load(path) as file:
            return file["frames"].astype(np.float32)

    batches = batches_of(shuffled(sorted(Path(folder).glob("*.npz")), seed), batch_size)
    for _ in range(2):
        stopwatch = Stopwatch()
        for paths in batches:
            np.stack([load(path) for path in paths])
    return stopwatch.report(sum(map(len, batches)))


def make_npz(cache: str, folder: str, count: int) -> dict:
    frames = open_frames(cache)
    Path(folder).mkdir()
    samples = shuffled(sample_list(cache), 0)[:count]
    for split, number in samples:
        # As in spikingjelly.datasets.utils.np_savez, with the float64 frames of its integration.
        np.savez_compressed(f"{folder}/{split}_{number}.npz", frames=frames[split][number].astype(np.float64))
    return {"samples": len(samples)}


def main() -> None:
    mode, source, *rest = sys.argv[1:]
    if mode == "make_npz":
        result = make_npz(source, rest[0], int(rest[1]))
    else:
        batch_size, seed = int(rest[0]), int(rest[1])
        if mode == "h5py":
            result = read_in_place(source, batch_size, seed, rest[2:] == ["check"])
        else:
            read = {"stack": read_and_stack, "workers": read_with_workers, "npz": read_npz}[mode]
            result = read(source, batch_size, seed)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
