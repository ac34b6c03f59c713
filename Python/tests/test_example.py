"""The example trains as dvstrain does: same weights, order of samples and losses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import dvskit
import pytest
from streams import dropout_factors

torch = pytest.importorskip("torch")
save_file = pytest.importorskip("safetensors.torch").save_file

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
sys.path.append(str(EXAMPLES))

import train_gesture_net as example  # noqa: E402

# The limits of the comparison of dvstrain with SpikingJelly (Tests/interop/training/ten_steps.py).
FIRST_LIMIT, LIMIT = 1e-6, 1e-3
OPTIONS = ["--channels", "8", "-b", "4", "--seed", "1"]


@pytest.fixture
def start(neuron, tmp_path) -> Path:
    """Weights with which all layers fire from the first step on."""
    torch.manual_seed(3)
    network = example.PythonNet(8, 11, neuron == "PLIF")
    with torch.no_grad():
        for layer in network.conv:
            if isinstance(layer, torch.nn.BatchNorm2d):
                layer.weight.fill_(1.5)
        for layer in (network.fc[2], network.fc[5]):
            layer.weight.mul_(6)
    save_file(network.state_dict(), tmp_path / "start.safetensors")
    return tmp_path / "start.safetensors"


def dvstrain(path, out_dir, neuron, *arguments) -> tuple[Path, list[float]]:
    """The run's folder and the loss of each of its steps."""
    command = [
        sys.executable, "-m", "dvskit", "train", "-data_dir", path, "-out_dir", out_dir, "-T", "4", "-channels", "8", "-b",
        "4", "-seed", "1", "-neuron", neuron, "-T_max", "64", "-log_every", "1", "--quiet", *arguments,
    ]  # fmt: skip
    subprocess.run([*map(str, command)], check=True, capture_output=True, timeout=60)
    (log,) = out_dir.glob("*/metrics.jsonl")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return log.parent, [line["loss"] for line in lines if line["type"] == "step"]


def run_example(path, neuron, *arguments) -> list[float]:
    """The losses that the example prints."""
    command = [sys.executable, EXAMPLES / "train_gesture_net.py", path, *OPTIONS, "--neuron", neuron, *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    result = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=True, env=environment)
    lines = [line for line in result.stdout.splitlines() if line.startswith("step=")]
    return [float(line.partition("loss=")[2]) for line in lines]


def compare(found, wanted):
    assert len(found) == len(wanted)
    assert len(set(wanted)) > len(wanted) // 2
    assert abs(found[0] - wanted[0]) <= FIRST_LIMIT
    assert max(abs(one - other) for one, other in zip(found, wanted)) <= LIMIT


@pytest.mark.parametrize("neuron", ["LIF", "PLIF"])
def test_ten_steps_have_the_losses_of_dvstrain(path, start, neuron, tmp_path):
    _, wanted = dvstrain(path, tmp_path / "logs", neuron, "-dropout", 0, "-init", start, "-max_steps", 10)
    found = run_example(path, neuron, "--dropout", 0, "--init", start, "--steps", 10)
    assert len(found) == 10
    compare(found, wanted)


@pytest.mark.parametrize("neuron", ["PLIF"])
def test_with_the_same_dropout_too(path, start, neuron, tmp_path, monkeypatch):
    _, wanted = dvstrain(path, tmp_path / "logs", neuron, "-init", start, "-max_steps", 6)
    torch.set_num_threads(1)
    network = example.PythonNet(8, 11, neuron == "PLIF")
    example.load_checkpoint(start, network)
    layers, step = [network.fc[1], network.fc[4]], 0

    def drop(self, x):
        return x * torch.from_numpy(dropout_factors(1, step, layers.index(self), x.shape[1], x.shape[2], self.p))

    monkeypatch.setattr(example.Dropout, "forward", drop)
    optimizer = torch.optim.Adam(network.parameters(), 0.001)
    found = []
    for step, (frames, labels) in enumerate(  # noqa: B007 (`drop` uses it)
        example.on_device(dvskit.Loader(path, "train", 4, shuffle=True, seed=1), "cpu")
    ):
        found.append(example.train_step(network, optimizer, frames, labels))
    compare(found, wanted)


@pytest.mark.parametrize("neuron", ["LIF"])
def test_a_checkpoint_of_dvstrain_is_continued(path, start, neuron, tmp_path):
    _, wanted = dvstrain(path, tmp_path / "whole", neuron, "-dropout", 0, "-init", start, "-max_steps", 12)
    folder, _ = dvstrain(path, tmp_path / "half", neuron, "-dropout", 0, "-init", start, "-max_steps", 8)
    checkpoint = folder / "checkpoint_latest.safetensors"
    found = run_example(path, neuron, "--dropout", 0, "--resume", checkpoint, "--steps", 12)
    compare(found, wanted[8:])


@pytest.mark.parametrize("neuron", ["LIF"])
def test_a_checkpoint_gives_the_test_accuracy_of_dvstrain(path, start, neuron, tmp_path):
    folder, _ = dvstrain(path, tmp_path / "logs", neuron, "-init", start, "-epochs", 2, "-lr", 0.01)
    network = example.PythonNet(8, 11, neuron == "PLIF")
    example.load_checkpoint(folder / "checkpoint_latest.safetensors", network)
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    (wanted,) = [line["test_acc"] for line in lines if line["type"] == "epoch" and line["epoch"] == 1]
    found = example.accuracy(network, dvskit.Loader(path, "test", 5), "cpu")
    # One of the twelve samples may be decided by rounding.
    assert abs(found - wanted) <= 1 / 12 + 1e-9
