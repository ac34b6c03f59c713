"""Times two versions of the CPU engine, alternating, and predicts the time on more cores."""

import argparse
import json
import math
import statistics
import subprocess
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results"

# Assumptions of the prediction. Memory bandwidth by cores, in multiples of what one core copies: servers of 16 to 128
# cores have 8 to 24 memory channels; one core copies 20 to 30 GB/s, all of them together 200 to 600.
MEMORY = {1: 1, 2: 2, 16: 10, 64: 20, 128: 24}
# The overhead of a parallel loop: waking threads and waiting for the last one.
LOOP_SECONDS = 30e-6
LOOPS_PER_STAGE = 3
# Units of work of each stage at a batch of 16; a thread computes whole units.
UNITS = {"counts": 256, "weights": 16, "first stage": 256, "convolution": 256, "neurons": 256, "linear": 128,
         "gradient sums": 256, "output gradient": 256, "weight gradient": 128, "input gradient": 256,
         "first stage back": 256, "update": 64, "evaluation": 256}


def once(binary, work, network, threads, batch, steps, shifts):
    command = [binary, work, network, str(threads), str(batch), str(steps), *shifts]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def median_stages(runs):
    keys = [(s["stage"], s["layer"]) for s in runs[0]["stages"]]
    result = {}
    for number, key in enumerate(keys):
        stages = [run["stages"][number] for run in runs]
        result[key] = {
            name: statistics.median(s[name] for s in stages) if stages[0][name] is not None else None
            for name in ("seconds", "serial_seconds", "operations", "bytes")
        }
    return result


def predicted(stages, bandwidth, cores):
    """Predicted seconds of a step: for each stage the serial part, and the maximum of the parallel part in whole units and
    its memory traffic."""
    total = 0.0
    for (name, _), stage in stages.items():
        serial = stage["serial_seconds"]
        parallel = stage["seconds"] - serial
        units = UNITS[name]
        divided = parallel * math.ceil(units / cores) / units
        memory = stage["bytes"] / (bandwidth * MEMORY[cores])
        total += serial + max(divided, memory) + (LOOPS_PER_STAGE * LOOP_SECONDS if cores > 1 else 0)
    return total


def table(old, new):
    lines = ["| stage | layer | before, ms | after, ms | ratio | serial, ms |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for key, stage in new.items():
        before = old.get(key, {}).get("seconds") if old else None
        serial = stage["serial_seconds"]
        lines.append(
            f"| {key[0]} | {key[1]} | {before * 1e3:.1f} | {stage['seconds'] * 1e3:.1f} | "
            f"{stage['seconds'] / before:.2f} | {serial * 1e3:.2f} |" if before else
            f"| {key[0]} | {key[1]} | | {stage['seconds'] * 1e3:.1f} | | {serial * 1e3:.2f} |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new", required=True)
    parser.add_argument("--old")
    parser.add_argument("--networks", nargs="+", default=["gesture", "nmnist"])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--batch", type=int, default=16)
    arguments = parser.parse_args()
    report, record = [], {}
    with open("/proc/loadavg", encoding="ascii") as file:
        report.append(f"Load at the start: {file.read().split()[0]}. Batches of {arguments.batch}; medians of "
                      f"{arguments.turns} turns of {arguments.steps} steps each, after one untimed step.")
    for network in arguments.networks:
        shifts = subprocess.run([arguments.new, "calibrate", network], check=True, capture_output=True,
                                text=True).stdout.split()
        medians = {}
        for threads in arguments.threads:
            runs = {"new": [], "old": []}
            for _ in range(arguments.turns):
                for name, binary in (("old", arguments.old), ("new", arguments.new)):
                    if binary:
                        runs[name].append(once(binary, "train", network, threads, arguments.batch,
                                               arguments.steps, shifts))
            seconds = {name: [statistics.median(run["seconds"]) for run in found] for name, found in runs.items()}
            new = statistics.median(seconds["new"])
            medians[threads] = new
            stages = median_stages(runs["new"])
            old_stages = median_stages(runs["old"]) if runs["old"] else None
            spikes = ", ".join(f"{100 * fraction:.1f}" for fraction in runs["new"][0]["share_of_ones"])
            title = f"{network}, {threads} thread{'s' if threads > 1 else ''}"
            report += ["", f"### {title}", "", f"{runs['new'][0]['engine']}; {spikes} % of the inputs are spikes.", ""]
            if runs["old"]:
                old = statistics.median(seconds["old"])
                turns = ", ".join(f"{b / a:.3f}" for a, b in zip(seconds["old"], seconds["new"], strict=True))
                report += [f"Step: {old:.4f} s before, {new:.4f} s after, **{new / old:.3f}** (by turns {turns}).", ""]
            else:
                report += [f"Step: {new:.4f} s.", ""]
            report += table(old_stages, stages)
            serial = sum(stage["serial_seconds"] for stage in stages.values())
            report += ["", f"Serial: {serial * 1e3:.1f} ms of {new * 1e3:.0f} ms."]
            record[title] = {"seconds": seconds, "shifts": shifts, "stages": [
                {"stage": key[0], "layer": key[1], **stage} for key, stage in stages.items()]}
            if threads == 1:
                one = stages, statistics.median(run["peak_bytes_per_second"] for run in runs["new"])
        if 1 in medians and 2 in medians:
            report += ["", f"Two threads compared with one: {medians[1] / medians[2]:.3f} times as fast."]
        if 1 in medians:
            stages, bandwidth = one
            alone = predicted(stages, bandwidth, 1)
            report += ["", "| cores | predicted step, s | times as fast | of ideal |", "| ---: | ---: | ---: | ---: |"]
            for cores in MEMORY:
                seconds = predicted(stages, bandwidth, cores)
                report.append(f"| {cores} | {seconds:.4f} | {alone / seconds:.1f} | {100 * alone / seconds / cores:.0f} % |")
    text = "\n".join(report) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "steps.md").write_text(text, encoding="utf-8")
    (RESULTS / "steps.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
