#!/usr/bin/env python3
"""Becomes the program of its own name in the package dvskit, whatever folder pip installed that into."""

import os
import sys
from importlib.util import find_spec

name = os.path.basename(__file__)
package = find_spec("dvskit")
if package is None or not package.submodule_search_locations:
    sys.exit(f"{name}: the Python package dvskit expected, not found by {sys.executable}: install it again")
os.execv(os.path.join(package.submodule_search_locations[0], "bin", name), sys.argv)
