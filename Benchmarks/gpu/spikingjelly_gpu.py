#!/usr/bin/env python3
"""Measure SpikingJelly's training steps on a GPU in several modes, each in its own process: time and peak memory.

    spikingjelly_gpu.py [-b 16] [--steps 10] [--ways eager,amp,…] [--json FILE]

The network is SpikingJelly's example for DVS128 Gesture: T 16, frames of 128 × 128, 128 channels; Adam. Frames are
already on the GPU, so that only the network is timed. On a GPU SpikingJelly uses its Triton kernels.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

# Compiled modes come last, because they take longest to start.
WAYS = {
    "eager": (), "channels last": ("last",), "graph": ("graph",), "graph, channels last": ("graph", "last"),
    "amp": ("amp",), "amp, channels last": ("amp", "last"), "amp, graph": ("amp", "graph"),
    "amp, graph, channels last": ("amp", "graph", "last"), "compile": ("compile",), "amp, compile": ("amp", "compile"),
}  # fmt: skip
STEPS, WARM_UP = 16, 6


def measure(way: str, batch: int, count: int) -> dict:
    """Time training steps in this process. way: a key of WAYS."""
    import torch
    import torch.nn.functional as F
    from spikingjelly.activation_based import functional, neuron, surrogate
    from spikingjelly.activation_based._cuda_graph import StaticCudaGraph
    from spikingjelly.activation_based.model import parametric_lif_net

    marks = WAYS[way]
    torch.manual_seed(1)
    network = parametric_lif_net.DVSGestureNet(
        channels=128, spiking_neuron=neuron.LIFNode, surrogate_function=surrogate.ATan(), detach_reset=True
    )
    functional.set_step_mode(network, "m")
    network.cuda().train()
    if "last" in marks:
        network.to(memory_format=torch.channels_last)
    run = torch.compile(network) if "compile" in marks else network
    is_half, is_graph = "amp" in marks, "graph" in marks
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, capturable=is_graph)
    scaler = torch.amp.GradScaler("cuda", enabled=is_half)
    # As in recorded frames, most counts are 0.
    frames = torch.poisson(torch.full((STEPS, batch, 2, 128, 128), 0.15, device="cuda"))
    labels = F.one_hot(torch.arange(batch, device="cuda") % 11, 11).float()

    def gradients(frames: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cuda", dtype=torch.float16, enabled=is_half):
            rates = run(frames).mean(0)
        loss = F.mse_loss(rates.float(), labels)
        (scaler.scale(loss) if is_half else loss).backward()
        return loss

    step = StaticCudaGraph(gradients) if is_graph else gradients
    seconds = []
    torch.cuda.reset_peak_memory_stats()
    for _ in range(WARM_UP + count):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        optimizer.zero_grad(set_to_none=not is_graph)
        step(frames, labels)
        if is_half:
            scaler.step(optimizer)
            scaler.update()
        else:
            optimizer.step()
        functional.reset_net(network)
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begin)
    return {
        "way": way, "batch": batch, "seconds": median(seconds[WARM_UP:]), "fastest": min(seconds[WARM_UP:]),
        "slowest": max(seconds[WARM_UP:]), "peak_bytes": torch.cuda.max_memory_allocated(),
        "reserved_bytes": torch.cuda.max_memory_reserved(),
    }  # fmt: skip


def main() -> None:
    """Measure each mode in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-b", type=int, default=16)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--ways", default=",".join(WAYS).replace(", ", "+"), help="modes; + for ', ' within a name")
    parser.add_argument("--json")
    parser.add_argument("--limit", type=int, default=60, help="maximum seconds for each mode")
    parser.add_argument("--own", help="measure one mode in this process")
    arguments = parser.parse_args()
    if arguments.own:
        print(json.dumps(measure(arguments.own, arguments.b, arguments.steps)))
        return
    found = []
    print("| SpikingJelly | ms a step | samples/s | peak, GB |\n| --- | ---: | ---: | ---: |", flush=True)
    for way in [way.replace("+", ", ") for way in arguments.ways.split(",")]:
        command = [sys.executable, __file__, "--own", way, "-b", str(arguments.b), "--steps", str(arguments.steps)]
        # In its own process group, so that its children end with it.
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            output, errors = process.communicate(timeout=arguments.limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            print(f"| {way} | over {arguments.limit} s | | |", flush=True)
            continue
        if process.returncode:
            last = (errors.strip().splitlines() or [f"exit code {process.returncode}"])[-1]
            print(f"| {way} | {last[:300]} | | |", flush=True)
            continue
        one = json.loads(output.splitlines()[-1])
        found.append(one)
        print(
            f"| {way} | {1e3 * one['seconds']:.1f} ({1e3 * one['fastest']:.1f} to {1e3 * one['slowest']:.1f}) "
            f"| {arguments.b / one['seconds']:.0f} | {one['peak_bytes'] / 1e9:.1f} |", flush=True,
        )  # fmt: skip
        # After each mode, as the next may use up the remaining time.
        if arguments.json:
            Path(arguments.json).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
