#!/usr/bin/env python3
"""Makes the fixtures in numpy/, spikingjelly/ and tonic/: files of these programs.

    make_numpy.py numpy DIR           arrays of each type and order, and archives; needs NumPy
    make_numpy.py spikingjelly DIR    SpikingJelly's tree of the recordings in nmnist/; needs SpikingJelly
    make_numpy.py tonic DIR           tonic's DiskCachedDataset of the same frames; needs tonic

Archives have the date of the day: their bytes differ from those of the fixtures, their arrays do not.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
T = 4


def counts() -> np.ndarray:
    """Counts `[T, 2, 3, 4]` with 0 and 300, so that a byte does not suffice."""
    values = np.arange(T * 2 * 3 * 4).reshape(T, 2, 3, 4) % 7
    values[1, 0, 2, 3] = 300
    return values


def write_numpy(folder: Path) -> None:
    frames = counts()
    for name in ["u2", "<i4", ">i2", "<u8", ">f8", "<f4", "<f2"]:
        np.save(folder / f"counts_{name.replace('<', 'little_').replace('>', 'big_')}.npy", frames.astype(name))
    np.save(folder / "bytes.npy", (frames % 7).astype("u1"))
    np.save(folder / "booleans.npy", frames > 3)
    np.save(folder / "fortran.npy", np.asfortranarray(frames.astype("<u2")))
    np.save(folder / "names.npy", np.array(["user01_led_0", "ä", ""]))
    np.save(folder / "label.npy", np.int64(7))
    np.save(folder / "none.npy", np.zeros((0, 5), "<f8"))
    for version in [(2, 0), (3, 0)]:
        with open(folder / f"version_{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, frames.astype("<u2"), version)
    np.savez(folder / "stored.npz", frames=frames.astype("f8"))
    np.savez_compressed(folder / "compressed.npz", frames=frames.astype("f8"))
    np.savez_compressed(folder / "events.npz", **{key: np.arange(3) for key in "txyp"})
    # As for sizes that need 64 bits, written to a stream.
    content = io.BytesIO()
    np.save(content, frames.astype("u2"))
    with open(folder / "streamed.npz", "wb") as file:
        with zipfile.ZipFile(Unseekable(file), "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("frames.npy", "w", force_zip64=True) as member:
                member.write(content.getvalue())
    np.save(folder / "records.npy", np.zeros(2, [("x", "i2"), ("t", "i8")]))
    np.save(folder / "complex.npy", np.zeros(2, "c8"))
    np.save(folder / "objects.npy", np.array([None, 1], object), allow_pickle=True)


class Unseekable(io.RawIOBase):
    """A file that can only be written from start to end, as a pipe."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self.file = file

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self.file.write(data)


def write_spikingjelly(folder: Path) -> None:
    name = f"frames_number_{T}_split_by_number"
    with tempfile.TemporaryDirectory() as root:
        shutil.copytree(HERE / "nmnist", Path(root, "extract"), ignore=shutil.ignore_patterns("*.h5"))
        script = [sys.executable, str(HERE.parent / "Benchmarks/prep/spikingjelly_prep.py"), "--nmnist", root]
        subprocess.run([*script, "events"], check=True)
        subprocess.run([*script, "number", str(T)], check=True)
        shutil.copytree(Path(root, name), folder / name)
    # Git stores no empty folders.
    for empty in [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]:
        empty.rmdir()


def write_tonic(folder: Path) -> None:
    from tonic import DiskCachedDataset

    class Frames(list):
        """A data set in the way of tonic's: pairs of frames and label."""

    for part in ["train", "test"]:
        tree = HERE / "spikingjelly" / f"frames_number_{T}_split_by_number" / part
        samples = Frames()
        for path in sorted(tree.glob("*/*.npz")):
            samples.append((np.load(path)["frames"].astype(np.int16), int(path.parent.name)))
        cached = DiskCachedDataset(samples, cache_path=str(folder / part))
        for number in range(len(cached)):
            cached[number]


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("numpy", "spikingjelly", "tonic"):
        sys.exit(__doc__)
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    {"numpy": write_numpy, "spikingjelly": write_spikingjelly, "tonic": write_tonic}[sys.argv[1]](target)
