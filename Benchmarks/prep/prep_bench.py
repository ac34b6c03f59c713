#!/usr/bin/env python3
"""Times `dvsprep convert` and SpikingJelly's own preparation of the same recordings.

Started by run.sh. Uses only the standard library, so that this process stays small: the system reports a child's peak
memory as at least its parent's memory at the start.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import processes
from processes import Measured
from processes import measured as run

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
DVSPREP = os.environ["DVSPREP"]
LEVELS = [1, 2, 3, 4, 5, 6, 9, 12]
STAGES = ["read", "hash", "parse", "count", "compress", "write", "verify"]
CACHE_NAME = "frames_number_16_split_by_number"

MINIMUM_SPEEDUP = 100
MAXIMUM_PEAK_BYTES = 300_000_000
MAXIMUM_FRACTION_OF_FRAMES = 0.75
MAXIMUM_FRACTION_OF_ALL = 1 / 15
MAXIMUM_MEMORY_GROWTH = 1.25


def convert(data: Path, cache: Path, *options: str) -> tuple[Measured, dict]:
    """Converts to `cache`; an existing file is removed first, and not timed."""
    cache.unlink(missing_ok=True)
    result = run(DVSPREP, "convert", "--quiet", "--json", data, "-o", cache, *options)
    return result, json.loads(result.output)


def spikingjelly(root: Path) -> list[tuple[Measured, float]]:
    """Runs both steps; returns each with its seconds without the imports."""
    for name in ("events_np", CACHE_NAME):
        shutil.rmtree(root / name, ignore_errors=True)
    steps = []
    for mode in (["events"], ["number", "16"]):
        result = run(sys.executable, HERE / "spikingjelly_prep.py", root, *mode)
        steps.append((result, float(result.output.split()[-2])))
    return steps


def byte_count(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def read_plainly(paths: list[Path]) -> float:
    """Seconds that one thread takes to read files from the page cache into a buffer of 1 MiB."""
    buffer = bytearray(1 << 20)
    begin = time.perf_counter()
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass
    return time.perf_counter() - begin


def synthesize(folder: Path, train: int, test: int, events: int) -> Path:
    run(DVSPREP, "synth", "--quiet", folder, "--train", str(train), "--test", str(test), "--events", str(events))
    return folder / "DvsGesture"


def machine() -> dict:
    return processes.machine() | {"dvsprep": run(DVSPREP, "--version").output.strip()}


# --- Measurements ---


def compare(data: Path, root: Path, cache: Path, runs: int, peer_runs: int) -> dict:
    """Alternates both tools, on files that are in the page cache."""
    ours: list[tuple[Measured, dict]] = []
    peers = []
    order = sorted(
        [((i + 0.5) / runs, "ours") for i in range(runs)]
        + [((i + 0.5) / peer_runs, "peer") for i in range(peer_runs)]
    )
    read_plainly([path for path in data.iterdir()])
    for _, who in order:
        if who == "ours":
            ours.append(convert(data, cache))
        else:
            peers.append(spikingjelly(root))
        print(f"prep_bench: {who} done", file=sys.stderr, flush=True)
    run(sys.executable, HERE / "compare_frames.py", cache, root / CACHE_NAME)
    report = ours[-1][1]
    stages = {name: median(report["stage_seconds"][name] for _, report in ours) for name in STAGES}
    seconds = median(result.wall_seconds for result, _ in ours)
    peer_seconds = median(sum(work for _, work in steps) for steps in peers)
    return {
        "events": report["events"],
        "samples": report["train_samples"] + report["test_samples"],
        "recording_bytes": report["recording_bytes"],
        "ours": {
            "seconds": seconds,
            "all_seconds": [result.wall_seconds for result, _ in ours],
            "cpu_seconds": median(result.cpu_seconds for result, _ in ours),
            "peak_bytes": max(result.peak_bytes for result, _ in ours),
            "cache_bytes": report["cache_bytes"],
            "stage_seconds": stages,
        },
        "spikingjelly": {
            "seconds": peer_seconds,
            "seconds_with_imports": median(sum(step.wall_seconds for step, _ in steps) for steps in peers),
            "all_seconds": [[work for _, work in steps] for steps in peers],
            "cpu_seconds": median(sum(step.cpu_seconds for step, _ in steps) for steps in peers),
            "peak_bytes": max(step.peak_bytes for steps in peers for step, _ in steps),
            "frames_bytes": byte_count(root / CACHE_NAME),
            "events_bytes": byte_count(root / "events_np"),
        },
    }


def levels(data: Path, folder: Path, samples: int) -> list[dict]:
    """The fastest of five runs of each level, in rotation, so that a disturbance does not affect only one level."""
    found: dict[int, list[tuple[float, float, float, int]]] = {level: [] for level in LEVELS}
    for _ in range(5):
        for level in LEVELS:
            cache = folder / f"level_{level}.h5"
            result, report = convert(data, cache, "--level", str(level))
            verification = run(DVSPREP, "verify", "--quiet", cache)
            found[level].append(
                (result.wall_seconds, report["stage_seconds"]["compress"], verification.wall_seconds,
                 report["cache_bytes"])
            )  # fmt: skip
    rows = []
    for level, results in found.items():
        seconds, compress, verify, size = (min(column) for column in zip(*results, strict=True))
        rows.append(
            {"level": level, "seconds": seconds, "compress_seconds": compress, "verify_seconds": verify,
             "cache_bytes": size, "bytes_per_sample": size / samples}
        )  # fmt: skip
    return rows


def reading(data: Path, cache: Path, runs: int) -> dict:
    """The fastest runs of one thread's stages before compression, and of one thread that only reads the files."""
    paths = sorted(data.glob("*.aedat"))
    ours, plain = [], []
    for _ in range(runs):
        plain.append(read_plainly(paths))
        _, report = convert(data, cache, "-j", "1")
        ours.append([report["stage_seconds"][name] for name in ("read", "hash", "parse", "count")])
    return {
        "bytes": sum(path.stat().st_size for path in paths),
        "plain_seconds": min(plain),
        "stage_seconds": min(ours, key=sum),
    }


def memory(folder: Path, events: int) -> list[dict]:
    """Peak memory with one recording, and with a recording of four times as many events."""
    rows = []
    for factor in (1, 4):
        data = synthesize(folder / f"memory_{factor}", 1, 0, factor * events)
        results = [convert(data, folder / "memory.h5") for _ in range(3)]
        rows.append(
            {"events": factor * events, "recording_bytes": results[0][1]["recording_bytes"],
             "peak_bytes": max(result.peak_bytes for result, _ in results)}
        )  # fmt: skip
        shutil.rmtree(folder / f"memory_{factor}")
    return rows


# --- Report ---


def goals(results: dict) -> list[dict]:
    ours, peer = results["comparison"]["ours"], results["comparison"]["spikingjelly"]
    small, large = results["memory"]
    speedup = peer["seconds"] / ours["seconds"]
    peak = max(ours["peak_bytes"], large["peak_bytes"])
    of_frames = ours["cache_bytes"] / peer["frames_bytes"]
    of_all = ours["cache_bytes"] / (peer["frames_bytes"] + peer["events_bytes"])
    growth = large["peak_bytes"] / small["peak_bytes"]
    return [
        {"goal": f"at least {MINIMUM_SPEEDUP} times as fast", "met": speedup >= MINIMUM_SPEEDUP,
         "found": f"{speedup:.0f} times"},
        {"goal": f"peak memory at most {MAXIMUM_PEAK_BYTES / 1e6:.0f} MB", "met": peak <= MAXIMUM_PEAK_BYTES,
         "found": f"{peak / 1e6:.0f} MB"},
        {"goal": f"cache at most {MAXIMUM_FRACTION_OF_FRAMES:.0%} of SpikingJelly's frames",
         "met": of_frames <= MAXIMUM_FRACTION_OF_FRAMES, "found": f"{of_frames:.1%}"},
        {"goal": f"cache at most 1/{1 / MAXIMUM_FRACTION_OF_ALL:.0f} of all files that SpikingJelly writes",
         "met": of_all <= MAXIMUM_FRACTION_OF_ALL, "found": f"1/{1 / of_all:.1f}"},
        {"goal": f"peak memory grows at most {MAXIMUM_MEMORY_GROWTH} times when a recording grows 4 times",
         "met": growth <= MAXIMUM_MEMORY_GROWTH, "found": f"{growth:.2f} times"},
    ]  # fmt: skip


def markdown(results: dict) -> str:
    comparison, machine = results["comparison"], results["machine"]
    ours, peer = comparison["ours"], comparison["spikingjelly"]
    events, samples = comparison["events"], comparison["samples"]
    stages = ours["stage_seconds"]
    read = results["reading"]
    read_sum = sum(read["stage_seconds"])
    read_terms = " + ".join(f"{seconds:.3f}" for seconds in read["stage_seconds"])

    def row(name: str, our: str, other: str) -> str:
        return f"| {name} | {our} | {other} |"

    def rate(seconds: float) -> str:
        return f"{read['bytes'] / seconds / 1e9:.2f} GB/s"

    lines = [
        "# Preparation",
        "",
        f"{events / 1e6:.1f} M events in {results['recordings']} recordings "
        f"({comparison['recording_bytes'] / 1e6:.0f} MB, `dvsprep synth`), {samples} samples, T 16 by number. "
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average']:.1f} at the start. {machine['dvsprep']}; "
        f"Python {machine['python']}, SpikingJelly 2.0.0. Alternating runs, files in the page cache. "
        f"Medians of {len(ours['all_seconds'])} and {len(peer['all_seconds'])} runs; all counts are equal.",
        "",
        "| | dvsprep convert | SpikingJelly 2.0.0 |",
        "| --- | ---: | ---: |",
        row("wall time", f"{ours['seconds']:.3f} s", f"{peer['seconds']:.1f} s"),
        row("with Python's imports", "", f"{peer['seconds_with_imports']:.1f} s"),
        row("fastest, slowest run", f"{min(ours['all_seconds']):.3f}, {max(ours['all_seconds']):.3f} s",
            ", ".join(f"{sum(steps):.1f}" for steps in peer["all_seconds"]) + " s"),
        row("processor time", f"{ours['cpu_seconds']:.3f} s", f"{peer['cpu_seconds']:.1f} s"),
        row("events per second", f"{events / ours['seconds'] / 1e6:.1f} M", f"{events / peer['seconds'] / 1e6:.2f} M"),
        row("times as fast", f"{peer['seconds'] / ours['seconds']:.0f}", "1"),
        row("peak memory", f"{ours['peak_bytes'] / 1e6:.0f} MB", f"{peer['peak_bytes'] / 1e6:.0f} MB"),
        row("frames on disk", f"{ours['cache_bytes'] / 1e6:.2f} MB", f"{peer['frames_bytes'] / 1e6:.2f} MB"),
        row("per sample", f"{ours['cache_bytes'] / samples / 1024:.1f} KiB",
            f"{peer['frames_bytes'] / samples / 1024:.1f} KiB"),
        row("events on disk", "none", f"{peer['events_bytes'] / 1e6:.1f} MB"),
        row("disk space in total", f"{ours['cache_bytes'] / 1e6:.2f} MB",
            f"{(peer['frames_bytes'] + peer['events_bytes']) / 1e6:.1f} MB"),
        "",
        "SpikingJelly's time is that of its two steps (recordings to events, events to frames) without imports; "
        "dvsprep's is that of the whole process, including `fsync` and reading the cache back.",
        "",
        "## Zstandard levels",
        "",
        "The fastest of five runs of each, in rotation.",
        "",
        "| level | convert | compression, all threads | cache | per sample | verify (decodes all) |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        *(f"| {r['level']} | {r['seconds']:.3f} s | {r['compress_seconds']:.3f} s | {r['cache_bytes'] / 1e6:.2f} MB | "
          f"{r['bytes_per_sample'] / 1024:.1f} KiB | {r['verify_seconds']:.3f} s |" for r in results["levels"]),
        "",
        "## Stages",
        "",
        "Seconds summed over threads (`convert --json`), median.",
        "",
        "| " + " | ".join(STAGES) + " |",
        "| ---: " * len(STAGES) + "|",
        "| " + " | ".join(f"{stages[name]:.3f}" for name in STAGES) + " |",
        "| " + " | ".join(f"{stages[name] / sum(stages.values()):.0%}" for name in STAGES) + " |",
        "",
        f"One thread, fastest run: {read_terms} s for read + hash + parse + count "
        f"(`-j 1`; mapped files, each read twice; includes counting frames but not their compression), "
        f"{rate(read_sum)}; reading the same files into a buffer of 1 MiB takes {read['plain_seconds']:.3f} s, "
        f"{rate(read['plain_seconds'])}: {read_sum / read['plain_seconds']:.2f} times as long.",
        "",
        "## Memory",
        "",
        "| one recording of | file | peak memory |",
        "| ---: | ---: | ---: |",
        *(f"| {r['events'] / 1e6:.1f} M events | {r['recording_bytes'] / 1e6:.0f} MB | {r['peak_bytes'] / 1e6:.0f} MB |"
          for r in results["memory"]),
        "",
        "## Goals",
        "",
        "| goal | found | |",
        "| --- | ---: | --- |",
        *(f"| {goal['goal']} | {goal['found']} | {'met' if goal['met'] else '**missed**'} |"
          for goal in results["goals"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=8, help="a quarter of them are test recordings")
    parser.add_argument("--events", type=int, default=4_000_000, help="in each recording")
    parser.add_argument("--runs", type=int, default=7, help="of dvsprep")
    parser.add_argument("--peer-runs", type=int, default=2, help="of SpikingJelly")
    parser.add_argument("--directory", help="where to put 0.5 GB of files (default: the system's temporary folder)")
    arguments = parser.parse_args()
    test = max(1, arguments.recordings // 4)
    with tempfile.TemporaryDirectory(prefix="dvskit-bench-", dir=arguments.directory) as parent:
        folder = Path(parent)
        results: dict = {"machine": machine(), "recordings": arguments.recordings}
        data = synthesize(folder / "extract", arguments.recordings - test, test, arguments.events)
        cache = folder / "cache.h5"
        results["comparison"] = compare(data, folder, cache, arguments.runs, arguments.peer_runs)
        results["levels"] = levels(data, folder, results["comparison"]["samples"])
        results["reading"] = reading(data, cache, arguments.runs)
        results["memory"] = memory(folder, arguments.events)
    results["goals"] = goals(results)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "prep.json").write_text(json.dumps(results, indent=1) + "\n")
    text = markdown(results)
    (RESULTS / "prep.md").write_text(text)
    print(text, end="")
    return 0 if all(goal["met"] for goal in results["goals"]) else 1


if __name__ == "__main__":
    sys.exit(main())
