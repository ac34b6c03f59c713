"""The synaptic operations of `dvstrain eval --json` beside those of SpikingJelly's SynOpCounter and of NeuroBench.

- NeuroBench counts each input that is not 0 once for each weight other than 0 that it meets, without the padding: so do we.
- SpikingJelly counts the same, but only where a layer's input is 0 or 1: none for event counts, and none after average pooling.
- `dense` here has the products with the padding, which NeuroBench's total leaves out: (3H − 2)(3W − 2) of 9HW for a convolution.
"""

import json
import math
from dataclasses import replace

import torch
from dvstrain_run import dvstrain, small_cache
from frame_cache import read_samples
from harness import require
from neurobench.metrics.utils.layers.macs import single_layer_MACs
from paper_network import PaperNetwork, Settings, reset, save_weights
from spikingjelly.activation_based.op_counter import DispatchCounterMode, SynOpCounter
from spikingjelly_training import batches
from torch import nn

T = 4


def counted_elsewhere(network: nn.Module, samples) -> tuple[list[int], list[int], list[int], list[bool]]:
    """For each convolution and linear layer: SpikingJelly's count, NeuroBench's effective and total, and if all is spikes."""
    parts = [part for part in network.modules() if isinstance(part, (nn.Conv2d, nn.Linear))]
    inputs: list[list[torch.Tensor]] = [[] for _ in parts]
    hooks = [
        part.register_forward_hook(lambda module, given, output, kept=kept: kept.append(given[0].flatten(0, 1).double()))
        for part, kept in zip(parts, inputs, strict=True)
    ]  # fmt: skip
    network.eval()
    with torch.no_grad():
        for frames, _ in batches(samples, list(range(len(samples))), 6):
            network(frames)
            reset(network)
    for hook in hooks:
        hook.remove()
    spikingjelly, effective, total, spiking = [], [], [], []
    for part, kept in zip(parts, inputs, strict=True):
        given = torch.cat(kept)
        if isinstance(part, nn.Conv2d):
            plain: nn.Module = nn.Conv2d(part.in_channels, part.out_channels, 3, padding=1, bias=False)
        else:
            plain = nn.Linear(part.in_features, part.out_features, bias=part.bias is not None)
        plain.load_state_dict(part.state_dict())
        plain.double()
        counter = SynOpCounter()
        with torch.no_grad(), DispatchCounterMode([counter]):
            plain(given)
        spikingjelly.append(counter.get_total())
        with torch.no_grad():
            count, is_spiking = single_layer_MACs(given, plain)
            effective.append(count)
            spiking.append(is_spiking)
            total.append(single_layer_MACs(given, plain, total=True)[0])
    return spikingjelly, effective, total, spiking


def check_operations() -> None:
    torch.manual_seed(1)
    with small_cache() as cache:
        samples = read_samples(cache, "test")
        for settings in (
            Settings(channels=3), Settings(channels=3, pool="avg"), Settings(channels=2, neuron="PLIF", biases=True),
        ):  # fmt: skip
            file = cache.parent / "start.safetensors"
            network = PaperNetwork(replace(settings, dropout=0))
            network.raise_activity(gamma=3, factor=6)
            # Running statistics of real frames.
            with torch.no_grad():
                for frames, _ in [*batches(samples, list(range(len(samples))), 6)] * 10:
                    network(frames)
                    reset(network)
            save_weights(network, file)
            weights = cache.parent / "weights.safetensors"
            dvstrain("import", file, "-net", settings.notation, "-T", T, "--labels", "dataset", "-o", weights, "--force")
            report = json.loads(dvstrain("eval", weights, "-data_dir", cache, "-device", "cpu", "--quiet", "--json"))
            operations = report["report"]["operations"]
            ours = [round(layer["operations"] * len(samples)) for layer in operations["layers"]]
            additions = [layer["are_additions"] for layer in operations["layers"]]
            spikingjelly, effective, total, spiking = counted_elsewhere(network, samples)
            print(f"{settings.notation}: {ours}; SpikingJelly {spikingjelly}; NeuroBench {effective}")
            require(ours == effective, f"NeuroBench counts {effective}")
            for number, is_addition in enumerate(additions):
                require(not is_addition or spiking[number], f"layer {number + 1} has other inputs than spikes")
                expected = ours[number] if spiking[number] else 0
                require(spikingjelly[number] == expected, f"layer {number + 1}: SpikingJelly {spikingjelly[number]}")
            require(additions == [False] + [settings.pool == "max"] * 5 + [True], f"additions {additions}")
            require(all(ours[:6]), "a layer has no operations")
            side = 128
            for number, layer in enumerate(operations["layers"]):
                inside = total[number] / len(samples)
                factor = (3 * side - 2) ** 2 / (9 * side**2) if number < 5 else 1
                require(math.isclose(inside, layer["dense"] * factor), f"layer {number + 1}: {inside} of {layer['dense']}")
                side //= 2
            multiplied = sum(count for count, is_addition in zip(ours, additions, strict=True) if not is_addition)
            added = sum(ours) - multiplied
            energy = (4.6 * multiplied + 0.9 * added) / 1000 / len(samples)
            require(math.isclose(energy, operations["energy_nj"]), f"{energy} nJ, not {operations['energy_nj']}")
            print(f"energy a sample: {energy:.1f} nJ; of a network without spikes {operations['dense_energy_nj']:.1f} nJ")
