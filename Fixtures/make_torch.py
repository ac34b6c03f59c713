#!/usr/bin/env python3
"""Writes the files of Fixtures/torch, as SpikingJelly's example does at the end of an epoch.

  Tests/interop/torch_python.sh prints a Python with PyTorch 2.13; PYTHON Fixtures/make_torch.py [FOLDER]

The network is that of SpikingJelly's tutorial with 2 channels, from PyTorch's layers alone; its gradients are random.
"""

import sys
from pathlib import Path

import torch
from torch import nn


def network() -> nn.Module:
    net = nn.Module()
    conv, inputs = [], 2
    for _ in range(5):
        conv += [nn.Conv2d(inputs, 2, 3, padding=1, bias=False), nn.BatchNorm2d(2), nn.Identity(), nn.MaxPool2d(2)]
        inputs = 2
    net.conv = nn.Sequential(*conv)
    net.fc = nn.Sequential(
        nn.Flatten(), nn.Dropout(), nn.Linear(32, 8, bias=False), nn.Identity(),
        nn.Dropout(), nn.Linear(8, 110, bias=False), nn.Identity(),
    )  # fmt: skip
    return net


def save(path: Path, make_optimizer, make_scheduler) -> None:
    torch.manual_seed(1)
    net = network()
    optimizer = make_optimizer(net.parameters())
    scheduler = make_scheduler(optimizer)
    for _ in range(2):
        for _ in range(3):
            for parameter in net.parameters():
                parameter.grad = torch.randn_like(parameter)
            optimizer.step()
        scheduler.step()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_var.uniform_(0.5, 1.5)
            module.num_batches_tracked.fill_(6)
    torch.save(
        {
            "net": net.state_dict(), "optimizer": optimizer.state_dict(), "lr_scheduler": scheduler.state_dict(),
            "epoch": 1, "max_test_acc": 0.25,
        },  # fmt: skip
        path,
    )


def main() -> None:
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent / "torch"
    folder.mkdir(exist_ok=True)
    schedulers = torch.optim.lr_scheduler
    save(
        folder / "adam.pth", lambda parameters: torch.optim.Adam(parameters, lr=0.001),
        lambda optimizer: schedulers.CosineAnnealingLR(optimizer, 64),
    )  # fmt: skip
    save(
        folder / "sgd.pth", lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
        lambda optimizer: schedulers.StepLR(optimizer, 32, 0.1),
    )  # fmt: skip
    views = torch.arange(24, dtype=torch.float32).view(2, 3, 4)
    torch.save(
        {
            "transposed": views.transpose(0, 2), "part": views[:, 1:, ::2].clone(), "half": views.half(),
            "bfloat16": views.bfloat16(), "double": views.double(), "long": views.long(), "bool": views > 3,
            "scalar": torch.tensor(7), "empty": torch.zeros(0, 3), "parameter": nn.Parameter(views.clone()),
            "last": torch.arange(24, dtype=torch.float32).view(4, 6)[1:, 2:4],
        },  # fmt: skip
        folder / "views.pth",
    )


if __name__ == "__main__":
    main()
