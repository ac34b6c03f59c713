#!/usr/bin/env python3
"""What each kernel of a training step takes at least, and what it is predicted to take, before it has run on a GPU.

    predict.py [--batch 16] [--half]

The default network: T 16, frames of 128 × 128, 128 channels, 11 classes. A kernel's floor is the longest of its bytes over the
memory's rate, its products over the tensor cores', its other operations over those of float32. It is predicted to take
the longest of these at the shares that such kernels reach: 80 % of the memory's rate, 50 % of the tensor cores' by
mma.sync, 50 % of the operations, and 4 µs to start. Bytes are those that must come from memory: what several blocks
read at about the same time counts once.
"""

import argparse
from dataclasses import dataclass

MEMORY_SHARE, TENSOR_SHARE, OTHER_SHARE, START = 0.8, 0.5, 0.5, 4e-6


@dataclass
class Device:
    """A GPU's rates."""

    name: str
    bytes_per_second: float
    tensor_per_second: float
    operations_per_second: float


# Measured on one (copies, a product of 8192³), and of the data sheet; Turing's GeForce sums in float32 at half its rate.
DEVICES = [
    Device("H100", 3.0e12, 798e12, 67e12),
    Device("RTX 2080 Ti", 616e9, 53.8e12, 13.4e12),
]


@dataclass
class Work:
    """A kernel's work in a step."""

    kernel: str
    layer: str
    bytes: float
    tensor: float = 0
    operations: float = 0

    def floor(self, device: Device) -> float:
        """Seconds at least."""
        return max(
            self.bytes / device.bytes_per_second, self.tensor / device.tensor_per_second,
            self.operations / device.operations_per_second,
        )  # fmt: skip

    def prediction(self, device: Device) -> float:
        """Seconds that it is expected to take."""
        return START + max(
            self.bytes / device.bytes_per_second / MEMORY_SHARE, self.tensor / device.tensor_per_second / TENSOR_SHARE,
            self.operations / device.operations_per_second / OTHER_SHARE,
        )  # fmt: skip


def product_layer(
    name: str, rows: float, inputs: int, outputs: int, taps: int, pooled: float, *, is_conv: bool, parts: int
) -> list[Work]:
    """A convolution behind the first, or a linear layer, forward and back.

    rows: of the product. taps: inputs of a row over its channels. pooled: pixels that come out.
    """
    values, products = 4.0 * rows * outputs, 2.0 * rows * inputs * taps * outputs
    weights = 4.0 * inputs * taps * outputs
    came_in = rows * inputs * (1 if is_conv else taps)
    spread = 4.0 * pooled * outputs
    back_parts = 3 if parts == 2 else 1
    partitions = min(64.0, -(-rows // 128))
    # Of a neuron's step: charge, fire, reset; and the backward pass, with the surrogate.
    forward, backward = 12.0 * rows * outputs, 45.0 * rows * outputs
    return [
        Work("gpu_find_largest, gpu_pack_weights", name, 4 * weights),
        Work("gpu_multiply_spikes", name, came_in / 8 + values + weights, tensor=parts * products),
        *([Work("gpu_sum_moments, gpu_finish_norm", name, values, operations=3 * rows * outputs)] if is_conv else []),
        Work("gpu_run_neurons", name, values + pooled * outputs / 8, operations=forward),
        # Each finds out again which neurons fired; a window's values come from the caches then.
        Work("gpu_sum_short", name, values + spread, operations=2 * forward + backward),
        Work("gpu_write_short", name, 2 * values + spread, operations=2 * forward + backward),
        Work("gpu_sum_weight_gradients", name, values + came_in / 8 + partitions * weights, tensor=parts * products),
        Work("gpu_add_weight_gradient", name, (partitions + 2) * weights),
        Work("gpu_multiply_gradients", name, values + 4 * came_in + weights, tensor=back_parts * products),
    ]


def step(batch: int, parts: int) -> list[Work]:
    """All kernels of a training step."""
    steps, side, channels, classes = 16, 128, 128, 11
    images = float(steps * batch)
    pixels = images * side * side
    neurons = pixels * channels
    counts, spread = 2 * pixels, 4 * neurons / 4
    works = [
        # Products of 189 pairs and taps at each pixel.
        Work("gpu_sum_count_moments", "conv 1", counts, operations=2 * 189 * pixels),
        # Two halves of 2 · 16 taps, some of which have no weight; the backward pass computes the gradients of 18.
        Work("gpu_run_first_tensor", "conv 1", counts + neurons / 32, tensor=128 * neurons, operations=16 * neurons),
        Work("gpu_go_back_first_tensor", "conv 1", counts + spread, tensor=128 * neurons,
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
    """As text."""
    return f"{1e3 * seconds:.3f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--half", action="store_true", help="-amp: one product of float16 instead of two and three")
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
