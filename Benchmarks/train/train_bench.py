#!/usr/bin/env python3
"""Times training and inference of dvstrain and SpikingJelly on the same data, from the same weights.

Started by run.sh. First each side is tuned: batch size, precision, memory format. Then the best settings of each side
run in rotation, on a trained network and on more active ones.
"""

import argparse
import hashlib
import json
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

import processes
from report import markdown
from sides import ALLOCATORS, DVSPREP, DVSTRAIN, Bench, Run, Setting, bench, call

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
SCRATCH = HERE.parents[1] / ".build-benchmark-train"
SEED = 1


@dataclass(frozen=True)
class Goal:
    """Ratios to SpikingJelly: the required one, and the desired one."""

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
    """Trains a checkpoint, unless it exists; returns it and the training's peak memory."""
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


def make_more_active(folder: Path, cache: Path, checkpoint: Path, fraction: float) -> Path:
    """The checkpoint, with batch-norm biases shifted so that this fraction of each layer's inputs are spikes."""
    digest = hashlib.sha256(checkpoint.read_bytes()).hexdigest()[:12]
    path = folder / f"ones-{100 * fraction:g}-{digest}.safetensors"
    if not path.exists():
        print(f"train_bench: making {path.name}", file=sys.stderr, flush=True)
        bench(checkpoint, cache, "-b", 4, "-work", "inference", "-steps", 1, "-ones", fraction, "-save", path)
    return path


class Session:
    """All measurements, and their results."""

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
        """The tried setting with the minimum time per sample."""
        tried = [setting for setting in settings if setting in self.tried]
        # The fastest step: a disturbed one must not decide.
        return min(tried, key=lambda setting: min(self.tried[setting].seconds) / setting.batch)

    def tune(self, start: Setting, batches: list[int]) -> Setting:
        """The best batch size; for SpikingJelly, then also the better memory format."""
        settings = [replace(start, batch=batch) for batch in batches]
        for setting in settings:
            self.try_once(setting)
        best = self.best(settings)
        if start.side == "dvstrain":
            return best
        other = replace(best, channels_last=not best.channels_last)
        self.try_once(other)
        return self.best([best, other])

    def run_in_rotation(self, rows: list[Row], turns: int) -> None:
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


def more_active_rows(rows: list[Row], checkpoint: Path, fraction: float) -> list[Row]:
    goal = Goal(1) if fraction >= 0.5 else None
    return [
        Row(f"{row.own.work} fp32, {100 * fraction:g} % spikes", replace(row.own, checkpoint=checkpoint),
            replace(row.peer, checkpoint=checkpoint), goal)
        for row in (rows[0], rows[3])
    ]  # fmt: skip


def machine() -> dict:
    return processes.machine() | {
        "dvstrain": call([DVSTRAIN, "--version"])[0].strip(),
        "tcmalloc": any(path.exists() for path in ALLOCATORS),
    }


def row_results(session: Session, row: Row) -> dict:
    own, peer = session.summary(row.own), session.summary(row.peer)
    return {
        "name": row.name, "dvstrain": own, "SpikingJelly": peer,
        "ratio": own["samples_per_second"] / peer["samples_per_second"],
        "at_least": row.goal and row.goal.at_least, "aim": row.goal and row.goal.aim,
    }  # fmt: skip


def tried_results(session: Session) -> list[dict]:
    return [
        {"side": setting.side, "work": setting.work, "how": setting.text, "batch": setting.batch, "bf16": setting.bf16,
         "samples_per_second": setting.batch / min(run.seconds), "peak_bytes": run.peak_bytes}
        for setting, run in session.tried.items()
    ]  # fmt: skip


def profiles(checkpoint: Path, cache: Path, batch: int, threads: int, steps: int) -> dict[str, dict]:
    """The output of `bench --json`, with all threads and with one."""
    counts = [threads] if threads == 1 else [threads, 1]
    return {
        str(count): bench(checkpoint, cache, "-b", batch, "-steps", steps, "-threads", count)[0] for count in counts
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="initial weights of both sides (default: those of a new training)")
    parser.add_argument("--cache", type=Path, help="frames, T 16 (default: synthetic ones)")
    parser.add_argument("--channels", type=int, default=128, help="of the network to train")
    parser.add_argument("--epochs", type=int, default=15, help="of that training, 16 steps of 16 samples each")
    parser.add_argument("--batches", type=int, nargs="+", default=[4, 8, 16], help="batch sizes to try")
    parser.add_argument("--ones", type=float, nargs="*", default=[0.1, 0.25, 0.5], help="fractions of spikes in more active networks")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3, help="processes of each side; with more active networks one fewer")
    parser.add_argument("--own-steps", type=int, default=4, help="timed steps of each dvstrain process, after 2 untimed ones")
    parser.add_argument("--peer-steps", type=int, default=2, help="timed steps of each SpikingJelly process, after 1 untimed one")
    parser.add_argument("--patience", type=float, default=300, help="seconds to spend on repeating disturbed runs")
    parser.add_argument("--quick", action="store_true", help="only test that it runs: 8 channels, small batches, one turn")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.channels, arguments.epochs, arguments.batches = 8, 2, [2, 4]
        arguments.ones, arguments.turns, arguments.patience = [0.25, 0.5], 1, 0
        arguments.own_steps = arguments.peer_steps = 1
    begin = time.monotonic()
    folder = SCRATCH / f"{arguments.channels}-channels"
    folder.mkdir(parents=True, exist_ok=True)
    results: dict = {"machine": machine(), "settings": {
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
    results["checkpoint"] = {
        "made": arguments.checkpoint is None, "test_accuracy": evaluation["accuracy"],
        "test_samples": evaluation["samples"], "training_peak_bytes": training_peak,
    }  # fmt: skip
    more_active = {fraction: make_more_active(folder, cache, checkpoint, fraction) for fraction in arguments.ones}

    session = Session(Bench(
        cache, arguments.channels, arguments.threads, SEED, own_steps=arguments.own_steps,
        peer_steps=arguments.peer_steps, peer_warmup=1, patience=arguments.patience,
    ))  # fmt: skip
    rows = tuned_rows(session, checkpoint, arguments.batches)
    session.run_in_rotation(rows, arguments.turns)
    for fraction, path in more_active.items():
        more = more_active_rows(rows, path, fraction)
        session.run_in_rotation(more, max(1, arguments.turns - 1))
        rows += more
    results["rows"] = [row_results(session, row) for row in rows]
    results["tried"] = tried_results(session)
    results["left_out"] = [{**asdict(setting), "checkpoint": None} for setting in session.left_out]
    results["profiles"] = profiles(checkpoint, cache, max(arguments.batches), arguments.threads, arguments.own_steps)
    results["repeated"] = session.measure.repeated
    results["wall_seconds"] = time.monotonic() - begin
    text, missed = markdown(results)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "train.json").write_text(json.dumps(results, indent=1) + "\n")
    (RESULTS / "train.md").write_text(text)
    print(text, end="")
    return 1 if missed and not arguments.quick else 0


if __name__ == "__main__":
    sys.exit(main())
