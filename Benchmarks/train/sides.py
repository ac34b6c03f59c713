"""Runs measurements of either side, each in a separate process.

Uses only the standard library, so that the measuring process stays small: the system reports a child's peak memory as
at least its parent's memory at the start.
"""

import json
import os
import platform
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from processes import QUIET_FRACTION, measured

HERE = Path(__file__).resolve().parent
DVSPREP, DVSTRAIN = os.environ["DVSPREP"], os.environ["DVSTRAIN"]
ALLOCATORS = [Path("/usr/lib", f"{platform.machine()}-linux-gnu", "libtcmalloc_minimal.so.4")]

# SpikingJelly's measured peak memory with 128 channels, in GiB per sample, by work and whether it uses bf16.
PEER_GIB_PER_SAMPLE = {
    ("training", False): 1.25, ("training", True): 0.6, ("inference", False): 0.7, ("inference", True): 0.3,
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What to measure: a side, a checkpoint, training or inference, and the options."""

    side: str
    checkpoint: Path
    work: str
    batch: int
    bf16: bool = False
    channels_last: bool = False

    @property
    def text(self) -> str:
        parts = ["bf16" if self.bf16 else "fp32", f"batch {self.batch}"]
        if self.side == "SpikingJelly":
            parts.insert(1, "channels-last" if self.channels_last else "contiguous")
        return ", ".join(parts)


@dataclass
class Run:
    """The results of a process."""

    seconds: list[float]
    peak_bytes: int
    # The fraction of spikes among the inputs of conv2 to conv5 and fc1.
    share_of_ones: list[float]
    # The fraction of the machine's processor time that other processes used meanwhile.
    others_share: float
    report: dict = field(default_factory=dict, repr=False)


def call(command: list, environment: dict[str, str] | None = None) -> tuple[str, int, float]:
    """Runs a command; returns its output, peak memory in bytes (VmHWM), and the fraction of the machine that others used."""
    result = measured(*command, environment=environment)
    return result.output, result.peak_bytes, result.others_fraction


def available_bytes() -> int:
    return int(re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) * 1024


def bench(checkpoint: Path, cache: Path, *options: object) -> tuple[dict, int, float]:
    text, peak, others = call([DVSTRAIN, "bench", checkpoint, "-data_dir", cache, "-device", "cpu", *options, "--json"])
    return json.loads(text), peak, others


@dataclass
class Bench:
    """Measures settings on one cache."""

    cache: Path
    channels: int
    threads: int
    seed: int
    # Timed steps of each process. dvstrain's own bench warms up with two.
    own_steps: int
    peer_steps: int
    peer_warmup: int
    # Seconds to spend on repeating runs that other processes disturbed.
    patience: float
    repeated: int = 0

    def fits(self, setting: Setting) -> bool:
        """Whether the available memory suffices."""
        if setting.side == "dvstrain":
            return True
        a_sample = PEER_GIB_PER_SAMPLE[setting.work, setting.bf16] * 2**30 * self.channels / 128
        return a_sample * setting.batch + 2**29 <= 0.95 * available_bytes()

    def run(self, setting: Setting) -> Run:
        """Runs a setting; disturbed runs are repeated until `patience` is used up."""
        while True:
            begin = time.monotonic()
            found = self.own(setting) if setting.side == "dvstrain" else self.peer(setting)
            took = time.monotonic() - begin
            seconds = " ".join(f"{seconds:.3f}" for seconds in found.seconds)
            print(
                f"train_bench: {setting.side}, {setting.work}, {setting.checkpoint.stem}, {setting.text}: {seconds} s, "
                f"{found.peak_bytes / 2**30:.2f} GiB, others {found.others_share:.0%}, {took:.0f} s in all",
                file=sys.stderr, flush=True,
            )  # fmt: skip
            if found.others_share <= QUIET_FRACTION or self.patience < took:
                return found
            self.patience -= took
            self.repeated += 1

    def own(self, setting: Setting) -> Run:
        options = ["-amp"] if setting.bf16 else []
        report, peak, others = bench(
            setting.checkpoint, self.cache, "-b", setting.batch, "-work", setting.work, "-steps", self.own_steps,
            "-threads", self.threads, *options,
        )  # fmt: skip
        (work,) = report["work"]
        return Run(work["seconds"], peak, work["share_of_ones"], others, report)

    def peer(self, setting: Setting) -> Run:
        options = ["--bf16"] if setting.bf16 else []
        options += ["--channels-last"] if setting.channels_last else []
        allocators = ":".join(str(path) for path in ALLOCATORS if path.exists())
        text, peak, others = call(
            [sys.executable, HERE / "spikingjelly_steps.py", self.cache, setting.checkpoint, "--work", setting.work,
             "-b", setting.batch, "--warmup", self.peer_warmup, "--steps", self.peer_steps, "--threads", self.threads,
             "--seed", self.seed, *options],
            {**os.environ, "LD_PRELOAD": allocators},
        )  # fmt: skip
        found = json.loads(text)
        return Run(found["seconds"], peak, found["share_of_ones"], others)
