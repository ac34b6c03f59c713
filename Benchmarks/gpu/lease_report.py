#!/usr/bin/env python3
"""Summarize a verification: write results.json and results.md to its folder, and print the latter.

lease_report.py FOLDER
"""

import argparse
import csv
import json
from pathlib import Path
from statistics import median

# Short names of Nsight Compute's metrics, and their divisors.
METRICS = {
    "gpu__time_duration.sum": ("microseconds", 1e3),
    "dram__bytes.sum": ("megabytes", 1e6),
    "sm__inst_issued.avg.pct_of_peak_sustained_active": ("issue", 1),
    "sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_elapsed": ("tensor", 1),
    "sm__warps_active.avg.pct_of_peak_sustained_active": ("occupancy", 1),
    "launch__registers_per_thread": ("registers", 1),
}


def number(text: str) -> float:
    """A counter's value; 0 if it has none."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0


def launches(path: Path) -> list[dict]:
    """The profiled launches in their order: each with its kernel, grid and metrics."""
    found: dict[str, dict] = {}
    lines = [line for line in path.read_text().splitlines() if line.startswith('"')]
    for row in csv.DictReader(lines):
        launch = found.setdefault(row["ID"], {"kernel": row["Kernel Name"], "grid": row["Grid Size"]})
        name, unit = METRICS.get(row["Metric Name"], (None, 1))
        if name:
            launch[name] = number(row["Metric Value"]) / unit
    return list(found.values())


def step_of(found: list[dict]) -> list[dict]:
    """The launches of one training step, up to its optimizer's; empty without a whole step."""
    ends = [index for index, launch in enumerate(found) if launch["kernel"] == "gpu_update_parameters"]
    return found[ends[0] + 1 : ends[1] + 1] if len(ends) > 1 else []


def rates(folder: Path, pattern: str) -> dict[str, float]:
    """Samples per second of each run: the median of its epochs."""
    found = {}
    for path in sorted(folder.glob(pattern)):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        found[path.stem] = median(line["samples_per_second"] for line in lines)
    return found


def main() -> None:
    """Collect, write and print the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    passed = {path.stem: number(path.read_text()) for path in folder.glob("*.passed")}
    failed = sorted(
        path.stem for path in folder.glob("*.log") if path.stem not in passed and not path.stem.endswith("_suite")
    )
    results: dict = {"passed": passed, "failed": failed, "epochs": rates(folder, "epochs_*.jsonl"),
                     "processor": rates(folder, "processor_*.jsonl")}  # fmt: skip
    lines = ["| step | |", "| --- | --- |"]
    lines += [f"| {step} | passed in {seconds} s |" for step, seconds in passed.items()]
    lines += [f"| {step} | **failed** |" for step in failed]
    for title in ("epochs", "processor"):
        if results[title]:
            lines += ["", f"| {title} | samples/s |", "| --- | ---: |"]
            lines += [f"| {name} | {rate:.1f} |" for name, rate in results[title].items()]
    peers = folder / "spikingjelly.json"
    if peers.exists():
        results["spikingjelly"] = json.loads(peers.read_text())
        lines += ["", "| SpikingJelly | samples/s | peak, GB |", "| --- | ---: | ---: |"]
        lines += [f"| {mode['way']} | {mode['batch'] / mode['seconds']:.1f} | {mode['peak_bytes'] / 1e9:.1f} |"
                  for mode in results["spikingjelly"]]  # fmt: skip
    for path in sorted(folder.glob("profile*.csv")):
        step = step_of(launches(path))
        results[path.stem] = step
        lines += ["", f"| {path.stem}: kernel | grid | µs | MB | tensor, % | issue, % | occupancy, % | registers |",
                  "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
        for launch in step:
            time, megabytes, issue, tensor, occupancy, registers = (
                launch.get(name, 0) for name, _ in METRICS.values()
            )
            lines.append(f"| {launch['kernel']} | {launch['grid']} | {time:.1f} | {megabytes:.1f} | {tensor:.0f} "
                         f"| {issue:.0f} | {occupancy:.0f} | {registers:.0f} |")  # fmt: skip
        lines.append(f"| all | | {sum(launch.get('microseconds', 0) for launch in step):.1f} | | | | | |")
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (folder / "results.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
