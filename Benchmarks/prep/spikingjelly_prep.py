#!/usr/bin/env python3
"""Runs SpikingJelly's own preparation of the recordings in ROOT/extract: DvsGesture, N-MNIST's Train and Test, or
CIFAR10-DVS's classes.

    spikingjelly_prep.py ROOT events            recordings -> ROOT/events_np
    spikingjelly_prep.py ROOT number 16         events_np -> ROOT/frames_number_16_split_by_number
    spikingjelly_prep.py ROOT time 16           likewise, split by time
    spikingjelly_prep.py ROOT duration 200000   likewise, frames of a fixed duration
    spikingjelly_prep.py --nmnist ROOT ...      the same for N-MNIST
    spikingjelly_prep.py --cifar10-dvs ROOT ... the same for CIFAR10-DVS, which has no training and test samples

The library's own class does all the work. Only its list of downloads is emptied, so that it does not look for
the official archive.
"""

import sys
import time
import types
from pathlib import Path

import torch


class _StandIn(types.ModuleType):
    """A module in which every name is an empty class."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def make_importable() -> None:
    """Makes SpikingJelly importable with a build of PyTorch without CUDA.

    PyPI's wheels of torchvision and torchaudio are built for CUDA: torchvision registers operators that do not
    exist, and torchaudio cannot be loaded. Preparation uses only Python parts of torchvision, and not torchaudio.
    """
    register = torch.library.register_fake

    def register_if_present(operator, function=None, /, **options):  # noqa: ANN001, ANN202
        if isinstance(operator, str) and operator.startswith("torchvision::"):
            return (lambda f: f) if function is None else function
        return register(operator, function, **options)

    torch.library.register_fake = register_if_present
    import torchvision  # noqa: F401

    torch.library.register_fake = register
    try:
        import torchaudio  # noqa: F401
    except Exception:  # noqa: BLE001 (a library that cannot be loaded may raise anything)
        for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
            del sys.modules[name]
        for name in ("torchaudio", "torchaudio.transforms", "torchaudio.functional"):
            sys.modules[name] = _StandIn(name)


def main() -> None:
    arguments = sys.argv[1:]
    name = arguments.pop(0) if arguments[0].startswith("--") else ""
    root, mode, *values = arguments
    make_importable()
    split = {"train": True}
    if name == "--cifar10-dvs":
        from spikingjelly.datasets.cifar10_dvs import CIFAR10DVS as DataSet

        split = {}
    elif name == "--nmnist":
        from spikingjelly.datasets.n_mnist import NMNIST as DataSet
    else:
        from spikingjelly.datasets.dvs128_gesture import DVS128Gesture as DataSet

    class Local(DataSet):
        @classmethod
        def resource_url_md5(cls) -> list:
            return []

    (Path(root) / "download").mkdir(exist_ok=True)
    if mode == "events":
        options = {"data_type": "event"}
    elif mode == "duration":
        options = {"data_type": "frame", "duration": int(values[0])}
    else:
        options = {"data_type": "frame", "frames_number": int(values[0]), "split_by": mode}
    begin = time.perf_counter()
    count = len(Local(root, **split, **options))
    print(f"{count} {'training ' if split else ''}samples: {time.perf_counter() - begin:.3f} s")


if __name__ == "__main__":
    main()
