#!/usr/bin/env python3
"""Layers computed by the CUDA engine's kernels against the golden files of SpikingJelly and PyTorch.

    check_golden_layers.py [--driver libcuda.so.1] [--golden FOLDER]

The same files and, where the kernels write the quantity at all, the same bounds as the CPU engine's tests of single
layers (Tests/EngineTests/GoldenLayersTests.swift). The kernels never write membranes, the output of a batch norm or the
gradient of the counts: the first follow from the spikes and gradients, and the second is computed here from the factors.
"""

import argparse
import sys
from pathlib import Path

import h5py
import numpy as np
from gpu_driver import GPU, ROOT, Array
from kernel_layout import (
    COLUMNS,
    PRODUCT_THREADS,
    STAGE_THREADS,
    WEIGHT_THREADS,
    Shape,
    Weights,
    convolve,
    half_stride,
    pack_bits,
    padded,
    stride,
    unpack_bits,
    words,
)
from reference_neuron import Neuron

SURROGATES = {"ATan": 0, "Sigmoid": 1, "PiecewiseQuadratic": 2}
# With a surrogate this flat every neuron passes FLAT.alpha / 4 of the gradient, to 8 digits: what a layer's own backward
# pass receives is then known, whatever its neurons do.
FLAT = Neuron(tau=1.0, k=1.0, alpha=1e-4, surrogate=1)


def require_norm_close(found: np.ndarray, expected: np.ndarray, bound: float, what: str) -> None:
    """Stop where ‖found − expected‖ is over a bound times ‖expected‖."""
    if found.shape != expected.shape:
        raise AssertionError(f"{what}: shape {found.shape}, {expected.shape} expected")
    error = np.linalg.norm(found.astype(np.float64) - expected) / np.linalg.norm(expected.astype(np.float64))
    if not error <= bound:
        raise AssertionError(f"{what}: relative error {error:.2e}, at most {bound:.0e} expected")


class Stage:
    """Batch norm's factors, neurons over T steps and pooling, of values that the device holds."""

    def __init__(
        self, gpu: GPU, shape: Shape, neuron: Neuron, values: Array, factors: Array, edge: int = 1
    ) -> None:  # fmt: skip
        """values: [rows, stride]; factors: [groups, 2, channels]."""
        self.gpu, self.shape, self.edge, self.values, self.factors = gpu, shape, edge, values, factors
        self.pixels = (shape.height // edge) * (shape.width // edge)
        self.fields = dict(
            neuron=gpu.arguments("gpu_neuron", **vars(neuron)), images=shape.arguments(gpu),
            pooling=gpu.arguments("gpu_pooling", edge=edge, planes=1), values=values, factors=factors,
        )  # fmt: skip
        self.slope = neuron.k * (1 - neuron.k)

    def spikes(self) -> np.ndarray:
        """Run forward: spikes after pooling [images, pixels, channels]."""
        shape = self.shape
        bits = self.gpu.zeros((shape.images, self.pixels, words(shape.channels)), np.uint32)
        counts = self.gpu.zeros(shape.channels, np.uint64)
        kernel = "gpu_run_neurons" if self.edge == 1 else "gpu_run_pooled_neurons"
        self.gpu.run(kernel, (2, words(shape.channels)), STAGE_THREADS, "gpu_neurons_forward", bits=bits, spikes=counts,
                     **self.fields)  # fmt: skip
        return unpack_bits(bits.get(), shape.channels)

    def backward(self, gradient: np.ndarray, norm: dict[str, Array] | None = None) -> "StageGradients":
        """Run backward from the gradient after pooling [images, pixels, channels]."""
        shape, gpu, blocks = self.shape, self.gpu, 2
        channels, rows = shape.channels, shape.images * shape.height * shape.width
        grid = (blocks, words(channels))
        result = StageGradients(gpu, rows, channels)
        partial = gpu.zeros((blocks, 1, 3, channels), np.float64)
        largest, factors = gpu.zeros((2, channels), np.uint32), gpu.zeros((1, 3, channels))
        common = dict(pooled=gpu.array(padded(gradient)), partial=partial, largest=largest, backward_factors=factors,
                      gradient_exponent=result.exponent, **self.fields)  # fmt: skip
        suffix = "" if self.edge == 1 else "_pooled"
        gpu.run("gpu_sum_short" + suffix, grid, STAGE_THREADS, "gpu_neurons_backward", **common)
        finish = dict(partial=partial, largest=largest, weight_gradient=result.weight, bias_gradient=result.bias,
                      membrane_gradient=result.time_constant, backward_factors=factors,
                      bounds=gpu.zeros(channels, np.uint32), leaks=gpu.zeros(channels, np.float64),
                      gradient_exponent=result.exponent, partitions=blocks, groups=1, channels=channels, count=rows,
                      membrane_slope=self.slope)  # fmt: skip
        if norm:
            finish |= dict(statistics=norm["statistics"], weight=norm["weight"])
        gpu.run("gpu_finish_gradients", (-(-channels // 4),), 256, "gpu_gradient_factors", **finish)
        gpu.run("gpu_finish_layer_gradients", (1,), 256, "gpu_gradient_factors", **finish)
        gpu.run("gpu_write_short" + suffix, grid, STAGE_THREADS, "gpu_neurons_backward", writes=1,
                gradients=result.halves, **common)  # fmt: skip
        return result


class StageGradients:
    """What a stage's backward pass leaves on the device."""

    def __init__(self, gpu: GPU, rows: int, channels: int) -> None:
        """Memory for it."""
        self.channels = channels
        self.halves = gpu.array(np.full((2, rows, half_stride(channels)), np.nan), np.float16)
        self.exponent = gpu.zeros(1, np.int32)
        self.weight, self.bias, self.time_constant = gpu.zeros(channels), gpu.zeros(channels), gpu.zeros(1)

    def values(self) -> np.ndarray:
        """The gradient with respect to the stage's values [rows, channels]."""
        high, low = self.halves.get().astype(np.float64)
        return (high + low)[:, : self.channels] * 2.0 ** -int(self.exponent.get()[0])


def neuron_of(file: h5py.File) -> Neuron:
    """The neuron that a golden file's attributes describe."""
    attributes = file.attrs
    is_parametric = attributes["neuron"] == "PLIF"
    tau = float(attributes["init_tau" if is_parametric else "tau"])
    k = 1 / (1 + np.exp(-np.float64(file["w"][()]))) if is_parametric else 1 / tau
    is_soft = isinstance(attributes["v_reset"], str)
    return Neuron(
        tau=tau, k=float(np.float32(k)), threshold=float(attributes["v_threshold"]),
        reset=0.0 if is_soft else float(attributes["v_reset"]), alpha=float(attributes["alpha"]),
        divides=int(not is_parametric), is_soft=int(is_soft), detaches_reset=int(attributes["detach_reset"]),
        decays_input=int(attributes["decay_input"]), surrogate=SURROGATES[attributes.get("surrogate", "ATan")],
    )  # fmt: skip


def identity(gpu: GPU, channels: int) -> Array:
    """The factors of a stage without batch norm."""
    return gpu.array(np.stack([np.ones(channels), np.zeros(channels)])[None], np.float32)


def check_neurons(gpu: GPU, file: h5py.File) -> None:
    """Spikes, and the gradients with respect to the input and the time constant's weight."""
    values = file["x_seq"][:]
    steps, channels = values.shape
    shape = Shape(steps=steps, samples=1, height=1, width=1, channels=channels)
    stage = Stage(gpu, shape, neuron_of(file), gpu.array(padded(values)), identity(gpu, channels))
    if not np.array_equal(stage.spikes()[:, 0], file["spike_seq"][:]):
        raise AssertionError("spikes differ")
    gradients = stage.backward(file["grad_spike_seq"][:])
    require_norm_close(gradients.values(), file["grad_x_seq"][:], 1e-5, "gradient of the input")
    if "w" in file:
        require_norm_close(gradients.time_constant.get()[0], file["grad_w"][()], 1e-4, "gradient of w")


class Norm:
    """A batch norm's parameters and statistics on the device."""

    def __init__(self, gpu: GPU, file: h5py.File, count: int) -> None:
        """count: values of a channel."""
        self.gpu, channels = gpu, len(file["gamma"])
        self.arrays = {
            "weight": gpu.array(file["gamma"][:]), "bias": gpu.array(file["beta"][:]),
            "running_mean": gpu.zeros(channels), "running_variance": gpu.array(np.ones(channels), np.float32),
            "statistics": gpu.zeros((1, 2, channels), np.float64), "factors": gpu.zeros((1, 2, channels)),
        }  # fmt: skip
        self.fields = dict(groups=1, channels=channels, count=count, epsilon=file.attrs["eps"],
                           momentum=file.attrs["momentum"], **self.arrays)  # fmt: skip

    def applied(self, values: np.ndarray) -> np.ndarray:
        """Normalized values [..., channels]."""
        factor, summand = self.arrays["factors"].get()[0].astype(np.float64)
        return values * factor + summand

    def check(self, file: h5py.File, values: np.ndarray) -> None:
        """Output and running statistics in training; the output in evaluation, which comes last."""
        require_norm_close(self.applied(values), channels_last(file["y_train"][:]), 1e-6, "output")
        require_norm_close(self.arrays["running_mean"].get(), file["running_mean"][:], 1e-5, "running mean")
        require_norm_close(self.arrays["running_variance"].get(), file["running_var"][:], 1e-6, "running variance")

    def check_evaluation(self, file: h5py.File, values: np.ndarray) -> None:
        """The output by the running statistics; the factors of training are lost."""
        self.gpu.run("gpu_finish_norm", (-(-self.fields["channels"] // 4),), 256, "gpu_norm", is_evaluation=1,
                     **self.fields)  # fmt: skip
        require_norm_close(self.applied(values), channels_last(file["y_eval_after"][:]), 1e-6, "output in evaluation")


def channels_last(values: np.ndarray) -> np.ndarray:
    """[images, channels, H, W] → [images, H, W, channels]."""
    return values.transpose(0, 2, 3, 1)


def check_convolution(gpu: GPU, file: h5py.File) -> None:
    """A convolution of spikes and its batch norm."""
    spikes, weights = channels_last(file["x"][:]), file["weight"][:]
    images, height, width, inputs = spikes.shape
    outputs, rows = len(weights), images * height * width
    shape = dict(taps=9, height=height, width=width, is_convolution=1)
    packed = Weights(gpu, weights.reshape(outputs, inputs, 9), 9, is_convolution=True)
    bits = gpu.array(pack_bits(spikes.astype(np.uint32)))
    values = gpu.array(np.full((rows, stride(outputs)), np.nan), np.float32)
    gpu.run("gpu_multiply_spikes", (-(-rows // 128), -(-outputs // COLUMNS)), PRODUCT_THREADS, "gpu_spike_product",
            bits=bits, packed=packed.packed[0], largest=packed.largest, output=values, rows=rows, columns=outputs,
            inputs=inputs, factor=1.0, **shape)  # fmt: skip
    norm, partitions = Norm(gpu, file, rows), 3
    partial = gpu.zeros((partitions, 1, 2, outputs), np.float64)
    gpu.run("gpu_sum_moments", (partitions, 1, 1), 256, "gpu_moments", values=values, partial=partial, group_rows=rows,
            groups=1, channels=outputs, partitions=partitions)  # fmt: skip
    gpu.run("gpu_finish_norm", (-(-outputs // 4),), 256, "gpu_norm", partial=partial, partitions=partitions,
            **norm.fields)  # fmt: skip
    found = values.get()[:, :outputs].reshape(images, height, width, outputs)
    norm.check(file, found)

    stage = Stage(gpu, Shape(1, images, height, width, outputs), FLAT, values, norm.arrays["factors"])
    gradients = stage.backward(channels_last(file["grad_y"][:]).reshape(images, -1, outputs), norm.arrays)
    passed = 4 / FLAT.alpha
    require_norm_close(gradients.weight.get() * passed, file["grad_gamma"][:], 1e-5, "gradient of γ")
    require_norm_close(gradients.bias.get() * passed, file["grad_beta"][:], 1e-5, "gradient of β")
    given = dict(gradients=gradients.halves, rows=rows, outputs=outputs, **shape)
    result = gpu.array(np.full((rows, stride(inputs)), np.nan), np.float32)
    gpu.run("gpu_multiply_gradients", (-(-rows // 128), 1), PRODUCT_THREADS, "gpu_dense_product",
            gradient_exponent=gradients.exponent, packed=packed.packed[1], largest=packed.largest, output=result,
            columns=inputs, samples=images, channels=inputs, factor=passed, **given)  # fmt: skip
    expected = channels_last(file["grad_x"][:]).reshape(rows, inputs)
    require_norm_close(result.get()[:, :inputs], expected, 1e-5, "gradient of the input")
    partial, gradient = gpu.zeros((1, 9, 64 * 64)), gpu.zeros((outputs, inputs, 9))
    gpu.run("gpu_sum_weight_gradients", (1, 1, 3), WEIGHT_THREADS, "gpu_weight_product", bits=bits, partial=partial,
            inputs=inputs, partition_rows=-(-rows // 32) * 32, **given)  # fmt: skip
    gpu.run("gpu_add_weight_gradient", (3,), 256, "gpu_weight_sum", partial=partial, factor=passed,
            gradient_exponent=gradients.exponent, gradient=gradient, partitions=1, outputs=outputs, inputs=inputs,
            taps=9)  # fmt: skip
    require_norm_close(gradient.get(), file["grad_weight"][:].reshape(outputs, inputs, 9), 1e-5, "gradient of weights")
    norm.check_evaluation(file, found)


def check_first_convolution(gpu: GPU, file: h5py.File) -> None:
    """The convolution of counts, whose output is never stored, and its batch norm."""
    counts, weights = file["x"][:].astype(np.uint8), file["weight"][:]
    images, polarities, height, width = counts.shape
    outputs, taps, count = len(weights), 9 * polarities, images * height * width
    shape = Shape(1, images, height, width, outputs)
    device = {"counts": gpu.array(counts), "weights": gpu.array(weights)}
    common = dict(images=shape.arguments(gpu), polarities=polarities, count_bytes=1)
    sums = gpu.zeros((1, taps * (taps + 1) // 2 + taps), np.uint64)
    gpu.run("gpu_sum_count_moments", (-(-height // 16) * -(-width // 32) * images,), 192, "gpu_count_moments",
            counts=device["counts"], sums=sums, **common)  # fmt: skip
    norm = Norm(gpu, file, count)
    gpu.run("gpu_finish_first_norm", (words(outputs),), 32, "gpu_first_norm", sums=sums, weights=device["weights"],
            taps=taps, norm=gpu.arguments("gpu_norm", **norm.fields))  # fmt: skip
    values = convolve(channels_last(counts), weights)
    norm.check(file, values)

    blocks = 2
    partial = gpu.zeros((blocks, 1, 2 + taps, outputs), np.float64)
    gpu.run("gpu_backward_first", (blocks, words(outputs)), STAGE_THREADS, "gpu_first_backward", **device, **common,
            largest=gpu.array(np.abs(weights).max().reshape(1).view(np.uint32)), factors=norm.arrays["factors"],
            pooled=gpu.array(padded(channels_last(file["grad_y"][:]))), partial=partial,
            membranes=gpu.zeros(blocks * words(outputs) * STAGE_THREADS),
            neuron=gpu.arguments("gpu_neuron", **vars(FLAT)),
            pooling=gpu.arguments("gpu_pooling", edge=1, planes=1))  # fmt: skip
    gpu.run("gpu_sum_first_partitions", (-(-partial.get()[0].size // 32),), 256, "gpu_first_partitions",
            partial=partial, partitions=blocks, count=partial.get()[0].size)  # fmt: skip
    gradients = [gpu.zeros((outputs, taps)), gpu.zeros(outputs), gpu.zeros(outputs)]
    gpu.run("gpu_finish_first_gradients", (outputs,), 32, "gpu_first_gradients", partial=partial, sums=sums,
            statistics=norm.arrays["statistics"], weights=device["weights"], norm_weight=norm.arrays["weight"],
            weight_gradient=gradients[0], norm_weight_gradient=gradients[1], norm_bias_gradient=gradients[2],
            groups=1, channels=outputs, taps=taps, count=count)  # fmt: skip
    names = {"gradient of weights": "grad_weight", "gradient of γ": "grad_gamma", "gradient of β": "grad_beta"}
    for array, (what, name) in zip(gradients, names.items(), strict=True):
        expected = file[name][:]
        require_norm_close(array.get().reshape(expected.shape) * (4 / FLAT.alpha), expected, 1e-5, what)
    norm.check_evaluation(file, values)


def check_pooling(gpu: GPU, file: h5py.File) -> None:
    """The first of equal maxima receives the gradient, bit for bit."""
    spikes = channels_last(file["x"][:])
    images, height, width, channels = spikes.shape
    # Membranes are always 0.5 from the threshold, where this surrogate's derivative is 0.5.
    neuron = Neuron(tau=1.0, k=1.0, threshold=0.5, alpha=1.0, surrogate=2)
    values = gpu.array(padded(spikes).reshape(images * height * width, -1))
    stage = Stage(gpu, Shape(1, images, height, width, channels), neuron, values, identity(gpu, channels), edge=2)
    expected = channels_last(file["y"][:])
    if not np.array_equal(stage.spikes(), expected.reshape(images, -1, channels)):
        raise AssertionError("maxima differ")
    gradient = stage.backward(channels_last(file["grad_y"][:]).reshape(images, -1, channels)).values() * 2
    require_norm_close(gradient.reshape(spikes.shape), channels_last(file["grad_x"][:]), 1e-6, "gradient of the input")
    winners = gradient.reshape(spikes.shape) != 0
    if not np.array_equal(winners, channels_last(file["grad_x"][:]) != 0):
        raise AssertionError("the gradient goes to other pixels")


CHECKS = {
    "lif_*": check_neurons, "plif_*": check_neurons, "conv_bn_2in": check_first_convolution,
    "conv_bn_8in": check_convolution, "maxpool_*": check_pooling,
}  # fmt: skip


def main() -> int:
    """Check every golden file of a layer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", default="libcuda.so.1")
    parser.add_argument("--golden", type=Path, default=ROOT / "Fixtures/net")
    arguments = parser.parse_args()
    gpu = GPU(arguments.driver)
    files = [(path, check) for pattern, check in CHECKS.items() for path in sorted(arguments.golden.glob(f"{pattern}.h5"))]
    failed = 0 if files else 1
    for path, check in files:
        try:
            with h5py.File(path) as file:
                check(gpu, file)
            print(f"passed  {path.stem}", flush=True)
        except (AssertionError, RuntimeError) as error:
            failed += 1
            print(f"FAILED  {path.stem}: {error}", flush=True)
    print(f"{gpu.name}, sm_{gpu.architecture}: {len(files)} golden layers, {failed or 'none'} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
