"""Frames go to SpikingJelly and come back: its own class loads what dvsprep exports, and dvsprep imports what it made."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import spikingjelly_import  # noqa: F401
from harness import ROOT, require, require_equal, run
from spikingjelly.datasets.dvs128_gesture import DVS128Gesture

FRAMES = 6
# Options of dvsprep convert, of spikingjelly_prep.py, and of SpikingJelly's class.
RULES = {
    "number": (["-T", FRAMES], ["number", FRAMES], {"frames_number": FRAMES, "split_by": "number"}),
    "time": (["-T", FRAMES, "--split-by", "time"], ["time", FRAMES], {"frames_number": FRAMES, "split_by": "time"}),
    "duration": (["--duration", 90000], ["duration", 90000], {"duration": 90000}),
}  # fmt: skip


@contextmanager
def recordings() -> Iterator[Path]:
    """A folder with SpikingJelly's root `spikingjelly`, where synthetic recordings lie in `extract/DvsGesture`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract = folder / "spikingjelly/extract"
        run("synth", extract, "--train", "2", "--test", "1", "--events", "30000", "--seed", "5", "--quiet")
        require((extract / "DvsGesture/trials_to_train.txt").exists(), "synthetic recordings in DvsGesture")
        prepare(folder / "spikingjelly", ["events"])
        yield folder


def prepare(root: Path, arguments: list) -> None:
    """Runs SpikingJelly's own preparation."""
    script = ROOT / "Benchmarks/prep/spikingjelly_prep.py"
    command = [sys.executable, str(script), str(root), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def samples(root: Path, is_training: bool, options: dict) -> Iterator[tuple[str, int, np.ndarray]]:
    """Path, label and frames of each sample, by SpikingJelly's class."""
    data_set = DVS128Gesture(str(root), train=is_training, data_type="frame", **options)
    for index, (path, _) in enumerate(data_set.samples):
        frames, label = data_set[index]
        yield str(Path(path).relative_to(root)), label, frames


def check_spikingjelly_loads_exported_frames() -> None:
    with recordings() as folder:
        source = folder / "spikingjelly/extract/DvsGesture"
        for rule, (convert, sj_prepare, options) in RULES.items():
            cache = folder / f"{rule}.h5"
            run("convert", source, *convert, "-o", cache, "--quiet")
            prepare(folder / "spikingjelly", sj_prepare)
            for storage in ([], ["--uncompressed"]):
                root = folder / f"exported {rule} {len(storage)}"
                run("export", cache, "--to", "spikingjelly", root, *storage, "--quiet")
                for is_training, count in ((True, 24), (False, 12)):
                    theirs = list(samples(folder / "spikingjelly", is_training, options))
                    ours = list(samples(root, is_training, options))
                    require_equal(len(ours), count, f"{rule}: samples")
                    require_equal(len(theirs), count, f"{rule}: samples of SpikingJelly")
                    for found, expected in zip(ours, theirs, strict=True):
                        require_equal(found[:2], expected[:2], f"{rule}: path and label")
                        require_equal(found[2], expected[2], f"{rule}: frames of {found[0]}")
                        require(found[2].sum() > 0, f"{rule}: no events in {found[0]}")


def check_spikingjelly_frames_are_imported() -> None:
    with recordings() as folder:
        root = folder / "spikingjelly"
        for rule, (_, sj_prepare, _) in RULES.items():
            prepare(root, sj_prepare)
            cache = folder / f"{rule}.h5"
            choice = ["--duration", 90000] if rule == "duration" else ["--split-by", rule]
            report = json.loads(run("import", root, *choice, "-o", cache, "--json").stdout)
            require_equal(report["data_set"], "DVS128 Gesture", "the data set")
            require_equal((report["train_samples"], report["test_samples"]), (24, 12), "samples")
            # Counts the events of the recordings again, and compares every frame.
            run("verify", cache, "--source", root / "extract/DvsGesture")


def check_types_of_frames() -> None:
    with recordings() as folder:
        tree = folder / "spikingjelly" / f"frames_number_{FRAMES}_split_by_number"
        prepare(folder / "spikingjelly", ["number", FRAMES])
        for path in tree.rglob("*.npz"):
            require_equal(np.load(path)["frames"].dtype, np.dtype("float64"), "SpikingJelly's type")
        expected = folder / "float64.h5"
        run("import", tree, "-o", expected, "--quiet")
        for name in ("float32", "float16", "uint8", ">u2", "int64"):
            for path in tree.rglob("*.npz"):
                np.savez(path, frames=np.asfortranarray(np.load(path)["frames"].astype(name)))
            cache = folder / "other.h5"
            run("import", tree, "-o", cache, "--quiet", "--force")
            run("verify", cache, "--source", folder / "spikingjelly/extract/DvsGesture")


def check_arrays_are_mapped() -> None:
    with recordings() as folder:
        cache = folder / "cache.h5"
        run("convert", folder / "spikingjelly/extract/DvsGesture", "-T", FRAMES, "-o", cache, "--quiet")
        run("export", cache, "--to", "npy", folder, "--quiet")
        run("export", cache, "--to", "spikingjelly", folder / "tree", "--quiet")
        name = f"frames_number_{FRAMES}_split_by_number"
        for split in ("train", "test"):
            part = folder / name / split
            frames = np.load(part / "frames.npy", mmap_mode="r")
            labels, names = np.load(part / "labels.npy"), np.load(part / "names.npy")
            for sample, label, sample_name in zip(frames, labels, names, strict=True):
                path = folder / "tree" / name / split / str(label) / f"{sample_name}.npz"
                require_equal(sample, np.load(path)["frames"], str(path))


def check_exported_events_are_those_of_spikingjelly() -> None:
    with recordings() as folder:
        run("export", folder / "spikingjelly/extract/DvsGesture", "--to", "events", folder, "--quiet")
        for is_training, count in ((True, 24), (False, 12)):
            theirs = DVS128Gesture(str(folder / "spikingjelly"), train=is_training, data_type="event")
            ours = DVS128Gesture(str(folder), train=is_training, data_type="event")
            require_equal((len(ours), len(theirs)), (count, count), "samples")
            for (found, label), (expected, expected_label) in zip(ours, theirs, strict=True):
                require_equal(label, expected_label, "label")
                for key in "txyp":
                    require_equal(found[key], expected[key], f"events: {key}")
                    require_equal(found[key].dtype, expected[key].dtype, f"events: type of {key}")
