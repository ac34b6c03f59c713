#!/usr/bin/env python3
"""Times FrameLoader, dvskit.Loader, h5py + hdf5plugin, and other stores of the same samples.

Started by run.sh. Uses only the standard library; each measurement is a separate process.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from processes import QUIET_FRACTION, Measured, machine, measured

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
DVSPREP = os.environ.get("DVSPREP", "dvsprep")
LOAD_FRAMES = os.environ["LOAD_FRAMES"]

MINIMUM_SPEEDUP_H5PY = 2.3
MINIMUM_SPEEDUP_NPZ = 20
MINIMUM_SPEEDUP_WORKERS = 3.5
MAXIMUM_OVERHEAD = 0.05

NAMES = {
    "ours_0": "FrameLoader, in the caller",
    "ours_1": "FrameLoader, 1 thread",
    "ours_2": "FrameLoader, 2 threads",
    "h5py": "h5py, into one reused batch",
    "stack": "h5py, a new array per sample, stacked",
    "workers": "h5py in PyTorch's DataLoader, 2 processes",
    "npz": "SpikingJelly's npz files, float32 out",
    "dvskit": "Python: dvskit.Loader, 2 threads",
    "dvskit_frames": "Python: dvskit.Frames in DataLoader, 2 processes",
    "zarr": "zarr in DataLoader, 2 processes",
    "tensorstore": "TensorStore on zarr's files, 2 threads",
    "litdata": "litdata's loader, 2 processes",
    "blosc2": "Blosc 2, 2 threads",
    "npz_workers": "SpikingJelly's npz files in DataLoader, 2 processes",
}
# The folder that each reads; the others read the cache.
STORES = {name: name for name in ("zarr", "litdata", "blosc2", "npz")} | {"tensorstore": "zarr", "npz_workers": "npz"}
MADE_BY_STORES = ("zarr", "litdata", "blosc2")
BY_STORES = ("dvskit", "dvskit_frames", "tensorstore", "npz_workers", *MADE_BY_STORES)


@dataclass
class Run:
    """Time and memory of a process, and the fraction of the machine that other processes used."""

    milliseconds_per_sample: float
    # Unknown if other processes do the work.
    cpu_milliseconds_per_sample: float | None
    peak_bytes: int
    others_fraction: float


def call(*command: object) -> tuple[dict, Measured]:
    """Runs a command; returns its JSON output with its measurements."""
    result = measured(*command)
    return json.loads(result.output), result


def measure(who: str, cache: Path, stores: Path, batch_size: int, seed: int, *options: str) -> tuple[Run, dict]:
    source = stores / STORES[who] if who in STORES else cache
    if who.startswith("ours_"):
        command = [LOAD_FRAMES, cache, batch_size, who.removeprefix("ours_"), seed, *options]
    elif who in BY_STORES:
        name = who.removesuffix("_workers")
        command = [sys.executable, HERE / "load_stores.py", "read", name, source, batch_size, seed, *options]
    else:
        command = [sys.executable, HERE / "load_peers.py", who, source, batch_size, seed, *options]
    report, result = call(*command)
    scale = 1000 / report["samples"]
    cpu_seconds = report["cpu_seconds"]
    return Run(
        report["seconds"] * scale,
        None if cpu_seconds is None else cpu_seconds * scale,
        result.peak_bytes,
        result.others_fraction,
    ), report


def compare(cache: Path, stores: Path, batch_size: int, runs: int, patience: float) -> tuple[dict, int]:
    """Runs all alternatives in rotation. Runs disturbed by others are repeated until `patience` seconds have passed."""
    found: dict[str, list[Run]] = {who: [] for who in NAMES}
    repeated = 0
    end = time.monotonic() + patience
    for number in range(runs):
        for who in NAMES:
            while True:
                run, _ = measure(who, cache, stores, batch_size, number)
                if run.others_fraction <= QUIET_FRACTION or time.monotonic() > end:
                    break
                repeated += 1
                time.sleep(1)
            found[who].append(run)
        print(f"load_bench: turn {number + 1} of {runs} done", file=sys.stderr, flush=True)
    return found, repeated


def check_equality(cache: Path, stores: Path, batch_size: int) -> int:
    """The sum of all counts, which must be the same with everything that reads all samples."""
    names = ["ours_0", "ours_2", "h5py", *(who for who in BY_STORES if who != "npz_workers")]
    totals = {who: measure(who, cache, stores, batch_size, 0, "check")[1]["total"] for who in names}
    if len(set(totals.values())) != 1:
        sys.exit(f"the sums of all counts differ: {totals}")
    return totals["ours_2"]


def make_cache(folder: Path, train: int, test: int, events: int, frames: int) -> Path:
    def run(*command: object) -> None:
        subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL)

    run(DVSPREP, "synth", "--quiet", folder / "data", "--train", train, "--test", test, "--events", events)
    cache = folder / "cache.h5"
    run(DVSPREP, "convert", "--quiet", "-T", frames, folder / "data", "-o", cache)
    return cache


def disk_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def markdown(results: dict) -> str:
    machine, rows = results["machine"], results["rows"]
    ours = rows["ours_2"]["milliseconds"]
    lines = [
        "# Loading",
        "",
        f"{results['samples']} samples of T {results['frames']}, {results['frame_bytes'] / 1e9:.2f} GB of frames as uint8, "
        f"{results['cache_bytes'] / 1e6:.0f} MB in the cache ({results['origin']}); batches of {results['batch_size']}, "
        f"shuffled. {machine['cpu']}, {machine['cores']} cores; Python {machine['python']}. One process each in rotation, files in "
        f"the page cache, time of the second pass over all samples; medians of {results['runs']} runs. The sum of all "
        "counts is the same.",
        "",
        "| | samples/s | per sample | fastest, slowest | uint8 frames out | processor time | peak memory | on disk | "
        "FrameLoader is faster |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for who, row in rows.items():
        factor = "" if who.startswith("ours_") else f"{row['milliseconds'] / ours:.2f} times"
        cpu = row["cpu_milliseconds"]
        lines.append(
            f"| {NAMES[who]} | {1000 / row['milliseconds']:.0f} | {row['milliseconds']:.3f} ms | {row['fastest']:.3f}, {row['slowest']:.3f} ms | "
            f"{results['bytes_per_sample'] / row['milliseconds'] / 1e6:.2f} GB/s | "
            f"{'' if cpu is None else f'{cpu:.3f} ms'} | "
            f"{row['peak_bytes'] / 1e6:.0f} MB | {row['disk_bytes_per_sample'] * results['samples'] / 1e6:.0f} MB | {factor} |"
        )
    worst = max(row["others_share"] for row in rows.values())
    lines += [
        "",
        f"SpikingJelly's files: {results['npz_samples']} of the samples, and their size on disk for all. Other stores have "
        f"their libraries' own settings and one chunk for each sample: {results['versions']}. Processes of a DataLoader had "
        f"started and loaded everything once; processor time and memory are those of the main process. Other processes used at most {worst:.0%} of the machine during the runs"
        + (f"; {results['repeated']} runs were repeated because they used more than {QUIET_FRACTION:.0%}." if results["repeated"] else "."),
        "",
        "| goal | found | |",
        "| --- | ---: | --- |",
        *(f"| {goal['goal']} | {goal['found']} | {'met' if goal['met'] else '**missed**'} |" for goal in results["goals"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="an existing cache (default: a new one)")
    parser.add_argument("--train", type=int, default=98, help="training recordings of a new cache")
    parser.add_argument("--test", type=int, default=24, help="test recordings")
    parser.add_argument("--events", type=int, default=4_000_000, help="in each recording")
    parser.add_argument("--frames", type=int, default=24, help="T")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--npz-samples", type=int, default=320, help="number of samples to write as npz files")
    parser.add_argument("--patience", type=float, default=600, help="seconds to spend on repeating disturbed runs")
    parser.add_argument("--directory", help="where to put 4.5 GB of files (default: the system's temporary folder)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dvskit-bench-", dir=arguments.directory) as parent:
        folder = Path(parent)
        cache = arguments.cache or make_cache(
            folder, arguments.train, arguments.test, arguments.events, arguments.frames
        )
        call(sys.executable, HERE / "load_peers.py", "make_npz", cache, folder / "npz", arguments.npz_samples)
        for store in MADE_BY_STORES:
            call(sys.executable, HERE / "load_stores.py", "make", store, cache, folder / store)
        check_equality(cache, folder, arguments.batch_size)
        description = measure("ours_0", cache, folder, arguments.batch_size, 0)[1]
        found, repeated = compare(cache, folder, arguments.batch_size, arguments.runs, arguments.patience)
        cache_bytes = cache.stat().st_size
        store_bytes = {who: disk_bytes(folder / store) for who, store in STORES.items()}
    samples, frames = description["samples"], description["frames"]
    npz_samples = min(samples, arguments.npz_samples)
    rows = {
        who: {
            "milliseconds": median(run.milliseconds_per_sample for run in runs),
            "fastest": min(run.milliseconds_per_sample for run in runs),
            "slowest": max(run.milliseconds_per_sample for run in runs),
            "cpu_milliseconds": None if runs[0].cpu_milliseconds_per_sample is None else median(run.cpu_milliseconds_per_sample for run in runs),
            "peak_bytes": max(run.peak_bytes for run in runs),
            "others_share": max(run.others_fraction for run in runs),
            "disk_bytes_per_sample": store_bytes.get(who, cache_bytes) / (npz_samples if "npz" in who else samples),
        }
        for who, runs in found.items()
    }
    speedup_h5py = rows["h5py"]["milliseconds"] / rows["ours_2"]["milliseconds"]
    speedup_npz = rows["npz"]["milliseconds"] / rows["ours_2"]["milliseconds"]
    python = rows["dvskit"]["milliseconds"]
    speedup_workers = rows["workers"]["milliseconds"] / python
    overhead = python / rows["ours_2"]["milliseconds"] - 1
    fastest = min((row["milliseconds"], who) for who, row in rows.items() if not who.startswith(("ours_", "dvskit")))
    bytes_per_sample = frames * 2 * 128 * 128
    results = {
        "machine": machine(),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("zarr", "tensorstore", "litdata", "blosc2")),
        "origin": "`--cache`" if arguments.cache else f"`dvsprep synth`, {arguments.train + arguments.test} recordings of {arguments.events / 1e6:g} M events",
        "samples": samples,
        "frames": frames,
        "bytes_per_sample": bytes_per_sample,
        "frame_bytes": samples * bytes_per_sample,
        "cache_bytes": cache_bytes,
        "npz_samples": npz_samples,
        "batch_size": arguments.batch_size,
        "runs": arguments.runs,
        "repeated": repeated,
        "rows": rows,
        "goals": [
            {"goal": f"at least {MINIMUM_SPEEDUP_H5PY} times as fast as h5py into one reused batch",
             "met": speedup_h5py >= MINIMUM_SPEEDUP_H5PY, "found": f"{speedup_h5py:.2f} times"},
            {"goal": f"at least {MINIMUM_SPEEDUP_NPZ} times as fast as SpikingJelly's npz files",
             "met": speedup_npz >= MINIMUM_SPEEDUP_NPZ, "found": f"{speedup_npz:.1f} times"},
            {"goal": f"dvskit.Loader at least {MINIMUM_SPEEDUP_WORKERS} times as fast as h5py in DataLoader, 2 processes",
             "met": speedup_workers >= MINIMUM_SPEEDUP_WORKERS, "found": f"{speedup_workers:.2f} times"},
            {"goal": f"dvskit.Loader within {MAXIMUM_OVERHEAD:.0%} of FrameLoader, 2 threads",
             "met": overhead <= MAXIMUM_OVERHEAD, "found": f"{overhead:+.1%}"},
            {"goal": "dvskit.Loader faster than each other library", "met": python < fastest[0],
             "found": f"{fastest[0] / python:.2f} times as fast as {NAMES[fastest[1]]}"},
        ],
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "load.json").write_text(json.dumps(results, indent=1) + "\n")
    text = markdown(results)
    (RESULTS / "load.md").write_text(text)
    print(text, end="")
    return 0 if all(goal["met"] for goal in results["goals"]) else 1


if __name__ == "__main__":
    sys.exit(main())
