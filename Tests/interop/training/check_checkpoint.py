"""PyPI's safetensors reads a checkpoint, and with its weights PyTorch computes the same results as dvstrain."""

import json

import torch
from paper_network import PaperNetwork, Settings, reset, time_first
from dvstrain_run import active_network, dvstrain, small_cache, train
from frame_cache import read_samples
from harness import require
from safetensors import safe_open
from safetensors.torch import load_file
from spikingjelly_training import evaluate

RATE_LIMIT = 1e-6


def compare(settings: Settings, *options: object) -> None:
    with small_cache() as cache:
        start = cache.parent / "start.safetensors"
        expected = active_network(settings, 1, start, gamma=3, factor=6).state_dict()
        run = train(
            cache, cache.parent / "logs", "-T", 4, "-channels", settings.channels, "-b", 6, "-epochs", 8, "-seed", 1,
            "-init", start, "-opt", "SGD", "-lr", 0.01, *options,
        )  # fmt: skip
        checkpoint = run.folder / "checkpoint_latest.safetensors"
        with safe_open(checkpoint, framework="pt") as file:
            require(file.metadata(), "no metadata")
        tensors = load_file(checkpoint)
        parameters = [name for name in expected if not name.rpartition(".")[2].startswith(("running", "num_batches"))]
        slots = [f"optimizer/momentum_buffer/{name}" for name in parameters]
        require(set(tensors) == {*expected, *slots}, f"other tensors: {set(tensors) ^ {*expected, *slots}}")
        for name in parameters:
            slot = tensors[f"optimizer/momentum_buffer/{name}"]
            require(slot.shape == expected[name].shape, f"the momentum of {name} has the shape {tuple(slot.shape)}")

        network = PaperNetwork(settings)
        network.load_state_dict({name: tensors[name] for name in expected})
        network.eval()
        samples = read_samples(cache, "test")
        with torch.no_grad():
            rates = network(time_first(samples.frames))
        reset(network)
        require(rates.max() > 0, "no output neuron fires: nothing is compared")
        lines = dvstrain("predict", checkpoint, cache, "-device", "cpu", "--quiet", "--json").splitlines()
        found = torch.tensor([json.loads(line)["rates"] for line in lines])
        error = (found - rates).abs().max().item()
        require(error <= RATE_LIMIT, f"a test rate is off by {error:.1e}")

        report = json.loads(dvstrain("eval", checkpoint, "-data_dir", cache, "-device", "cpu", "--quiet", "--json"))
        report = report.get("report", report)
        loss, accuracy = evaluate(network, samples, len(samples))
        require(abs(report["loss"] - loss) < 1e-6, f"eval's loss is {report['loss']}, PyTorch's {loss}")
        require(abs(report["accuracy"] - accuracy) < 1e-9, f"eval's accuracy is {report['accuracy']}, not {accuracy}")
        last = run.epochs[-1]
        require(abs(last["test_loss"] - loss) < 1e-6, f"the run's test loss is {last['test_loss']}, PyTorch's {loss}")


def check_lif() -> None:
    compare(Settings(channels=8))


def check_plif() -> None:
    compare(Settings(channels=8, neuron="PLIF"), "-neuron", "PLIF")


def check_step_by_step_with_average_pooling() -> None:
    compare(Settings(channels=8, step_mode="s", pool="avg"), "-step_mode", "s", "-pool", "avg")


def check_soft_reset() -> None:
    compare(
        Settings(channels=8, v_reset=None, detach_reset=False, decay_input=False, tau=3.0),
        "-v_reset", "none", "-no_detach_reset", "-no_decay_input", "-tau", 3,
    )  # fmt: skip
