#!/usr/bin/env python3
"""Times training steps of dvstrain and of SpikingJelly, in turns, on the same data from the same weights.

Started by run.sh. Standard library only, so that this process stays small: a child's peak memory, as the system tells
it, is at least what the process had that started it.
"""

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from subprocess import Popen

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
DVSPREP, DVSTRAIN = os.environ["DVSPREP"], os.environ["DVSTRAIN"]
ALLOCATORS = [Path("/usr/lib", f"{platform.machine()}-linux-gnu", "libtcmalloc_minimal.so.4")]
SIDES = ("dvstrain", "SpikingJelly")
SEED = 1
# SpikingJelly's peak at 128 channels in float32, measured: about 1.2 GiB a sample.
PEER_BYTES_PER_SAMPLE = 1.25 * 2**30 / 128


@dataclass
class Steps:
    """What a process took: seconds of each step, its peak memory, and spikes of each layer."""

    seconds: list[float]
    peak_bytes: int
    spikes: list[int] | None = None


def run(command: list, environment: dict[str, str] | None = None) -> tuple[str, int]:
    """-> output, peak memory in bytes (VmHWM)."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = Popen([*map(str, command)], stdout=output, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (output, errors):
            stream.seek(0)
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}: {process.returncode}: {errors.read().decode()[-2000:]}")
        return output.read().decode(), usage.ru_maxrss * 1024


def dvstrain(arguments: argparse.Namespace, cache: Path, steps: int) -> Steps:
    """Waiting for frames and drawing dropout masks are part of the time."""
    with tempfile.TemporaryDirectory(prefix="dvskit-bench-run-") as folder:
        start = ["-init", arguments.checkpoint] if arguments.checkpoint else []
        _, peak = run([
            DVSTRAIN, "-data_dir", cache, "-out_dir", folder, "-channels", arguments.channels, "-b", arguments.b,
            "-neuron", arguments.neuron, "-seed", SEED, "-threads", arguments.threads, "-j", 1, "-device", "cpu",
            "-epochs", 1000000, "-max_steps", steps, "-log_every", 1, "--quiet", *start,
        ])  # fmt: skip
        (log,) = Path(folder).glob("*/metrics.jsonl")
        lines = [json.loads(line) for line in log.read_text().splitlines()]
    lines = [line for line in lines if line["type"] == "step"]
    return Steps([line["seconds"] for line in lines], peak, lines[0]["spikes"])


def spikingjelly(arguments: argparse.Namespace, cache: Path, steps: int) -> Steps:
    start = ["--checkpoint", arguments.checkpoint] if arguments.checkpoint else []
    allocators = [str(path) for path in ALLOCATORS if path.exists()]
    output, peak = run(
        [sys.executable, HERE / "spikingjelly_steps.py", cache, "--channels", arguments.channels, "-b", arguments.b,
         "--steps", steps, "--threads", arguments.threads, "--neuron", arguments.neuron, "--seed", SEED, *start],
        {**os.environ, "LD_PRELOAD": ":".join(allocators)},
    )  # fmt: skip
    found = json.loads(output)
    return Steps(found["seconds"], peak)


def available_bytes() -> int:
    return int(re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) * 1024


def machine() -> dict:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "load_average": os.getloadavg()[0],
        "dvstrain": run([DVSTRAIN, "--version"])[0].strip(),
        "tcmalloc": any(path.exists() for path in ALLOCATORS),
    }


def neurons_per_sample(channels: int) -> list[int]:
    """Of each layer, in 16 frames."""
    return [16 * count for count in (*(channels * (128 >> stage) ** 2 for stage in range(5)), 4 * channels, 110)]


def measure(arguments: argparse.Namespace, cache: Path) -> dict:
    runners = {"dvstrain": dvstrain, "SpikingJelly": spikingjelly}
    found: dict[str, list[Steps]] = {side: [] for side in SIDES}
    for number in range(arguments.runs):
        for side in SIDES if number % 2 == 0 else reversed(SIDES):
            steps = runners[side](arguments, cache, arguments.warmup + arguments.steps)
            found[side].append(steps)
            text = " ".join(f"{seconds:.3f}" for seconds in steps.seconds)
            print(f"train_bench: {side}: {text} s, {steps.peak_bytes / 2**30:.2f} GiB", file=sys.stderr, flush=True)
    figures = {}
    for side, runs in found.items():
        seconds = [seconds for steps in runs for seconds in steps.seconds[arguments.warmup :]]
        figures[side] = {
            "seconds": median(seconds), "fastest": min(seconds), "slowest": max(seconds), "all_seconds": seconds,
            "peak_bytes": max(steps.peak_bytes for steps in runs),
        }  # fmt: skip
    spikes = found["dvstrain"][0].spikes
    neurons = neurons_per_sample(arguments.channels)
    figures["share_of_ones"] = [
        count / (arguments.b * total) for count, total in zip(spikes, neurons, strict=True)
    ]
    return figures


def markdown(figures: dict) -> str:
    place, settings = figures["machine"], figures["settings"]
    ours, theirs = (figures[side] for side in SIDES)
    batch = settings["b"]
    shares = ", ".join(f"{100 * share:.2f} %" for share in figures["share_of_ones"])

    def row(name: str, form) -> str:
        return f"| {name} | {form(ours)} | {form(theirs)} |"

    return "\n".join([
        "# A training step",
        "",
        f"T 16, {settings['channels']} channels, {settings['neuron']}, batch {batch}, float32, Adam, "
        f"{settings['threads']} threads; weights: {settings['checkpoint'] or f'initial, seed {SEED}'}; frames: "
        f"`dvsprep synth`. {place['cpu']}, {place['cores']} cores, load {place['load_average']:.1f} at the start. "
        f"dvstrain {place['dvstrain']}; SpikingJelly 2.0.0 on PyTorch 2.13.0, channels-last"
        f"{', tcmalloc' if place['tcmalloc'] else ', without tcmalloc'}. In turns, {settings['runs']} processes of each "
        f"side, {settings['steps']} steps of each after {settings['warmup']} to warm up.",
        "",
        "| | dvstrain | SpikingJelly |",
        "| --- | ---: | ---: |",
        row("seconds a step, median", lambda side: f"{side['seconds']:.3f}"),
        row("fastest, slowest", lambda side: f"{side['fastest']:.3f}, {side['slowest']:.3f}"),
        row("samples a second", lambda side: f"{batch / side['seconds']:.2f}"),
        f"| times as fast | {theirs['seconds'] / ours['seconds']:.2f} | 1 |",
        row("peak memory (VmHWM)", lambda side: f"{side['peak_bytes'] / 2**30:.2f} GiB"),
        "",
        f"Share of ones of each layer of neurons, before pooling, in dvstrain's first step: {shares}.",
        "",
    ])  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="weights to start from (default: initial ones)")
    parser.add_argument("--channels", type=int, default=128)
    parser.add_argument("--neuron", choices=["LIF", "PLIF"], default="LIF")
    parser.add_argument("-b", type=int, help="batch (default: 16, 8 or 4, what fits into memory)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3, help="processes of each side")
    parser.add_argument("--steps", type=int, default=3, help="timed, in each process")
    parser.add_argument("--warmup", type=int, default=1, help="steps before those")
    parser.add_argument("--cache", type=Path, help="frames (T 16; default: synthetic ones)")
    arguments = parser.parse_args()
    if arguments.b is None:
        room = 0.9 * available_bytes() / (PEER_BYTES_PER_SAMPLE * arguments.channels)
        arguments.b = next((size for size in (16, 8, 4) if size <= room), 2)
    with tempfile.TemporaryDirectory(prefix="dvskit-bench-") as parent:
        folder = Path(parent)
        figures: dict = {"machine": machine(), "settings": {
            key: str(value) if isinstance(value, Path) else value for key, value in vars(arguments).items()
        }}  # fmt: skip
        cache = arguments.cache
        if cache is None:
            # No test samples, so that no time goes into a test pass.
            run([DVSPREP, "synth", "--quiet", folder, "--train", 6, "--test", 0])
            cache = folder / "cache.h5"
            run([DVSPREP, "convert", "--quiet", folder / "DvsGesture", "-o", cache])
        begin = time.perf_counter()
        figures.update(measure(arguments, cache))
        figures["wall_seconds"] = time.perf_counter() - begin
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "train.json").write_text(json.dumps(figures, indent=1) + "\n")
    text = markdown(figures)
    (RESULTS / "train.md").write_text(text)
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
