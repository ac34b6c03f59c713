"""Readers of tonic and SpikingJelly, whose packages import far more than these need."""

import ast
import importlib.util
import struct
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, Union

import numpy as np
from harness import require


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    require(spec is not None and spec.origin is not None, f"{package} is installed")
    return Path(spec.origin).parent


def tonic_io() -> ModuleType:
    """The module `tonic.io`, which needs only NumPy."""
    spec = importlib.util.spec_from_file_location("tonic_io", _folder("tonic") / "io.py")
    require(spec is not None and spec.loader is not None, "tonic.io is a module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spikingjelly_function(module: str, name: str) -> Callable[[Path], dict[str, np.ndarray]]:
    """A function of a module of `spikingjelly.datasets`, with what it refers to in the module."""
    tree = ast.parse((_folder("spikingjelly") / "datasets" / f"{module}.py").read_text())
    definitions: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign):
            definitions |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    needed: set[str] = set()
    open_names = [name]
    while open_names:
        needed.add(found := open_names.pop())
        used = {part.id for part in ast.walk(definitions[found]) if isinstance(part, ast.Name)}
        open_names += (used & definitions.keys()) - needed
    kept = {id(definitions[item]) for item in needed}
    tree.body = [node for node in tree.body if id(node) in kept]
    names: dict[str, Any] = {"np": np, "struct": struct, "Path": Path, "Union": Union}
    exec(compile(tree, module, "exec"), names)  # noqa: S102 (of an installed package)
    return names[name]


def with_version(package: str) -> str:
    """As in `tonic 1.7.0`."""
    return f"{package} {version(package)}"
