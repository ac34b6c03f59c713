"""With a flipped bit in a chunk, h5py raises an error, and `dvsprep verify` exits with 1 and names the chunk."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy as np

from harness import REAL, SYNTHETIC, DataSet, data_set_folder, exit_code, require, run


def flipped_offsets(offset: int, size: int) -> list[int]:
    """Offsets of the first, middle and last byte of a chunk's content, and of the last byte of its checksum."""
    return [offset, offset + size // 2, offset + size - 5, offset + size - 1]


def is_read(cache: Path, dataset: str, number: int) -> bool:
    """Whether h5py reads a row of a dataset without an error."""
    with h5py.File(cache) as file:
        try:
            file[dataset][number]
        except OSError:
            return False
        return True


def flip(cache: Path, offset: int) -> None:
    with cache.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))


def chunks(cache: Path) -> Iterator[tuple[str, int, int, int]]:
    """Dataset, row, byte offset and size of each chunk."""
    found = []

    def note(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            for number in range(item.id.get_num_chunks()):
                chunk = item.id.get_chunk_info(number)
                found.append((name, chunk.chunk_offset[0], chunk.byte_offset, chunk.size))

    with h5py.File(cache) as file:
        file.visititems(note)
    yield from found


def require_damage_is_noticed(data_set: DataSet, *options: str) -> None:
    with data_set_folder(data_set) as folder:
        cache = folder / "cache.h5"
        run("convert", "--quiet", folder, "-o", cache, *options)
        with h5py.File(cache) as file:
            names = {split: [name.decode() for name in file[f"{split}/names"][:]] for split in ("train", "test")}
        datasets = set()
        for dataset, number, offset, size in chunks(cache):
            datasets.add(dataset)
            # Every seventh sample suffices.
            if dataset.endswith("/frames") and number % 7 > 0:
                continue
            require(is_read(cache, dataset, number), f"{dataset} {number} cannot be read")
            for position in flipped_offsets(offset, size):
                flip(cache, position)
                where = f"{dataset} {number}, byte {position}"
                require(not is_read(cache, dataset, number), f"{where}: h5py reads it")
                message = run("verify", "--quiet", cache, expected=1).stderr
                split = dataset.split("/")[0]
                named = [dataset]
                if dataset.endswith("/frames"):
                    named = [f"/{names[split][number]} ({split}:{number})"]
                require(all(name in message for name in named), f"{where}: {message.strip()!r}")
                require(message.count("\n") == 1, f"{where}: one line expected: {message!r}")
                flip(cache, position)
        require(len(datasets) == 2 * 12 + 4, f"only the datasets {sorted(datasets)}")
        run("verify", cache)


def check_flipped_bytes_of_a_cache_of_bytes() -> None:
    require_damage_is_noticed(SYNTHETIC)


def check_flipped_bytes_of_a_cache_of_two_bytes() -> None:
    require_damage_is_noticed(REAL, "-T", "1")


def check_impossible_times() -> None:
    """Rewritten with valid checksums: each command names the sample, and none crashes."""
    with data_set_folder(SYNTHETIC) as folder:
        cache = folder / "cache.h5"
        run("convert", "--quiet", folder, "-o", cache, "-T", "4")
        data = cache.read_bytes()
        minimum, maximum = -(2**63), 2**63 - 1
        for name, index, value in [
            ("window_start_us", 1, minimum), ("window_start_us", 1, -1), ("window_end_us", 1, minimum),
            ("frame_end_us", (1, 2), minimum), ("frame_start_us", (1, 2), minimum), ("frame_start_us", (1, 0), maximum),
        ]:  # fmt: skip
            cache.write_bytes(data)
            with h5py.File(cache, "r+") as file:
                file["train"][name][index] = value
            for command in [
                ("info",), ("verify",), ("inspect",), ("inspect", "--json"), ("inspect", "--sample", "train:1"),
                ("inspect", "--sample", "train:1", "--json"),
            ]:  # fmt: skip
                message = run(*command[:1], cache, *command[1:], expected=1).stderr
                what = f"{name} {value}, {' '.join(command)}"
                require(message.count("\n") == 1, f"{what}: one line expected: {message!r}")
                require("/train/" in message and "sample 1" in message, f"{what}: no sample named in {message!r}")


def check_labels_of_other_types() -> None:
    """`repack` rewrites integers of another width; for other types the message names the type, and nothing is written."""
    with data_set_folder(SYNTHETIC) as folder:
        cache, new = folder / "cache.h5", folder / "new.h5"
        run("convert", "--quiet", folder, "-o", cache, "-T", "4")
        data = cache.read_bytes()
        for kind, found in [("i8", None), ("f4", "floating-point numbers found"), ("S1", "texts found")]:
            cache.write_bytes(data)
            with h5py.File(cache, "r+") as file:
                labels = file["train/labels"][:]
                del file["train/labels"]
                file["train"].create_dataset("labels", data=labels.astype(kind))
            message = run("info", cache, expected=1).stderr
            require("repack" in message, f"{kind}: no hint in {message!r}")
            message = run("repack", cache, "-o", new, expected=1 if found else 0).stderr
            require((found or "") in message and new.exists() == (found is None), f"{kind}: {message!r}")
            new.unlink(missing_ok=True)


def content(cache: Path, names: list[str]) -> dict[str, bytes]:
    """The datasets and attributes that h5py reads, by name."""
    with h5py.File(cache) as file:
        found = {name: file[name][:].tobytes() for name in names}
        return found | {f"attribute {name}": np.asarray(file.attrs[name]).tobytes() for name in file.attrs}


def check_flipped_bits_outside_the_chunks() -> None:
    """If h5py reads other content without an error, `verify` finds a defect; it never crashes."""
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"       seed {seed} (SEED={seed} repeats it)")
    source = random.Random(seed)
    with data_set_folder(SYNTHETIC) as folder:
        cache = folder / "cache.h5"
        run("convert", "--quiet", folder, "-o", cache, "--class", "1,8", "-T", "4")
        data = cache.read_bytes()
        found = list(chunks(cache))
        inside = np.zeros(len(data), bool)
        for _, _, offset, size in found:
            inside[offset : offset + size] = True
        names = sorted({name for name, *_ in found})
        expected = content(cache, names)
        outcomes = {"noticed by verify": 0, "by h5py alone": 0, "without effect": 0}
        # Most zero bytes are unused space.
        offsets = [offset for offset in range(len(data)) if data[offset] and not inside[offset]]
        for offset in source.sample(offsets, 500):
            bit = 1 << source.randrange(8)
            changed = bytearray(data)
            changed[offset] ^= bit
            cache.write_bytes(changed)
            code = exit_code("verify", "--quiet", cache)
            require(code in (0, 1), f"byte {offset}, bit {bit}: verify ends with {code}")
            if code == 1:
                outcomes["noticed by verify"] += 1
                continue
            try:
                same = content(cache, names) == expected
            except (OSError, RuntimeError, KeyError):
                outcomes["by h5py alone"] += 1
                continue
            require(same, f"byte {offset}, bit {bit}: h5py reads other content, verify finds no defect")
            outcomes["without effect"] += 1
        print("       " + ", ".join(f"{count} {name}" for name, count in outcomes.items()))
