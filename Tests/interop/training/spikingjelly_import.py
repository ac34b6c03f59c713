"""Import this before spikingjelly if PyTorch is a CPU build.

PyPI's wheels of torchvision and torchaudio link against CUDA and cannot be imported with such a build. SpikingJelly
needs only pure Python parts of torchvision and the name `torchaudio`, so missing operators of torchvision are ignored,
and an empty module replaces torchaudio. Networks, neurons and layers use neither.
"""

import sys
import types

import torch

register_fake = torch.library.register_fake


def register_fake_leniently(name, function=None, /, **options):
    if isinstance(name, str) and name.startswith("torchvision::"):
        return (lambda passed: passed) if function is None else function
    return register_fake(name, function, **options)


torch.library.register_fake = register_fake_leniently
import torchvision  # noqa: E402,F401

torch.library.register_fake = register_fake


class EmptyModule(types.ModuleType):
    """A module in which every name is an empty class."""

    __path__: list[str] = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


try:
    import torchaudio  # noqa: F401
except (ImportError, OSError):
    for loaded in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
        del sys.modules[loaded]
    for name in ("torchaudio", "torchaudio.transforms", "torchaudio.functional"):
        sys.modules[name] = EmptyModule(name)
