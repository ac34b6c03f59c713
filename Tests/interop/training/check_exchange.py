"""Weights and trainings go from SpikingJelly to dvstrain and back: rates, spikes, predictions and further steps are equal.

Rates are multiples of 1/(10·T), so each is a number of output spikes, and these are compared exactly. Where a membrane is
so near the threshold that rounding decides, single spikes may differ: at most SPIKE_LIMIT of all.
"""

import json
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import harness
import torch
from dvstrain_run import DVSTRAIN, dvstrain, exchange_cache, read_run, small_cache, train
from frame_cache import Samples, read_samples
from harness import require
from paper_network import PaperNetwork, Settings, reset, squared_error, time_first
from random_streams import sample_order
from safetensors.torch import load_file
from spikingjelly.activation_based import functional, layer, neuron, surrogate
from spikingjelly.activation_based.model.parametric_lif_net import DVSGestureNet
from spikingjelly_training import batches
from torch import nn

T, CHANNELS, SPIKE_LIMIT, STEP_LIMIT = 4, 8, 1e-5, 1e-6
NEURON = {"surrogate_function": surrogate.ATan(), "detach_reset": True}
# SpikingJelly's loader sorts the folders of labels as text: its label i is our ORDER[i].
ORDER = sorted(range(11), key=str)


def gesture_net(channels: int, kind=neuron.LIFNode, biases: bool = False) -> DVSGestureNet:
    """SpikingJelly's own network; without `biases`, those of its linear layers are 0 and not trained."""
    torch.manual_seed(1)
    network = DVSGestureNet(channels=channels, spiking_neuron=kind, **NEURON)
    functional.set_step_mode(network, "m")
    for part in network.conv_fc:
        if isinstance(part, nn.Linear) and not biases:
            part.bias.data.zero_()
            part.bias.requires_grad_(False)
    return network


def make_active(network: nn.Module, samples: Samples) -> None:
    """Makes all layers fire: by larger weights, and running statistics of real frames."""
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.weight.data.fill_(3)
        if isinstance(part, nn.Linear):
            part.weight.data.mul_(6)
    network.train()
    with torch.no_grad():
        for _ in range(10):
            for frames, _ in batches(samples, list(range(0, len(samples), 2)), 12):
                network(frames)
                reset(network)


class CextNet(nn.Module):
    """The tutorial's layer-by-layer network."""

    def __init__(self, channels: int):
        super().__init__()
        conv: list[nn.Module] = []
        inputs = 2
        for _ in range(5):
            conv += [
                layer.SeqToANNContainer(nn.Conv2d(inputs, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)),
                neuron.LIFNode(step_mode="m", **NEURON),
                layer.SeqToANNContainer(nn.MaxPool2d(2, 2)),
            ]
            inputs = channels
        self.conv = nn.Sequential(*conv)
        self.fc = nn.Sequential(
            nn.Flatten(2), layer.Dropout(0.5, step_mode="m"),
            layer.SeqToANNContainer(nn.Linear(channels * 16, channels * 4, bias=False)),
            neuron.LIFNode(step_mode="m", **NEURON), layer.Dropout(0.5, step_mode="m"),
            layer.SeqToANNContainer(nn.Linear(channels * 4, 110, bias=False)),
            neuron.LIFNode(step_mode="m", **NEURON),
        )  # fmt: skip
        self.vote = layer.VotingLayer(10, step_mode="m")

    def forward(self, counts: torch.Tensor) -> torch.Tensor:
        return self.vote(self.fc(self.conv(counts)))


def spikes_of(network: nn.Module, samples: Samples) -> tuple[torch.Tensor, list[int]]:
    """The output spikes [N, 11] of each class, and the spikes of each layer."""
    network.eval()
    counts = []
    hooks = [
        part.register_forward_hook(lambda module, inputs, output: counts.append(int(output.sum(dtype=torch.float64))))
        for part in network.modules() if isinstance(part, neuron.BaseNode)
    ]  # fmt: skip
    spikes, layers = [], None
    with torch.no_grad():
        for frames, _ in batches(samples, list(range(len(samples))), 32):
            rates = network(frames)
            rates = rates.mean(0) if rates.dim() == 3 else rates
            reset(network)
            spikes.append((rates * 10 * T).round().int())
            layers = counts[:] if layers is None else [a + b for a, b in zip(layers, counts, strict=True)]
            counts.clear()
    for hook in hooks:
        hook.remove()
    return torch.cat(spikes), layers


def compare(name: str, file: Path, cache: Path, network: nn.Module, *options: object, permuted: bool) -> None:
    """Compares SpikingJelly's network with what dvstrain makes of a file."""
    samples = read_samples(cache, "test")
    require(len(samples) >= 96, f"{len(samples)} samples")
    expected, layers = spikes_of(network, samples)
    if permuted:
        ours = torch.empty_like(expected)
        ours[:, ORDER] = expected
        expected = ours
    lines = dvstrain("predict", file, cache, "-device", "cpu", "--quiet", "--json", *options).splitlines()
    found = (torch.tensor([json.loads(line)["rates"] for line in lines]) * 10 * T).round().int()
    total, off = int(expected.sum()), int((found - expected).abs().sum())
    differing = int((found.argmax(1) != expected.argmax(1)).sum())
    report = json.loads(dvstrain("eval", file, "-data_dir", cache, "-device", "cpu", "--quiet", "--json", *options))
    rates = report["report"]["firing_rates"]
    neurons = [network_neurons * T * len(samples) for network_neurons in neuron_counts(network)]
    layer_off = [round(rate * count) - spikes for rate, count, spikes in zip(rates, neurons, layers, strict=True)]
    accuracy = int((expected.argmax(1) == torch.from_numpy(samples.labels)).sum())
    print(
        f"{name}: {len(samples)} samples, {total} output spikes, {off} differ; spikes of the layers {layers}, "
        f"differences {layer_off}; {differing} predictions differ; {accuracy} and {report['report']['correct']} correct"
    )
    require(total > 0, f"{name}: no output neuron fires")
    require(off <= SPIKE_LIMIT * total, f"{name}: {off} of {total} output spikes differ")
    require(sum(map(abs, layer_off)) <= SPIKE_LIMIT * sum(layers), f"{name}: {layer_off} of {layers} spikes differ")
    require(differing == 0, f"{name}: {differing} predictions differ")
    require(report["report"]["correct"] == accuracy, f"{name}: {report['report']['correct']} correct, not {accuracy}")


def neuron_counts(network: nn.Module) -> list[int]:
    weights = [value for value in network.state_dict().values() if value.dim() in (2, 4)]
    counts, side = [], 128
    for value in weights:
        counts.append(value.shape[0] * side * side if value.dim() == 4 else value.shape[0])
        side //= 2
    return counts


def save_example(path: Path, network: nn.Module, optimizer, schedule, epoch: int, accuracy: float) -> None:
    """What SpikingJelly's example classify_dvsg.py saves after an epoch."""
    torch.save(
        {
            "net": network.state_dict(), "optimizer": optimizer.state_dict(), "lr_scheduler": schedule.state_dict(),
            "epoch": epoch, "max_test_acc": accuracy,
        },  # fmt: skip
        path,
    )


def check_spikingjelly_to_dvstrain() -> None:
    with exchange_cache() as cache:
        samples = read_samples(cache, "train")
        labels = torch.empty(11, dtype=torch.long)
        labels[ORDER] = torch.arange(11)
        for kind in (neuron.LIFNode, neuron.ParametricLIFNode):
            network = gesture_net(CHANNELS, kind)
            make_active(network, samples)
            optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
            schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 64)
            for frames, theirs in batches(samples, list(range(24)), 8):
                optimizer.zero_grad()
                squared_error(network(frames).mean(0), labels[theirs]).backward()
                optimizer.step()
                reset(network)
            schedule.step()
            file = cache.parent / f"{kind.__name__}.pth"
            save_example(file, network, optimizer, schedule, 0, 0.5)
            compare(f"DVSGestureNet of {kind.__name__}", file, cache, network, permuted=True)
        # Weights alone do not say whose labels they have.
        torch.save(network.state_dict(), file)
        compare("weights alone", file, cache, network, "--labels", "spikingjelly", permuted=True)
        compare("weights alone, with our labels", file, cache, network, permuted=False)


def check_trained_biases() -> None:
    """SpikingJelly's unchanged network trains biases: they come here, are trained, and go back."""
    with exchange_cache() as cache:
        samples = read_samples(cache, "train")
        file, weights, logs = cache.parent / "biases.pth", cache.parent / "biases.safetensors", cache.parent / "logs"
        network = gesture_net(CHANNELS, biases=True)
        make_active(network, samples)
        optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 64)
        for frames, labels in batches(samples, list(range(24)), 8):
            optimizer.zero_grad()
            squared_error(network(frames).mean(0), torch.tensor(ORDER)[labels]).backward()
            optimizer.step()
            reset(network)
        schedule.step()
        save_example(file, network, optimizer, schedule, 0, 0.5)
        compare("DVSGestureNet with trained biases", file, cache, network, permuted=True)
        with torch.no_grad():
            for part in network.conv_fc:
                if isinstance(part, nn.Linear):
                    part.bias.zero_()
        with_zeros, _ = spikes_of(network, read_samples(cache, "test"))
        network.load_state_dict(torch.load(file)["net"])
        spikes, _ = spikes_of(network, read_samples(cache, "test"))
        print(f"without the biases {int((spikes - with_zeros).abs().sum())} output spikes would differ")
        require(not torch.equal(spikes, with_zeros), "the biases make no difference")
        dvstrain("import", file, "--labels", "spikingjelly", "-o", weights)
        again = cache.parent / "again.pth"
        arguments = ("--to", "pth", "--names", "dvs-gesture-net", "--labels", "spikingjelly", "-o", again)
        dvstrain("export", weights, *arguments)
        for key, value in torch.load(again, weights_only=True).items():
            require(torch.equal(value, network.state_dict()[key]) or "tracked" in key, f"{key} differs")
        layers = "{c8k3s1-BN-LIF-MPk2s2}*5-DP-FC512b-LIF-DP-FC110b-LIF-APk10s10"
        run = train(cache, logs, "-T", T, "-net", layers, "-b", 8, "-epochs", 1, "-init", weights)
        checkpoint = run.folder / "checkpoint_latest.safetensors"
        dvstrain("export", checkpoint, *arguments, "--force")
        trained = gesture_net(CHANNELS, biases=True)
        trained.load_state_dict(torch.load(again, weights_only=True))
        require(not torch.equal(trained.conv_fc[22].bias, network.conv_fc[22].bias), "the biases were not trained")
        compare("biases trained here", checkpoint, cache, trained, permuted=True)


def check_dvstrain_to_spikingjelly() -> None:
    layers = "{c8k3s1-BN-LIF-MPk2s2}*5-DP-FC512-LIF-DP-FC110-LIF-APk10s10"
    with exchange_cache() as cache:
        start, samples = cache.parent / "start.pth", read_samples(cache, "train")
        network = gesture_net(CHANNELS)
        make_active(network, samples)
        torch.save(network.state_dict(), start)
        run = train(
            cache, cache.parent / "logs", "-T", T, "-net", layers, "-b", 8, "-epochs", 2, "-init", start,
            "--labels", "spikingjelly",
        )  # fmt: skip
        checkpoint = run.folder / "checkpoint_latest.safetensors"
        for labels in ("dataset", "spikingjelly"):
            file = cache.parent / f"{labels}.pth"
            dvstrain(
                "export", checkpoint, "--to", "pth", "--names", "dvs-gesture-net", "--labels", labels, "-o", file
            )
            network = gesture_net(CHANNELS)
            network.load_state_dict(torch.load(file, weights_only=True))
            compare(f"export with labels {labels}", file, cache, network, permuted=labels == "spikingjelly")
        compare("their checkpoint", checkpoint, cache, network, permuted=True)

        start = cache.parent / "cext.pth"
        network = CextNet(CHANNELS)
        make_active(network, samples)
        torch.save(network.state_dict(), start)
        compare("CextNet", start, cache, network, permuted=False)
        weights = cache.parent / "cext.safetensors"
        dvstrain("import", start, "--labels", "dataset", "-o", weights)
        for names, other in (("cext-net", CextNet(CHANNELS)), ("python-net", PaperNetwork(Settings(channels=CHANNELS)))):
            for kind in ("pth", "safetensors"):
                file = cache.parent / f"{names}.{kind}"
                dvstrain("export", weights, "--to", kind, "--names", names, "-o", file)
                state = torch.load(file, weights_only=True) if kind == "pth" else load_file(file)
                other.load_state_dict(state)
                before = file.read_bytes()
                dvstrain("export", file, "--to", kind, "--names", names, "-o", file.with_stem("again"), "--force")
                require(file.with_stem("again").read_bytes() == before, f"{file.name}: exported again, other bytes")
            compare(f"export as {names}", file, cache, other, permuted=False)


def check_full_size() -> None:
    with tempfile.TemporaryDirectory(prefix="dvskit-exchange-") as name:
        start, weights, file = Path(name, "start.pth"), Path(name, "x.safetensors"), Path(name, "x.pth")
        network = gesture_net(128)
        torch.save(network.state_dict(), start)
        dvstrain("import", start, "--labels", "spikingjelly", "-o", weights)
        dvstrain(
            "export", weights, "--to", "pth", "--names", "dvs-gesture-net", "--labels", "spikingjelly", "-o", file
        )
        other = DVSGestureNet(channels=128, spiking_neuron=neuron.LIFNode)
        print("DVSGestureNet(128):", other.load_state_dict(torch.load(file, weights_only=True)))
        for key, value in network.state_dict().items():
            require(torch.equal(value, other.state_dict()[key]), f"{key} differs")


def check_further_steps_with_adam() -> None:
    further_steps(
        lambda parameters: torch.optim.Adam(parameters, lr=0.001),
        lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 8),
    )


def check_further_steps_with_adamw() -> None:
    further_steps(
        lambda parameters: torch.optim.AdamW(parameters, lr=0.001, weight_decay=0.1),
        lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5),
    )


def check_further_steps_with_sgd() -> None:
    further_steps(
        lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
        lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.1),
    )


def check_further_steps_with_biases() -> None:
    for make_optimizer in (
        lambda parameters: torch.optim.Adam(parameters, lr=0.001),
        lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
    ):
        further_steps(
            make_optimizer, lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 8), biases=True
        )


def further_steps(make_optimizer, make_schedule, biases: bool = False) -> None:
    """Two epochs in PyTorch, then ten steps there and here; one of two seeds may differ by a spike."""
    with small_cache() as cache:
        found = [step_difference(seed, cache, make_optimizer, make_schedule, biases) for seed in (1, 2)]
    for text in filter(None, found):
        print(f"note: results differ after rounding: {text}")
    require(found.count(None) >= 1, "; ".join(filter(None, found)))


def step_difference(seed: int, cache: Path, make_optimizer, make_schedule, biases: bool) -> str | None:
    settings, batch, done = Settings(channels=2, dropout=0, biases=biases), 6, 2
    network = PaperNetwork(settings)
    network.set_initial_weights(seed)
    network.raise_activity(gamma=3, factor=6)
    optimizer = make_optimizer(network.parameters())
    schedule = make_schedule(optimizer)
    samples = read_samples(cache, "train")
    spikes = network.count_spikes()
    steps, after_first = [], None
    file = cache.parent / f"example_{seed}.pth"
    for epoch in range(done + 3):
        for counts, labels in batches(samples, sample_order(seed, epoch, len(samples)), batch):
            optimizer.zero_grad()
            loss = squared_error(network(counts), labels)
            loss.backward()
            optimizer.step()
            reset(network)
            if epoch >= done:
                steps.append((loss.item(), list(spikes)))
            if len(steps) == 1 and after_first is None:
                after_first = {key: value.clone() for key, value in network.state_dict().items()}
        schedule.step()
        if epoch == done - 1:
            save_example(file, network, optimizer, schedule, epoch, 0.25)
    steps = steps[:10]
    require(all(min(counted) > 0 for _, counted in steps), f"seed {seed}: a layer is silent: {steps}")

    out = cache.parent / f"imported_{seed}"
    report = json.loads(
        dvstrain(
            "import", file, "-data_dir", cache, "-out_dir", out, "-T", T, "-b", batch, "-seed", seed, "-dropout", 0,
            "--labels", "dataset", "--json", "--quiet", "--force",
        )
    )  # fmt: skip
    require(report["epochs"] == done and report["max_test_acc"] == 0.25, f"imported as {report}")
    command = [DVSTRAIN, *shlex.split(report["resume"])[1:], "-device", "cpu", "-log_every", "1", "--quiet"]
    first = done * 4 + 1
    for limit in (first, first + 9):
        result = subprocess.run([*command, "-max_steps", str(limit)], capture_output=True, text=True, check=False)
        require(result.returncode == 0, f"{shlex.join(command)}: {result.stderr}")
        if limit == first:
            tensors = load_file(report["checkpoint"])
            off = max((tensors[key] - value).abs().max().item() for key, value in after_first.items())
            require(off <= STEP_LIMIT, f"seed {seed}: a value is off by {off:.1e} after the first step")
    ours = read_run(out).steps
    require(len(ours) == len(steps) == 10, f"{len(ours)} steps")
    for number, (line, (loss, counted)) in enumerate(zip(ours, steps, strict=True), 1):
        if line["spikes"] != counted or abs(line["loss"] - loss) > STEP_LIMIT:
            return f"seed {seed}, step {number}: loss {line['loss']}, expected {loss}, {line['spikes']}, {counted}"
    worst = max(abs(line["loss"] - loss) for line, (loss, _) in zip(ours, steps, strict=True))
    print(f"seed {seed}: first step within {off:.1e}, losses of ten steps within {worst:.1e}, all spikes equal; loss {steps[-1][0]:.4f}, spikes {steps[-1][1]}")
    return None


def check_too_large() -> None:
    """A float64 that is finite, but too large for float32, is named as such."""
    with small_cache() as cache:
        state = {key: value.double() for key, value in PaperNetwork(Settings(channels=2)).state_dict().items()}
        state["fc.2.weight"][1, 2] = 1e300
        torch.save(state, cache.parent / "large.pth")
        result = subprocess.run(
            [DVSTRAIN, "eval", cache.parent / "large.pth", "-data_dir", cache], capture_output=True, text=True, check=False
        )
        expected = "large.pth: tensor fc.2.weight: numbers of float32 expected, 1e+300 found, which is too large"
        require(
            result.returncode == 1 and expected in result.stderr and result.stderr.count("\n") == 1,
            f"exit {result.returncode}: {result.stderr}",
        )


def check_refusals() -> None:
    """Optimizers and settings that would not continue exactly are refused by name."""
    cases = [
        (lambda p: torch.optim.RAdam(p), "Adam, AdamW or SGD expected, another optimizer"),
        (lambda p: torch.optim.NAdam(p), "NAdam found"),
        (lambda p: torch.optim.Adamax(p), "Adam, AdamW or SGD expected, another optimizer"),
        (lambda p: torch.optim.RMSprop(p), "RMSprop found"),
        (lambda p: torch.optim.Adam(p, amsgrad=True), "amsgrad: False"),
        (lambda p: torch.optim.Adam(p, maximize=True), "maximize: False"),
        (lambda p: torch.optim.Adam(p, weight_decay=0.1), "weight_decay: 0, as the Adam here has no weight decay"),
        (lambda p: torch.optim.Adam(p, betas=(0.8, 0.999)), "betas: (0.9, 0.999)"),
        (lambda p: torch.optim.Adam(p, eps=1e-6), "eps: 1e-08"),
        (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True), "nesterov: False"),
        (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.5), "dampening: 0.0"),
        (lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.1), "weight_decay: 0.0"),
        (lambda p: torch.optim.SGD([{"params": [q]} for q in p], lr=0.1), "one group of parameters expected, 17 found"),
    ]
    with small_cache() as cache:
        for make_optimizer, expected in cases:
            network = PaperNetwork(Settings(channels=2))
            optimizer = make_optimizer(list(network.parameters()))
            for parameter in network.parameters():
                parameter.grad = torch.ones_like(parameter)
            schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 8)
            for _ in range(4):
                optimizer.step()
            schedule.step()
            file = cache.parent / "refused.pth"
            save_example(file, network, optimizer, schedule, 0, 0.0)
            result = subprocess.run(
                [DVSTRAIN, "import", file, "-data_dir", cache, "-out_dir", cache.parent / "none", "-T", str(T), "-b", "6"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            require(
                result.returncode == 1 and expected in result.stderr and result.stderr.count("\n") == 1,
                f"{expected}: exit {result.returncode}: {result.stderr}",
            )
            require(not (cache.parent / "none").exists(), f"{expected}: a folder is left")
