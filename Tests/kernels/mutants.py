#!/usr/bin/env python3
"""Plants faults in the GPU's kernels, one by one, and runs the checks of Benchmarks/gpu on the emulator.

    mutants.py [--only TEXT]

Prints the check that finds each fault, and the order of threads. Exit code 1 if a fault is not found. Needs numpy.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from emulator import EMULATOR, KERNELS, ROOT, build, compiled

CHECKS = ROOT / "Benchmarks/gpu/check_kernels.py"
# Forward with copies at once; in reverse with copies as late as possible; shuffled, with copies at random times.
ORDERS = {"forward": "order=0", "reverse": "order=1", "shuffled": "order=2"}


@dataclass
class Fault:
    """A text of a file, and its replacement."""

    name: str
    file: str
    old: str
    new: str
    # The occurrence of the text to replace, from 0.
    occurrence: int = 0

    def plant(self, folder: Path) -> None:
        """Plant the fault in a copy of the kernels."""
        path = folder / "kernels" / self.file
        text = path.read_text()
        starts = [match.start() for match in re.finditer(re.escape(self.old), text)]
        if len(starts) <= self.occurrence:
            sys.exit(f"mutants.py: {self.file} no longer contains '{self.old}'")
        start = starts[self.occurrence]
        path.write_text(text[:start] + self.new + text[start + len(self.old) :])


FAULTS = [
    Fault("a barrier removed before spikes' products", "spike_product.h", "    barrier();\n", ""),
    Fault("a barrier removed before gradients' products", "dense_product.h", "    barrier();\n", ""),
    Fault("a barrier removed before weights' gradients", "weight_product.h", "    barrier();\n", ""),
    Fault("the first barrier removed from a block's sum", "norm.h", "  barrier();\n", ""),
    Fault("the second barrier removed from a block's sum", "norm.h", "  barrier();\n", "", 1),
    Fault("a barrier removed after a tile of counts", "first_moments.h", "  barrier();\n", ""),
    Fault("a barrier removed after a tile of the first stage", "first_tensor.h", "      barrier();\n", "", 1),
    Fault("a barrier removed before a tile in the backward pass", "first_tensor_backward.h", "      barrier();\n", ""),
    Fault("a barrier removed after a tile in the backward pass", "first_tensor_backward.h", "      barrier();\n", "", 1),
    Fault("a barrier removed after an earlier tile in the backward pass", "first_tensor_backward.h", "        barrier();\n", "", 1),
    Fault("a barrier removed before the last sum of gradients", "gradient_factors.h", "    barrier();\n", ""),
    Fault("one group of copies of weights too few awaited", "spike_product.h", "WEIGHT_STAGES - 2>", "WEIGHT_STAGES - 1>"),
    Fault("one group of copies of gradients too few awaited", "dense_product.h", "DENSE_STAGES - 2>", "DENSE_STAGES - 1>"),
    Fault("one group of copies of rows too few awaited", "weight_product.h", "GRADIENT_STAGES - 2>", "GRADIENT_STAGES - 1>"),
    Fault("a group of copies not committed", "spike_product.h", "  commit_copies();\n", ""),
    Fault("neighbours in a fragment swapped", "fragments.h", "0x5410", "0x1054"),
    Fault("low halves of the wrong numbers", "fragments.h", "0x7632", "0x7610"),
    Fault("pairs of spikes from the wrong bits", "fragments.h", "distance - 4 * pair", "distance - 2 * pair"),
    Fault("a fragment's rows and columns swapped in the result", "spike_product.h", "column] + 2 * half", "column] + 2 * (1 - half)"),
    Fault("a fragment's rows swapped in gradients", "dense_product.h", "lane % 16, lane / 16", "lane / 2, lane % 2"),
    Fault("a fragment's rows swapped in weights' gradients", "weight_product.h", "lane / 16 * 8 + lane % 8", "lane / 8 % 2 * 8 + lane % 8"),
    Fault("packed weights 4 rows apart, not 8", "packing.h", "8 * part", "4 * part"),
    Fault("an off-by-one at the right border", "fragments.h", "column + 1 < width ? 4", "column < width ? 4"),
    Fault("an off-by-one at the lower border", "fragments.h", "line + 1 < height ?", "line < height ?"),
    Fault("a tap's line computed like its column", "fragments.h", "(tap / 3) - 1)", "(tap % 3) - 1)"),
    Fault("taps not rotated in the backward pass", "packing.h", "given.taps - 1 - tap", "tap"),
    Fault("a row after a partition's end counted", "weight_product.h", "block.firstRow + given.partition_rows)", "block.firstRow + given.partition_rows + 1)"),
    Fault("padding not set to 0", "stage.h", "given.writes && channel < halfStride", "given.writes && channel < stride"),
    Fault("padding not set to 0, few steps", "short_stage.h", "channel < halfStride ?", "channel < stride ?"),
    Fault("a wrong stride of channels", "device.h", "ceil_div(channels, 4) * 4", "channels"),
    Fault("one buffer for all groups of rows", "weight_product.h", "buffer * planes", "0 * planes"),
    Fault("a partition's sum overwritten", "stage.h", "isFirst ? sum : target[quantity * channels] + sum", "sum"),
    Fault("sums of a step carried to the next", "stage.h", "        sums = {0, 0, 0};\n", ""),
    Fault("the membrane of the wrong step", "stage.h", "(step - 1) * SITES", "step * SITES"),
    Fault("a product of halves left out", "dense_product.h", "if (!isHalf) multiply_add(sums[tile][column], parts[0][tile], other);", ""),
    Fault("low halves of weights left out", "spike_product.h", "part < parts", "part < 1"),
    Fault("scaled the wrong way", "weight_product.h", "-*given.gradient_exponent", "*given.gradient_exponent"),
    Fault("low halves of the first weights left out", "first_tile.h", "line[polarity], weights.low", "line[polarity], weights.high"),
    Fault("the left site's counts at the right site", "first_tile.h", "0x5432", "0x3210"),
    Fault("words without weights not set", "first_tile.h", "if (thread_index() < TILE_PADDING)", "if (thread_index() < 1)"),
    Fault("an off-by-one at the end of a line of counts", "first_tile.h", "index < rest ?", "index <= rest ?"),
    Fault("a lane's channels at the wrong bits", "first_tensor.h", "found[plane] << 2 * part", "found[plane] << part"),
    Fault("spikes of sites outside the image", "first_tensor.h", "&& isInside[site]", ""),
    Fault("bits after the last channel", "first_tensor.h", "own & channelBits", "own"),
    Fault("the charge of the wrong step", "first_tensor_backward.h", "charge -= 2 * threads;", "charge -= threads;"),
    Fault("a gradient with respect to k divided by k once, not twice", "first_tensor_backward.h", "1 / (k * k)", "1 / k"),
    Fault("a partition's sum overwritten in the first stage", "first_tensor_backward.h", "target[quantity * channels] += value", "target[quantity * channels] = value"),
    Fault("sums of a step carried to the next in the first stage", "first_tensor_backward.h", "sums[index / PAIR_SUMS][index % PAIR_SUMS] = 0;", ";"),
    Fault("partitions left out", "first_gradients.h", "partition = warp_index(); partition", "partition = 0; partition"),
    Fault("pairs of taps mixed up", "first_moments.h", "low * (low + 1) / 2", "low * (low - 1) / 2"),
    Fault("a word of shared memory not set", "first_moments.h", "u32 index = thread_index(); index < given.polarities", "u32 index = thread_index() + 1; index < given.polarities"),
    Fault("a gradient to the last of equal maxima", "neurons.h", "for (int site = edge * edge - 1; site >= 0; site--) winner", "for (int site = 0; site < edge * edge; site++) winner"),
    Fault("all steps in one group", "neurons.h", "images.groups == 1 ? 0 : step", "0"),
    Fault("incomplete windows treated as complete", "neurons.h", "return window.row < pooled_extent(images.height, pooling) && ", "return "),
    Fault("a mask of another sample", "dense_product.h", "row % given.samples", "row / given.samples % given.samples"),
    Fault("the surrogate of another kind", "neurons.h", "GPU_SIGMOID", "GPU_PIECEWISE_QUADRATIC"),
    Fault("no gradient through the reset", "neurons.h", "kept + (neuron.reset - charge) * derivative", "kept"),
    Fault("a biased variance in the running statistics", "norm.h", "given.count - 1 : 1", "given.count : 1"),
    Fault("a barrier removed after a tile without tensor cores", "plain_product.h", "    barrier();\n", "", 1),
    Fault("a barrier removed before a tile without tensor cores", "plain_product.h", "    barrier();\n", ""),
    Fault("a sum's last terms left out without tensor cores", "plain_product.h", "first < count;", "first + PLAIN_DEPTH <= count;"),
    Fault("weights' taps not rotated without tensor cores", "plain_product.h", "taps - 1 - tap", "tap"),
    Fault("low halves left out without tensor cores", "plain_product.h", "high + half_value(halves[count + index])", "high"),
    Fault("weights not rounded without tensor cores", "plain_product.h", "if (!isHalf) return weight;", "return weight;"),
    Fault("a bound too small for float16", "gradient_factors.h", "other > bounds[thread_index()]", "other < bounds[thread_index()]"),
]  # fmt: skip


def found_by(library: Path) -> str:
    """The first check that fails and the order of threads; empty if all pass."""
    for order, settings in ORDERS.items():
        command = [sys.executable, CHECKS, "--driver", library]
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, timeout=300, env=os.environ | {"GPU_EMULATOR": settings}
            )
        except subprocess.TimeoutExpired:
            return f"{order}: timeout"
        if result.returncode:
            lines = [line.removeprefix("FAILED  ") for line in result.stdout.splitlines() if line.startswith("FAILED")]
            return f"{order}: {lines[0]}" if lines else f"{order}: exit code {result.returncode}"
    return ""


def try_fault(fault: Fault, folder: Path, objects: list[Path]) -> str:
    """Plant a fault in a copy of the kernels, and return what finds it."""
    kernels = folder / "CUDAKernels"
    shutil.copytree(KERNELS, kernels)
    fault.plant(kernels)
    try:
        return found_by(build(folder / "build", kernels, objects=objects))
    except subprocess.CalledProcessError:
        sys.exit(f"mutants.py: '{fault.name}' does not compile")


def main() -> int:
    """Try all faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    faults = [fault for fault in FAULTS if arguments.only in fault.name]
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="kernel-mutants-") as scratch:
        common = Path(scratch) / "common"
        common.mkdir()
        objects = [compiled(EMULATOR / name, common, KERNELS, []) for name in ("scheduler.cpp", "driver.cpp")]
        if finder := found_by(build(common / "unchanged", objects=objects)):
            sys.exit(f"mutants.py: the unchanged kernels fail: {finder}")
        print("| fault | found by |\n| --- | --- |")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            folders = [Path(scratch) / str(number) for number in range(len(faults))]
            for fault, finder in zip(faults, pool.map(lambda a: try_fault(*a, objects), zip(faults, folders)), strict=True):
                survivors += not finder
                print(f"| {fault.name} | {finder or '**nothing**'} |", flush=True)
    print(f"{len(faults)} faults, {survivors} not found")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
