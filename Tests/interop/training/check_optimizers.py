"""Losses, spikes and weights of 20 steps with each optimizer and schedule, compared with PyTorch's for SpikingJelly's layers.

The network is small, has no dropout and starts from weights with which all layers fire. Rarely a membrane is so near
the threshold that rounding decides whether the neuron fires; then everything after it differs, as it does between
float32 and float64 in PyTorch. So each case runs with several seeds, of which at least MINIMUM_AGREEING must agree in
every spike: with a wrong formula none would.
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

SEEDS, BATCH, EPOCHS = (1, 2, 3, 4), 6, 5
MINIMUM_AGREEING = 3
SETTINGS = Settings(channels=2, dropout=0)
LOSS_LIMIT, WEIGHT_LIMIT = 1e-6, 1e-4


def difference(seed: int, cache: Path, make_optimizer, make_schedule, *options: object) -> str | None:
    """The first difference; none if all is equal within the limits."""
    start = cache.parent / f"start_{seed}.safetensors"
    network = active_network(SETTINGS, seed, start)
    ours = train(
        cache, cache.parent / f"logs_{seed}", "-T", 4, "-channels", SETTINGS.channels, "-dropout", 0, "-b", BATCH,
        "-epochs", EPOCHS, "-seed", seed, "-init", start, "-log_every", 1, *options,
    )  # fmt: skip
    samples = read_samples(cache, "train")

    optimizer = make_optimizer(network.parameters())
    schedule = make_schedule(optimizer)
    spikes = network.count_spikes()
    steps = []
    for epoch in range(EPOCHS):
        for counts, labels in batches(samples, sample_order(seed, epoch, len(samples)), BATCH):
            optimizer.zero_grad()
            loss = squared_error(network(counts), labels)
            loss.backward()
            optimizer.step()
            reset(network)
            steps.append((loss.item(), list(spikes)))
        schedule.step()

    require(len(ours.steps) == len(steps), f"{len(ours.steps)} steps, expected {len(steps)}")
    for number, (found, (loss, counted)) in enumerate(zip(ours.steps, steps, strict=True), 1):
        if found["spikes"] != counted:
            return f"seed {seed}, step {number}: spikes {found['spikes']}, expected {counted}"
        if abs(found["loss"] - loss) > LOSS_LIMIT:
            return f"seed {seed}, step {number}: loss {found['loss']}, expected {loss}"
    tensors = load_file(ours.folder / "checkpoint_latest.safetensors")
    for key, value in network.state_dict().items():
        error = ((tensors[key] - value).double().norm() / value.double().norm()).item()
        if error > WEIGHT_LIMIT:
            return f"seed {seed}: {key} is off by {error:.1e}"
    return None


def compare(*arguments: object) -> None:
    with small_cache() as cache:
        found = [difference(seed, cache, *arguments) for seed in SEEDS]
    require(found.count(None) >= MINIMUM_AGREEING, "; ".join(filter(None, found)))
    for text in filter(None, found):
        print(f"note: results differ after rounding: {text}")


def check_sgd_with_steps() -> None:
    compare(
        lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
        lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.1),
        "-opt", "SGD", "-lr", 0.1, "-momentum", 0.9, "-lr_scheduler", "StepLR", "-step_size", 2, "-gamma", 0.1,
    )  # fmt: skip


def check_sgd_with_cosine_and_back_up() -> None:
    compare(
        lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.8),
        lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 3),
        "-opt", "SGD", "-lr", 0.1, "-momentum", 0.8, "-lr_scheduler", "CosALR", "-T_max", 3,
    )  # fmt: skip


def check_adamw_with_cosine() -> None:
    compare(
        lambda parameters: torch.optim.AdamW(parameters, lr=0.001, weight_decay=0.1),
        lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 8),
        "-opt", "AdamW", "-lr", 0.001, "-weight_decay", 0.1, "-lr_scheduler", "CosALR", "-T_max", 8,
    )  # fmt: skip


def check_adam_with_steps() -> None:
    compare(
        lambda parameters: torch.optim.Adam(parameters, lr=0.001),
        lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5),
        "-opt", "Adam", "-lr", 0.001, "-lr_scheduler", "StepLR", "-step_size", 2, "-gamma", 0.5,
    )  # fmt: skip
