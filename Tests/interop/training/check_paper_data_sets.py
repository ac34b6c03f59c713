"""The PLIF paper's networks for N-MNIST and CIFAR10-DVS, trained on caches of both.

The network follows from the cache; the loss decreases; and a training that stopped halfway is resumed to the same
checkpoint, byte for byte. Recordings are made ones, or for N-MNIST those of NMNIST=FOLDER. CHANNELS=128 trains the paper's
number of channels.
"""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import fmean

import cifar10_dvs
import nmnist
from dvstrain_run import DVSTRAIN
from harness import require, require_equal, run

CHANNELS = int(os.environ.get("CHANNELS", "8"))


def train(cache: Path, out_directory: Path, *arguments: object) -> str:
    """Trains, and returns what was said about it."""
    command = [DVSTRAIN, "-data_dir", cache, "-out_dir", out_directory, "-device", "cpu", "-log_every", 1, *arguments]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    require(result.returncode == 0, f"dvstrain: exit {result.returncode}: {result.stderr.strip()[-300:]}")
    return result.stderr


def the_file(out_directory: Path, name: str) -> bytes:
    (path,) = out_directory.glob(f"*/{name}")
    return path.read_bytes()


def require_training(name: str, recordings: Path, blocks: int, features: int, batch: int, steps: int) -> None:
    """Trains the data set's network for some steps, at once and in two parts."""
    cache = recordings.parent / "cache.h5"
    options = ["-T", 4, "-b", batch, "-channels", CHANNELS, "-lr", 0.002, "-T_max", 256, "-epochs", 256]
    run("convert", recordings, "-T", 4, "-o", cache, "--allow-missing", "--quiet")
    begin = time.perf_counter()
    said = train(cache, recordings.parent / "whole", *options, "-max_steps", steps)
    seconds = time.perf_counter() - begin
    network = (
        f"{{c{CHANNELS}k3s1-BN-LIF-MPk2s2}}*{blocks}-DP-FC{features * CHANNELS // 128}-LIF-DP-FC100-LIF-APk10s10"
    )
    require(f"net {network}, " in said, f"net {network} expected, {said} found")
    lines = [json.loads(line) for line in the_file(recordings.parent / "whole", "metrics.jsonl").splitlines()]
    losses = [line["loss"] for line in lines if line["type"] == "step"]
    require_equal(len(losses), steps, "steps")
    first, last = fmean(losses[: steps // 4]), fmean(losses[-(steps // 4) :])
    require(last < first, f"{name}: mean loss of the first quarter {first}, of the last {last}")
    parts = recordings.parent / "parts"
    train(cache, parts, *options, "-max_steps", steps // 2)
    train(cache, parts, *options, "-max_steps", steps, "-resume", "auto")
    checkpoint = "checkpoint_latest.safetensors"
    require(the_file(parts, checkpoint) == the_file(recordings.parent / "whole", checkpoint), f"{name}: resumed to the bit")
    print(
        f"{name}: {network}: {steps} steps of {batch} samples in {seconds:.1f} s, mean loss of the first quarter {first:.5f}, "
        f"of the last {last:.5f}; resumed after {steps // 2}: the same checkpoint",
        flush=True,
    )


def check_nmnist() -> None:
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as parent:
        recordings = Path(parent, "recordings")
        count = nmnist.make(recordings)
        kind = f"N-MNIST, {'real' if nmnist.is_real() else 'made'}, {count} recordings"
        require_training(kind, recordings, 2, 2048, 16 if nmnist.is_real() else 4, 40)


def check_cifar10_dvs() -> None:
    with tempfile.TemporaryDirectory(prefix="dvskit-interop-") as parent:
        recordings = Path(parent, "recordings")
        cifar10_dvs.make(recordings)
        require_training("CIFAR10-DVS, made, 30 recordings", recordings, 4, 512, 10, 40)
