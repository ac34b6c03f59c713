"""A network exported as ONNX gives the same spikes in onnxruntime, frame by frame, as the network in float64.

DVS_LONG_TESTS=1 takes 96 samples instead of 12, and more networks.
"""

import dataclasses
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from check_nir import IS_LONG, KEPT_INPUT, LIF, NETWORKS, Oracle, Spikes, active_network, compare
from check_nir import compare_with_dvstrain, in_batches, neuron_options
from dvstrain_run import dvstrain, exchange_cache
from frame_cache import read_samples
from harness import require
from paper_network import time_first


SOFT_RESET = dataclasses.replace(LIF, v_reset=None)
KEPT_AND_OTHER_RESET = dataclasses.replace(KEPT_INPUT, v_reset=-0.5)


def session(path: Path) -> onnxruntime.InferenceSession:
    """The checked model, with each layer's spikes as further outputs."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    for number in range(1, 8):
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(f"lif{number}_spikes"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def run(model: onnxruntime.InferenceSession, counts: torch.Tensor, start: float) -> Spikes:
    """The spikes of each layer; the votes must be the means of ten output neurons."""
    names = [output.name for output in model.get_outputs()]
    state = {
        value.name: np.full([counts.shape[1], *value.shape[1:]], start, np.float32)
        for value in model.get_inputs() if value.name != "frame"
    }  # fmt: skip
    spikes: list[list[torch.Tensor]] = [[] for _ in range(7)]
    for frame in counts:
        found = dict(zip(names, model.run(None, {"frame": frame.numpy(), **state}), strict=True))
        state = {name: found[f"next_{name}"] for name in state}
        for number, layer in enumerate(spikes):
            layer.append(torch.from_numpy(found[f"lif{number + 1}_spikes"]))
        votes = spikes[-1][-1].unflatten(1, (11, 10)).mean(2)
        require(torch.allclose(torch.from_numpy(found["votes"]), votes, atol=1e-6), "other votes")
    return [torch.stack(layer) for layer in spikes]


def check_same_spikes() -> None:
    with exchange_cache(8 if IS_LONG else 1) as cache:
        training, counts = read_samples(cache, "train"), time_first(read_samples(cache, "test").frames)
        resets = [SOFT_RESET, KEPT_AND_OTHER_RESET]
        for settings in [*NETWORKS, *resets] if IS_LONG else resets:
            file, path, source = (cache.parent / name for name in ("net.safetensors", "net.onnx", "own.safetensors"))
            network = active_network(settings, training, file)
            with torch.no_grad():
                expected = in_batches(Oracle(network), counts)
            dvstrain("import", file, *neuron_options(settings), "-o", source, "--force")
            print(dvstrain("export", source, "--to", "onnx", "-o", path, "--force").strip())
            model = session(path)
            start = settings.v_reset or 0.0
            name = f"{settings.neuron}, pool {settings.pool}, decay_input {settings.decay_input}, v_reset {start}"
            name += ", soft" if settings.v_reset is None else ""
            # float32 rounds as dvstrain does, in another order.
            found = in_batches(lambda frames: run(model, frames, start), counts)
            compare(f"{name}: onnxruntime", found, expected, 1e-5)
            compare_with_dvstrain(f"{name}: dvstrain", source, cache, expected)
