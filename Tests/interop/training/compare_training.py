#!/usr/bin/env python3
"""Trains the same network on one cache with dvstrain and with SpikingJelly, and compares test accuracies.

  compare_training.py CACHE --results DIR [--sides spikingjelly dvstrain] [--seeds 1 2 3]
                      [--channels 32] [--epochs 15] [-b 16] [--threads 1] [--nmnist]
  compare_training.py CACHE --results DIR --sides dvstrain dvstrain_amp        float32 and -amp

With the same seed, both sides start from the same weights, take the samples in the same order and drop the same inputs.
Each run writes a file to DIR, and is not repeated if its file has all epochs. Exit status 1 when the means of the two
sides' final or best accuracies differ by more than 3 percentage points. With one side, nothing is compared.

SpikingJelly takes 15 minutes for 15 epochs of 264 + 288 samples on one core, so this is not part of the automatic tests.
Without tcmalloc (Debian's libtcmalloc-minimal4, used if installed) it takes four times as long on a busy machine. A small
test set needs more seeds: one of 96 samples is 1.04 points, and accuracies vary from epoch to epoch.

--nmnist: the PLIF paper's network for N-MNIST, on a cache of N-MNIST. DVSTRAIN is the path of the tool (default:
.build/release/dvstrain).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

ROOT = Path(__file__).resolve().parents[3]
DVSTRAIN = os.environ.get("DVSTRAIN", str(ROOT / ".build/release/dvstrain"))
LIMIT_POINTS = 3.0
ALLOCATOR = Path("/usr/lib", f"{platform.machine()}-linux-gnu", "libtcmalloc_minimal.so.4")


def restart_with_tcmalloc() -> None:
    """Restarts this script with tcmalloc, which reuses the memory of large tensors.

    PyTorch's default allocator returns it to the system, which must clear the pages of the next tensor.
    """
    if ALLOCATOR.exists() and "LD_PRELOAD" not in os.environ:
        environment = os.environ | {"LD_PRELOAD": str(ALLOCATOR)}
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def run_spikingjelly(arguments: argparse.Namespace, seed: int, file: Path) -> None:
    import torch
    from paper_network import Settings, nmnist
    from frame_cache import read_samples
    from spikingjelly_training import train

    torch.set_num_threads(arguments.threads)
    epochs = []
    for results in train(
        nmnist(arguments.channels) if arguments.nmnist else Settings(channels=arguments.channels), seed, read_samples(arguments.cache, "train"),
        read_samples(arguments.cache, "test"), epochs=arguments.epochs, batch=arguments.b, rate=arguments.lr,
        t_max=arguments.T_max,
    ):  # fmt: skip
        epochs.append(results)
        print(f"spikingjelly seed={seed}", " ".join(f"{key}={value:.5g}" for key, value in results.items()), flush=True)
        file.write_text(json.dumps(epochs, indent=1) + "\n")


def run_dvstrain(arguments: argparse.Namespace, seed: int, file: Path, *flags: str) -> None:
    folder = file.with_suffix("")
    options = {
        "-seed": seed, "-epochs": arguments.epochs, "-b": arguments.b,
        "-lr": arguments.lr, "-T_max": arguments.T_max, "-opt": "Adam", "-lr_scheduler": "CosALR",
        "-device": "cpu", "-threads": arguments.threads, "-j": 1, "-data_dir": arguments.cache, "-out_dir": folder,
    }  # fmt: skip
    if arguments.nmnist:
        from paper_network import nmnist

        options["-net"] = nmnist(arguments.channels).notation
    else:
        options["-channels"] = arguments.channels
    command = [DVSTRAIN, *(str(word) for pair in options.items() for word in pair), *flags, "--force"]
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True, env={k: v for k, v in os.environ.items() if k != "LD_PRELOAD"})
    (log,) = folder.glob("*/metrics.jsonl")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    file.write_text(json.dumps([line for line in lines if "test_acc" in line], indent=1) + "\n")


def run_dvstrain_amp(arguments: argparse.Namespace, seed: int, file: Path) -> None:
    run_dvstrain(arguments, seed, file, "-amp")


RUNNERS = {"spikingjelly": run_spikingjelly, "dvstrain": run_dvstrain, "dvstrain_amp": run_dvstrain_amp}


def epochs_in(file: Path) -> list[dict]:
    return json.loads(file.read_text()) if file.exists() else []


def report(arguments: argparse.Namespace) -> bool:
    """Prints a line for each run and the means; returns whether the sides agree."""
    means = {}
    print("| | seed | last train loss | final test accuracy | best test accuracy |\n| --- | ---: | ---: | ---: | ---: |")
    for side in arguments.sides:
        runs = [(seed, epochs_in(arguments.results / f"{side}_{seed}.json")) for seed in arguments.seeds]
        runs = [(seed, epochs) for seed, epochs in runs if len(epochs) >= arguments.epochs]
        for seed, epochs in runs:
            final, best = epochs[-1]["test_acc"], max(epoch["test_acc"] for epoch in epochs)
            print(f"| {side} | {seed} | {epochs[-1]['train_loss']:.4f} | {100 * final:.2f} % | {100 * best:.2f} % |")
        if len(runs) == len(arguments.seeds):
            means[side] = (
                100 * mean(epochs[-1]["test_acc"] for _, epochs in runs),
                100 * mean(max(epoch["test_acc"] for epoch in epochs) for _, epochs in runs),
            )
            print(f"| {side} | mean | | {means[side][0]:.2f} % | {means[side][1]:.2f} % |")
    if len(means) < 2:
        return True
    if len(arguments.seeds) > 1:
        spread = [
            stdev(epochs_in(arguments.results / f"{side}_{seed}.json")[-1]["test_acc"] for seed in arguments.seeds)
            for side in arguments.sides
        ]
        error = 100 * sqrt(sum(value**2 for value in spread) / len(arguments.seeds))
        final = list(means.values())
        print(f"final accuracies: {final[0][0] - final[1][0]:+.2f} points, standard error {error:.2f} points")
    differences = [abs(a - b) for a, b in zip(*means.values(), strict=True)]
    agree = max(differences) <= LIMIT_POINTS
    print(f"the means differ by {differences[0]:.2f} (final) and {differences[1]:.2f} points (best), "
          f"at most {LIMIT_POINTS:g}: {'yes' if agree else 'NO'}")  # fmt: skip
    return agree


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--results", type=Path, required=True, metavar="DIR")
    parser.add_argument("--sides", nargs="*", choices=list(RUNNERS), default=["spikingjelly", "dvstrain"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--channels", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("-b", type=int, default=16)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--T_max", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--nmnist", action="store_true")
    arguments = parser.parse_args()
    if "spikingjelly" in arguments.sides:
        restart_with_tcmalloc()
    arguments.results.mkdir(parents=True, exist_ok=True)
    for seed in arguments.seeds:
        for side in arguments.sides:
            file = arguments.results / f"{side}_{seed}.json"
            if len(epochs_in(file)) < arguments.epochs:
                RUNNERS[side](arguments, seed, file)
    return 0 if report(arguments) else 1


if __name__ == "__main__":
    sys.exit(main())
