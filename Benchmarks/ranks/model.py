"""The model of a training step on several ranks: what they exchange, how long that takes, and a table of it beside measurements."""

import json
import math
import statistics
import sys
from pathlib import Path

CLASSES = 11
CONVOLUTIONS = 5
# Sums of fewer bytes are exchanged whole (TreeSum.halvedByteCount).
HALVED = 32 << 10


def sums_of_step(channels, batch):
    """The sums of a step in their order: (name, bytes, after which part of the backward pass it begins, or None if ranks wait).

    Of the gesture network with LIF neurons, as CPUEngine and Training make them: search for `reducer` in Sources.
    """
    double, word, single = 8, 8, 4
    inputs = 9 * 2
    waits = [("agreement that all have the batch", 2 * word), ("number of samples", word)]
    waits.append(("moments of the counts", (inputs * inputs + inputs) * double))
    for layer in range(2, CONVOLUTIONS + 1):
        waits += [(f"spikes of the input, conv {layer}", word), (f"batch norm, conv {layer}", 2 * channels * double)]
    sums = [(name, count, None) for name, count in waits]
    pixels, hidden = (128 >> CONVOLUTIONS) ** 2, 4 * channels
    sums.append(("weights, fc 2", CLASSES * 10 * hidden * single, 7))
    sums.append(("weights, fc 1", hidden * channels * pixels * single, 6))
    for layer in range(CONVOLUTIONS, 1, -1):
        sums.append((f"batch norm backward, conv {layer}", 2 * channels * double, None))
        sums.append((f"weights, conv {layer}", 9 * channels * channels * single, layer))
    sums.append(("batch norm and weights, conv 1", (2 + inputs) * channels * double, None))
    sums.append(("firing rates", batch * CLASSES * single, None))
    counts = CONVOLUTIONS * channels + hidden + CLASSES * 10 + CONVOLUTIONS + 2
    sums.append(("numbers of spikes", counts * word, None))
    sums.append(("agreement to continue", 2 * word, None))
    return sums


def sent(count, ranks):
    """Bytes that each rank sends for a sum of this number of bytes."""
    steps = ranks.bit_length() - 1
    return steps * count if count < HALVED else 2 * count * (ranks - 1) / ranks


def sum_seconds(count, ranks, latency, rate):
    """Seconds of a sum; `latency` is that of one exchange of few bytes, `rate` in bytes per second."""
    steps = ranks.bit_length() - 1
    return (steps if count < HALVED else 2 * steps) * latency + sent(count, ranks) / rate


BACKWARD = {"gradient sums", "output gradient", "weight gradient", "input gradient"}


def step_seconds(compute, stages, channels, batch, ranks, latency, rate):
    """Predicted seconds of a step of which computing takes `compute`, and those that ranks wait for each other.

    `stages` are the seconds of each (stage, layer); only their proportions matter. A layer's gradients are sent while those before
    are computed, by a thread that makes one sum after the other; at the end, the step waits for it.
    """
    if ranks == 1:
        return compute, 0.0
    scale = compute / sum(stages.values())
    # Backward from the last layer to the first; a linear layer's stage is both passes.
    order = [7, 6, 5, 4, 3, 2]
    spans = {layer: scale * sum(s for (name, at), s in stages.items() if at == layer and name in BACKWARD) for layer in order}
    spans |= {layer: scale * stages.get(("linear", layer), 0) / 2 for layer in (6, 7)}
    sums = sums_of_step(channels, batch)
    waited = sum(sum_seconds(count, ranks, latency, rate) for _, count, begin in sums if begin is None)
    clock, queue = 0.0, 0.0
    for layer in order:
        clock += spans[layer]
        for _, count, begin in sums:
            if begin == layer:
                queue = max(queue, clock) + sum_seconds(count, ranks, latency, rate)
    clock += scale * stages.get(("first stage back", 1), 0)
    waited += max(0.0, queue - clock)
    return compute + waited, waited


def line_fit(points):
    """a and c of seconds = a + c · samples, with the smallest squares of relative errors."""
    weights = [(x, y, 1 / y**2) for x, y in points]
    total = sum(w for _, _, w in weights)
    mean_x = sum(w * x for x, _, w in weights) / total
    mean_y = sum(w * y for _, y, w in weights) / total
    slope = sum(w * (x - mean_x) * (y - mean_y) for x, y, w in weights) / sum(w * (x - mean_x) ** 2 for x, _, w in weights)
    return max(0.0, mean_y - slope * mean_x), slope


def read(path):
    return json.loads(Path(path).read_text())


def bench(path):
    work = read(path)["work"][0]
    stages = {(s["stage"], s["layer"]): s["seconds"] for s in work["stages"]}
    return statistics.median(work["seconds"]), stages


def step_times(paths):
    """Median seconds of the steps of some runs, without the first of each."""
    times = []
    for path in paths:
        lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
        times += [line["seconds"] for line in lines if line["type"] == "step"][1:]
    return statistics.median(times)


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join(["---"] + ["---:"] * (len(head) - 1)) + " |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def main():
    folder = Path(sys.argv[1])
    setup = read(folder / "setup.json")
    channels, batch, cores = setup["channels"], setup["batch"], setup["cores"]
    benches = {count: bench(folder / f"bench-{count}.json") for count in setup["bench_batches"]}
    fixed, per_sample = line_fit([(count, seconds) for count, (seconds, _) in benches.items()])
    _, stages = benches[max(benches)]

    print(f"T 16, {channels} channels, one thread a rank; {setup['processor']}, {cores} cores, load {setup['load']}; {setup['mpi']}.")
    print(f"Medians of {setup['turns']} turns. Delay by {setup['delayed_by']}.\n")

    print(f"A step by stage, ms: the batch of {batch} in 1 rank, and the half of it that each of 2 ranks computes:\n")
    whole, half = benches[batch][1], benches[batch // 2][1]
    names = list(dict.fromkeys(name for name, _ in whole))
    rows = []
    for name in names:
        one, two = (1e3 * sum(s for (n, _), s in part.items() if n == name) for part in (whole, half))
        rows.append([name, f"{one:.1f}", f"{two:.1f}", f"{one / two:.2f}"])
    rows.append(["all", *(f"{1e3 * benches[b][0]:.1f}" for b in (batch, batch // 2)), f"{benches[batch][0] / benches[batch // 2][0]:.2f}"])
    table(["stage", "1 rank", "2 ranks", "times as fast"], rows)
    print(f"A step of b samples in one rank: {1e3 * fixed:.1f} ms + b · {1e3 * per_sample:.1f} ms, fitted to "
          + ", ".join(f"{1e3 * seconds:.0f} ms for {count}" for count, (seconds, _) in benches.items()) + ".\n")

    sums = sums_of_step(channels, batch)
    small, large = [s for s in sums if s[2] is None], [s for s in sums if s[2] is not None]
    print(f"What a step exchanges: {len(small)} sums for which all ranks wait, of {sum(s[1] for s in small)} bytes together (the largest "
          f"{max(s[1] for s in small)}), and {len(large)} sums of weight gradients, of {sum(s[1] for s in large)} bytes, that are made while "
          "layers before are computed. Bytes that each rank sends a step, by the model and by the counter of its interface, with headers:\n")
    rows = []
    for ranks in setup["hosts"]:
        before, after = (read(folder / f"bytes-{ranks}-{steps}.json") for steps in setup["byte_steps"])
        counted = (after["sent"] - before["sent"]) / (setup["byte_steps"][1] - setup["byte_steps"][0]) / ranks
        model = sum(sent(count, ranks) for _, count, _ in sums)
        rows.append([f"{ranks}", f"{model:.0f}", f"{counted:.0f}", f"{counted / model:.3f}"])
    table(["ranks", "predicted", "counted", "ratio"], rows)

    print(f"Sums over hosts at {setup['rate_mbit']} Mbit/s with a delay of {setup['delay_us']} µs each way, ms:\n")
    latency = {}
    rate = {}
    rows = []
    for ranks in setup["hosts"]:
        found = {s["bytes"]: s["seconds"] for s in read(folder / f"sums-{ranks}.json")["sums"]}
        steps = ranks.bit_length() - 1
        latency[ranks] = found[8] / steps
        biggest = max(found)
        rate[ranks] = sent(biggest, ranks) / (found[biggest] - 2 * steps * latency[ranks])
        rows += [[f"{ranks}", f"{count}", f"{1e3 * seconds:.2f}",
                  f"{1e3 * sum_seconds(count, ranks, latency[2], rate[2]):.2f}"] for count, seconds in found.items()]
    table(["ranks", "bytes", "measured", "predicted"], rows)
    first = setup["hosts"][0]
    print(f"An exchange of few bytes takes {1e6 * latency[first]:.0f} µs, of which the wire takes {setup['delay_us']}; large ones reach "
          f"{8e-6 * rate[first]:.0f} Mbit/s. Both are from the sums of {first} ranks; the other rows are predictions.\n")

    print(f"A step of a batch of {batch} over that network, s. Where there are more ranks than cores, they take turns:\n")
    rows = []
    for ranks in setup["hosts"]:
        compute = benches[batch // ranks][0] * max(1, ranks / cores)
        model, waited = step_seconds(compute, benches[batch // ranks][1], channels, batch, ranks, latency[2], rate[2])
        measured = step_times(folder.glob(f"steps-{ranks}-*.jsonl"))
        local = step_times(folder.glob(f"local-{ranks}-*.jsonl"))
        rows.append([f"{ranks}", f"{compute:.3f}", f"{waited:.3f}", f"{model:.3f}", f"{measured:.3f}", f"{100 * (measured / model - 1):+.1f} %", f"{local:.3f}"])
    table(["ranks", "computing", "waiting", "predicted", "measured", "off by", "without a network"], rows)

    own = setup["latency_us"] * 1e-6
    print("Prediction for a global batch of 64, s a step and efficiency (samples per second and rank, of one rank's), where an exchange of few bytes "
          f"is assumed to take {setup['latency_us']} µs and large ones to reach 85 % of the rate. First with one core a rank, as measured; then as if each rank "
          "computed 16 times as fast, as with 16 cores or so:\n")
    for speed in (1, 16):
        alone = (fixed + 64 * per_sample) / speed
        rows = []
        for ranks in (1, 2, 4, 8, 16, 32, 64):
            row = [f"{ranks}"]
            for mbit in (1000, 10_000, 100_000):
                seconds, _ = step_seconds((fixed + 64 / ranks * per_sample) / speed, stages, channels, 64, ranks, own, 0.85 * mbit * 125_000)
                row.append(f"{seconds:.3f}, {100 * alone / ranks / seconds:.1f} %")
            rows.append(row)
        table([f"ranks, {speed}×", "1 Gbit/s", "10 Gbit/s", "100 Gbit/s"], rows)

    print("Goals:\n")
    pairs = [(step_times([folder / f"pair-{n}-threads.jsonl"]), step_times([folder / f"pair-{n}-ranks.jsonl"])) for n in range(setup["turns"])]
    ratio = statistics.median(threads / ranks for threads, ranks in pairs)
    seconds, waited = step_seconds(fixed + 4 * per_sample, stages, channels, 64, 16, own, 0.85 * 1.25e9)
    predicted = (fixed + 64 * per_sample) / 16 / seconds
    memory = {ranks: read(folder / f"memory-{ranks}.json") for ranks in (1, 4)}
    fraction = max(memory[4]) / max(memory[1])
    rows = [
        ["2 ranks of 1 thread against 1 rank of 2 threads, samples/s", "95 %", f"{100 * ratio:.1f} %",
         "; ".join(f"{16 / threads:.2f} → {16 / ranks:.2f}" for threads, ranks in pairs)],
        ["predicted efficiency at 16 ranks, batch 64, 10 Gbit/s", "90 %", f"{100 * predicted:.1f} %", f"{1e3 * waited:.1f} of {1e3 * seconds:.0f} ms waiting"],
        ["memory a rank, batch 16 on 4 ranks, of one process's", "at most 0.35×", f"{fraction:.3f}×",
         f"{max(memory[4]) / 1024:.0f} of {max(memory[1]) / 1024:.0f} MB, anonymous memory"],
    ]
    table(["goal", "expected", "found", "how"], rows)


main()
