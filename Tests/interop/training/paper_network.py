"""The PLIF paper's networks, built from SpikingJelly's own layers, with dvstrain's tensor names.

`conv` and `fc` are numbered as in the network of SpikingJelly's tutorial, in both step modes: `conv.0.weight`,
`conv.1.running_mean`, `conv.2.w` (PLIF neurons), …, `fc.2.weight`, `fc.5.weight`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import spikingjelly_import  # noqa: F401
import torch
import torch.nn.functional as F
from random_streams import dropout_factors, weights
from safetensors.torch import save_file
from spikingjelly.activation_based import functional, layer, neuron, surrogate
from torch import nn


@dataclass(frozen=True)
class Settings:
    """Named as dvstrain's options; also the input's side, classes, convolutions, hidden neurons, and linear layers' biases."""

    channels: int = 128
    neuron: str = "LIF"
    tau: float = 2.0
    v_reset: float | None = 0.0
    detach_reset: bool = True
    decay_input: bool = True
    pool: str = "max"
    step_mode: str = "m"
    dropout: float = 0.5
    side: int = 128
    classes: int = 11
    stages: int = 5
    hidden: int | None = None
    biases: bool = False

    @property
    def features(self) -> tuple[int, int]:
        """Inputs and outputs of the first linear layer."""
        return self.channels * (self.side >> self.stages) ** 2, self.hidden or self.channels * 4

    @property
    def notation(self) -> str:
        """The network as `dvstrain -net` takes it."""
        pool = "MPk2s2" if self.pool == "max" else "APk2s2"
        bias = "b" if self.biases else ""
        return (
            f"{{c{self.channels}k3s1-BN-{self.neuron}-{pool}}}*{self.stages}-DP-FC{self.features[1]}{bias}-{self.neuron}"
            f"-DP-FC{self.classes * 10}{bias}-{self.neuron}-APk10s10"
        )


def nmnist(channels: int = 128) -> Settings:
    """The PLIF paper's network for N-MNIST."""
    return Settings(channels=channels, neuron="PLIF", side=34, classes=10, stages=2, hidden=2048)



class KeyedDropout(layer.Dropout):
    """SpikingJelly's dropout with given factors [N, features], which are set before each batch."""

    factors: torch.Tensor | None = None

    def create_mask(self, x: torch.Tensor) -> torch.Tensor:
        if self.p == 0:
            return torch.ones_like(x)
        if self.factors is None:
            raise RuntimeError("no dropout factors were set")
        return self.factors


class PaperNetwork(nn.Module):
    """Maps counts [T, N, 2, H, W] to firing rates [N, classes]."""

    def __init__(self, settings: Settings):
        super().__init__()
        self.settings = settings
        channels, inputs = settings.channels, 2
        conv: list[nn.Module] = []
        pooling = layer.MaxPool2d if settings.pool == "max" else layer.AvgPool2d
        for _ in range(settings.stages):
            conv += [
                layer.Conv2d(inputs, channels, kernel_size=3, padding=1, bias=False),
                layer.BatchNorm2d(channels),
                self.neurons(),
                pooling(2, 2),
            ]
            inputs = channels
        self.conv = nn.Sequential(*conv)
        inputs, hidden = settings.features
        self.fc = nn.Sequential(
            layer.Flatten(),
            KeyedDropout(settings.dropout),
            layer.Linear(inputs, hidden, bias=settings.biases),
            self.neurons(),
            KeyedDropout(settings.dropout),
            layer.Linear(hidden, settings.classes * 10, bias=settings.biases),
            self.neurons(),
        )
        self.vote = layer.VotingLayer(10)
        functional.set_step_mode(self, settings.step_mode)

    def neurons(self) -> nn.Module:
        settings = self.settings
        shared = {
            "decay_input": settings.decay_input,
            "v_reset": settings.v_reset,
            "surrogate_function": surrogate.ATan(),
            "detach_reset": settings.detach_reset,
        }
        if settings.neuron == "PLIF":
            return neuron.ParametricLIFNode(init_tau=settings.tau, **shared)
        return neuron.LIFNode(tau=settings.tau, **shared)

    def forward(self, counts: torch.Tensor) -> torch.Tensor:
        if self.settings.step_mode == "m":
            return self.vote(self.fc(self.conv(counts))).mean(0)
        total = 0
        for frame in counts:
            total = total + self.vote(self.fc(self.conv(frame)))
        return total / len(counts)

    def neuron_layers(self) -> list[nn.Module]:
        """The layers of neurons, in order."""
        return [part for part in (*self.conv, *self.fc) if isinstance(part, neuron.BaseNode)]

    def set_initial_weights(self, seed: int) -> None:
        """Sets the initial weights of `dvstrain -seed`; γ, β, w and statistics keep PyTorch's initial values."""
        for number, parameter in enumerate(self.parameters()):
            if parameter.dim() >= 2:
                inputs = parameter[0].numel()
                values = weights(seed, number, parameter.numel(), inputs)
                parameter.data.copy_(torch.from_numpy(values).view(parameter.shape))

    def raise_activity(self, gamma: float = 1.5, factor: float = 3) -> None:
        """Makes output neurons fire from the first step on, by setting γ and multiplying linear weights by `factor`."""
        with torch.no_grad():
            for part in self.conv:
                if isinstance(part, nn.BatchNorm2d):
                    part.weight.fill_(gamma)
            for part in (self.fc[2], self.fc[5]):
                part.weight.mul_(factor)

    def set_dropout(self, seed: int, batch: int, samples: int) -> None:
        """Sets the dropout masks of a batch, counted from 0 over all epochs."""
        if self.settings.dropout == 0:
            return
        for index, (dropout, linear) in enumerate(((self.fc[1], self.fc[2]), (self.fc[4], self.fc[5]))):
            features = linear.in_features
            factors = dropout_factors(seed, batch, index, samples, features, self.settings.dropout)
            dropout.factors = torch.from_numpy(factors)

    def count_spikes(self) -> list[int]:
        """A list that each forward pass updates: the spikes of each layer of neurons, before pooling."""
        counts = [0] * len(self.neuron_layers())
        for index, part in enumerate(self.neuron_layers()):

            def add(module, inputs, output, index=index):
                counts[index] += int(output.detach().sum(dtype=torch.float64))

            part.register_forward_hook(add)

        def start(module, inputs):
            counts[:] = [0] * len(counts)

        self.register_forward_pre_hook(start)
        return counts


def save_weights(network: nn.Module, path: Path) -> None:
    """Writes a file for `dvstrain -init` with all tensors of the network."""
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, path)


def time_first(frames: np.ndarray) -> torch.Tensor:
    """Converts cached counts [N, T, 2, H, W] to float32 [T, N, 2, H, W]."""
    return torch.from_numpy(np.ascontiguousarray(frames.swapaxes(0, 1))).float()


def squared_error(rates: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The paper's loss: the mean squared error over samples and classes."""
    return F.mse_loss(rates, F.one_hot(labels, rates.shape[1]).float())


def reset(network: nn.Module) -> None:
    """Resets membranes and dropout masks."""
    functional.reset_net(network)
