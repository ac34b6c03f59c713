"""TensorBoard's own reader finds the four tags of SpikingJelly's tutorial, with the values of metrics.jsonl."""

import struct

from dvstrain_run import dvstrain, read_run, small_cache
from harness import require
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

TAGS = ("train_loss", "train_acc", "test_loss", "test_acc")


def float32(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]


def check_tags_and_values() -> None:
    with small_cache() as cache:
        logs = cache.parent / "logs"
        arguments = ["-data_dir", cache, "-out_dir", logs, "-T", 4, "-channels", 4, "-b", 6, "-device", "cpu", "--quiet"]
        dvstrain(*arguments, "-epochs", 2)
        # A process killed during a write leaves a truncated record.
        for path in read_run(logs).folder.glob("events.out.tfevents.*"):
            with path.open("ab") as file:
                file.write(path.read_bytes()[:20])
        # A resumed run writes to a new file.
        dvstrain(*arguments, "-epochs", 3, "-resume", "auto")
        run = read_run(logs)
        require([line["epoch"] for line in run.epochs] == [0, 1, 2], f"epochs {run.epochs}")
        reader = EventAccumulator(str(run.folder))
        reader.Reload()
        tags = set(reader.Tags()["scalars"])
        require(tags == set(TAGS), f"tags {sorted(tags)}")
        for tag in TAGS:
            points = reader.Scalars(tag)
            expected = [(line["epoch"], float32(line[tag])) for line in run.epochs]
            found = [(point.step, point.value) for point in points]
            require(found == expected, f"{tag}: {found}, expected {expected}")
            require(all(point.wall_time > 1e9 for point in points), f"{tag}: a time before 2001")
