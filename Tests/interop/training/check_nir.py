"""A network exported as NIR fires the same in SpikingJelly and Norse as here; sinabs and snnTorch are counted.

The oracle is plain PyTorch in float64: batch norm is folded here, from the network's own weights. DVS_LONG_TESTS=1 takes
96 samples instead of 12, and more networks.
"""

import contextlib
import dataclasses
import io
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import nir
import norse.torch
import numpy as np
import sinabs.nir
import torch
import torch.nn.functional as F
from dvstrain_run import dvstrain, exchange_cache
from frame_cache import Samples, read_samples
from harness import require
from paper_network import PaperNetwork, Settings, reset, save_weights, time_first
from snntorch.import_nir import import_from_nir as import_in_snntorch
from spikingjelly.activation_based import layer, neuron
from spikingjelly.activation_based.nir_exchange import export_to_nir as export_from_spikingjelly
from spikingjelly.activation_based.nir_exchange import import_from_nir as import_in_spikingjelly
from torch import nn

IS_LONG = bool(os.environ.get("DVS_LONG_TESTS"))
T, CHANNELS, SPIKE_LIMIT, DT = 4, 4, 1e-5, 1e-4
LIF = Settings(channels=CHANNELS, dropout=0)
PLIF = dataclasses.replace(LIF, neuron="PLIF", biases=True)
# Norse ignores the resistance and the reset potential: an input that does not decay, and another reset than to 0, are
# compared without it.
KEPT_INPUT = dataclasses.replace(LIF, tau=3.0, decay_input=False)
OTHER_RESET = dataclasses.replace(LIF, v_reset=-0.5)
NETWORKS = [LIF, PLIF, dataclasses.replace(LIF, pool="avg"), KEPT_INPUT, OTHER_RESET]
# Spikes of each layer of neurons, [T, N, …].
Spikes = list[torch.Tensor]


def active_network(settings: Settings, samples: Samples, file: Path) -> PaperNetwork:
    """A network with statistics of real frames in which all layers fire; its weights are written to a file."""
    torch.manual_seed(1)
    network = PaperNetwork(settings)
    network.set_initial_weights(7)
    network.raise_activity(gamma=5, factor=8)
    with torch.no_grad():
        for index, part in enumerate(network.modules()):
            if isinstance(part, nn.BatchNorm2d):
                part.bias.uniform_(-0.1, 0.3)
            if isinstance(part, nn.Linear) and part.bias is not None:
                part.bias.uniform_(-0.1, 0.3)
            if isinstance(part, neuron.ParametricLIFNode):
                part.w.fill_(0.7 * np.sin(index))
        network.train()
        for _ in range(10):
            network(time_first(samples.frames))
            reset(network)
    network.eval()
    save_weights(network, file)
    return network


class Oracle:
    """The network with folded batch norm, in float64."""

    def __init__(self, network: PaperNetwork):
        self.convolutions, self.linears, self.taus = [], [], []
        parts = list(network.conv)
        for convolution, norm in zip(parts[0::4], parts[1::4], strict=True):
            factor = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
            weight = convolution.weight.double() * factor.view(-1, 1, 1, 1)
            bias = norm.bias.double() - norm.running_mean.double() * factor
            # The file has float32.
            self.convolutions.append((weight.float().double(), bias.float().double()))
        for part in network.fc:
            if isinstance(part, nn.Linear):
                self.linears.append((part.weight.double(), None if part.bias is None else part.bias.double()))
        for part in network.neuron_layers():
            self.taus.append(1 / torch.sigmoid(part.w).double() if hasattr(part, "w") else part.tau)
        self.is_average = network.settings.pool == "avg"
        self.decays = network.settings.decay_input
        self.v_reset = network.settings.v_reset

    def __call__(self, counts: torch.Tensor) -> Spikes:
        taus = iter(self.taus)
        x, spikes = counts.double(), []
        for weight, bias in self.convolutions:
            x = self.fire(self.each(lambda frame: F.conv2d(frame, weight, bias, padding=1), x), next(taus))
            spikes.append(x)
            x = self.each(lambda frame: F.avg_pool2d(frame, 2) if self.is_average else F.max_pool2d(frame, 2), x)
        x = x.flatten(2)
        for weight, bias in self.linears:
            x = self.fire(F.linear(x, weight, bias), next(taus))
            spikes.append(x)
        return spikes

    @staticmethod
    def each(function: Callable, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([function(frame) for frame in x])

    def fire(self, x: torch.Tensor, tau: float) -> torch.Tensor:
        start = self.v_reset or 0.0
        v, spikes = torch.full_like(x[0], start), []
        for frame in x:
            v = v + (frame - (v - start)) / tau if self.decays else v - (v - start) / tau + frame
            spikes.append((v >= 1).double())
            v = v - spikes[-1] if self.v_reset is None else torch.where(spikes[-1] > 0, start, v)
        return torch.stack(spikes)


def simulate(module: nn.Module, counts: torch.Tensor, has_time: bool = False) -> Spikes:
    """The spikes of a simulator's network, layer by layer: step by step with a state, or of all frames at once."""
    found: dict[str, list[torch.Tensor]] = {}

    def keep(name: str) -> Callable:
        def hook(part, inputs, output):
            value = output[0] if isinstance(output, tuple) else output
            found.setdefault(name, []).append(value.detach())
        return hook

    names = {name: part for name, part in module.named_modules() if name.rsplit(".", 1)[-1].startswith("lif")}
    hooks = [part.register_forward_hook(keep(name)) for name, part in names.items()]
    require(len(hooks) == 7, f"{list(names)}")
    with torch.no_grad():
        if has_time:
            module(counts.transpose(0, 1).flatten(0, 1))
            shape = counts.shape[1::-1]
            spikes = [values[0].unflatten(0, shape).transpose(0, 1) for values in found.values()]
        else:
            state = None
            for frame in counts:
                _, state = module(frame, state)
            spikes = [torch.stack(values) for values in found.values()]
    for hook in hooks:
        hook.remove()
    return spikes


def neuron_options(settings: Settings) -> list[object]:
    """What `dvstrain import` needs to know of a network beside its tensors."""
    v_reset = "none" if settings.v_reset is None else settings.v_reset
    options = ["-pool", settings.pool, "-v_reset", v_reset] + ([] if settings.decay_input else ["-no_decay_input"])
    return options + ([] if settings.neuron == "PLIF" else ["-tau", settings.tau])


def in_batches(run: Callable[[torch.Tensor], Spikes], counts: torch.Tensor) -> Spikes:
    """Runs 24 samples at once, so as to need little memory."""
    parts = [run(counts[:, start : start + 24]) for start in range(0, counts.shape[1], 24)]
    return [torch.cat(layers, 1) for layers in zip(*parts, strict=True)]


def unfolded(network: PaperNetwork) -> Callable[[torch.Tensor], Spikes]:
    """The spikes of the network with its batch norm, in float32."""

    def run(counts: torch.Tensor) -> Spikes:
        spikes: Spikes = []
        hooks = [
            part.register_forward_hook(lambda module, inputs, output: spikes.append(output.detach()))
            for part in network.neuron_layers()
        ]
        with torch.no_grad():
            network(counts)
        reset(network)
        for hook in hooks:
            hook.remove()
        return spikes

    return run


def rates_of(spikes: Spikes) -> torch.Tensor:
    """The output spikes [N, 11] of each class."""
    return spikes[-1].sum(0).unflatten(1, (11, 10)).sum(2)


def compare(name: str, found: Spikes, expected: Spikes, limit: float) -> None:
    """Compares each neuron's spikes of each frame."""
    counts = [int(layer.sum()) for layer in expected]
    off = [int((a != b).sum()) for a, b in zip(found, expected, strict=True)]
    predictions = int((rates_of(found).argmax(1) != rates_of(expected).argmax(1)).sum())
    samples = expected[0].shape[1]
    print(f"{name}: {samples} samples, spikes of the layers {counts}, {off} differ; {predictions} predictions differ")
    require(min(counts) > 0, f"{name}: a layer is silent: {counts}")
    require(sum(off) <= limit * sum(counts), f"{name}: {off} of {counts} spikes differ")
    require(predictions == 0, f"{name}: {predictions} predictions differ")


def compare_with_dvstrain(name: str, file: Path, cache: Path, expected: Spikes) -> None:
    """Compares spikes of our engine, which does not fold batch norm: of each class, and sums of each layer."""
    lines = dvstrain("predict", file, cache, "-device", "cpu", "--quiet", "--json").splitlines()
    found = (torch.tensor([json.loads(line)["rates"] for line in lines]) * 10 * T).round().int()
    report = json.loads(dvstrain("eval", file, "-data_dir", cache, "-device", "cpu", "--quiet", "--json"))["report"]
    rates = report["firing_rates"]
    layer_off = [round(rate * part.numel()) - int(part.sum()) for rate, part in zip(rates, expected, strict=True)]
    total, off = int(expected[-1].sum()), int((found - rates_of(expected)).abs().sum())
    predictions = int((found.argmax(1) != rates_of(expected).argmax(1)).sum())
    print(
        f"{name}: {len(found)} samples, differences of layers' spikes {layer_off}, {off} of {total} output spikes and "
        f"{predictions} predictions differ"
    )
    require(off <= SPIKE_LIMIT * total, f"{name}: {off} of {total} output spikes differ")
    limit = SPIKE_LIMIT * sum(int(part.sum()) for part in expected)
    require(sum(map(abs, layer_off)) <= limit, f"{name}: {layer_off}")
    require(predictions == 0, f"{name}: {predictions} predictions differ")


def check_same_spikes() -> None:
    logging.getLogger().setLevel(logging.ERROR)
    with exchange_cache(8 if IS_LONG else 1) as cache:
        training, counts = read_samples(cache, "train"), time_first(read_samples(cache, "test").frames)
        for settings in NETWORKS if IS_LONG else [LIF, PLIF]:
            file = cache.parent / "net.safetensors"
            network = active_network(settings, training, file)
            name = f"{settings.neuron}, pool {settings.pool}, decay_input {settings.decay_input}"
            with torch.no_grad():
                oracle = Oracle(network)
                expected = in_batches(oracle, counts)
            found = in_batches(unfolded(network), counts)
            compare(f"{name}: unfolded, PyTorch in float32", found, expected, SPIKE_LIMIT)
            source = file
            if settings not in (LIF, PLIF):
                source = file.with_name("own.safetensors")
                dvstrain("import", file, *neuron_options(settings), "-o", source, "--force")
            compare_with_dvstrain(f"{name}: unfolded, dvstrain", source, cache, expected)
            graphs = {}
            for node in ("avg", "sum"):
                graphs[node] = cache.parent / f"{node}.nir"
                arguments = ("--to", "nir", "--pool-node", node, "-o", graphs[node], "--force")
                print(dvstrain("export", source, *arguments).strip())
            require_folded(graphs, oracle)
            for dtype in (torch.float64, torch.float32) if IS_LONG or settings == LIF else (torch.float64,):
                # float32 rounds as dvstrain does, in another order.
                limit = 0 if dtype == torch.float64 else SPIKE_LIMIT
                module = import_in_spikingjelly(graphs["avg"], dtype=dtype)
                found = in_batches(lambda frames: simulate(module, frames.to(dtype)), counts)
                compare(f"{name}: SpikingJelly in {dtype}", found, expected, limit)
                if not settings.decay_input or settings.v_reset:
                    continue
                module = norse.torch.from_nir(nir.read(graphs["sum"]), dt=DT).to(dtype)
                found = in_batches(lambda frames: simulate(module, frames.to(dtype)), counts)
                # Norse's time constants are float32, in which that of PLIF is rounded.
                limit = limit if settings.neuron == "LIF" else SPIKE_LIMIT
                compare(f"{name}: Norse in {dtype}", found, expected, limit)


def check_graphs_come_back() -> None:
    """Our own exports predict as before; a network that SpikingJelly exports fires here as there."""
    with exchange_cache(1) as cache:
        file, weights, graph = (cache.parent / name for name in ("net.safetensors", "back.safetensors", "net.nir"))
        training, counts = read_samples(cache, "train"), time_first(read_samples(cache, "test").frames)
        active_network(PLIF, training, file)
        expected = dvstrain("predict", file, cache, "--quiet", "--json")
        for node in ("avg", "sum"):
            dvstrain("export", file, "--to", "nir", "--pool-node", node, "-o", graph, "--force")
            dvstrain("import", graph, "-o", weights, "--force")
            for back in (weights, graph):
                rates = dvstrain("predict", back, cache, "--quiet", "--json")
                require(rates == expected, f"{node}, {back.name}: other rates")
        torch.manual_seed(3)
        network = nn.Sequential(
            layer.Conv2d(2, CHANNELS, 3, padding=1), neuron.LIFNode(), layer.AvgPool2d(2, 2), layer.AvgPool2d(2, 2),
            layer.Flatten(), layer.Linear(CHANNELS * 32 * 32, 11), neuron.LIFNode(),
        )  # fmt: skip
        refused = cache.parent / "refused.nir"
        export_from_spikingjelly(network, counts[0, :1], refused)
        words = refusal(lambda: dvstrain("import", refused, "-o", weights, "--force"))
        print(words)
        require("node _3: Conv2d or Flatten expected, AvgPool2d found" in words, words)
        network[3] = nn.Sequential(
            layer.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False), neuron.ParametricLIFNode(init_tau=3.0),
            layer.AvgPool2d(2, 2),
        )  # fmt: skip
        with torch.no_grad():
            for part in network.modules():
                if isinstance(part, nn.Conv2d | nn.Linear):
                    part.weight.mul_(20)
        export_from_spikingjelly(network, counts[0, :1], graph)
        print(dvstrain("import", graph, "-o", weights, "--force").strip())
        spikes = torch.stack([network(frame) for frame in counts]).detach().sum(0)
        lines = dvstrain("predict", weights, cache, "--quiet", "--json").splitlines()
        rates = [json.loads(line)["rates"] for line in lines]
        off = int(((torch.tensor(rates) * T).round() != spikes).sum())
        print(f"exported by SpikingJelly: {len(rates)} samples, {int(spikes.sum())} output spikes, {off} differ")
        require(spikes.sum() > 0 and off == 0, f"{off} of {int(spikes.sum())} output spikes differ")


def require_folded(graphs: dict[str, Path], oracle: Oracle) -> None:
    """Weights and biases of both graphs are those of the oracle; a mean as a sum makes the next weights a quarter."""
    for node, path in graphs.items():
        graph = nir.read(path)
        require(graph.metadata["dt"] == str(DT) and graph.metadata["pool_node"] == node, f"{graph.metadata}")
        scale = 0.25 if oracle.is_average and node == "sum" else 1
        for index, (weight, bias) in enumerate(oracle.convolutions):
            found = graph.nodes[f"conv{index + 1}"]
            expected = (weight * (scale if index else 1)).numpy()
            require(np.array_equal(found.weight, expected), f"conv{index + 1}")
            require(np.array_equal(found.bias, bias.numpy()), f"biases of conv{index + 1}")
        for index, (weight, bias) in enumerate(oracle.linears):
            found = graph.nodes[f"fc{index + 1}"]
            expected = (weight * (1 if index else scale)).numpy()
            require(np.array_equal(found.weight, expected), f"fc{index + 1}")
            require(bias is None or np.array_equal(found.bias, bias.numpy()), f"biases of fc{index + 1}")


def refusal(action: Callable) -> str:
    """The last line of what an importer raises."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 (whatever another program raises)
        return str(error).splitlines()[-1]
    return ""


def check_other_simulators() -> None:
    """sinabs and snnTorch refuse the graphs; changed so that they run, they compute something else."""
    logging.getLogger().setLevel(logging.ERROR)
    with exchange_cache(1) as cache, contextlib.redirect_stdout(io.StringIO()):
        file = cache.parent / "net.safetensors"
        network = active_network(LIF, read_samples(cache, "train"), file)
        counts = time_first(read_samples(cache, "test").frames)
        with torch.no_grad():
            expected = Oracle(network)(counts)
        graphs = {}
        for node in ("avg", "sum"):
            dvstrain("export", file, "--to", "nir", "--pool-node", node, "-o", cache.parent / f"{node}.nir")
            graphs[node] = nir.read(cache.parent / f"{node}.nir")
        refusals = {
            "snnTorch": refusal(lambda: import_in_snntorch(graphs["avg"])),
            "sinabs": refusal(lambda: sinabs.nir.from_nir(graphs["sum"], num_timesteps=T)),
        }
        # snnTorch wants r = 1, and its neurons for IF return their state, too, which the next layer cannot take.
        for node in graphs["avg"].nodes.values():
            if isinstance(node, nir.IF):
                node.r = np.ones_like(node.r)
        module = import_in_snntorch(graphs["avg"])
        for name, part in module.named_modules():
            if name.endswith("_if"):
                part.init_hidden = True
        found = {"snnTorch": simulate(module, counts)}
        # sinabs wants one value for all neurons, biases of linear layers, and τ in frames.
        for name, node in list(graphs["sum"].nodes.items()):
            if isinstance(node, nir.LIF):
                node.v_leak, node.tau = np.zeros(1), torch.tensor([node.tau.flat[0] / DT])
            if isinstance(node, nir.LIF | nir.IF):
                node.v_threshold = torch.tensor([node.v_threshold.flat[0]])
            if isinstance(node, nir.Linear):
                graphs["sum"].nodes[name] = nir.Affine(node.weight, np.zeros(len(node.weight), np.float32))
        module = sinabs.nir.from_nir(graphs["sum"], num_timesteps=T)
        found["sinabs"] = simulate(module, counts, has_time=True)
    for name, spikes in found.items():
        off = [int((a != b).sum()) for a, b in zip(spikes, expected, strict=True)]
        total = [int(part.sum()) for part in expected]
        print(f"{name} refuses: {refusals[name]}; changed: of {total} spikes {off} differ")
        require(refusals[name], f"{name} takes the graph")
        require(sum(off) > 0, f"{name}: no spike differs")
