"""Spikes and gradients of one step, compared with PyTorch's for SpikingJelly's layers.

After one step of SGD, the momentum buffers are the gradients. Rarely a membrane is so near the threshold that rounding
decides whether the neuron fires: a network with a different spike is not compared further, but at least
MINIMUM_AGREEING must have the same spikes.
"""

from pathlib import Path

import torch
from paper_network import Settings, reset, squared_error
from dvstrain_run import active_network, small_cache, train
from frame_cache import read_samples
from harness import require
from random_streams import sample_order
from safetensors.torch import load_file
from spikingjelly_training import batches

SEEDS, BATCH = (1, 2, 3, 4), 6
MINIMUM_AGREEING = 2
LIMIT = 1e-4


def agrees(settings: Settings, seed: int, cache: Path, options: tuple) -> bool:
    start = cache.parent / f"start_{seed}.safetensors"
    network = active_network(settings, seed, start, gamma=2, factor=5)
    run = train(
        cache, cache.parent / f"logs_{seed}", "-T", 4, "-channels", settings.channels, "-b", BATCH, "-seed", seed,
        "-init", start, "-max_steps", 1, "-log_every", 1, "-opt", "SGD", *options,
    )  # fmt: skip
    samples = read_samples(cache, "train")
    counts, labels = next(batches(samples, sample_order(seed, 0, len(samples)), BATCH))
    network.set_dropout(seed, 0, BATCH)
    spikes = network.count_spikes()
    squared_error(network(counts), labels).backward()
    reset(network)
    require(spikes[-1] > 0, "no output neuron fires: hardly anything is compared")
    if run.steps[0]["spikes"] != spikes:
        print(f"note: seed {seed}: spikes {run.steps[0]['spikes']}, PyTorch's {spikes}")
        return False
    tensors = load_file(run.folder / "checkpoint_latest.safetensors")
    pairs = {
        name: (tensors[f"optimizer/momentum_buffer/{name}"].double(), parameter.grad.double())
        for name, parameter in network.named_parameters()
    }
    # The terms of the gradient with respect to a w nearly cancel, so the gradients for all w are compared as one vector.
    scalars = [pairs.pop(name) for name in list(pairs) if name.endswith(".w")]
    if scalars:
        pairs["all w"] = tuple(torch.stack(values) for values in zip(*scalars, strict=True))
    for name, (found, expected) in pairs.items():
        error = ((found - expected).norm() / expected.norm()).item()
        require(error <= LIMIT, f"seed {seed}: the gradient with respect to {name} is off by {error:.1e}")
    return True


def compare(settings: Settings, *options: object) -> None:
    with small_cache() as cache:
        found = [agrees(settings, seed, cache, options) for seed in SEEDS]
    require(found.count(True) >= MINIMUM_AGREEING, f"only {found.count(True)} of {len(SEEDS)} seeds agree in every spike")


def check_channels_that_fill_no_vector() -> None:
    compare(Settings(channels=20))


def check_plif() -> None:
    compare(Settings(channels=16, neuron="PLIF", tau=3.0), "-neuron", "PLIF", "-tau", 3)


def check_average_pooling_step_by_step() -> None:
    compare(Settings(channels=16, pool="avg", step_mode="s"), "-pool", "avg", "-step_mode", "s")


def check_64_channels() -> None:
    compare(Settings(channels=64))
