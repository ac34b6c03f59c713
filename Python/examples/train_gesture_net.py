#!/usr/bin/env python3
"""Trains the network of SpikingJelly's tutorial "Classify DVS128 Gesture" in plain PyTorch, on a cache of dvsprep.

    pip install dvskit torch safetensors
    python train_gesture_net.py frames_number_16_split_by_number.h5 --device cuda:0

With the same weights, seed and settings it takes the steps of `dvstrain`, except for rounding and for dropout, whose
random numbers are PyTorch's. --init starts from the weights of any file that `dvstrain` wrote; --resume continues a
checkpoint of `dvstrain` with its optimizer, from the sample at which it stopped.
"""

import argparse
import json
from itertools import islice

import dvskit
import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import nn


class Spike(torch.autograd.Function):
    """1 where the membrane reaches the threshold; the gradient is that of the surrogate ATan with α = 2."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient / (1 + (torch.pi * x) ** 2)


class Neurons(nn.Module):
    """LIF neurons with τ = 2, or PLIF neurons, which learn it: map input currents [T, N, …] to spikes."""

    def __init__(self, learns):
        super().__init__()
        self.w = nn.Parameter(torch.tensor(0.0)) if learns else None

    def forward(self, currents):
        k = 0.5 if self.w is None else self.w.sigmoid()
        membrane, spikes = torch.zeros_like(currents[0]), []
        for current in currents:
            membrane = membrane + (current - membrane) * k
            spikes.append(Spike.apply(membrane - 1))
            membrane = membrane * (1 - spikes[-1].detach())
        return torch.stack(spikes)


class Dropout(nn.Dropout):
    """Drops the same inputs in all T frames of a sample."""

    def forward(self, x):
        return x * F.dropout(torch.ones_like(x[0]), self.p, self.training)


class PythonNet(nn.Module):
    """Maps frames [N, T, 2, height, width] to the firing rate of each class [N, classes]."""

    def __init__(self, channels=128, classes=11, learns=False, dropout=0.5, size=(128, 128), poolings=5):
        super().__init__()
        conv = []
        for inputs in [2] + [channels] * (poolings - 1):
            convolution = nn.Conv2d(inputs, channels, 3, padding=1, bias=False)
            conv += [convolution, nn.BatchNorm2d(channels), Neurons(learns), nn.MaxPool2d(2)]
        self.conv = nn.Sequential(*conv)
        pixels = (size[0] >> poolings) * (size[1] >> poolings)
        self.fc = nn.Sequential(
            nn.Flatten(),
            Dropout(dropout), nn.Linear(channels * pixels, channels * 4, bias=False), Neurons(learns),
            Dropout(dropout), nn.Linear(channels * 4, classes * 10, bias=False), Neurons(learns),
        )  # fmt: skip

    def forward(self, frames):
        x = frames.transpose(0, 1)
        steps = len(x)
        for layer in (*self.conv, *self.fc):
            if isinstance(layer, (Neurons, Dropout)):
                x = layer(x)
            else:  # Layers without time take all frames as one batch.
                x = layer(x.flatten(0, 1)).unflatten(0, (steps, -1))
        return x.unflatten(-1, (-1, 10)).mean((0, -1))  # Ten neurons vote for a class.


def load_checkpoint(path, network, optimizer=None):
    """Loads the weights of a file of dvstrain, with an optimizer also its state; returns the position."""
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is not a dictionary)
        position = json.loads((file.metadata() or {}).get("dvstrain.position", "{}"))
    network.load_state_dict({name: value for name, value in tensors.items() if not name.startswith("optimizer/")})
    if optimizer is not None:
        for name, parameter in network.named_parameters():
            slots = {slot: tensors[f"optimizer/{slot}/{name}"] for slot in ("exp_avg", "exp_avg_sq")}
            optimizer.state[parameter] = {"step": torch.tensor(float(position["step"])), **slots}
    return position


def squared_error(rates, labels):
    """The tutorial's loss."""
    return F.mse_loss(rates, F.one_hot(labels, rates.shape[1]).float())


def train_step(network, optimizer, frames, labels):
    """Takes one step; returns the loss."""
    optimizer.zero_grad()
    loss = squared_error(network(frames), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def accuracy(network, loader, device):
    """The fraction of samples that are classified correctly."""
    network.eval()
    with torch.no_grad():
        correct = sum((network(x).argmax(1) == y).sum().item() for x, y in on_device(loader, device))
    network.train()
    return correct / loader.sample_count


def on_device(loader, device):
    """The batches as tensors: counts cross to the GPU as bytes and become float32 there."""
    for frames, labels in loader:
        yield torch.from_numpy(frames).to(device).float(), torch.from_numpy(labels).to(device)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache")
    parser.add_argument("--channels", type=int, default=128)
    parser.add_argument("--neuron", choices=["LIF", "PLIF"], default="LIF")
    parser.add_argument("--dropout", type=float, default=0.5)
    parser.add_argument("-b", type=int, default=16, help="samples of a batch")
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--T_max", type=int, default=64, help="epochs until the learning rate is 0")
    parser.add_argument("--epochs", type=int, default=64)
    parser.add_argument("--steps", type=int, help="print the loss of each step, and stop after this one")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--init", metavar="FILE", help="start from these weights")
    parser.add_argument("--resume", metavar="FILE", help="continue this checkpoint of dvstrain")
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    training = dvskit.Loader(arguments.cache, "train", arguments.b, shuffle=True, seed=arguments.seed, drop_last=True)
    test = dvskit.Loader(arguments.cache, "test", arguments.b)
    classes = len(training.cache.class_names)
    network = PythonNet(arguments.channels, classes, arguments.neuron == "PLIF", arguments.dropout).to(arguments.device)
    optimizer = torch.optim.Adam(network.parameters(), arguments.lr)
    start = {"epoch": 0, "batch": 0, "step": 0}
    if arguments.init:
        load_checkpoint(arguments.init, network)
    if arguments.resume:
        start = load_checkpoint(arguments.resume, network, optimizer)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, arguments.T_max)
    for _ in range(start["epoch"]):
        schedule.step()

    training.epoch, skipped, step = start["epoch"], start["batch"], start["step"]
    while training.epoch < arguments.epochs:
        epoch, losses = training.epoch, []
        for frames, labels in islice(on_device(training, arguments.device), skipped, None):
            losses.append(train_step(network, optimizer, frames, labels))
            step += 1
            if arguments.steps:
                print(f"step={step}, loss={losses[-1]:.9f}", flush=True)
                if step == arguments.steps:
                    return
        skipped = 0
        schedule.step()
        loss = sum(losses) / max(1, len(losses))
        print(f"epoch={epoch}, train_loss={loss:.4f}, test_acc={accuracy(network, test, arguments.device):.4f}", flush=True)


if __name__ == "__main__":
    main()
