"""Tells hatchling that the wheel contains programs, and refuses to make one without."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    """Sets the wheel's tag: any Python 3, on Linux on x86-64. auditwheel then says from which glibc on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Called by hatchling before it builds."""
        program = Path(self.root, "dvskit", "bin", "dvsprep")
        if not program.is_file():
            sys.exit(f"{program}: expected a program, found none: build the wheel with `make wheel`")
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-linux_x86_64"
