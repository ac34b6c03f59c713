#!/usr/bin/env python3
"""Writes the file of Fixtures/nir: a graph by nir's own writer, in HDF5's oldest format and with texts of variable length.

  Tests/interop/torch_python.sh prints a Python with nir 1.0.8; PYTHON Fixtures/make_nir.py [FOLDER]
"""

import sys
from pathlib import Path

import nir
import numpy as np

DT = 1e-4


def numbers(*shape: int) -> np.ndarray:
    """Small different numbers."""
    return (np.arange(np.prod(shape), dtype=np.float32).reshape(shape) % 7 - 3) / 4


def neurons(*shape: int) -> nir.LIF:
    """Leaky neurons with the constants of SpikingJelly's tutorial."""
    ones = np.ones(shape)
    return nir.LIF(tau=2 * DT * ones, r=ones, v_leak=0 * ones, v_threshold=ones, v_reset=0 * ones)


def graph() -> nir.NIRGraph:
    ones = np.ones((2, 2, 3))
    nodes = {
        "input": nir.Input({"input": np.array([2, 5, 6])}),
        "conv": nir.Conv2d((5, 6), numbers(2, 2, 3, 3), stride=1, padding=1, dilation=1, groups=1, bias=numbers(2)),
        "lif1": neurons(2, 5, 6),
        "pool": nir.AvgPool2d(kernel_size=np.array([2, 2]), stride=np.array([2, 2]), padding=np.array([0, 0])),
        "pool_if": nir.IF(r=ones / DT, v_threshold=ones / 8, v_reset=0 * ones),
        "flatten": nir.Flatten({"input": np.array([2, 2, 3])}, start_dim=0, end_dim=-1),
        "fc": nir.Affine(numbers(3, 12), numbers(3)),
        "lif2": neurons(3),
        "output": nir.Output({"output": np.array([3])}),
    }
    names = list(nodes)
    return nir.NIRGraph(nodes, list(zip(names, names[1:], strict=False)))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "nir"
    folder.mkdir(exist_ok=True)
    nir.write(folder / "chain.nir", graph())


main()
