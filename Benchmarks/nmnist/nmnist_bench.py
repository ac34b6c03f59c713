#!/usr/bin/env python3
"""Times preparation of N-MNIST and training on it, alternating this package and SpikingJelly, on the same files.

Started by run.sh. Uses only the standard library, so that this process stays small: the system reports a child's peak
memory as at least its parent's memory at the start.
"""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import prep_bench
import sides

RESULTS = Path(__file__).resolve().parents[1] / "results"
PREPARATION = Path(prep_bench.__file__).parent
FRAMES = "frames_number_10_split_by_number"
BATCH, SEED = 16, 1


@dataclass
class Side:
    """The runs of one side: the seconds of each, and the maximum peak memory."""

    seconds: list[float]
    peak_bytes: int = 0

    @property
    def text(self) -> str:
        """Median, fastest and slowest run."""
        return f"{median(self.seconds):.3f} s ({min(self.seconds):.3f} to {max(self.seconds):.3f})"


def prepare(folder: Path, root: Path, cache: Path, runs: int, peer_runs: int) -> tuple[Side, Side, dict]:
    """Alternates both preparations, after a first run that brings the files into memory; compares every count."""
    (root / "extract").symlink_to(folder.resolve())
    options = ["--dataset", "nmnist", "-T", "10"]
    own, peer = Side([]), Side([])
    prep_bench.convert(folder, cache, *options)
    for turn in range(peer_runs):
        for name in ("events_np", FRAMES):
            shutil.rmtree(root / name, ignore_errors=True)
        seconds = 0.0
        for mode in (["events"], ["number", "10"]):
            script = PREPARATION / "spikingjelly_prep.py"
            result = prep_bench.run(sys.executable, script, "--nmnist", root, *mode)
            seconds += float(result.output.split()[-2])
            peer.peak_bytes = max(peer.peak_bytes, result.peak_bytes)
        peer.seconds.append(seconds)
        for _ in range(runs * (turn + 1) // peer_runs - runs * turn // peer_runs):
            result, report = prep_bench.convert(folder, cache, *options)
            own.seconds.append(result.wall_seconds)
            own.peak_bytes = max(own.peak_bytes, result.peak_bytes)
    prep_bench.run(sys.executable, PREPARATION / "compare_frames.py", cache, root / FRAMES)
    return own, peer, report


def train(cache: Path, folder: Path, epochs: int, threads: int) -> Path:
    """Trains a checkpoint whose layers fire: those of an untrained network hardly do."""
    sides.call([
        sides.DVSTRAIN, "-data_dir", cache, "-out_dir", folder, "-net", "nmnist", "-b", BATCH, "-epochs", epochs,
        "-opt", "Adam", "-lr", 0.001, "-seed", SEED, "-threads", threads, "-device", "cpu", "--quiet",
    ])  # fmt: skip
    (checkpoint,) = folder.glob("*/checkpoint_latest.safetensors")
    return checkpoint


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="with Train/ and Test/")
    parser.add_argument("--runs", type=int, default=7, help="of dvsprep")
    parser.add_argument("--peer-runs", type=int, default=2, help="of SpikingJelly's preparation")
    parser.add_argument("--epochs", type=int, default=2, help="of the training before steps are timed")
    parser.add_argument("--threads", type=int, default=2, help="of training and inference")
    parser.add_argument("--turns", type=int, default=3, help="processes of each side that time steps")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dvskit-nmnist-") as parent:
        root = Path(parent)
        cache = root / "cache.h5"
        own, peer, report = prepare(arguments.folder, root, cache, arguments.runs, arguments.peer_runs)
        checkpoint = train(cache, root / "runs", arguments.epochs, arguments.threads)
        measure = sides.Bench(
            cache, 128, arguments.threads, SEED, own_steps=8, peer_steps=4, peer_warmup=2, patience=120
        )
        settings = [
            sides.Setting(side, checkpoint, work, BATCH, channels_last=channels_last)
            for work in ("training", "inference")
            for side, channels_last in (("dvstrain", False), ("SpikingJelly", False), ("SpikingJelly", True))
        ]
        found: dict[sides.Setting, list[sides.Run]] = {setting: [] for setting in settings}
        for turn in range(arguments.turns):
            for setting in settings if turn % 2 == 0 else reversed(settings):
                found[setting].append(measure.run(setting))

    steps = {
        setting: Side(
            [seconds for run in runs for seconds in run.seconds], max(run.peak_bytes for run in runs)
        )
        for setting, runs in found.items()
    }  # fmt: skip
    rows = [
        ("preparation, all samples", own, peer),
        *(
            (f"{work}, a batch of {BATCH}", steps[settings[first]],
             min(steps[settings[first + 1]], steps[settings[first + 2]], key=lambda side: median(side.seconds)))
            for first, work in ((0, "training"), (3, "inference"))
        ),
    ]  # fmt: skip
    machine = prep_bench.machine()
    text = "\n".join([
        "# N-MNIST",
        "",
        (f"{report['train_samples']} training and {report['test_samples']} test samples, {report['events'] / 1e6:.1f} M "
        f"events, T 10 by number. {machine['cpu']}, {machine['cores']} cores, load {machine['load_average']:.1f} at the start. "
        f"{machine['dvsprep']}; Python {machine['python']}, SpikingJelly 2.0.0 (without its imports, at the faster of "
        f"contiguous and channels-last). Network of the PLIF paper, 128 channels, float32, {arguments.threads} threads. "
        "Alternating runs; medians, fastest and slowest. All counts are equal."),
        "",
        "| | dvsprep, dvstrain | SpikingJelly 2.0.0 | times as fast | peak memory |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {ours.text} | {theirs.text} | {median(theirs.seconds) / median(ours.seconds):.1f} | "
            f"{ours.peak_bytes / 1e6:.0f}, {theirs.peak_bytes / 1e6:.0f} MB |"
            for name, ours, theirs in rows
        ),
        "",
    ])  # fmt: skip
    results = {
        "machine": machine, "settings": {**vars(arguments), "folder": str(arguments.folder)},
        "rows": [
            {"name": name, "own": vars(ours), "spikingjelly": vars(theirs)} for name, ours, theirs in rows
        ],
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "nmnist.json").write_text(json.dumps(results, indent=1) + "\n")
    (RESULTS / "nmnist.md").write_text(text)
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
