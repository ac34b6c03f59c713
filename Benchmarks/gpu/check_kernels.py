#!/usr/bin/env python3
"""Compare each kernel of the CUDA engine with its definition in numpy, on a GPU or on the emulator.

    check_kernels.py [--driver libcuda.so.1] [--image FILE] [--only NAME]

Sizes are odd on purpose: words and blocks are partly filled, and pooling windows incomplete. Prints a line for each
check; exit code 1 if one fails.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gpu_driver import GPU, Array
from kernel_layout import (
    COLUMNS,
    PLAIN_THREADS,
    PRODUCT_THREADS,
    SHORT_STEPS,
    STAGE_THREADS,
    WEIGHT_THREADS,
    Shape,
    Weights,
    convolve,
    exponent_for,
    half_stride,
    halves,
    pack_bits,
    padded,
    require_close,
    require_equal,
    stride,
    words,
)
from reference_neuron import Neuron

# --- Products ---


def check_many_rows(gpu: GPU, random: np.random.Generator) -> None:
    """A partition of maximum size with gradients of one sign, where truncation errors add up."""
    images, height, width, inputs, outputs, taps = 64, 8, 8, 5, 3, 9
    rows = images * height * width
    spikes = (random.random((images, height, width, inputs)) < 0.5).astype(np.uint32)
    gradients = (0.5 + random.random((rows, outputs))).astype(np.float32)
    exponent = exponent_for(gradients.max())
    partial = gpu.array(np.full((taps, 64, 64), np.nan), np.float32)
    gpu.run("gpu_sum_weight_gradients", (1, 1, 3), WEIGHT_THREADS, "gpu_weight_product",
            gradients=gpu.array(halves(gradients, exponent)), bits=gpu.array(pack_bits(spikes)), partial=partial,
            rows=rows, outputs=outputs, inputs=inputs, taps=taps, height=height, width=width, is_convolution=1,
            partition_rows=rows)  # fmt: skip
    around = np.pad(spikes, ((0, 0), (1, 1), (1, 1), (0, 0)))
    tap_inputs = np.stack([around[:, r : r + height, c : c + width] for r in range(3) for c in range(3)], -1)
    expected = np.einsum("mo,mct->toc", gradients.astype(np.float64), tap_inputs.reshape(rows, inputs, taps))
    found = partial.get()[:, :outputs, :inputs] * 2.0**-exponent
    require_close(found, expected, 3e-5, "gradient with respect to weights")


@dataclass
class ProductKernels:
    """A way to compute products: on tensor cores, or by float32's multiply-adds."""

    gpu: GPU
    planes: int
    is_half: bool
    is_plain: bool

    @property
    def name(self) -> str:
        """The end of its error messages' subjects."""
        return ", without tensor cores" if self.is_plain else ""

    def run(self, name: str, grid: tuple[int, ...], plain_grid: tuple[int, ...], threads: int, kind: str,
            weights: Array | None, **fields: object) -> None:  # fmt: skip
        """Run a kernel. Those for tensor cores have variants for halves and bit planes, the plain ones have fields."""
        if not self.is_plain:
            if self.planes > 1:
                name = name.replace("multiply_spikes", "multiply_means").replace("weight_gradients", "mean_gradients")
            return self.gpu.run(name + ("_half" if self.is_half else ""), grid, threads, kind, **fields)
        others = {"is_half": int(self.is_half)}
        if weights is not None:
            others["weights"] = weights
        if kind != "gpu_dense_product":
            others["planes"] = self.planes
        self.gpu.run(name + "_plain", plain_grid, PLAIN_THREADS, kind.replace("gpu_", "gpu_plain_"),
                     product=self.gpu.arguments(kind, **fields), **others)  # fmt: skip


def check_products(gpu: GPU, random: np.random.Generator, planes: int, is_convolution: bool, is_half: bool) -> None:
    """Forward product, gradients with respect to inputs and weights, and dropout; with and without tensor cores."""
    images, height, width, inputs, outputs = 6, 5, 7, 40, 71
    if not is_convolution:
        images, height, width, inputs, outputs = 130, 2, 3, 40, 70
    taps = 9 if is_convolution else height * width
    spikes = (random.random((images, height, width, planes, inputs)) < 0.3).astype(np.uint32)
    bits = gpu.array(pack_bits(spikes))
    numbers = spikes.mean(3)
    weights = (random.standard_normal((outputs, inputs, taps)) * 0.1).astype(np.float32)
    packed = Weights(gpu, weights, taps, is_convolution)
    if is_half:
        scale = 2.0 ** exponent_for(np.abs(weights).max())
        weights = (weights * scale).astype(np.float16).astype(np.float64) / scale
    rows = images * height * width if is_convolution else images
    shape = dict(taps=taps, height=height, width=width, is_convolution=int(is_convolution))
    paths = [ProductKernels(gpu, planes, is_half, is_plain) for is_plain in (False, True)]
    if is_convolution:
        expected = convolve(numbers, weights.reshape(outputs, inputs, 3, 3)).reshape(rows, outputs)
    else:
        expected = np.einsum("mtc,oct->mo", numbers.reshape(rows, taps, inputs), weights.astype(np.float64))
    for path in paths:
        output = gpu.array(np.full((rows, stride(outputs)), np.nan), np.float32)
        path.run("gpu_multiply_spikes", (-(-rows // 128), -(-outputs // COLUMNS)), (-(-rows // 64), -(-outputs // 64)),
                 PRODUCT_THREADS, "gpu_spike_product", packed.values, bits=bits, packed=packed.packed[0],
                 largest=packed.largest, output=output, rows=rows, columns=outputs, inputs=inputs, factor=0.5,
                 **shape)  # fmt: skip
        require_close(output.get(), padded(expected * 0.5), 2e-6, f"product of spikes{path.name}")

    gradients = (random.standard_normal((rows, outputs)) * random.random(outputs) * 1e-4).astype(np.float32)
    exponent = exponent_for(np.abs(gradients).max())
    both = halves(gradients, exponent)
    if is_half:
        both[1] = np.nan
        gradients = both[0][:, :outputs].astype(np.float64) * 2.0**-exponent
    gradient_array, exponent_array = gpu.array(both), gpu.array([exponent], np.int32)
    partition_rows, tiles = 128, -(-outputs // 64) * -(-inputs // 64)
    partitions = -(-rows // partition_rows)
    start = random.standard_normal(weights.shape).astype(np.float32) * 1e-4
    if is_convolution:
        around = np.pad(numbers, ((0, 0), (1, 1), (1, 1), (0, 0)))
        row_inputs = np.stack([around[:, r : r + height, c : c + width] for r in range(3) for c in range(3)], -1)
        row_inputs = row_inputs.reshape(rows, inputs, taps)
    else:
        row_inputs = numbers.reshape(rows, taps, inputs).transpose(0, 2, 1)
    expected = np.einsum("mo,mct->oct", gradients.astype(np.float64), row_inputs) * 0.5 + start
    for path in paths:
        partial = gpu.array(np.full((partitions, taps, tiles, 64 * 64), np.nan), np.float32)
        path.run("gpu_sum_weight_gradients", (partitions, tiles, -(-taps // 3)), (partitions, tiles, taps),
                 WEIGHT_THREADS, "gpu_weight_product", None, gradients=gradient_array, bits=bits, partial=partial,
                 rows=rows, outputs=outputs, inputs=inputs, partition_rows=partition_rows, **shape)  # fmt: skip
        gradient = gpu.array(start)
        gpu.run("gpu_add_weight_gradient", (3,), 256, "gpu_weight_sum", partial=partial, factor=0.5,
                gradient_exponent=exponent_array, gradient=gradient, partitions=partitions, outputs=outputs,
                inputs=inputs, taps=taps)  # fmt: skip
        require_close(gradient.get(), expected, 3e-6, f"gradient with respect to weights{path.name}")

    samples = 2
    mask = (random.random((samples, taps, inputs)) < 0.5).astype(np.uint32)
    columns = inputs if is_convolution else inputs * taps
    masked = {} if is_convolution else {"mask": gpu.array(pack_bits(mask))}
    if is_convolution:
        turned = weights.reshape(outputs, inputs, 3, 3)[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
        expected = convolve(gradients.reshape(images, height, width, outputs), turned).reshape(rows, 1, inputs)
    else:
        expected = np.einsum("mo,oct->mtc", gradients.astype(np.float64), weights.astype(np.float64))
        expected *= mask[np.arange(rows) % samples]
    for path in paths:
        result = gpu.array(np.full((rows, 1 if is_convolution else taps, stride(inputs)), np.nan), np.float32)
        path.run("gpu_multiply_gradients", (-(-rows // 128), -(-columns // COLUMNS)), (-(-rows // 64), -(-columns // 64)),
                 PRODUCT_THREADS, "gpu_dense_product", packed.values, gradients=gradient_array,
                 gradient_exponent=exponent_array, packed=packed.packed[1], largest=packed.largest, output=result,
                 rows=rows, columns=columns, outputs=outputs, samples=samples, channels=inputs, factor=2.0,
                 **(shape | {"taps": 9 if is_convolution else 1}), **masked)  # fmt: skip
        require_close(result.get()[..., :inputs], expected * 2, 5e-6, f"gradient with respect to the input{path.name}")

    if not is_convolution:
        kept = gpu.zeros((images, taps, planes, words(inputs)), np.uint32)
        gpu.run("gpu_drop", (2,), 256, "gpu_dropout", bits=bits, mask=masked["mask"], kept=kept, images=images,
                samples=samples, taps=taps, planes=planes, words=words(inputs))  # fmt: skip
        kept_spikes = spikes.reshape(images, taps, planes, inputs) * mask[np.arange(images) % samples][:, :, None]
        require_equal(kept.get(), pack_bits(kept_spikes), "dropout")


# --- Stages ---


def pooled_bits(spikes: np.ndarray, shape: Shape, edge: int, planes: int) -> np.ndarray:
    """Pool and pack spikes [T, N, H, W, C] into words [T·N, h, w, planes, words]."""
    height, width = shape.height // edge, shape.width // edge
    windows = spikes[:, :, : height * edge, : width * edge].reshape(
        shape.steps, shape.samples, height, edge, width, edge, -1
    )
    windows = windows.transpose(0, 1, 2, 4, 3, 5, 6).reshape(shape.images, height, width, edge * edge, -1)
    return pack_bits(windows if planes > 1 else windows.max(3, keepdims=True))


def unpool(pooled: np.ndarray, spikes: np.ndarray, shape: Shape, edge: int, planes: int) -> np.ndarray:
    """The gradient with respect to spikes [T, N, H, W, C], from that with respect to pooled spikes [T·N, h, w, C]."""
    height, width = shape.height // edge, shape.width // edge
    result = np.zeros(spikes.shape)
    windows = spikes[:, :, : height * edge, : width * edge].reshape(
        shape.steps, shape.samples, height, edge, width, edge, -1
    ).transpose(0, 1, 2, 4, 3, 5, 6).reshape(shape.steps, shape.samples, height, width, edge * edge, -1)  # fmt: skip
    winner = windows.argmax(4)
    own = pooled.reshape(shape.steps, shape.samples, height, width, -1)
    for site in range(edge * edge):
        gradient = own / (edge * edge) if planes > 1 else own * (winner == site)
        result[:, :, site // edge : height * edge : edge, site % edge : width * edge : edge] = gradient
    return result


def moments_of(values: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and biased variance [groups, C] of values [T, N, H, W, C]."""
    flat = values.reshape(groups, -1, values.shape[-1])
    return flat.mean(1), flat.var(1)


def norm_gradients(values: np.ndarray, gradients: np.ndarray, gamma: np.ndarray, groups: int) -> tuple:
    """Gradients with respect to batch norm's input, γ and β, from those with respect to its output."""
    shape = values.shape
    x, g = (a.reshape(groups, -1, shape[-1]) for a in (values, gradients))
    mean, inverse = x.mean(1, keepdims=True), 1 / np.sqrt(x.var(1, keepdims=True) + 1e-5)
    normalized = (x - mean) * inverse
    of_gamma, of_beta = (g * normalized).sum(1, keepdims=True), g.sum(1, keepdims=True)
    result = gamma * inverse * (g - of_beta / x.shape[1] - normalized * of_gamma / x.shape[1])
    return result.reshape(shape), of_gamma.sum((0, 1)), of_beta.sum((0, 1))


def check_stage(gpu: GPU, random: np.random.Generator, shape: Shape, neuron: Neuron, edge: int, planes: int) -> None:
    """A stage after its product: batch norm, neurons, pooling, and the backward pass."""
    channels, groups = shape.channels, shape.groups
    size = (shape.steps, shape.samples, shape.height, shape.width, channels)
    values = (random.standard_normal(size) * 0.7 + 0.2).astype(np.float32)
    gamma = (1 + 0.3 * random.standard_normal(channels)).astype(np.float32)
    beta = (0.4 + 0.1 * random.standard_normal(channels)).astype(np.float32)
    rows = shape.images * shape.height * shape.width
    device_values = gpu.array(padded(values).reshape(rows, -1))
    norm = run_norm(gpu, device_values, values, gamma, beta, groups)
    group_of = np.arange(shape.steps) if groups > 1 else np.zeros(shape.steps, int)
    factors = norm["factors"].get()[group_of][:, :, None, None, None]
    inputs = values * factors[:, 0] + factors[:, 1]
    charges = neuron.forward(inputs)
    spikes = (charges - np.float32(neuron.threshold) >= 0).astype(np.uint32)

    height, width = shape.height // edge, shape.width // edge
    bits = gpu.zeros((shape.images, height, width, planes, words(channels)), np.uint32)
    counts = gpu.zeros(channels, np.uint64)
    pooling = gpu.arguments("gpu_pooling", edge=edge, planes=planes)
    settings = dict(neuron=gpu.arguments("gpu_neuron", **vars(neuron)), images=shape.arguments(gpu), pooling=pooling)
    kernel = "gpu_run_neurons" if edge == 1 else "gpu_run_pooled_neurons"
    gpu.run(kernel, (2, words(channels)), STAGE_THREADS, "gpu_neurons_forward", values=device_values, factors=norm["factors"],
            bits=bits, spikes=counts, **settings)  # fmt: skip
    require_equal(bits.get(), pooled_bits(spikes, shape, edge, planes), "spikes")
    require_equal(counts.get(), spikes.sum((0, 1, 2, 3)).astype(np.uint64), "spike counts")

    pooled = random.standard_normal((shape.images, height, width, channels)).astype(np.float32)
    spike_gradient = unpool(pooled, spikes, shape, edge, planes)
    gradients, leaks = neuron.backward(inputs.astype(np.float64), charges, spike_gradient)
    expected, of_gamma, of_beta = norm_gradients(values.astype(np.float64), gradients, gamma, groups)
    blocks = 3
    membranes = gpu.array(np.full(shape.steps * edge**2 * blocks * words(channels) * STAGE_THREADS, np.nan), np.float32)
    # With several groups kernels add to the sums, else they overwrite them.
    partial = gpu.array(np.full((blocks, groups, 3, channels), np.nan if groups == 1 else 0), np.float64)
    largest, exponent = gpu.zeros((2, channels), np.uint32), gpu.zeros(1, np.int32)
    backward_factors = gpu.zeros((groups, 3, channels), np.float32)
    fields = dict(values=device_values, factors=norm["factors"], pooled=gpu.array(padded(pooled)), membranes=membranes,
                  partial=partial, largest=largest, backward_factors=backward_factors, gradient_exponent=exponent,
                  **settings)  # fmt: skip
    is_short = shape.steps <= SHORT_STEPS and groups == 1
    kernels = ["gpu_sum_short", "gpu_write_short"] if is_short else ["gpu_backward"] * 2
    sum_kernel, write_kernel = (name if edge == 1 else f"{name}_pooled" for name in kernels)
    gpu.run(sum_kernel, (blocks, words(channels)), STAGE_THREADS, "gpu_neurons_backward", **fields)
    start = random.standard_normal(2 * channels + 1).astype(np.float32)
    found = [gpu.array(start[:channels]), gpu.array(start[channels:-1]), gpu.array(start[-1:])]
    finish = dict(partial=partial, largest=largest, statistics=norm["statistics"], weight=norm["weight"],
                  weight_gradient=found[0], bias_gradient=found[1], membrane_gradient=found[2],
                  backward_factors=backward_factors, bounds=gpu.zeros(channels, np.uint32),
                  leaks=gpu.zeros(channels, np.float64), gradient_exponent=exponent, partitions=blocks, groups=groups,
                  channels=channels, count=rows / groups, membrane_slope=0.25)  # fmt: skip
    gpu.run("gpu_finish_gradients", (-(-channels // 4),), 256, "gpu_gradient_factors", **finish)
    gpu.run("gpu_finish_layer_gradients", (1,), 256, "gpu_gradient_factors", **finish)
    require_close(found[0].get(), of_gamma + start[:channels], 1e-5, "gradient with respect to γ")
    require_close(found[1].get(), of_beta + start[channels:-1], 1e-5, "gradient with respect to β")
    require_close(found[2].get(), np.array([leaks.sum() * 0.25 + start[-1]]), 1e-5, "gradient with respect to w")
    written = gpu.array(np.full((2, rows, half_stride(channels)), np.nan), np.float16)
    gpu.run(write_kernel, (blocks, words(channels)), STAGE_THREADS, "gpu_neurons_backward", writes=1, gradients=written,
            **fields)  # fmt: skip
    scale = 2.0 ** -int(exponent.get()[0])
    high, low = written.get()
    total = (high.astype(np.float64) + low.astype(np.float64)) * scale
    require_close(total[:, :channels].reshape(size), expected, 1e-5, "gradient with respect to values")
    require_equal(total[:, channels:], np.zeros_like(total[:, channels:]), "padding after the channels")
    # Gradients rarely reach their bound, which is a sum of magnitudes.
    if not 2**8 < np.abs(high.astype(np.float64)).max() < 2**15.1:
        raise AssertionError("scaled gradients exceed their bound, or are far below it")


def run_norm(
    gpu: GPU, device_values: Array, values: np.ndarray, gamma: np.ndarray, beta: np.ndarray, groups: int
) -> dict[str, Array]:
    """Run batch norm's kernels, check their results, and return its arrays on the device."""
    channels, partitions = values.shape[-1], 5
    rows = values.size // channels
    partial = gpu.array(np.full((partitions, groups, 2, channels), np.nan), np.float64)
    gpu.run("gpu_sum_moments", (partitions, -(-channels // 128), groups), 256, "gpu_moments", values=device_values,
            partial=partial, group_rows=rows // groups, groups=groups, channels=channels,
            partitions=partitions)  # fmt: skip
    arrays = {
        "weight": gpu.array(gamma), "bias": gpu.array(beta), "running_mean": gpu.array(np.ones(channels), np.float32),
        "running_variance": gpu.array(np.full(channels, 2.0), np.float32),
        "statistics": gpu.zeros((groups, 2, channels), np.float64), "factors": gpu.zeros((groups, 2, channels)),
    }  # fmt: skip
    common = dict(partial=partial, partitions=partitions, groups=groups, channels=channels, count=rows / groups,
                  epsilon=1e-5, momentum=0.1, **arrays)  # fmt: skip
    gpu.run("gpu_finish_norm", (-(-channels // 4),), 256, "gpu_norm", **common)
    require_norm(arrays, *moments_of(values.astype(np.float64), groups), gamma, beta, rows / groups)
    return arrays


def require_norm(
    arrays: dict[str, Array], means: np.ndarray, variances: np.ndarray, gamma: np.ndarray, beta: np.ndarray,
    count: float,
) -> None:  # fmt: skip
    """Check statistics, factors and running statistics, which were 1 (mean) and 2 (variance) before."""
    running_mean, running_variance = np.ones(len(gamma)), np.full(len(gamma), 2.0)
    for mean, variance in zip(means, variances, strict=True):
        running_mean = 0.9 * running_mean + 0.1 * mean
        running_variance = 0.9 * running_variance + 0.1 * variance * count / max(1, count - 1)
    inverses = 1 / np.sqrt(variances + 1e-5)
    require_close(arrays["statistics"].get(), np.stack([means, inverses], 1), 1e-9, "statistics")
    factors = inverses * gamma
    require_close(arrays["factors"].get(), np.stack([factors, beta - means * factors], 1), 1e-6, "factors")
    require_close(arrays["running_mean"].get(), running_mean, 1e-6, "running mean")
    require_close(arrays["running_variance"].get(), running_variance, 1e-6, "running variance")


def check_first(
    gpu: GPU, random: np.random.Generator, shape: Shape, edge: int, planes: int, polarities: int, kind: type,
    is_plain: bool = False, neuron: Neuron | None = None,
) -> None:
    """The first stage, forward and backward."""
    neuron, channels, groups = neuron or Neuron(), shape.channels, shape.groups
    counts = (random.poisson(0.7, (shape.samples, shape.steps, polarities, shape.height, shape.width))).astype(kind)
    if kind == np.uint16:
        counts[0, 0, 0, 0, 0] = 60_000
    weights = (random.standard_normal((channels, polarities, 3, 3)) * 0.4).astype(np.float32)
    gamma = (1 + 0.3 * random.standard_normal(channels)).astype(np.float32)
    beta = (0.5 + 0.1 * random.standard_normal(channels)).astype(np.float32)
    size = (shape.steps, shape.samples, shape.height, shape.width, channels)
    images = counts.transpose(1, 0, 3, 4, 2).reshape(shape.images, shape.height, shape.width, polarities)
    values = convolve(images, weights).reshape(size)
    taps = 9 * polarities
    pairs = taps * (taps + 1) // 2
    device = {"counts": gpu.array(counts), "weights": gpu.array(weights)}
    common = dict(images=shape.arguments(gpu), polarities=polarities, count_bytes=counts.itemsize)
    sums = gpu.zeros((groups, pairs + taps), np.uint64)
    tiles = -(-shape.height // 16) * -(-shape.width // 32)
    gpu.run("gpu_sum_count_moments", (tiles * shape.images,), 192, "gpu_count_moments", counts=device["counts"],
            sums=sums, **common)  # fmt: skip
    around = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0))).astype(np.uint64)
    tap_inputs = np.stack([around[:, r : r + shape.height, c : c + shape.width, p]
                     for p in range(polarities) for r in range(3) for c in range(3)], -1)  # fmt: skip
    tap_inputs = tap_inputs.reshape(groups, -1, taps)
    products = np.einsum("gmi,gmj->gij", tap_inputs, tap_inputs)
    upper = np.triu_indices(taps)
    require_equal(sums.get(), np.concatenate([products[:, upper[0], upper[1]], tap_inputs.sum(1)], 1), "moments of counts")

    arrays = {
        "weight": gpu.array(gamma), "bias": gpu.array(beta), "running_mean": gpu.array(np.ones(channels), np.float32),
        "running_variance": gpu.array(np.full(channels, 2.0), np.float32),
        "statistics": gpu.zeros((groups, 2, channels), np.float64), "factors": gpu.zeros((groups, 2, channels)),
    }  # fmt: skip
    count = values.size / channels / groups
    norm = gpu.arguments("gpu_norm", groups=groups, channels=channels, count=count, epsilon=1e-5, momentum=0.1,
                         **arrays)  # fmt: skip
    gpu.run("gpu_finish_first_norm", (words(channels),), 32, "gpu_first_norm", sums=sums, weights=device["weights"],
            taps=taps, norm=norm)  # fmt: skip
    require_norm(arrays, *moments_of(values, groups), gamma, beta, count)

    group_of = np.arange(shape.steps) if groups > 1 else np.zeros(shape.steps, int)
    factors = arrays["factors"].get()[group_of][:, :, None, None, None].astype(np.float64)
    inputs = values * factors[:, 0] + factors[:, 1]
    charges = neuron.forward(inputs)
    spikes = (charges - np.float32(neuron.threshold) >= 0).astype(np.uint32)
    nearest = np.abs(charges - np.float32(neuron.threshold)).min()
    height, width = shape.height // edge, shape.width // edge
    bits = gpu.zeros((shape.images, height, width, planes, words(channels)), np.uint32)
    spike_counts = gpu.zeros(channels, np.uint64)
    settings = dict(
        **device, factors=arrays["factors"], neuron=gpu.arguments("gpu_neuron", **vars(neuron)),
        pooling=gpu.arguments("gpu_pooling", edge=edge, planes=planes), **common,
    )  # fmt: skip
    is_tensor = edge == 2 and kind == np.uint8 and not is_plain
    suffix = "_tensor" if is_tensor else "" if edge == 1 else "_pooled"
    settings["largest"] = gpu.array(np.abs(weights).max().reshape(1).view(np.uint32))
    gpu.run("gpu_run_first" + suffix, (2 * words(channels),), STAGE_THREADS, "gpu_first_forward", bits=bits,
            spikes=spike_counts, **settings)  # fmt: skip
    # Rounding decides whether a charge this near the threshold fires: draw other values.
    if nearest < 1e-6 * np.abs(inputs).max():
        return check_first(gpu, random, shape, edge, planes, polarities, kind, is_plain, neuron)
    require_equal(bits.get(), pooled_bits(spikes, shape, edge, planes), "spikes")
    require_equal(spike_counts.get(), spikes.sum((0, 1, 2, 3)).astype(np.uint64), "spike counts")

    pooled = random.standard_normal((shape.images, height, width, channels)).astype(np.float32)
    gradients, leaks = neuron.backward(inputs, charges, unpool(pooled, spikes, shape, edge, planes))
    of_values, of_gamma, of_beta = norm_gradients(values, gradients, gamma, groups)
    expected = np.einsum("mo,mt->ot", of_values.reshape(-1, channels), tap_inputs.reshape(-1, taps).astype(np.float64))
    blocks = 3
    neurons = 8 if is_tensor else edge**2
    membranes = gpu.array(np.full(shape.steps * neurons * blocks * words(channels) * STAGE_THREADS, np.nan), np.float32)
    partial = gpu.zeros((blocks, groups, 2 + taps, channels), np.float64)
    gpu.run("gpu_backward_first" + suffix, (blocks, words(channels)), STAGE_THREADS, "gpu_first_backward",
            pooled=gpu.array(padded(pooled)), membranes=membranes, partial=partial, learns_k=1, **settings)  # fmt: skip
    found = [gpu.zeros((channels, taps)), gpu.zeros(channels), gpu.zeros(channels), gpu.zeros(1)]
    gpu.run("gpu_sum_first_partitions", (-(-partial.get()[0].size // 32),), 256, "gpu_first_partitions",
            partial=partial, partitions=blocks, count=partial.get()[0].size)  # fmt: skip
    gpu.run("gpu_finish_first_gradients", (channels,), 32, "gpu_first_gradients", partial=partial, sums=sums,
            statistics=arrays["statistics"], weights=device["weights"], norm_weight=arrays["weight"],
            weight_gradient=found[0], norm_weight_gradient=found[1], norm_bias_gradient=found[2],
            membrane_gradient=found[3], groups=groups, channels=channels, taps=taps, count=count,
            membrane_slope=0.25)  # fmt: skip
    # With 60 000 events in one pixel, a weight's gradient is a difference of large sums.
    bound = 1e-5 if kind == np.uint8 else 1e-3
    require_close(found[0].get(), expected, bound, "gradient with respect to weights")
    require_close(found[1].get(), of_gamma, bound, "gradient with respect to γ")
    require_close(found[2].get(), of_beta, bound, "gradient with respect to β")
    # Terms of both signs cancel, so the error is relative to the sum of their magnitudes.
    parts = np.abs(leaks).sum() * 0.25
    require_close(np.append(found[3].get(), parts), np.append(leaks.sum() * 0.25, parts), bound / 100,
                  "gradient with respect to w")  # fmt: skip


def check_update(gpu: GPU, random: np.random.Generator) -> None:
    """Adam with weight decay, and SGD with momentum."""
    start = [random.standard_normal(700).astype(np.float32) for _ in range(3)] + [random.random(700).astype(np.float32)]
    parameters, gradients, first, second = (a.astype(np.float64) for a in start)
    for is_adam in (True, False):
        arrays = [gpu.array(values) for values in start]
        gpu.run("gpu_update_parameters", (2,), 256, "gpu_update", parameters=arrays[0], gradients=arrays[1],
                first=arrays[2], second=arrays[3], count=700, is_adam=int(is_adam), rate=0.01, correction=0.5,
                decay=0.99, momentum=0.9)  # fmt: skip
        if is_adam:
            means = first + (gradients - first) * 0.1
            squares = second * 0.999 + 0.001 * gradients**2
            expected = [parameters * 0.99 - 0.01 * means / (np.sqrt(squares) / 0.5 + 1e-8), 0 * gradients, means, squares]
        else:
            momentum = first * 0.9 + gradients
            expected = [parameters - 0.01 * momentum, 0 * gradients, momentum, second]
        for name, array, values in zip(("parameters", "gradients", "first", "second"), arrays, expected, strict=True):
            require_close(array.get(), values, 1e-6, f"{'Adam' if is_adam else 'SGD'}: {name}")


def all_checks() -> dict[str, Callable[[GPU, np.random.Generator], None]]:
    """All checks, by name."""
    checks: dict[str, Callable[[GPU, np.random.Generator], None]] = {}
    for planes in (1, 4):
        for is_convolution in (True, False):
            for is_half in (False, True):
                name = f"products, {'convolution' if is_convolution else 'linear'}, {planes} bit planes"
                checks[name + (", halves" if is_half else "")] = lambda gpu, random, a=(
                    planes, is_convolution, is_half
                ): check_products(gpu, random, *a)  # fmt: skip
    checks["products, many rows"] = check_many_rows
    neurons = {
        "LIF": Neuron(), "PLIF, soft": Neuron(k=0.4, is_soft=1), "no decay, attached": Neuron(
            tau=3.0, divides=1, reset=-0.3, threshold=0.7, decays_input=0, detaches_reset=0),
        "sigmoid": Neuron(surrogate=1, alpha=4), "piecewise quadratic, soft, attached": Neuron(
            surrogate=2, alpha=1, is_soft=1, detaches_reset=0),
    }  # fmt: skip
    for number, (name, neuron) in enumerate(neurons.items()):
        edge, planes = [(2, 1), (2, 4), (1, 1)][number % 3]
        shape = Shape(groups=3 if number % 2 else 1, channels=[9, 33, 4][number % 3])
        checks[f"stage, {name}"] = lambda gpu, random, a=(shape, neuron, edge, planes): check_stage(gpu, random, *a)
    for name, shape, edge, planes in (
        ("16 steps, maximum", Shape(steps=16, channels=34), 2, 1), ("16 steps, mean", Shape(steps=16), 2, 4),
        ("14 steps, linear", Shape(steps=14, samples=9, height=1, width=1, channels=130), 1, 1),
        ("17 steps, maximum", Shape(steps=17, channels=6), 2, 1), ("17 steps, no pooling", Shape(steps=17), 1, 1),
        ("16 groups", Shape(steps=16, samples=1, groups=16), 2, 1),
    ):  # fmt: skip
        for kind in ("LIF", "no decay, attached"):
            checks[f"stage, {name}, {kind}"] = lambda gpu, random, a=(shape, neurons[kind], edge, planes): check_stage(
                gpu, random, *a
            )
    for name, first in {
        "maximum": (Shape(height=18, width=35, channels=5), 2, 1, 2, np.uint8),
        "mean, step by step": (Shape(channels=33, groups=3), 2, 4, 2, np.uint8),
        "maximum, plain": (Shape(height=18, width=35, channels=5), 2, 1, 2, np.uint8, True),
        "mean, step by step, plain": (Shape(channels=33, groups=3), 2, 4, 2, np.uint8, True),
        "maximum, four words": (Shape(height=4, width=20, channels=128), 2, 1, 2, np.uint8),
        "mean, 17 steps, one polarity": (Shape(steps=17, samples=1, height=7, width=18, channels=33), 2, 4, 1, np.uint8),
        "maximum, 17 steps in groups": (Shape(steps=17, samples=1, width=36, channels=72, groups=17), 2, 1, 2, np.uint8),
        # Without a check, neurons in the padding after the last channel would fire, too.
        "neurons that fire without input": (Shape(channels=40), 2, 1, 2, np.uint8, False,
                                            Neuron(tau=3.0, divides=1, decays_input=0, is_soft=1, threshold=-0.2)),
        "no pooling, one polarity": (Shape(channels=7), 1, 1, 1, np.uint8),
        "two bytes": (Shape(channels=3, height=6, width=6), 2, 1, 2, np.uint16),
    }.items():
        checks[f"first stage, {name}"] = lambda gpu, random, a=first: check_first(gpu, random, *a)
    checks["optimizers"] = check_update
    return checks


def main() -> int:
    """Run the checks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", default="libcuda.so.1")
    parser.add_argument("--image", type=Path)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    gpu = GPU(arguments.driver, arguments.image)
    failed = 0
    for number, (name, check) in enumerate(all_checks().items()):
        if arguments.only not in name:
            continue
        begin = time.perf_counter()
        try:
            check(gpu, np.random.default_rng(number + 1))
            print(f"passed  {name} ({time.perf_counter() - begin:.2f} s)", flush=True)
        except (AssertionError, RuntimeError) as error:
            failed += 1
            print(f"FAILED  {name}: {error}", flush=True)
    print(f"{gpu.name}, sm_{gpu.architecture}: {failed} failed" if failed else f"{gpu.name}, sm_{gpu.architecture}: all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
