#!/usr/bin/env python3
"""Times steps of the PLIF paper's network with SpikingJelly's layers.

Started by train_bench.py. Prints a JSON object with the seconds of each timed step. Frames (as float32) and dropout masks
are in memory before the timed part, which is the network and the optimizer only. Batches, their order and the masks are
those of `dvstrain bench` on the same checkpoint.
"""

import argparse
import json
import sys
import time
from math import isqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/interop/training"))

import torch
from paper_network import PaperNetwork, Settings, reset, squared_error
from frame_cache import read_samples
from random_streams import sample_order
from safetensors.torch import load_file
from spikingjelly_training import batches

# `dvstrain bench` cycles through the first four batches of an epoch, and warms up with two steps.
BATCH_COUNT = 4
FIRST_TIMED_STEP = 2


def load_network(checkpoint: Path) -> PaperNetwork:
    tensors = load_file(checkpoint)
    channels = len(tensors["conv.0.weight"])
    # Names of the optimizer's tensors have another prefix.
    stages = sum(name.startswith("conv.") and tensor.dim() == 4 for name, tensor in tensors.items())
    hidden, features = tensors["fc.2.weight"].shape
    network = PaperNetwork(
        Settings(
            channels=channels, neuron="PLIF" if "conv.2.w" in tensors else "LIF", stages=stages, hidden=hidden,
            side=isqrt(features // channels) << stages, classes=len(tensors["fc.5.weight"]) // 10,
        )
    )  # fmt: skip
    network.load_state_dict({name: tensors[name] for name in network.state_dict()})
    return network


def measure_spikes(network: PaperNetwork) -> tuple[list[float], list]:
    """The fraction of spikes among the inputs of conv2 to fc1, which each pass appends; and the hooks that do so."""
    fractions: list[float] = []

    def add(module, inputs, output):
        fractions.append(float(torch.count_nonzero(output.detach())) / output.numel())

    return fractions, [network.conv[index].register_forward_hook(add) for index in range(3, 4 * network.settings.stages, 4)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cache", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--work", choices=["training", "inference"], required=True)
    parser.add_argument("-b", type=int, required=True)
    parser.add_argument("--warmup", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--channels-last", action="store_true")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    samples = read_samples(arguments.cache, "train")
    count = min(BATCH_COUNT, len(samples) // arguments.b)
    order = sample_order(arguments.seed, 0, len(samples))[: count * arguments.b]
    taken = list(batches(samples, order, arguments.b))
    del samples
    network = load_network(arguments.checkpoint)
    if arguments.channels_last:
        network.to(memory_format=torch.channels_last)
    network.train(arguments.work == "training")
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    fractions, hooks = measure_spikes(network)

    def rates(counts: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=arguments.bf16):
            return network(counts).float()

    def step(counts: torch.Tensor, labels: torch.Tensor) -> None:
        if arguments.work == "training":
            optimizer.zero_grad()
            squared_error(rates(counts), labels).backward()
            optimizer.step()
        else:
            with torch.inference_mode():
                rates(counts)
        reset(network)

    seconds: list[float] = []
    for number in range(FIRST_TIMED_STEP - arguments.warmup, FIRST_TIMED_STEP + arguments.steps):
        counts, labels = taken[number % count]
        network.set_dropout(arguments.seed, number, len(labels))
        begin = time.perf_counter()
        step(counts, labels)
        seconds.append(time.perf_counter() - begin)
        for hook in hooks:
            hook.remove()
        hooks = []
    print(json.dumps({"seconds": seconds[arguments.warmup :], "share_of_ones": fractions}))


if __name__ == "__main__":
    main()
