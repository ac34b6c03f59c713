#!/usr/bin/env python3
"""The same frames in other programs' stores: writes them, or loads every sample once and prints the time as JSON.

    load_stores.py make STORE CACHE FOLDER                    prints the bytes on disk
    load_stores.py read STORE FOLDER BATCH_SIZE SEED [check]  STORE: one of those below

Each store has its library's own defaults, compressed, with one chunk for each sample. Those that do not load in parallel themselves
are loaded by PyTorch's DataLoader with two processes. The time is that of the second pass over all samples, in shuffled
batches, as in a training: processes have started, and each library has the memory that it keeps.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from load_peers import SPLITS, Stopwatch, batches_of, open_frames, shuffled


def samples(cache: str) -> np.ndarray:
    """The frames of all samples, [N, T, 2, H, W]."""
    return np.concatenate([frames[:] for frames in open_frames(cache).values()])


def disk_bytes(folder: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def with_workers(count: int, open_store: Callable[[], Any], batch_size: int, seed: int, check: bool) -> dict:
    """Loads numbers 0 to `count` − 1 of a store with two processes, which open it for themselves."""
    import torch

    class Samples(torch.utils.data.Dataset):
        store = None

        def __len__(self) -> int:
            return count

        def __getitem__(self, index: int) -> np.ndarray:
            if self.store is None:
                self.store = open_store()
            return self.store[index]

    torch.manual_seed(seed)
    return timed(
        torch.utils.data.DataLoader(Samples(), batch_size, shuffle=True, num_workers=2, persistent_workers=True), check
    )


def timed(loader: Any, check: bool) -> dict:
    """The second pass of a loader with processes."""
    for _ in loader:
        pass
    stopwatch = Stopwatch()
    count, total = 0, 0
    for batch in loader:
        frames = batch["frames"] if isinstance(batch, dict) else batch
        count += len(frames)
        if check:
            total += int(frames.sum())
    return stopwatch.report(count) | {"cpu_seconds": None, "total": total}


# ---- zarr 3


def make_zarr(cache: str, folder: str) -> None:
    import zarr

    frames = samples(cache)
    array = zarr.create_array(folder, shape=frames.shape, chunks=(1, *frames.shape[1:]), dtype=frames.dtype)
    array[:] = frames


def open_zarr(folder: str) -> Any:
    import zarr

    return zarr.open_array(folder, mode="r")


def read_zarr(folder: str, batch_size: int, seed: int, check: bool) -> dict:
    return with_workers(open_zarr(folder).shape[0], lambda: open_zarr(folder), batch_size, seed, check)


def in_turn(one_pass: Callable[[], Iterable[np.ndarray]], check: bool) -> dict:
    """The second pass of a loader that stays in this process."""
    for _ in one_pass():
        pass
    stopwatch = Stopwatch()
    count, total = 0, 0
    for batch in one_pass():
        count += len(batch)
        if check:
            total += int(batch.sum(dtype=np.int64))
    return stopwatch.report(count) | {"total": total}


# ---- TensorStore, on zarr's files


def read_tensorstore(folder: str, batch_size: int, seed: int, check: bool) -> dict:
    """Reads the next batch while the caller has one, with two threads."""
    import tensorstore

    store = tensorstore.open(
        {"driver": "zarr3", "kvstore": {"driver": "file", "path": folder}},
        context=tensorstore.Context({"data_copy_concurrency": {"limit": 2}}),
        open=True,
    ).result()
    batches = batches_of(shuffled(list(range(store.shape[0])), seed), batch_size)

    def ahead() -> Any:
        reading = None
        for batch in batches:
            following = store[batch].read()
            if reading is not None:
                yield reading.result()
            reading = following
        yield reading.result()

    return in_turn(ahead, check)


# ---- litdata


def as_item(frames: np.ndarray) -> dict:
    """An item; of arrays that are items themselves, litdata 0.2.76 cannot read what it has compressed."""
    return {"frames": frames}


def make_litdata(cache: str, folder: str) -> None:
    import litdata

    litdata.optimize(
        as_item, list(samples(cache)), folder, chunk_bytes="64MB", compression="zstd", compression_level="sample",
        num_workers=1,
    )  # fmt: skip


def read_litdata(folder: str, batch_size: int, seed: int, check: bool) -> dict:
    import litdata

    data = litdata.StreamingDataset(folder, shuffle=True, seed=seed)
    loader = litdata.StreamingDataLoader(data, batch_size=batch_size, num_workers=2, persistent_workers=True)
    return timed(loader, check)


# ---- Blosc 2


def make_blosc2(cache: str, folder: str) -> None:
    import blosc2

    frames = samples(cache)
    Path(folder).mkdir()
    blosc2.asarray(frames, chunks=(1, *frames.shape[1:]), urlpath=f"{folder}/frames.b2nd")


def read_blosc2(folder: str, batch_size: int, seed: int, check: bool) -> dict:
    """Sample after sample in this process, each decompressed by two threads."""
    import blosc2

    blosc2.set_nthreads(2)
    array = blosc2.open(f"{folder}/frames.b2nd", mode="r")
    batches = batches_of(shuffled(list(range(array.shape[0])), seed), batch_size)
    return in_turn(lambda: (np.stack([array[number] for number in batch]) for batch in batches), check)


# ---- SpikingJelly's files


def read_npz(folder: str, batch_size: int, seed: int, check: bool) -> dict:
    paths = sorted(Path(folder).glob("*.npz"))

    class Files:
        def __getitem__(self, index: int) -> np.ndarray:
            with np.load(paths[index]) as file:
                return file["frames"].astype(np.float32)

    return with_workers(len(paths), Files, batch_size, seed, check)


# ---- dvskit


def read_dvskit(cache: str, batch_size: int, seed: int, check: bool) -> dict:
    import dvskit

    loaders = [
        dvskit.Loader(cache, split, batch_size, shuffle=True, seed=seed, threads=2, lengths=False) for split in SPLITS
    ]
    return in_turn(lambda: (frames for loader in loaders for frames, _ in loader), check)


def read_dvskit_frames(cache: str, batch_size: int, seed: int, check: bool) -> dict:
    import dvskit

    splits = [dvskit.Frames(cache, split) for split in SPLITS]

    class Both:
        def __getitem__(self, index: int) -> np.ndarray:
            split = splits[index >= len(splits[0])]
            return split[index if split is splits[0] else index - len(splits[0])][0]

    return with_workers(sum(map(len, splits)), Both, batch_size, seed, check)


MAKERS = {"zarr": make_zarr, "litdata": make_litdata, "blosc2": make_blosc2}
READERS = {
    "dvskit": read_dvskit,
    "dvskit_frames": read_dvskit_frames,
    "zarr": read_zarr,
    "tensorstore": read_tensorstore,
    "litdata": read_litdata,
    "blosc2": read_blosc2,
    "npz": read_npz,
}


def main() -> None:
    action, name, *rest = sys.argv[1:]
    # Libraries may print to stdout.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if action == "make":
        cache, folder = rest
        MAKERS[name](cache, folder)
        result = {"bytes": disk_bytes(folder)}
    else:
        folder, batch_size, seed, *check = rest
        result = READERS[name](folder, int(batch_size), int(seed), check == ["check"])
    print(json.dumps(result), file=output, flush=True)


if __name__ == "__main__":
    main()
