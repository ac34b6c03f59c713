#!/usr/bin/env python3
"""Makes the golden frames with SpikingJelly 2.0.0, or compares them with the files in this folder.

    make_golden.py check      exit code 1 when a frame differs
    make_golden.py write DIR  writes the files to DIR, in folders as here

Needs the environment of Benchmarks/prep (see its run.sh).
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
PREPARATION = HERE.parent / "Benchmarks" / "prep" / "spikingjelly_prep.py"
SYNTHETIC = {
    "frames_number_16_split_by_number": ("number", "16"),
    "frames_number_16_split_by_time": ("time", "16"),
    "duration_200000": ("duration", "200000"),
}
NMNIST = {
    "frames_number_10_split_by_number": ("number", "10"),
    "frames_number_10_split_by_time": ("time", "10"),
    "duration_70000": ("duration", "70000"),
}
CIFAR10_DVS = {
    "frames_number_6_split_by_number": ("number", "6"),
    "frames_number_6_split_by_time": ("time", "6"),
    "duration_250000": ("duration", "250000"),
}
CIFAR10_CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()
REAL = {"frames_number_16_split_by_number": ("number", "16")}


def prepare(root: Path, *arguments: str) -> None:
    extract = root / "extract"
    data_set = ["--nmnist"] if (extract / "Train").exists() else ["--cifar10-dvs"] if (extract / "cat").exists() else []
    command = [sys.executable, str(PREPARATION), *data_set, str(root), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.stderr[-2000:]}")


def lay_out_real(folder: Path) -> None:
    """Copies the recording with 1.45 s per window, once as a training and once as a test recording."""
    folder.mkdir()
    for split, name in (("train", "user01_fluorescent"), ("test", "user24_fluorescent")):
        for ending in (".aedat", "_labels.csv"):
            source = HERE / "real" / f"user01_fluorescent_partial1450ms{ending}"
            shutil.copy(source, folder / f"{name}{ending}")
        (folder / f"trials_to_{split}.txt").write_text(f"{name}.aedat\n")


def golden_frames(extract: Path, setting: tuple[str, str], name: str) -> dict[str, np.ndarray]:
    """The frames of all samples, by `<split>/<label>/<sample>`; of CIFAR10-DVS, by `<class>/<sample>`."""
    root = extract.parent
    if not (root / "events_np").exists():
        prepare(root, "events")
    prepare(root, *setting)
    folder = root / name
    result = {}
    for path in sorted(folder.rglob("*.npz")):
        sample = str(path.relative_to(folder).with_suffix(""))
        frames = np.load(path)["frames"].astype(np.uint16)
        if setting[0] == "duration":
            sample = sample.removesuffix(f"_{len(frames)}")  # the number of frames is part of the name
        result[sample] = frames
    return result


def require_equal(frames: dict[str, np.ndarray], path: Path) -> None:
    with h5py.File(path) as file:
        names: list[str] = []
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        if sorted(names) != sorted(frames):
            sys.exit(f"{path}: other samples")
        for name in names:
            if not np.array_equal(file[name][:], frames[name]):
                sys.exit(f"{path}: {name} differs")
    print(f"{path.relative_to(HERE)}: {len(names)} samples are equal")


def write(frames: dict[str, np.ndarray], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, values in frames.items():
            dataset = file.create_dataset(name, data=values, chunks=values.shape, compression="gzip")
            label = name.split("/")[-2]
            dataset.attrs["label"] = CIFAR10_CLASSES.index(label) if label in CIFAR10_CLASSES else int(label)


def main() -> None:
    mode, *rest = sys.argv[1:]
    for settings, subfolder in (
        (SYNTHETIC, "synthetic"), (REAL, "real/golden"), (NMNIST, "nmnist"), (CIFAR10_DVS, "cifar10-dvs"),
    ):  # fmt: skip
        with tempfile.TemporaryDirectory() as parent:
            extract = Path(parent) / "extract"
            extract.mkdir()
            if settings is NMNIST:
                for part in ("Train", "Test"):
                    shutil.copytree(HERE / "nmnist" / part, extract / part)
            elif settings is CIFAR10_DVS:
                for folder in (HERE / "cifar10-dvs").iterdir():
                    if folder.is_dir():
                        shutil.copytree(folder, extract / folder.name)
            elif settings is REAL:
                lay_out_real(extract / "DvsGesture")
            else:
                shutil.copytree(HERE / "synthetic" / "DvsGesture", extract / "DvsGesture")
            for name, setting in settings.items():
                frames = golden_frames(extract, setting, name)
                path = Path(subfolder) / f"{name}.h5"
                if mode == "check":
                    require_equal(frames, HERE / path)
                else:
                    write(frames, Path(rest[0]) / path)


if __name__ == "__main__":
    main()
