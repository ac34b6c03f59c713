"""Frames of CIFAR10-DVS and N-MNIST: those that SpikingJelly's own loaders give, and the same split.

NMNIST=FOLDER compares the recordings of that folder, with Train/0…9 and Test/0…9 or NMNISTsmall.zip, instead of the made
ones in Fixtures.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cifar10_dvs
import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import nmnist
import numpy as np
import spikingjelly_import  # noqa: F401
from harness import ROOT, require, require_equal, run
from spikingjelly.datasets.cifar10_dvs import CIFAR10DVS, CIFAR10DVS_CLASS_NAMES
from spikingjelly.datasets.n_mnist import NMNIST
from spikingjelly.datasets.utils import split_to_train_test_set

T = 5
# Options of dvsprep convert, of spikingjelly_prep.py, and of SpikingJelly's classes.
RULES = {
    "number": (["-T", T], ["number", T], {"frames_number": T, "split_by": "number"}),
    "time": (["-T", T, "--split-by", "time"], ["time", T], {"frames_number": T, "split_by": "time"}),
    "duration": (["--duration", 120000], ["duration", 120000], {"duration": 120000}),
}  # fmt: skip


def prepare(option: str, root: Path, arguments: list) -> None:
    """Runs SpikingJelly's own preparation."""
    script = ROOT / "Benchmarks/prep/spikingjelly_prep.py"
    command = [sys.executable, str(script), option, str(root), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def our_frames(cache: Path) -> Iterator[tuple[str, int, np.ndarray]]:
    """Name, label and frames without padding of each sample."""
    with h5py.File(cache) as file:
        for split in ("train", "test"):
            part = file[split]
            for row, name in enumerate(part["names"][:]):
                frames = part["frames"][row][: part["frame_count"][row]]
                yield name.decode().rsplit("/")[-1], int(part["labels"][row]), frames


def require_frames(cache: Path, theirs: dict[tuple[str, int], np.ndarray], count: int) -> None:
    require_equal(len(theirs), count, "samples of SpikingJelly")
    found = 0
    for name, label, frames in our_frames(cache):
        require_equal(frames, theirs[name, label], f"{cache.name}: frames of {name}")
        require(frames.sum() > 0, f"{cache.name}: events in {name}")
        found += 1
    require_equal(found, count, f"{cache.name}: samples")


def their_frames(data_set, rule: str) -> dict[tuple[str, int], np.ndarray]:  # noqa: ANN001
    """The frames of a data set of SpikingJelly, by name and label."""
    result = {}
    for index, (path, _) in enumerate(data_set.samples):
        frames, label = data_set[index]
        name, folder = Path(path).stem, Path(path).parent.name
        # SpikingJelly numbers the folders that exist, of N-MNIST perhaps not all, and adds the number of frames to a
        # name.
        key = name.removesuffix(f"_{len(frames)}") if rule == "duration" else name
        result[key, int(folder) if folder.isdigit() else int(label)] = frames
    return result


def check_cifar10_dvs_frames_are_those_of_spikingjelly() -> None:
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as parent:
        root = Path(parent)
        cifar10_dvs.make(root / "extract")
        prepare("--cifar10-dvs", root, ["events"])
        for rule, (convert, sj_prepare, options) in RULES.items():
            cache = root / f"{rule}.h5"
            run("convert", root / "extract", *convert, "-o", cache, "--quiet")
            prepare("--cifar10-dvs", root, sj_prepare)
            require_frames(cache, their_frames(CIFAR10DVS(str(root), data_type="frame", **options), rule), 30)
            run("verify", cache, "--source", root / "extract", "--quiet")
        print(f"CIFAR10-DVS, made: 30 recordings, all frames equal for {', '.join(RULES)}")


def check_cifar10_dvs_events_are_those_of_spikingjelly() -> None:
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as parent:
        root = Path(parent)
        cifar10_dvs.make(root / "extract")
        prepare("--cifar10-dvs", root, ["events"])
        run("export", root / "extract", "--to", "events", root / "ours", "--quiet")
        theirs = {path.name: path for path in (root / "events_np").rglob("*.npz")}
        ours = {path.name: path for path in (root / "ours").rglob("*.npz")}
        require_equal(sorted(ours), sorted(theirs), "files")
        require_equal(len(ours), 30, "files")
        for name, path in theirs.items():
            found, expected = np.load(ours[name]), np.load(path)
            for key in "txyp":
                require_equal(found[key].astype(np.int64), expected[key].astype(np.int64), f"{name}: {key}")


def check_cifar10_dvs_split_is_that_of_spikingjelly() -> None:
    """The whole set of 10 000 names, and SpikingJelly's division of it into 90 % and the rest."""
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as parent:
        folder = Path(parent, "set")
        for name in CIFAR10DVS_CLASS_NAMES:
            (folder / name).mkdir(parents=True)
            for number in range(1000):
                event = np.array([number % 128 << 1, 7], ">u4").tobytes()
                (folder / name / f"cifar10_{name}_{number}.aedat").write_bytes(cifar10_dvs.HEADERS[2].encode() + event)
        cache = Path(parent, "whole.h5")
        result = run("convert", folder, "-T", 1, "-o", cache, "--quiet")
        require_equal(result.stderr, "", "warnings about a whole set")
        # In the order of torchvision's DatasetFolder.
        samples = [
            (path.stem, label)
            for label, name in enumerate(sorted(CIFAR10DVS_CLASS_NAMES))
            for path in sorted((folder / name).iterdir(), key=lambda path: path.with_suffix(".npz").name)
        ]
        parts = split_to_train_test_set(0.9, samples, 10)
        with h5py.File(cache) as file:
            for split, expected in zip(("train", "test"), parts, strict=True):
                names = [name.decode().rsplit("/")[-1] for name in file[split]["names"][:]]
                labels = file[split]["labels"][:].tolist()
                require_equal(list(zip(names, labels, strict=True)), list(expected), split)
            require_equal((len(file["train/names"]), len(file["test/names"])), (9000, 1000), "samples")


def check_nmnist_frames_are_those_of_spikingjelly() -> None:
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as parent:
        root = Path(parent)
        count = nmnist.make(root / "extract")
        prepare("--nmnist", root, ["events"])
        for rule, (convert, sj_prepare, options) in RULES.items():
            cache = root / f"{rule}.h5"
            run("convert", root / "extract", *convert, "--allow-missing", "-o", cache, "--quiet")
            prepare("--nmnist", root, sj_prepare)
            theirs = {}
            for is_training in (True, False):
                theirs |= their_frames(NMNIST(str(root), train=is_training, data_type="frame", **options), rule)
            require_frames(cache, theirs, count)
        print(f"N-MNIST, {'real' if nmnist.is_real() else 'made'}: {count} recordings, all frames equal for {', '.join(RULES)}")
