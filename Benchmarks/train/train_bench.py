#!/usr/bin/env python3
"""Times training and inference of dvstrain and of SpikingJelly, in turns, on the same data from the same weights.

Started by run.sh. First each side is tuned: its batch size, its precision, how its tensors lie. Then the best of each
side run in turns, on a trained network and on ones that fire more.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

from report import markdown
from sides import ALLOCATORS, DVSPREP, DVSTRAIN, Bench, Run, Setting, bench, call

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
SCRATCH = HERE.parents[1] / ".build-benchmark-train"
SEED = 1


@dataclass(frozen=True)
class Goal:
    """A ratio to SpikingJelly: what is asked for, and what is hoped for."""

    at_least: float
    aim: float | None = None


@dataclass(frozen=True)
class Row:
    name: str
    own: Setting
    peer: Setting
    goal: Goal | None = None


def make_cache(folder: Path, train: int, test: int) -> Path:
    cache = folder / f"cache-{train}-{test}.h5"
    if not cache.exists():
        call([DVSPREP, "synth", "--quiet", "--force", folder, "--train", train, "--test", test])
        call([DVSPREP, "convert", "--quiet", folder / "DvsGesture", "-o", cache])
    return cache


def make_checkpoint(folder: Path, cache: Path, arguments: argparse.Namespace) -> tuple[Path, int | None]:
    """-> checkpoint, and the training's peak memory, where it is known."""
    runs, memory = folder / f"run-{arguments.epochs}-{cache.stem}", folder / f"run-{arguments.epochs}-{cache.stem}.json"
    if not memory.exists():
        print(f"train_bench: training {arguments.epochs} epochs", file=sys.stderr, flush=True)
        _, peak, _ = call([
            DVSTRAIN, "-data_dir", cache, "-out_dir", runs, "-channels", arguments.channels, "-b", max(arguments.batches),
            "-epochs", arguments.epochs, "-opt", "Adam", "-lr", 0.001, "-lr_scheduler", "CosALR", "-T_max",
            arguments.epochs, "-seed", SEED, "-threads", arguments.threads, "-device", "cpu", "--quiet", "--force",
        ])  # fmt: skip
        memory.write_text(json.dumps({"peak_bytes": peak}))
    (checkpoint,) = runs.glob("*/checkpoint_latest.safetensors")
    return checkpoint, json.loads(memory.read_text())["peak_bytes"]


def make_livelier(folder: Path, cache: Path, checkpoint: Path, share: float) -> Path:
    """The checkpoint, shifted so that this share of each layer's inputs is ones."""
    digest = hashlib.sha256(checkpoint.read_bytes()).hexdigest()[:12]
    path = folder / f"ones-{100 * share:g}-{digest}.safetensors"
    if not path.exists():
        print(f"train_bench: making {path.name}", file=sys.stderr, flush=True)
        bench(checkpoint, cache, "-b", 4, "-work", "inference", "-steps", 1, "-ones", share, "-save", path)
    return path


class Session:
    """All measurements, and what they tell."""

    def __init__(self, measure: Bench):
        self.measure = measure
        self.runs: dict[Setting, list[Run]] = {}
        self.tried: dict[Setting, Run] = {}
        self.left_out: list[Setting] = []

    def try_once(self, setting: Setting) -> None:
        if setting in self.tried:
            return
        if self.measure.fits(setting):
            self.tried[setting] = self.measure.run(setting)
        else:
            self.left_out.append(setting)
            print(f"train_bench: {setting.side}, {setting.text}: not enough memory", file=sys.stderr, flush=True)

    def best(self, settings: list[Setting]) -> Setting:
        """The one of those that were tried that takes a sample least time."""
        tried = [setting for setting in settings if setting in self.tried]
        # The fastest step: a disturbed one must not decide.
        return min(tried, key=lambda setting: min(self.tried[setting].seconds) / setting.batch)

    def tune(self, start: Setting, batches: list[int]) -> Setting:
        """The best batch size; for SpikingJelly then the better way for tensors to lie, too."""
        settings = [replace(start, batch=batch) for batch in batches]
        for setting in settings:
            self.try_once(setting)
        best = self.best(settings)
        if start.side == "dvstrain":
            return best
        other = replace(best, channels_last=not best.channels_last)
        self.try_once(other)
        return self.best([best, other])

    def take_turns(self, rows: list[Row], turns: int) -> None:
        settings = list(dict.fromkeys(setting for row in rows for setting in (row.own, row.peer)))
        for turn in range(turns):
            for setting in settings if turn % 2 == 0 else reversed(settings):
                self.runs.setdefault(setting, []).append(self.measure.run(setting))

    def summary(self, setting: Setting) -> dict:
        """Medians of all timed steps of all turns."""
        runs = self.runs[setting]
        seconds = [seconds for run in runs for seconds in run.seconds]
        return {
            "how": setting.text, "batch": setting.batch, "seconds": median(seconds), "fastest": min(seconds),
            "slowest": max(seconds), "all_seconds": seconds, "samples_per_second": setting.batch / median(seconds),
            "peak_bytes": max(run.peak_bytes for run in runs), "share_of_ones": runs[0].share_of_ones,
            "others_share": max(run.others_share for run in runs),
        }  # fmt: skip


def tuned_rows(session: Session, checkpoint: Path, batches: list[int]) -> list[Row]:
    own = {
        (work, bf16): session.tune(Setting("dvstrain", checkpoint, work, 0, bf16), batches)
        for work, bf16 in (("training", False), ("training", True), ("inference", False))
    }
    peer = {
        (work, bf16): session.tune(Setting("SpikingJelly", checkpoint, work, 0, bf16, True), batches)
        for work in ("training", "inference")
        for bf16 in (False, True)
    }
    fastest = {
        work: (
            session.best([setting for key, setting in own.items() if key[0] == work]),
            session.best([setting for key, setting in peer.items() if key[0] == work]),
        )
        for work in ("training", "inference")
    }
    return [
        Row("training, fp32 against fp32", own["training", False], peer["training", False], Goal(5, 7)),
        Row("training, best against best", *fastest["training"], Goal(3, 5)),
        Row("inference, best against best", *fastest["inference"], Goal(5, 10)),
        Row("inference, fp32 against fp32", own["inference", False], peer["inference", False]),
    ]


def livelier_rows(rows: list[Row], checkpoint: Path, share: float) -> list[Row]:
    goal = Goal(1) if share >= 0.5 else None
    return [
        Row(f"{row.own.work} fp32, {100 * share:g} % ones", replace(row.own, checkpoint=checkpoint),
            replace(row.peer, checkpoint=checkpoint), goal)
        for row in (rows[0], rows[3])
    ]  # fmt: skip


def machine() -> dict:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "load_average": os.getloadavg()[0],
        "dvstrain": call([DVSTRAIN, "--version"])[0].strip(),
        "tcmalloc": any(path.exists() for path in ALLOCATORS),
    }


def row_figures(session: Session, row: Row) -> dict:
    own, peer = session.summary(row.own), session.summary(row.peer)
    return {
        "name": row.name, "dvstrain": own, "SpikingJelly": peer,
        "ratio": own["samples_per_second"] / peer["samples_per_second"],
        "at_least": row.goal and row.goal.at_least, "aim": row.goal and row.goal.aim,
    }  # fmt: skip


def tried_figures(session: Session) -> list[dict]:
    return [
        {"side": setting.side, "work": setting.work, "how": setting.text, "batch": setting.batch, "bf16": setting.bf16,
         "samples_per_second": setting.batch / min(run.seconds), "peak_bytes": run.peak_bytes}
        for setting, run in session.tried.items()
    ]  # fmt: skip


def profiles(checkpoint: Path, cache: Path, batch: int, threads: int, steps: int) -> dict[str, dict]:
    """What `bench --json` says of both kinds of work, with all threads and with one."""
    counts = [threads] if threads == 1 else [threads, 1]
    return {
        str(count): bench(checkpoint, cache, "-b", batch, "-steps", steps, "-threads", count)[0] for count in counts
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="weights of both sides (default: one is trained)")
    parser.add_argument("--cache", type=Path, help="frames, T 16 (default: synthetic ones)")
    parser.add_argument("--channels", type=int, default=128, help="of the network that is trained")
    parser.add_argument("--epochs", type=int, default=15, help="of that training, 16 steps of 16 samples each")
    parser.add_argument("--batches", type=int, nargs="+", default=[4, 8, 16], help="sizes to choose from")
    parser.add_argument("--ones", type=float, nargs="*", default=[0.1, 0.25, 0.5], help="shares of livelier networks")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3, help="processes of each side; livelier networks: one fewer")
    parser.add_argument("--own-steps", type=int, default=4, help="timed in each process of dvstrain, after 2")
    parser.add_argument("--peer-steps", type=int, default=2, help="timed in each process of SpikingJelly, after 1")
    parser.add_argument("--patience", type=float, default=300, help="seconds to spend on runs that others disturb")
    parser.add_argument("--quick", action="store_true", help="whether it runs: 8 channels, small batches, one turn")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.channels, arguments.epochs, arguments.batches = 8, 2, [2, 4]
        arguments.ones, arguments.turns, arguments.patience = [0.25, 0.5], 1, 0
        arguments.own_steps = arguments.peer_steps = 1
    begin = time.monotonic()
    folder = SCRATCH / f"{arguments.channels}-channels"
    folder.mkdir(parents=True, exist_ok=True)
    figures: dict = {"machine": machine(), "settings": {
        key: str(value) if isinstance(value, Path) else value for key, value in vars(arguments).items()
    }}  # fmt: skip
    recordings = (6, 2) if arguments.quick else (22, 8)
    cache = arguments.cache or make_cache(folder, *recordings)
    checkpoint, training_peak = arguments.checkpoint, None
    if checkpoint is None:
        checkpoint, training_peak = make_checkpoint(folder, cache, arguments)
    evaluation = json.loads(call([
        DVSTRAIN, "eval", checkpoint, "-data_dir", cache, "-device", "cpu", "-threads", arguments.threads, "--quiet",
        "--json",
    ])[0])["report"]  # fmt: skip
    figures["checkpoint"] = {
        "made": arguments.checkpoint is None, "test_accuracy": evaluation["accuracy"],
        "test_samples": evaluation["samples"], "training_peak_bytes": training_peak,
    }  # fmt: skip
    livelier = {share: make_livelier(folder, cache, checkpoint, share) for share in arguments.ones}

    session = Session(Bench(
        cache, arguments.channels, arguments.threads, SEED, own_steps=arguments.own_steps,
        peer_steps=arguments.peer_steps, peer_warmup=1, patience=arguments.patience,
    ))  # fmt: skip
    rows = tuned_rows(session, checkpoint, arguments.batches)
    session.take_turns(rows, arguments.turns)
    for share, path in livelier.items():
        more = livelier_rows(rows, path, share)
        session.take_turns(more, max(1, arguments.turns - 1))
        rows += more
    figures["rows"] = [row_figures(session, row) for row in rows]
    figures["tried"] = tried_figures(session)
    figures["left_out"] = [{**asdict(setting), "checkpoint": None} for setting in session.left_out]
    figures["profiles"] = profiles(checkpoint, cache, max(arguments.batches), arguments.threads, arguments.own_steps)
    figures["repeated"] = session.measure.repeated
    figures["wall_seconds"] = time.monotonic() - begin
    text, missed = markdown(figures)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "train.json").write_text(json.dumps(figures, indent=1) + "\n")
    (RESULTS / "train.md").write_text(text)
    print(text, end="")
    return 1 if missed and not arguments.quick else 0


if __name__ == "__main__":
    sys.exit(main())
