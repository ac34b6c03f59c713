#!/usr/bin/env python3
"""Times the conversion of an archive, of its folder, and `igzip -dc` of the archive, in turns.

    DVSPREP=path/to/dvsprep Benchmarks/prep/archive_bench.py
    DVSPREP=... BEFORE=path/to/older/dvsprep Benchmarks/prep/archive_bench.py      also the older binary
    ... --recordings 4 --events 4000000 --runs 9

Needs igzip (Debian's package isal). Files are in the page cache. Prints medians, their ratios, and the seconds of each
stage; with --goals it exits with code 1 when a goal is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

DVSPREP = Path(os.environ["DVSPREP"]).resolve()
BEFORE = Path(os.environ["BEFORE"]).resolve() if "BEFORE" in os.environ else None

MAXIMUM_OF_INFLATION = 1.6
MAXIMUM_OF_FOLDER = 3.0
MINIMUM_OF_BEFORE = 1.15
MAXIMUM_PEAK_BYTES = 400_000_000


def run(*command: str | Path) -> tuple[float, int, bytes]:
    """Seconds, peak memory in bytes, and output of a command that must succeed."""
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}")
        output.seek(0)
        return seconds, usage.ru_maxrss * 1024, output.read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=int, default=4)
    parser.add_argument("--events", type=int, default=4_000_000, help="of each recording")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--goals", action="store_true", help="fail when a goal is missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts = ["--train", str(options.recordings), "--test", "0", "--events", str(options.events)]
        run(DVSPREP, "synth", "--quiet", folder, *counts)
        archive = folder / "DvsGesture.tar.gz"
        run("tar", "-C", folder, "--sort=name", "-czf", archive, "DvsGesture")
        data = folder / "DvsGesture"

        def convert(tool: Path, source: Path) -> list[str | Path]:
            return [tool, "convert", "--quiet", "--json", "--force", source, "-o", folder / "cache.h5"]

        commands: dict[str, list[str | Path]] = {
            "igzip -dc": ["bash", "-c", f"igzip -dc {archive} >/dev/null"],
            "archive": convert(DVSPREP, archive),
            "folder": convert(DVSPREP, data),
        }
        if BEFORE:
            commands |= {"archive before": convert(BEFORE, archive), "folder before": convert(BEFORE, data)}
        results: dict[str, list[tuple[float, int, bytes]]] = {key: [] for key in commands}
        for command in commands.values():
            run(*command)
        for _ in range(options.runs):
            for key, command in commands.items():
                results[key].append(run(*command))
    seconds = {key: median(result[0] for result in runs) for key, runs in results.items()}
    peak = {key: max(result[1] for result in runs) for key, runs in results.items()}
    print(f"{options.recordings * options.events / 1e6:g} M events, {options.runs} runs in turns, medians")
    print("\n| | seconds | peak memory |\n| --- | ---: | ---: |")
    for key, value in seconds.items():
        print(f"| {key} | {value:.3f} | {peak[key] / 1e6:.0f} MB |")
    ratios = [
        ("archive against igzip -dc", seconds["archive"] / seconds["igzip -dc"], MAXIMUM_OF_INFLATION, True),
        ("archive against folder", seconds["archive"] / seconds["folder"], MAXIMUM_OF_FOLDER, True),
    ]
    if BEFORE:
        gain = median(
            before[0] / now[0] for before, now in zip(results["folder before"], results["folder"], strict=True)
        )
        ratios.append(("folder, events/s against before", gain, MINIMUM_OF_BEFORE, False))
    print("\n| ratio | found | goal |\n| --- | ---: | ---: |")
    missed = peak["archive"] > MAXIMUM_PEAK_BYTES
    for title, ratio, goal, is_maximum in ratios:
        missed |= ratio > goal if is_maximum else ratio < goal
        print(f"| {title} | {ratio:.2f} | {'at most' if is_maximum else 'at least'} {goal} |")
    print("\n| stage | archive | folder |\n| --- | ---: | ---: |")
    stages = {key: [json.loads(result[2])["stage_seconds"] for result in results[key]] for key in ("archive", "folder")}
    for stage in stages["archive"][0]:
        values = [median(run[stage] for run in stages[key]) for key in ("archive", "folder")]
        print(f"| {stage} | {values[0]:.3f} | {values[1]:.3f} |")
    if options.goals and missed:
        sys.exit("a goal is missed")


if __name__ == "__main__":
    main()
