#!/usr/bin/env python3
"""Ten training steps at full size, by dvstrain and by SpikingJelly's layers: losses and spikes of every step.

  ten_steps.py CACHE [--results DIR] [--channels 128] [-b 4] [--steps 10] [--seed 1] [--threads 1] [--active]
               [--nmnist]
               [--sides spikingjelly channels_last dvstrain]

Both start from the same weights, take the samples in the same order and drop the same inputs. Exit status 1 when the
loss of step 1 differs by more than 1e-6 or that of a later step by more than 1e-3. The first step and layer with a
different number of spikes are printed in any case.

- With the usual initial weights no output neuron fires in the first steps, and their loss is 1/11; --active starts from
  larger weights, which dvstrain reads from a file.
- `channels_last` is SpikingJelly in PyTorch's faster memory format, whose batch norm sums less exactly: it shows the
  effect of rounding alone.
- SpikingJelly's results are stored in DIR and reused. A full step takes it 3 to 6 seconds and 5 GB of memory.
- --nmnist: the PLIF paper's network for N-MNIST, on a cache of N-MNIST.

DVSTRAIN is the path of the tool (default: .build/release/dvstrain).
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

FIRST_LIMIT, LIMIT = 1e-6, 1e-3


def spikingjelly(arguments: argparse.Namespace, channels_last: bool) -> list[dict]:
    import torch
    from paper_network import PaperNetwork, reset, squared_error
    from frame_cache import read_samples
    from random_streams import sample_order
    from spikingjelly_training import batches

    torch.set_num_threads(arguments.threads)
    samples = read_samples(arguments.cache, "train")
    network = PaperNetwork(settings(arguments))
    network.set_initial_weights(arguments.seed)
    if arguments.active:
        network.raise_activity()
    if channels_last:
        network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    spikes = network.count_spikes()
    order = sample_order(arguments.seed, 0, len(samples))[: arguments.b * arguments.steps]
    found = []
    for number, (counts, labels) in enumerate(batches(samples, order, arguments.b)):
        network.set_dropout(arguments.seed, number, len(labels))
        optimizer.zero_grad()
        loss = squared_error(network(counts), labels)
        loss.backward()
        optimizer.step()
        reset(network)
        found.append({"loss": loss.item(), "spikes": list(spikes)})
        print(f"step {number + 1}: loss {loss.item():.9f}, spikes {spikes}", file=sys.stderr, flush=True)
    return found


def settings(arguments: argparse.Namespace):  # noqa: ANN201 (its module is imported in functions only)
    from paper_network import Settings, nmnist

    return nmnist(arguments.channels) if arguments.nmnist else Settings(channels=arguments.channels)


def dvstrain(arguments: argparse.Namespace) -> list[dict]:
    from dvstrain_run import active_network, train

    with tempfile.TemporaryDirectory(prefix="dvskit-ten-steps-") as folder:
        start = []
        if arguments.active:
            start = ["-init", Path(folder) / "start.safetensors"]
            active_network(settings(arguments), arguments.seed, start[1])
        network = ["-channels", arguments.channels]
        if arguments.nmnist:
            network = ["-net", settings(arguments).notation]
        run = train(
            arguments.cache, Path(folder) / "run", *start, *network, "-seed", arguments.seed, "-b", arguments.b,
            "-max_steps", arguments.steps, "-log_every", 1, "-threads", arguments.threads,
        )  # fmt: skip
    return [{"loss": step["loss"], "spikes": step["spikes"]} for step in run.steps]


def compare(name: str, found: list[dict], reference: list[dict]) -> bool:
    """Prints a table; returns whether the losses are within the limits."""
    print(f"\n{name} and SpikingJelly\n\n| step | SpikingJelly | {name} | difference | difference of spikes, by layer |")
    print("| ---: | ---: | ---: | ---: | --- |")
    within, first = len(found) == len(reference), None
    for number, (ours, theirs) in enumerate(zip(found, reference, strict=False), 1):
        difference = ours["loss"] - theirs["loss"]
        within = within and abs(difference) <= (FIRST_LIMIT if number == 1 else LIMIT)
        spikes = [a - b for a, b in zip(ours["spikes"], theirs["spikes"], strict=True)]
        first = first or next(((number, layer) for layer, off in enumerate(spikes, 1) if off), None)
        print(f"| {number} | {theirs['loss']:.9f} | {ours['loss']:.9f} | {difference:+.1e} | {spikes} |")
    if first:
        number, layer = first
        total = reference[number - 1]["spikes"][layer - 1]
        off = found[number - 1]["spikes"][layer - 1] - total
        print(f"\nfirst different number of spikes: step {number}, layer {layer}: {off:+d} of {total} spikes")
    else:
        print("\nall layers have the same numbers of spikes")
    print(f"step 1 within {FIRST_LIMIT:g}, all within {LIMIT:g}: {'yes' if within else 'NO'}")
    return within


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--results", type=Path, metavar="DIR")
    parser.add_argument("--sides", nargs="+", default=["spikingjelly", "dvstrain"])
    parser.add_argument("--channels", type=int, default=128)
    parser.add_argument("-b", type=int, default=4)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--active", action="store_true")
    parser.add_argument("--nmnist", action="store_true")
    arguments = parser.parse_args()
    sides = {
        "spikingjelly": lambda: spikingjelly(arguments, channels_last=False),
        "channels_last": lambda: spikingjelly(arguments, channels_last=True),
        "dvstrain": lambda: dvstrain(arguments),
    }
    found = {}
    for side in arguments.sides:
        kept = arguments.results and side != "dvstrain" and (
            arguments.results / f"{side}_{arguments.channels}_{arguments.b}_{arguments.steps}_{arguments.seed}"
                                f"{'_active' if arguments.active else ''}{'_nmnist' if arguments.nmnist else ''}.json")
        if kept and kept.exists():
            found[side] = json.loads(kept.read_text())
            continue
        found[side] = sides[side]()
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(found[side], indent=1) + "\n")
    reference = found.pop("spikingjelly")
    return 0 if all([compare(side, steps, reference) for side, steps in found.items()]) else 1


if __name__ == "__main__":
    sys.exit(main())
