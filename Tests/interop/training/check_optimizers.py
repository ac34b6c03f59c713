"""Losses, spikes and weights of 20 steps with every optimizer and schedule, against PyTorch's over SpikingJelly's layers.

The network has 8 channels and no dropout and starts from weights that make all layers fire. A spike that flips at the
threshold would move everything after it: the settings are such that float32 and float64 agree in every spike count.
"""

import torch
from document_network import Settings, reset, squared_error
from dvstrain_run import active_network, small_cache, train
from frame_cache import read_samples
from harness import require
from random_streams import sample_order
from safetensors.torch import load_file
from spikingjelly_training import batches

SEED, BATCH, EPOCHS = 1, 6, 5
SETTINGS = Settings(channels=8, dropout=0)
LOSS_LIMIT, WEIGHT_LIMIT = 1e-6, 1e-4


def compare(make_optimizer, make_schedule, *options: object) -> None:
    with small_cache() as cache:
        start = cache.parent / "start.safetensors"
        network = active_network(SETTINGS, SEED, start)
        ours = train(
            cache, cache.parent / "logs", "-T", 4, "-channels", SETTINGS.channels, "-dropout", 0, "-b", BATCH,
            "-epochs", EPOCHS, "-seed", SEED, "-init", start, "-log_every", 1, *options,
        )  # fmt: skip
        samples = read_samples(cache, "train")
        tensors = load_file(ours.folder / "checkpoint_latest.safetensors")

    optimizer = make_optimizer(network.parameters())
    schedule = make_schedule(optimizer)
    spikes = network.count_spikes()
    steps = []
    for epoch in range(EPOCHS):
        for counts, labels in batches(samples, sample_order(SEED, epoch, len(samples)), BATCH):
            optimizer.zero_grad()
            loss = squared_error(network(counts), labels)
            loss.backward()
            optimizer.step()
            reset(network)
            steps.append((loss.item(), list(spikes)))
        schedule.step()

    require(len(ours.steps) == len(steps), f"{len(ours.steps)} steps, expected {len(steps)}")
    for number, (found, (loss, counted)) in enumerate(zip(ours.steps, steps, strict=True), 1):
        require(found["spikes"] == counted, f"step {number}: spikes {found['spikes']}, expected {counted}")
        require(abs(found["loss"] - loss) <= LOSS_LIMIT, f"step {number}: loss {found['loss']}, expected {loss}")
    for key, value in network.state_dict().items():
        error = ((tensors[key] - value).double().norm() / value.double().norm()).item()
        require(error <= WEIGHT_LIMIT, f"{key} is off by {error:.1e}")


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
