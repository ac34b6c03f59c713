"""The network of the other checks gives the values in Fixtures/net."""

from pathlib import Path

import h5py
import torch
from paper_network import PaperNetwork, Settings, reset, squared_error
from harness import FIXTURES, require


def parameter_name(golden: str) -> str:
    """`bn2.gamma` → `conv.5.weight`, and so on."""
    part, kind = golden.split(".")
    index = int(part[-1]) - 1
    kind = {"gamma": "weight", "beta": "bias"}.get(kind, kind)
    number = {"conv": 4 * index, "bn": 4 * index + 1, "fc": 2 + 3 * index}.get(part[:-1])
    if part.startswith("lif"):
        return f"conv.{4 * index + 2}.w" if index < 5 else f"fc.{3 + 3 * (index - 5)}.w"
    return f"{'fc' if part.startswith('fc') else 'conv'}.{number}.{kind}"


def values(group: h5py.Group) -> dict[str, torch.Tensor]:
    return {parameter_name(name): torch.as_tensor(item[()]) for name, item in group.items()}


def compare(path: Path) -> None:
    with h5py.File(path) as file:
        attributes = file.attrs
        settings = Settings(
            channels=int(attributes["channels"]), neuron="PLIF" if "Parametric" in attributes["neuron"] else "LIF",
            pool=attributes["pool"], step_mode=attributes["step_mode"], dropout=float(attributes["dropout"]),
        )  # fmt: skip
        network = PaperNetwork(settings)
        network.load_state_dict(values(file["init"]), strict=False)
        spikes = network.count_spikes()
        rate, momentum = float(attributes["lr"]), float(attributes["momentum"])
        optimizer = (
            torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum) if attributes["optimizer"] == "sgd"
            else torch.optim.Adam(network.parameters(), lr=rate)
        )  # fmt: skip
        counts = torch.from_numpy(file["input_counts"][()]).float()
        labels = torch.from_numpy(file["labels"][()]).long()
        for number, expected in enumerate(file["losses"]):
            for dropout, name in ((network.fc[1], "dropout_mask1"), (network.fc[4], "dropout_mask2")):
                dropout.factors = torch.from_numpy(file[name][()]).float() / (1 - settings.dropout)
            optimizer.zero_grad()
            loss = squared_error(network(counts), labels)
            loss.backward()
            if number == 0:
                counted = file["step1/spike_count_per_channel"]
                totals = [int(counted[str(layer + 1)][()].sum()) for layer in range(len(spikes))]
                require(spikes == totals, f"{path.name}: spikes {spikes}, expected {totals}")
            optimizer.step()
            reset(network)
            require(abs(loss.item() - expected) < 1e-6, f"{path.name}: step {number + 1}: loss {loss.item()}")
        state = network.state_dict()
        for name, value in values(file["final"]).items():
            error = ((state[name] - value).norm() / value.norm()).item()
            require(error < 1e-4, f"{path.name}: {name} is off by {error:.1e}")


def check_golden_networks() -> None:
    paths = sorted((FIXTURES / "net").glob("net_*_c8_*.h5"))
    require(paths, "no golden network found")
    for path in paths:
        compare(path)
