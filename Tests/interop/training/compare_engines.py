#!/usr/bin/env python3
"""Trains the same network with the CPU and the reference engine, and compares losses and spikes of each step.

  compare_engines.py CACHE [--steps 100] [--channels 16] [-b 4] [--lr 0.003] [--seed 2020] [--threads 1]
                     [--results DIR]

T is the cache's. Both engines start from the same weights and take the same batches, but they diverge once rounding
makes a neuron fire in one of them only. Exit status 1 when losses differ

- by more than 1e-6 in a step before the first one with a different number of spikes in a layer,
- by more than 0.02 in a later step, or
- by more than 0.005 in the mean of ten consecutive steps.

The first step and layer with a different number of spikes are printed. For comparison, the CPU engine also runs with
its baseline instructions. The reference engine is slow: 100 steps of the defaults with T 4 take 3 minutes; a step of 4
samples with T 16 and 128 channels takes 13 minutes and 4 GB. Its results are stored in DIR and reused. Only Python is
needed. DVSTRAIN is the path of the tool (default: .build/release/dvstrain).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DVSTRAIN = os.environ.get("DVSTRAIN", str(ROOT / ".build/release/dvstrain"))
EXACT_LIMIT, STEP_LIMIT, MEAN_LIMIT, MEAN_COUNT = 1e-6, 0.02, 0.005, 10


def steps_of(
    device: str, arguments: argparse.Namespace, kept: Path | None = None, instruction_set: str | None = None
) -> list[dict]:
    """A run's lines of metrics.jsonl, one for each step: from the file `kept` if it exists; else it is written."""
    if kept and kept.exists():
        return json.loads(kept.read_text())
    with tempfile.TemporaryDirectory(prefix="dvskit-engines-") as folder:
        options = {
            "-device": device, "-data_dir": arguments.cache, "-out_dir": folder, "-seed": arguments.seed,
            "-channels": arguments.channels, "-b": arguments.b, "-lr": arguments.lr, "-threads": arguments.threads,
            "-max_steps": arguments.steps, "-log_every": 1, "-epochs": arguments.steps, "-eval_every": arguments.steps,
        }  # fmt: skip
        command = [DVSTRAIN, *(str(word) for pair in options.items() for word in pair), "--quiet"]
        print(" ".join(command), file=sys.stderr, flush=True)
        environment = os.environ | ({"DVS_ISA": instruction_set} if instruction_set else {})
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        (log,) = Path(folder).glob("*/metrics.jsonl")
        lines = [json.loads(line) for line in log.read_text().splitlines()]
    steps = [line for line in lines if line["type"] == "step"]
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(steps, indent=1) + "\n")
    return steps


def means(differences: list[float]) -> list[float]:
    starts = range(len(differences) - MEAN_COUNT + 1)
    return [sum(differences[start : start + MEAN_COUNT]) / MEAN_COUNT for start in starts]


def summary(found: list[dict], expected: list[dict]) -> tuple[int | None, list[float]]:
    """Prints the differences of two runs; returns the first step with different spikes, and the loss differences."""
    first = None
    for ours, theirs in zip(found, expected, strict=True):
        off = [a - b for a, b in zip(ours["spikes"], theirs["spikes"], strict=True)]
        layer = next((layer for layer, count in enumerate(off) if count), None)
        if layer is not None:
            first = ours["step"]
            print(f"first different number of spikes: step {first}, layer {layer + 1}: "
                  f"{off[layer]:+d} of {theirs['spikes'][layer]} spikes")  # fmt: skip
            break
    else:
        print("first different number of spikes: none")
    differences = [ours["loss"] - theirs["loss"] for ours, theirs in zip(found, expected, strict=True)]
    print(f"largest difference of losses: {max(map(abs, differences)):.1e}")
    if means(differences):
        print(f"largest difference of means of {MEAN_COUNT} steps: {max(map(abs, means(differences))):.1e}")
    return first, differences


def compare(found: list[dict], expected: list[dict]) -> list[str]:
    """Prints the differences; returns those beyond their limits."""
    print("\nCPU engine and reference engine\n")
    first, differences = summary(found, expected)
    print("\n| step | reference | CPU | difference | difference of spikes, by layer |\n| ---: | ---: | ---: | ---: | --- |")
    beyond = []
    for ours, theirs, difference in zip(found, expected, differences, strict=True):
        step = ours["step"]
        off = [a - b for a, b in zip(ours["spikes"], theirs["spikes"], strict=True)]
        if len(found) <= MEAN_COUNT or step in (1, first) or step % MEAN_COUNT == 0:
            print(f"| {step} | {theirs['loss']:.9f} | {ours['loss']:.9f} | {difference:+.1e} | {off} |")
        if abs(difference) > (EXACT_LIMIT if first is None or step < first else STEP_LIMIT):
            beyond.append(f"step {step}: {difference:+.1e}")
    for start, mean in enumerate(means(differences), 1):
        if abs(mean) > MEAN_LIMIT:
            beyond.append(f"mean from step {start} on: {mean:+.1e}")
    return beyond


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--channels", type=int, default=16)
    parser.add_argument("-b", type=int, default=4)
    parser.add_argument("--lr", type=float, default=0.003)
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--results", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    name = f"{arguments.cache.stem}_{arguments.channels}_{arguments.b}_{arguments.lr:g}_{arguments.seed}_{arguments.steps}"
    kept = arguments.results and arguments.results / f"reference_{name}.json"
    found = steps_of("cpu", arguments)
    baseline = steps_of("cpu", arguments, instruction_set="baseline")
    beyond = compare(found, steps_of("reference", arguments, kept))
    print("\nCPU engine with baseline instructions, compared with itself\n")
    summary(baseline, found)
    print("\nbeyond the limits: " + ("; ".join(beyond) or "none"))
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
