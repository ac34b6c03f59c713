"""A plain training run with SpikingJelly's layers, as in the script of SpikingJelly's tutorial.

Initial weights, order of samples and dropout masks are those of `dvstrain -seed`.
"""

import time
from collections.abc import Iterator

import torch
from paper_network import PaperNetwork, Settings, reset, squared_error, time_first
from frame_cache import Samples
from random_streams import sample_order


def batches(samples: Samples, order: list[int], size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield time_first(samples.frames[chosen]), torch.from_numpy(samples.labels[chosen])


def evaluate(network: PaperNetwork, samples: Samples, size: int) -> tuple[float, float]:
    """Mean loss and accuracy, without dropout."""
    network.eval()
    loss, correct = 0.0, 0
    with torch.no_grad():
        for counts, labels in batches(samples, list(range(len(samples))), size):
            rates = network(counts)
            reset(network)
            loss += squared_error(rates, labels).item() * len(labels)
            correct += int((rates.argmax(1) == labels).sum())
    return loss / len(samples), correct / len(samples)


def train(
    settings: Settings, seed: int, train: Samples, test: Samples, *, epochs: int, batch: int, rate: float, t_max: int
) -> Iterator[dict]:
    """Trains with Adam and CosALR, and yields the results of each epoch. Channels-last tensors are faster."""
    network = PaperNetwork(settings)
    network.set_initial_weights(seed)
    network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, t_max)
    best, number = 0.0, 0
    for epoch in range(epochs):
        begin = time.perf_counter()
        network.train()
        total_loss, correct, sample_count = 0.0, 0, 0
        order = sample_order(seed, epoch, len(train))
        for counts, labels in batches(train, order[: len(order) // batch * batch], batch):
            network.set_dropout(seed, number, len(labels))
            number += 1
            optimizer.zero_grad()
            rates = network(counts)
            loss = squared_error(rates, labels)
            loss.backward()
            optimizer.step()
            reset(network)
            total_loss += loss.item() * len(labels)
            correct += int((rates.argmax(1) == labels).sum())
            sample_count += len(labels)
        schedule.step()
        test_loss, test_accuracy = evaluate(network, test, batch)
        best = max(best, test_accuracy)
        yield {
            "epoch": epoch, "train_loss": total_loss / sample_count, "train_acc": correct / sample_count, "test_loss": test_loss,
            "test_acc": test_accuracy, "max_test_acc": best, "seconds": time.perf_counter() - begin,
        }  # fmt: skip
