#!/usr/bin/env python3
"""Makes the golden networks of other shapes with SpikingJelly 2.0.0, or compares them with the files in this folder.

    make_network_golden.py DIR        writes the files of FILES; exit code 1 if one depends on rounding
    make_network_golden.py check      exit code 1 when a value differs from the files here
    make_network_golden.py document   checks the net_*_c8_* files, which another script made, with the same code
    make_network_golden.py seeds      prints the first suitable seed of each file

Networks are given in the PLIF paper's notation: `{c8k3s1-BN-PLIF-MPk2s2}*3-DP-FC40-PLIF-APk10s10`.
Needs the environment of Tests/interop: $(Tests/interop/torch_python.sh) Fixtures/make_network_golden.py check.
"""

import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
INTEROP = HERE.parent / "Tests" / "interop"
sys.path[:0] = [str(INTEROP), str(INTEROP / "training")]
sys.dont_write_bytecode = True

import h5py  # noqa: E402
import numpy as np  # noqa: E402
import spikingjelly_import  # noqa: E402,F401
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from check_paper_network import parameter_name  # noqa: E402
from paper_network import KeyedDropout, reset  # noqa: E402
from spikingjelly.activation_based import functional, layer, neuron, surrogate  # noqa: E402
from torch import nn  # noqa: E402

STEPS = 5
ALPHA, THRESHOLD = 2.0, 1.0
BETAS, ADAM_EPSILON = (0.9, 0.999), 1e-8
# The order of sums changes a membrane by less.
MINIMUM_DISTANCE = 1e-5
# Maximum differences of float32 and float64: relative (L2) for tensors, absolute for losses.
ROUNDING, LOSS_ROUNDING = 5e-6, 1e-6
# Maximum differences from a file's values. The tutorial's network has larger sums.
TOLERANCE, TUTORIAL_TOLERANCE, LOSS_TOLERANCE = 1e-5, 1e-4, 1e-7

Values = dict[str, np.ndarray]


@dataclass(frozen=True)
class Setting:
    """A network and how it is trained."""

    net: str
    polarities: int
    height: int
    width: int
    classes: int
    time_steps: int = 4
    samples: int = 2
    tau: float = 2.0
    v_reset: float | None = 0.0
    step_mode: str = "m"
    dropout: float = 0.5
    optimizer: str = "adam"
    lr: float = 0.001
    momentum: float = 0.9

    @property
    def neuron(self) -> str:
        return "ParametricLIFNode" if "PLIF" in self.net else "LIFNode"


# Each with its seed: the first suitable one; for the largest file the one that gives the smallest file.
FILES: dict[str, tuple[int, Setting]] = {
    "net_nmnist_34x34": (6, Setting(
        "{c8k3s1-BN-LIF-MPk2s2}*2-DP-FC64-LIF-DP-FC100-LIF-APk10s10",
        polarities=2, height=34, width=34, classes=10,
    )),
    "net_two_convolutions": (4, Setting(
        "{{c8k3s1-BN-PLIF}*2-MPk2s2}*2-DP-FC40-PLIF-DP-FC100-PLIF-APk10s10",
        polarities=2, height=20, width=20, classes=10, time_steps=5,
    )),
    "net_average_pooling": (5, Setting(
        "c8k3s1-BN-LIF-APk2s2-c12k3s1-BN-LIF-MPk2s2-c8k3s1-BN-LIF-APk2s2-DP-FC30-LIF-DP-FC20-LIF-APk4s4",
        polarities=2, height=27, width=27, classes=5, time_steps=6, samples=3, optimizer="sgd", lr=0.1,
    )),
    "net_rectangular": (2, Setting(
        "{c8k3s1-BN-PLIF-MPk2s2}*3-FC24-PLIF-FC6-PLIF-APk2s2",
        polarities=1, height=24, width=40, classes=3, samples=3, v_reset=None, step_mode="s", dropout=0.0,
    )),
}  # fmt: skip


# The notation.

LAYER = re.compile(r"c[1-9]\d*k3s1|BN|P?LIF|[MA]Pk([1-9]\d*)s\1|DP|FC[1-9]\d*")


def layer_words(text: str) -> list[str]:
    """The layers in order, groups repeated: `{LIF-{BN}*2}*2` → LIF BN BN LIF BN BN."""
    words, rest = sequence(text)
    if rest:
        raise ValueError(f"'{text}': nothing may follow at '{rest}'")
    return words


def sequence(text: str) -> tuple[list[str], str]:
    """The layers up to the end or a closing brace, and the text from there on."""
    words: list[str] = []
    while True:
        if text.startswith("{"):
            group, text = sequence(text[1:])
            end = expect(r"\}\*([1-9]\d*)", text, "}*n")
            words += group * int(end[1])
        else:
            end = expect(LAYER, text, "a layer")
            words.append(end[0])
        text = text[end.end() :]
        if not text.startswith("-"):
            return words, text
        text = text[1:]


def expect(pattern: str | re.Pattern[str], text: str, what: str) -> re.Match[str]:
    match = re.match(pattern, text)
    if match is None:
        raise ValueError(f"{what} expected at '{text}'")
    return match


# The network.


class TextNetwork(nn.Module):
    """Maps counts [T, N, polarities, H, W] to firing rates [N, classes].

    `conv` contains the layers before the first DP or FC, `fc` a Flatten and the rest without the vote.
    """

    def __init__(self, setting: Setting):
        super().__init__()
        self.setting = setting
        words = layer_words(setting.net)
        border = next((index for index, word in enumerate(words) if word[:2] in ("DP", "FC")), len(words) - 1)
        # The input of the next layer: [channels, H, W]; after Flatten, the number of features.
        self.shape = (setting.polarities, setting.height, setting.width)
        self.conv = nn.Sequential(*(self.image_layer(word) for word in words[:border]))
        self.features = math.prod(self.shape)
        self.fc = nn.Sequential(layer.Flatten(), *(self.flat_layer(word) for word in words[border:-1]))
        self.vote = layer.VotingLayer(int(expect(r"APk(\d+)s\1$", words[-1], "a vote")[1]))
        if self.features != setting.classes * self.vote.voting_size:
            raise ValueError(f"{self.features} neurons do not vote for {setting.classes} classes")
        functional.set_step_mode(self, setting.step_mode)

    def image_layer(self, word: str) -> nn.Module:
        """A layer on images; sets `shape` to that of its output."""
        channels, height, width = self.shape
        if word.startswith("c"):
            outputs = int(word[1 : word.index("k")])
            self.shape = (outputs, height, width)
            return layer.Conv2d(channels, outputs, kernel_size=3, padding=1, bias=False)
        if word == "BN":
            return layer.BatchNorm2d(channels)
        if "Pk" in word:
            size = int(word.split("s")[1])
            self.shape = (channels, height // size, width // size)
            return (layer.MaxPool2d if word[0] == "M" else layer.AvgPool2d)(size, size)
        return self.neurons(word)

    def flat_layer(self, word: str) -> nn.Module:
        """A layer on features; sets `features` to the number of its outputs."""
        if word == "DP":
            return KeyedDropout(self.setting.dropout)
        if word.startswith("FC"):
            inputs, self.features = self.features, int(word[2:])
            return layer.Linear(inputs, self.features, bias=False)
        return self.neurons(word)

    def neurons(self, word: str) -> nn.Module:
        setting = self.setting
        shared = {"v_threshold": THRESHOLD, "v_reset": setting.v_reset, "detach_reset": True, "decay_input": True,
                  "surrogate_function": surrogate.ATan(alpha=ALPHA)}  # fmt: skip
        if word == "PLIF":
            return neuron.ParametricLIFNode(init_tau=setting.tau, **shared)
        if word == "LIF":
            return neuron.LIFNode(tau=setting.tau, **shared)
        raise ValueError(f"'{word}' is not allowed here")

    def forward(self, counts: torch.Tensor) -> torch.Tensor:
        if self.setting.step_mode == "m":
            return self.vote(self.fc(self.conv(counts))).mean(0)
        return sum(self.vote(self.fc(self.conv(frame))) for frame in counts) / len(counts)

    def neuron_layers(self) -> list[nn.Module]:
        return [part for part in (*self.conv, *self.fc) if isinstance(part, neuron.BaseNode)]

    def dropped_features(self) -> list[int]:
        """The number of features before each DP."""
        return [after.in_features for part, after in pairwise(self.fc) if isinstance(part, KeyedDropout)]

    def set_masks(self, masks: list[torch.Tensor]) -> None:
        """Sets the dropout masks [N, features] for all following batches; 1 keeps a feature."""
        dropouts = [part for part in self.fc if isinstance(part, KeyedDropout)]
        for dropout, mask in zip(dropouts, masks, strict=True):
            dropout.factors = mask / (1 - dropout.p)

    def set_statistics_momentum(self, momentum: float) -> None:
        for part in self.conv:
            if isinstance(part, nn.BatchNorm2d):
                part.momentum = momentum

    def statistics(self) -> Values:
        return {name: array(value) for name, value in self.named_buffers() if "running" in name}

    def parameter_values(self) -> Values:
        return {name: array(value) for name, value in self.named_parameters()}

    def load(self, values: Values) -> None:
        """Loads parameters and running statistics by name; others are unchanged."""
        keys = self.load_state_dict({name: torch.from_numpy(value) for name, value in values.items()}, strict=False)
        if keys.unexpected_keys:
            raise ValueError(f"no such tensors: {keys.unexpected_keys}")


def array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().numpy().copy()


# Traces of the layers of neurons.


@dataclass
class LayerTrace:
    """One layer in one pass: currents and spikes [T, N, ...], and 1/τ."""

    currents: list[torch.Tensor] = field(default_factory=list)
    spikes: list[torch.Tensor] = field(default_factory=list)
    leak: float = 0

    def add(self, part: nn.Module, current: torch.Tensor, spikes: torch.Tensor) -> None:
        self.currents.append(current.detach())
        self.spikes.append(spikes.detach())
        self.leak = float(part.w.detach().sigmoid()) if hasattr(part, "w") else 1 / part.tau

    def all_spikes(self, step_mode: str) -> torch.Tensor:
        return self.spikes[0] if step_mode == "m" else torch.stack(self.spikes)

    def membranes(self, setting: Setting) -> torch.Tensor:
        """Membranes [T, N, ...] before the reset, recomputed from the currents."""
        currents = self.currents[0] if setting.step_mode == "m" else torch.stack(self.currents)
        rest = setting.v_reset or 0
        membrane, found = torch.full_like(currents[0], rest), []
        for current in currents:
            charged = membrane + (current - (membrane - rest)) * self.leak
            found.append(charged)
            fired = charged >= THRESHOLD
            membrane = charged - THRESHOLD * fired if setting.v_reset is None else torch.where(fired, rest, charged)
        return torch.stack(found)


Pass = list[LayerTrace]


def traced(network: TextNetwork, counts: torch.Tensor) -> tuple[torch.Tensor, Pass]:
    """Rates [N, classes] of one pass, and a trace of each layer of neurons; resets the network afterwards."""
    layers = network.neuron_layers()
    traces = [LayerTrace() for _ in layers]
    hooks = [
        part.register_forward_hook(lambda part, inputs, output, trace=trace: trace.add(part, inputs[0], output))
        for part, trace in zip(layers, traces, strict=True)
    ]
    rates = network(counts)
    for hook in hooks:
        hook.remove()
    reset(network)
    return rates, traces


def spike_counts(traces: Pass, step_mode: str) -> Values:
    """By layer, from 1: the spikes of each channel over T, N, H, W, or of each linear neuron over T, N."""
    counts: Values = {}
    for number, trace in enumerate(traces, 1):
        spikes = trace.all_spikes(step_mode)
        others = tuple(axis for axis in range(spikes.dim()) if axis != 2)
        counts[str(number)] = array(spikes.sum(others, dtype=torch.float64)).astype(np.float32)
    return counts


# Five steps and an evaluation.


def with_prefix(group: str, values: Values) -> Values:
    return {f"{group}/{name}": value for name, value in values.items()}


def group_of(values: Values, group: str) -> Values:
    start = f"{group}/"
    return {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}


def make_network(setting: Setting, given: Values, dtype: torch.dtype) -> tuple[TextNetwork, torch.Tensor]:
    """The network with the masks of `given`, and the counts."""
    network = TextNetwork(setting).to(dtype)
    masks = [given[f"dropout_mask{index + 1}"] for index in range(len(network.dropped_features()))]
    network.set_masks([torch.from_numpy(mask).to(dtype) for mask in masks])
    return network, torch.from_numpy(given["input_counts"]).to(dtype)


def make_optimizer(setting: Setting, network: nn.Module) -> torch.optim.Optimizer:
    if setting.optimizer == "sgd":
        return torch.optim.SGD(network.parameters(), lr=setting.lr, momentum=setting.momentum)
    return torch.optim.Adam(network.parameters(), lr=setting.lr, betas=BETAS, eps=ADAM_EPSILON)


def train(setting: Setting, given: Values, dtype: torch.dtype) -> tuple[Values, list[Pass]]:
    """Results of five steps: `step1/…`, `losses`, `final/…`, and `eval/running/…`, the statistics of one more batch."""
    network, counts = make_network(setting, given, dtype)
    network.load(group_of(given, "init"))
    optimizer = make_optimizer(setting, network)
    wanted = F.one_hot(torch.from_numpy(given["labels"]), setting.classes).to(dtype)
    found: Values = {}
    losses: list[float] = []
    passes: list[Pass] = []
    for step in range(STEPS):
        optimizer.zero_grad()
        rates, traces = traced(network, counts)
        loss = F.mse_loss(rates, wanted)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        passes.append(traces)
        if step == 0:
            gradients = {name: array(parameter.grad) for name, parameter in network.named_parameters()}
            found |= {"step1/firing_rate": array(rates)}
            found |= with_prefix("step1/spike_count_per_channel", spike_counts(traces, setting.step_mode))
            found |= with_prefix("step1/grad", gradients)
            found |= with_prefix("step1/running", network.statistics())
            found |= with_prefix("step1/updated", network.parameter_values())
    found |= {"losses": np.array(losses)} | with_prefix("final", network.parameter_values())
    network.set_statistics_momentum(1)
    with torch.no_grad():
        traced(network, counts)
    return found | with_prefix("eval/running", network.statistics()), passes


def evaluate(setting: Setting, given: Values, trained: Values, dtype: torch.dtype) -> tuple[Values, Pass]:
    """`eval/firing_rate` and `eval/spike_count_per_channel/…` with the parameters and statistics of `trained`."""
    network, counts = make_network(setting, given, dtype)
    network.load(group_of(trained, "final") | group_of(trained, "eval/running"))
    network.eval()
    with torch.no_grad():
        rates, traces = traced(network, counts)
    found = with_prefix("eval/spike_count_per_channel", spike_counts(traces, setting.step_mode))
    return {"eval/firing_rate": array(rates)} | found, traces


# Inputs.


def draw(setting: Setting, seed: int) -> Values:
    """`input_counts` [T, N, polarities, H, W], `labels`, `dropout_mask…` and `init/…`."""
    random = np.random.default_rng(seed)
    network = TextNetwork(setting)
    given: Values = {
        "input_counts": draw_counts(setting, random),
        "labels": random.permutation(setting.classes)[: setting.samples],
    }
    for number, features in enumerate(network.dropped_features(), 1):
        kept = random.random((setting.samples, features)) >= setting.dropout
        given[f"dropout_mask{number}"] = kept.astype(np.uint8)
    parameters = {name: draw_parameter(name, value, random) for name, value in network.parameter_values().items()}
    return given | with_prefix("init", parameters)


def draw_counts(setting: Setting, random: np.random.Generator) -> np.ndarray:
    """Events of three spots per sample that move in straight lines, with some noise, as uint8."""
    shape = (setting.time_steps, setting.samples, setting.polarities, setting.height, setting.width)
    rates = np.full(shape, 0.002)
    rows, columns = np.mgrid[: setting.height, : setting.width]
    for sample in range(setting.samples):
        for _ in range(3):
            row, column = random.uniform(0.25, 0.75, 2) * (setting.height, setting.width)
            moves = random.uniform(-2, 2, 2)
            for polarity in range(setting.polarities):
                strength, size = random.uniform(1, 4), random.uniform(1, 3)
                for step in range(setting.time_steps):
                    distance = np.hypot(rows - row - moves[0] * step, columns - column - moves[1] * step)
                    rates[step, sample, polarity] += strength * np.exp(-((distance / size) ** 2))
    return random.poisson(rates).astype(np.uint8)


def draw_parameter(name: str, value: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Random values so large that all layers fire; linear weights are rounded, to compress better; w is unchanged."""
    if name.endswith(".w"):
        return value
    if value.ndim == 1:
        low, high = (1.5, 3) if name.endswith("weight") else (0, 0.8)
        return random.uniform(low, high, value.shape).astype(np.float32)
    limit = (6 if name.startswith("fc") else 1) / math.sqrt(value[0].size)
    values = random.uniform(-limit, limit, value.shape)
    return (values if name.startswith("conv") else np.round(values * 2048) / 2048).astype(np.float32)


# Reasons why a seed is unsuitable.


def relative_error(found: np.ndarray, expected: np.ndarray) -> float:
    """‖found − expected‖ / ‖expected‖; ‖found‖ if all expected values are 0."""
    difference = float(np.linalg.norm(found.astype(np.float64) - expected))
    return difference / (float(np.linalg.norm(expected.astype(np.float64))) or 1)


def unsuitable_layers(setting: Setting, pairs: list[tuple[Pass, Pass]]) -> Iterator[str]:
    """Layers that do not fire, or whose spikes depend on rounding, in float32 and float64 passes."""
    for number, (single, double) in enumerate(pairs, 1):
        when = f"step {number}" if number <= STEPS else "evaluation"
        for index, (trace, exact) in enumerate(zip(single, double, strict=True), 1):
            spikes, membranes = exact.all_spikes(setting.step_mode), exact.membranes(setting)
            distance = float((membranes - THRESHOLD).abs().min())
            if not torch.equal(trace.all_spikes(setting.step_mode).double(), spikes):
                yield f"{when}: float32 and float64 differ in spikes of layer {index}"
            if not distance >= MINIMUM_DISTANCE:
                yield f"{when}: a membrane of layer {index} is {distance:.1e} from the threshold"
            elif not torch.equal((membranes >= THRESHOLD).double(), spikes):
                yield f"{when}: the spikes of layer {index} are not those of its membranes"
            silent = spikes.sum((0, 1, 3, 4)) == 0 if spikes.dim() == 5 else spikes.sum() == 0
            if silent.any():
                yield f"{when}: layer {index}, or a channel of it, does not fire"


def unsuitable_values(single: Values, double: Values) -> Iterator[str]:
    """Values that differ between float32 and float64, and gradients that are zero."""
    for name, exact in double.items():
        if name == "losses":
            if not np.abs(single[name] - exact).max() <= LOSS_ROUNDING:
                yield "float32 and float64 differ in a loss"
        elif not (error := relative_error(single[name], exact)) <= ROUNDING:
            yield f"float32 and float64 differ by {error:.1e} in {name}"
        if name.startswith("step1/grad") and not single[name].any():
            yield f"{name} is zero"


def make(setting: Setting, seed: int) -> tuple[Values, list[str]]:
    """All datasets of a file, and the reasons why they are unsuitable."""
    given = draw(setting, seed)
    found, passes = train(setting, given, torch.float32)
    exact, exact_passes = train(setting, given, torch.float64)
    evaluated, evaluation = evaluate(setting, given, found, torch.float32)
    exact_evaluated, exact_evaluation = evaluate(setting, given, found, torch.float64)
    pairs = list(zip([*passes, evaluation], [*exact_passes, exact_evaluation], strict=True))
    reasons = [*unsuitable_layers(setting, pairs), *unsuitable_values(found | evaluated, exact | exact_evaluated)]
    return given | found | evaluated, reasons


# Files.


def attributes(setting: Setting) -> dict[str, object]:
    return {
        "net": setting.net,
        "polarities": setting.polarities,
        "height": setting.height,
        "width": setting.width,
        "classes": setting.classes,
        "T": setting.time_steps,
        "N": setting.samples,
        "neuron": setting.neuron,
        "tau": setting.tau,
        "v_threshold": THRESHOLD,
        "v_reset": "none" if setting.v_reset is None else setting.v_reset,
        "detach_reset": True,
        "decay_input": True,
        "surrogate": "ATan",
        "alpha": ALPHA,
        "step_mode": setting.step_mode,
        "dropout": setting.dropout,
        "optimizer": setting.optimizer,
        "lr": setting.lr,
        "momentum": setting.momentum,
        "betas": BETAS,
        "adam_eps": ADAM_EPSILON,
        "steps": STEPS,
        "loss": f"mean squared error of firing rate [N,{setting.classes}] against one-hot",
    }


def write(path: Path, setting: Setting, values: Values) -> None:
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        file.attrs.update(attributes(setting))
        for name, value in values.items():
            packed = {"chunks": value.shape, "compression": "gzip", "compression_opts": 9, "shuffle": True}
            file.create_dataset(name, data=value, **(packed if value.nbytes > 4096 else {}))
    print(f"{path.name}: {path.stat().st_size} bytes")


def read(path: Path) -> tuple[Values, dict[str, object]]:
    names: list[str] = []
    with h5py.File(path) as file:
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        return {name: np.asarray(file[name][()]) for name in names}, dict(file.attrs)


def require_equal(values: Values, expected: Values, name: str, tolerance: float = TOLERANCE) -> None:
    """Requires the same datasets: integers and spikes equal, losses within LOSS_TOLERANCE, others within `tolerance` (relative, L2)."""
    if set(values) != set(expected):
        sys.exit(f"{name}: other datasets: {sorted(set(values) ^ set(expected))}")
    largest, same = 0.0, 0
    for key, wanted in expected.items():
        value = values[key]
        if value.shape != wanted.shape or value.dtype != wanted.dtype:
            sys.exit(f"{name}: {key} is {value.dtype} {value.shape}, not {wanted.dtype} {wanted.shape}")
        exactly = wanted.dtype.kind in "iu" or "spike_count" in key or key.startswith("init/")
        error = float(np.abs(value - wanted).max()) if key == "losses" else relative_error(value, wanted)
        limit = 0 if exactly else LOSS_TOLERANCE if key == "losses" else tolerance
        if not error <= limit:
            sys.exit(f"{name}: {key} differs by {error:.1e}")
        largest, same = max(largest, error), same + np.array_equal(value, wanted)
    print(f"{name}: {len(expected)} datasets agree within {largest:.1e}, {same} of them in every bit")


def check() -> None:
    for name, (seed, setting) in FILES.items():
        values, _ = make(setting, seed)
        expected, found = read(HERE / "net" / f"{name}.h5")
        for key, value in attributes(setting).items():
            if not np.array_equal(found.pop(key, None), value):
                sys.exit(f"{name}: the attribute {key} is not {value}")
        if found:
            sys.exit(f"{name}: other attributes: {sorted(found)}")
        require_equal(values, expected, name)


# The files of the tutorial's network.


def tutorial_setting(found: dict) -> Setting:
    channels = int(found["channels"])
    cell = "PLIF" if found["neuron"] == "ParametricLIFNode" else "LIF"
    pool = "AP" if found["pool"] == "avg" else "MP"
    return Setting(
        f"{{c{channels}k3s1-BN-{cell}-{pool}k2s2}}*5-DP-FC{4 * channels}-{cell}-DP-FC110-{cell}-APk10s10",
        polarities=2, height=128, width=128, classes=11, time_steps=int(found["T"]), samples=int(found["N"]),
        tau=float(found["tau"]), v_reset=float(found["v_reset"]), step_mode=found["step_mode"],
        dropout=float(found["dropout"]), optimizer=found["optimizer"], lr=float(found["lr"]),
        momentum=float(found["momentum"]),
    )  # fmt: skip


def renamed(values: Values) -> Values:
    """`init/bn2.gamma` → `init/conv.5.weight`, and so on."""
    result: Values = {}
    for name, value in values.items():
        group, _, last = name.rpartition("/")
        result[f"{group}/{parameter_name(last)}" if re.match(r"(conv|bn|lif|fc)\d\.", last) else name] = value
    return result


def check_tutorial() -> None:
    for path in sorted((HERE / "net").glob("net_*_c8_*.h5")):
        values, found = read(path)
        expected, setting = renamed(values), tutorial_setting(found)
        given = {name: value for name, value in expected.items() if re.match("input|labels|dropout|init/", name)}
        trained, _ = train(setting, given, torch.float32)
        # With the file's parameters, like its readers: in one file a membrane is 5e-8 from the threshold in evaluation.
        evaluated, _ = evaluate(setting, given, expected, torch.float32)
        require_equal(given | trained | evaluated, expected, path.stem, TUTORIAL_TOLERANCE)


def seeds() -> None:
    for name, (_, setting) in FILES.items():
        for seed in count(1):
            _, reasons = make(setting, seed)
            print(f"{name}: seed {seed}: {'; '.join(reasons) or 'suitable'}", flush=True)
            if not reasons:
                break


def write_all(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (seed, setting) in FILES.items():
        values, reasons = make(setting, seed)
        if reasons:
            sys.exit(f"{name}: seed {seed}: {'; '.join(reasons)}")
        write(folder / f"{name}.h5", setting, values)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    modes = {"check": check, "document": check_tutorial, "seeds": seeds}
    if sys.argv[1] in modes:
        modes[sys.argv[1]]()
    else:
        write_all(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
