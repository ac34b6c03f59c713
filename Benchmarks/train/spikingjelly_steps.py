#!/usr/bin/env python3
"""Training steps of the document's network with SpikingJelly's layers, in a process of their own.

Started by train_bench.py. Prints a JSON object with the seconds of each step. Frames are in memory as float32 before
the time is taken, and dropout masks are there, so that only the network and the optimizer count.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/interop/training"))

import torch
from document_network import DocumentNetwork, Settings, reset, squared_error
from frame_cache import read_samples
from random_streams import sample_order
from safetensors.torch import load_file
from spikingjelly_training import batches


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cache", type=Path)
    parser.add_argument("--channels", type=int, required=True)
    parser.add_argument("-b", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--neuron", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--checkpoint", type=Path)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    samples = read_samples(arguments.cache, "train")
    network = DocumentNetwork(Settings(channels=arguments.channels, neuron=arguments.neuron))
    network.set_initial_weights(arguments.seed)
    if arguments.checkpoint:
        names = network.state_dict().keys()
        tensors = load_file(arguments.checkpoint)
        network.load_state_dict({name: tensors[name] for name in names})
    network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    seconds: list[float] = []
    epoch = 0
    while len(seconds) < arguments.steps:
        order = sample_order(arguments.seed, epoch, len(samples))
        epoch += 1
        for counts, labels in batches(samples, order[: len(order) // arguments.b * arguments.b], arguments.b):
            network.set_dropout(arguments.seed, len(seconds), len(labels))
            begin = time.perf_counter()
            optimizer.zero_grad()
            loss = squared_error(network(counts), labels)
            loss.backward()
            optimizer.step()
            reset(network)
            seconds.append(time.perf_counter() - begin)
            if len(seconds) == arguments.steps:
                break
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
