#!/usr/bin/env python3
"""Times the readers of every format of recordings, and those of other libraries, on files of the same events.

Started by run.sh. Uses only the standard library; each measurement is a separate process, and all use one processor.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from formats import FORMATS, compressed_parts, file_of
from processes import QUIET_FRACTION, machine, measured
from report import goals, markdown

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
REAL = [HERE.parents[1] / f"Fixtures/real/user01_fluorescent_partial{length}.aedat" for length in ("100ms", "1450ms")]
TIME_READER = os.environ["TIME_READER"]
# Libraries that would use more threads use one.
ENVIRONMENT = os.environ | {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
PASSES = 7
LONG_FACTOR = 4


@dataclass
class Row:
    """A reader on a format's file: the median seconds of a pass in each run."""

    who: str
    in_python: bool = False
    # How its events differ from those of the file, in words, and whether it gives as many.
    difference: str = ""
    is_complete: bool = True
    seconds: list[float] = field(default_factory=list)
    # Peak memory of a process that reads the long file with dvskit's reader; what reading adds to that of a Python process.
    memory_bytes: int = 0


@dataclass
class Results:
    """A format: its file, its rows with dvskit's reader first, and what that is compared with."""

    name: str
    file_bytes: int
    library: str
    rows: list[Row]
    # Seconds of each run: a copy of the file, a copy of its events with 16 bytes each, and decompression alone.
    copy: list[float] = field(default_factory=list)
    event_copy: list[float] = field(default_factory=list)
    decompression: list[float] = field(default_factory=list)
    # Why the long file could not be read.
    long_failure: str = ""


def undisturbed(run: Callable[[], dict], end: float) -> dict:
    """The result of a run; one that others disturbed is repeated until the time `end`."""
    while True:
        report = run()
        if report["others"] <= QUIET_FRACTION or time.monotonic() > end:
            return report
        time.sleep(1)


def middle(seconds: list[float]) -> float:
    """The median without the first pass, in which memory is new; of a single pass, that."""
    return median(seconds[1:] or seconds)


def python(*arguments: object) -> dict:
    """Runs read_recordings.py; a library may write lines of its own before the result."""
    result = measured(sys.executable, HERE / "read_recordings.py", *arguments, environment=ENVIRONMENT)
    return json.loads(result.output.strip().splitlines()[-1]) | {"others": result.others_fraction}


def check(row: Row, name: str, path: Path, events: Path) -> None:
    """Compares a reader's events with those of a file; a library may end its process."""
    command = [sys.executable, HERE / "read_recordings.py", "check", name, row.who, path, events]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True, env=ENVIRONMENT)
    if result.returncode == 0:
        report = json.loads(result.stdout.strip().splitlines()[-1])
        row.difference, row.is_complete = report["difference"], report["is_complete"]
    else:
        row.difference, row.is_complete = f"ends its process with code {result.returncode}", False


def check_own(path: Path, events: Path, folder: Path) -> None:
    """Ends this process unless dvskit's reader gives the events of a file."""
    found = folder / "found"
    measured(TIME_READER, "write", path, found)
    report = python("check_records", found, events)
    if report["difference"]:
        sys.exit(f"readers_bench: {path.name}: dvskit's reader {report['difference']}")
    found.unlink()


def time_own(results: Results, path: Path, parts: Path, end: float) -> None:
    def run() -> dict:
        result = measured(TIME_READER, "compare", path, PASSES, results.library or "none", parts)
        return json.loads(result.output) | {"others": result.others_fraction}

    report = undisturbed(run, end)
    results.rows[0].seconds.append(middle(report["read"]))
    for name in ("copy", "event_copy", "decompression"):
        getattr(results, name).append(middle(report[name]))


def time_other(row: Row, name: str, path: Path, end: float) -> None:
    report = undisturbed(lambda: python("time", name, row.who, path), end)
    row.seconds.append(middle(report["read"]))
    row.memory_bytes = max(row.memory_bytes, report["growth"])


def measure_memory(results: Results, folder: Path, count: int) -> None:
    """The peak memory of reading a file with more events; or why it cannot be read."""
    measured(sys.executable, HERE / "make_recordings.py", "long", folder, results.name, LONG_FACTOR)
    long = folder / f"long{FORMATS[results.name][0]}"
    result = subprocess.run([TIME_READER, "time", long, "1"], capture_output=True, text=True)
    if result.returncode != 0:
        results.long_failure = result.stderr.strip().splitlines()[-1].split(": ", 2)[-1]
    else:
        found = json.loads(result.stdout)
        if found["events"] != LONG_FACTOR * count:
            sys.exit(f"readers_bench: {long.name}: {LONG_FACTOR * count} events expected, {found['events']} read")
        results.rows[0].memory_bytes = found["peak_bytes"]
    long.unlink()


def check_real(path: Path, folder: Path, listing: dict) -> list[dict]:
    """What each reader of AEDAT 3.1 gives for a real recording, whose events SpikingJelly's reader confirms."""
    events = folder / "real.npy"
    measured(TIME_READER, "write", path, folder / "found")
    python("convert_records", folder / "found", events)
    rows = [Row(who) for who in listing["readers"]["aedat31"]]
    for row in rows:
        check(row, "aedat31", path, events)
    if any(row.difference for row in rows if row.who == "SpikingJelly"):
        sys.exit(f"readers_bench: {path.name}: SpikingJelly reads other events")
    return [asdict(row) for row in rows]


def measure(folder: Path, count: int, runs: int, patience: float, names: list[str]) -> dict:
    listing = python("list")
    measured(sys.executable, HERE / "make_recordings.py", "all", folder, count)
    events = folder / "events.npy"
    found: list[Results] = []
    for name in names:
        path = file_of(folder, name)
        library, parts = compressed_parts(path, name)
        (folder / f"{name}.parts").write_text("".join(f"{offset} {size}\n" for offset, size in parts))
        check_own(path, events, folder)
        rows = [Row("dvskit"), Row("dvskit.read_events")]
        rows += [Row(who, [name, who] in listing["in_python"]) for who in listing["readers"][name]]
        for row in rows[1:]:
            check(row, name, path, events)
        found.append(Results(name, path.stat().st_size, library, rows))
        print(f"readers_bench: {FORMATS[name][1]}: events compared", file=sys.stderr, flush=True)
    end = time.monotonic() + patience
    for number in range(runs):
        for results in found:
            path = file_of(folder, results.name)
            time_own(results, path, folder / f"{results.name}.parts", end)
            for row in results.rows[1:]:
                if row.is_complete:
                    time_other(row, results.name, path, end)
        print(f"readers_bench: run {number + 1} of {runs} done", file=sys.stderr, flush=True)
    for results in found:
        measure_memory(results, folder, count)
    return {
        "versions": listing["versions"],
        "formats": [asdict(results) for results in found],
        "real": {path.stem: check_real(path, folder, listing) for path in REAL},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=4_000_000, help="in each file")
    parser.add_argument("--runs", type=int, default=3, help="processes of each reader")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS), help="only these", metavar="NAME")
    parser.add_argument("--patience", type=float, default=300, help="seconds to spend on repeating disturbed runs")
    parser.add_argument("--directory", help="where to put 1.2 GB of files (default: the system's temporary folder)")
    arguments = parser.parse_args()
    described = machine()
    # The last, as interrupts tend to be handled by the first.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="dvskit-bench-", dir=arguments.directory) as folder:
        results = measure(Path(folder), arguments.events, arguments.runs, arguments.patience, arguments.formats)
    results |= {
        "machine": described, "events": arguments.events, "runs": arguments.runs, "long_events": LONG_FACTOR * arguments.events,
    }  # fmt: skip
    results["goals"] = goals(results)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "readers.json").write_text(json.dumps(results, indent=1) + "\n")
    text = markdown(results)
    (RESULTS / "readers.md").write_text(text)
    print(text, end="")
    return 0 if all(goal["met"] for goal in results["goals"]) else 1


if __name__ == "__main__":
    sys.exit(main())
