"""How the CUDA engine's kernels lay out images, spikes and weights; and how their results are compared."""

from dataclasses import dataclass

import numpy as np
from gpu_driver import GPU, Array

STAGE_THREADS = WEIGHT_THREADS = 128
PRODUCT_THREADS = PLAIN_THREADS = 256
COLUMNS = 128
SHORT_STEPS = 16


@dataclass
class Shape:
    """The shape of a layer's images [T·N, H, W, C]."""

    steps: int = 3
    samples: int = 2
    height: int = 5
    width: int = 7
    channels: int = 9
    groups: int = 1

    @property
    def images(self) -> int:
        """T·N."""
        return self.steps * self.samples

    def arguments(self, gpu: GPU) -> object:
        """The shape as kernels take it."""
        return gpu.arguments("gpu_images", **vars(self))


def stride(channels: int) -> int:
    """Floats from one pixel's channels to the next pixel's."""
    return -(-channels // 4) * 4


def words(channels: int) -> int:
    """Words of a pixel's bits."""
    return -(-channels // 32)


def pack_bits(spikes: np.ndarray) -> np.ndarray:
    """Pack spikes, 0 or 1, [..., C] into words [..., words]."""
    padded = np.zeros((*spikes.shape[:-1], words(spikes.shape[-1]) * 32), np.uint32)
    padded[..., : spikes.shape[-1]] = spikes
    bits = padded.reshape(*spikes.shape[:-1], -1, 32)
    return (bits << np.arange(32, dtype=np.uint32)).sum(-1).astype(np.uint32)


def unpack_bits(packed: np.ndarray, channels: int) -> np.ndarray:
    """Unpack words [..., words] into spikes [..., C]."""
    bits = packed[..., None] >> np.arange(32, dtype=np.uint32) & 1
    return bits.reshape(*packed.shape[:-1], -1)[..., :channels]


def padded(values: np.ndarray) -> np.ndarray:
    """Values [..., C] padded with zeros to the stride."""
    result = np.zeros((*values.shape[:-1], stride(values.shape[-1])), np.float32)
    result[..., : values.shape[-1]] = values
    return result


def exponent_for(largest: float) -> int:
    """The exponent that scales a number into [2¹⁴, 2¹⁵); 0 for 0."""
    return 14 - int(np.floor(np.log2(largest))) if largest > 0 else 0


def half_stride(channels: int) -> int:
    """Halves from one pixel's channels to the next pixel's."""
    return -(-channels // 8) * 8


def halves(values: np.ndarray, exponent: int) -> np.ndarray:
    """Scale values [rows, C], and split them into high and low float16 [2, rows, stride]."""
    scaled = np.zeros((len(values), half_stride(values.shape[1])), np.float32)
    scaled[:, : values.shape[1]] = values * np.float32(2.0**exponent)
    high = scaled.astype(np.float16)
    return np.stack([high, (scaled - high.astype(np.float32)).astype(np.float16)])


def convolve(images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Convolve images [I, H, W, in] with weights [out, in, 3, 3] to [I, H, W, out], in float64."""
    height, width = images.shape[1:3]
    around = np.pad(images.astype(np.float64), ((0, 0), (1, 1), (1, 1), (0, 0)))
    return sum(
        around[:, row : row + height, column : column + width] @ weights[:, :, row, column].T.astype(np.float64)
        for row in range(3) for column in range(3)
    )  # fmt: skip


def require_close(found: np.ndarray, expected: np.ndarray, bound: float, what: str) -> None:
    """Fail if the largest difference is over `bound` times the largest expected magnitude. what: begins the message."""
    if found.shape != expected.shape:
        raise AssertionError(f"{what}: shape {found.shape} found, {expected.shape} expected")
    difference = np.abs(found.astype(np.float64) - expected)
    error = difference.max() / max(np.abs(expected).max(), 1e-30)
    if not error <= bound:
        index = np.unravel_index(np.nanargmax(np.where(np.isnan(difference), np.inf, difference)), difference.shape)
        raise AssertionError(f"{what}: error {error:.2e}, at most {bound:.0e} expected; worst at {index}")


def require_equal(found: np.ndarray, expected: np.ndarray, what: str) -> None:
    """Fail if a value differs. what: begins the message."""
    if not np.array_equal(found, expected):
        raise AssertionError(f"{what}: {np.count_nonzero(found != expected)} of {expected.size} differ")


class Weights:
    """Weights on the device, packed in both directions."""

    def __init__(self, gpu: GPU, values: np.ndarray, taps: int, is_convolution: bool) -> None:
        """Copy weights [outputs, inputs, taps] to the device, and pack them."""
        outputs, inputs = values.shape[:2]
        self.values = gpu.array(values, np.float32)
        self.largest = gpu.zeros(1, np.uint32)
        gpu.run("gpu_find_largest", (2,), 256, "gpu_largest", values=self.values, largest=self.largest,
                count=values.size)  # fmt: skip
        require_equal(self.largest.get().view(np.float32), np.abs(values).max().reshape(1), "largest weight")
        self.packed = [
            self.pack(gpu, outputs, inputs, taps, direction) for direction in (0, 1 if is_convolution else 2)
        ]

    def pack(self, gpu: GPU, outputs: int, inputs: int, taps: int, direction: int) -> Array:
        """Pack for one direction, as in gpu_pack."""
        inner, columns, steps = [
            (inputs, outputs, taps), (outputs, inputs, taps), (outputs, inputs * taps, 1)
        ][direction]  # fmt: skip
        count = words(inner) * steps * 4 * -(-columns // COLUMNS) * (COLUMNS // 8) * 64
        packed = gpu.array(np.full(count, 0xFFFFFFFF), np.uint32)
        gpu.run("gpu_pack_weights", (3,), 256, "gpu_pack", weights=self.values, largest=self.largest, packed=packed,
                outputs=outputs, inputs=inputs, taps=taps, direction=direction)  # fmt: skip
        return packed
