#!/usr/bin/env python3
"""Predict the time of each kernel of a training step, and a lower bound, without running it on a GPU.

    predict.py [--batch 16] [--half]

The network is the default one: T 16, frames of 128 × 128, 128 channels, 11 classes. A kernel's lower bound, its floor,
is the longest of three times: its bytes at the memory's rate, its products at the tensor cores' rate, and its other
operations at float32's rate. The prediction uses the fractions of these rates that such kernels reach: 80 % for memory,
50 % for tensor cores with mma.sync, 50 % for other operations; and adds 4 µs for the launch. Bytes are those that must
come from memory: data that several blocks read at about the same time count once.
"""

import argparse
from dataclasses import dataclass

MEMORY_FRACTION, TENSOR_FRACTION, OTHER_FRACTION, LAUNCH_SECONDS = 0.8, 0.5, 0.5, 4e-6


@dataclass
class Device:
    """A GPU's peak rates, per second: bytes, and operations of tensor cores and of float32."""

    name: str
    bytes_per_second: float
    tensor_per_second: float
    operations_per_second: float


# H100: measured (copies, a product of 8192³); RTX: from the data sheet. Turing's GeForce sums in float32 at half rate.
DEVICES = [
    Device("H100", 3.0e12, 798e12, 67e12),
    Device("RTX 2080 Ti", 616e9, 53.8e12, 13.4e12),
]


@dataclass
class Work:
    """A kernel's work in a training step: bytes, and operations of tensor cores and others."""

    kernel: str
    layer: str
    bytes: float
    tensor: float = 0
    operations: float = 0

    def floor(self, device: Device) -> float:
        """The lower bound of its time, in seconds."""
        return max(
            self.bytes / device.bytes_per_second, self.tensor / device.tensor_per_second,
            self.operations / device.operations_per_second,
        )  # fmt: skip

    def prediction(self, device: Device) -> float:
        """The predicted time, in seconds."""
        return LAUNCH_SECONDS + max(
            self.bytes / device.bytes_per_second / MEMORY_FRACTION,
            self.tensor / device.tensor_per_second / TENSOR_FRACTION,
            self.operations / device.operations_per_second / OTHER_FRACTION,
        )  # fmt: skip


def product_layer(
    name: str, rows: float, inputs: int, outputs: int, taps: int, pooled: float, *, is_conv: bool, parts: int
) -> list[Work]:
    """The kernels of a convolution after the first or of a linear layer, forward and backward.

    rows: Rows of the product. taps: Input pixels of a row. pooled: Pixels after pooling. parts: 1 for halves, else 2.
    """
    values, products = 4.0 * rows * outputs, 2.0 * rows * inputs * taps * outputs
    weights = 4.0 * inputs * taps * outputs
    input_spikes = rows * inputs * (1 if is_conv else taps)
    pooled_gradients = 4.0 * pooled * outputs
    backward_parts = 3 if parts == 2 else 1
    partitions = min(64.0, -(-rows // 128))
    # Operations of a neuron in a time step: charge, spike and reset; and the backward pass with the surrogate.
    forward, backward = 12.0 * rows * outputs, 45.0 * rows * outputs
    return [
        Work("gpu_find_largest, gpu_pack_weights", name, 4 * weights),
        Work("gpu_multiply_spikes", name, input_spikes / 8 + values + weights, tensor=parts * products),
        *([Work("gpu_sum_moments, gpu_finish_norm", name, values, operations=3 * rows * outputs)] if is_conv else []),
        Work("gpu_run_neurons", name, values + pooled * outputs / 8, operations=forward),
        # Each recomputes which neurons fired; a window's values come from the caches by then.
        Work("gpu_sum_short", name, values + pooled_gradients, operations=2 * forward + backward),
        Work("gpu_write_short", name, 2 * values + pooled_gradients, operations=2 * forward + backward),
        Work("gpu_sum_weight_gradients", name, values + input_spikes / 8 + partitions * weights,
             tensor=parts * products),  # fmt: skip
        Work("gpu_add_weight_gradient", name, (partitions + 2) * weights),
        Work("gpu_multiply_gradients", name, values + 4 * input_spikes + weights, tensor=backward_parts * products),
    ]


def step(batch: int, parts: int) -> list[Work]:
    """All kernels of a training step. parts: 1 for halves, 2 for high and low halves."""
    steps, side, channels, classes = 16, 128, 128, 11
    images = float(steps * batch)
    pixels = images * side * side
    neurons = pixels * channels
    counts, pooled_gradients = 2 * pixels, 4 * neurons / 4
    works = [
        # 171 pairs of taps and 18 taps at each pixel.
        Work("gpu_sum_count_moments", "conv 1", counts, operations=2 * 189 * pixels),
        # Two halves of 2 · 16 taps, of which 18 have weights; the backward pass computes gradients of those 18.
        Work("gpu_run_first_tensor", "conv 1", counts + neurons / 32, tensor=128 * neurons, operations=16 * neurons),
        Work("gpu_backward_first_tensor", "conv 1", counts + pooled_gradients, tensor=128 * neurons,
             operations=(36 + 16 + 45) * neurons),
    ]
    for number in range(2, 6):
        side //= 2
        rows = images * side * side
        works += product_layer(
            f"conv {number}", rows, channels, channels, 9, rows / 4, is_conv=True, parts=parts
        )
    works += product_layer("fc 1", images, channels, 512, 16, images, is_conv=False, parts=parts)
    works += product_layer("fc 2", images, 512, classes * 10, 1, images, is_conv=False, parts=parts)
    parameters = 18 * channels + 4 * 9 * channels**2 + 16 * channels * 512 + 512 * classes * 10
    works.append(Work("gpu_update_parameters", "all", 4.0 * parameters * 8))
    return works


def milliseconds(seconds: float) -> str:
    """A time as milliseconds with three decimals."""
    return f"{1e3 * seconds:.3f}"


def main() -> None:
    """Print the table of kernels and the predicted time of an epoch."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--half", action="store_true", help="-amp: one float16 product instead of two or three")
    arguments = parser.parse_args()
    works = step(arguments.batch, 1 if arguments.half else 2)
    print("| kernel | layer | MB | tensor GFLOP | other GFLOP |", end="")
    print("".join(f" {device.name}: floor, ms | predicted, ms |" for device in DEVICES))
    print("| --- | --- | ---: | ---: | ---: |" + " ---: | ---: |" * len(DEVICES))
    for work in works:
        cells = [f"{work.bytes / 1e6:.1f}", f"{work.tensor / 1e9:.1f}", f"{work.operations / 1e9:.1f}"]
        for device in DEVICES:
            cells += [milliseconds(work.floor(device)), milliseconds(work.prediction(device))]
        print(f"| {work.kernel} | {work.layer} | {' | '.join(cells)} |")
    totals = []
    for device in DEVICES:
        totals += [milliseconds(sum(work.floor(device) for work in works)),
                   milliseconds(sum(work.prediction(device) for work in works))]  # fmt: skip
    print(f"| a step | | | | | {' | '.join(totals)} |")
    for device in DEVICES:
        training = sum(work.prediction(device) for work in works)
        forward = sum(work.prediction(device) for work in works if not any(
            word in work.kernel for word in ("back", "short", "gradient", "moments", "update")))  # fmt: skip
        epoch = 1176 / arguments.batch * training + 288 / arguments.batch * forward
        print(f"{device.name}: an epoch of 1176 and 288 samples is predicted to take {epoch:.2f} s")


if __name__ == "__main__":
    main()
