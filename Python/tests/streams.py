"""What Tests/interop computes independently: dvstrain's random numbers, and readers in NumPy."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "Tests/interop"), str(ROOT / "Tests/interop/training")]

from random_streams import dropout_factors, sample_order  # noqa: E402

__all__ = ["ROOT", "dropout_factors", "sample_order"]
