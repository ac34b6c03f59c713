#!/usr/bin/env python3
"""Writes the named code blocks of a page as files: those that begin with ```language name.

Usage: examples.py PAGE FOLDER
"""

import pathlib
import re
import sys

MAXIMUM_LINES = 20

page, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True)
blocks = re.findall(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
if not blocks:
    sys.exit(f"{page}: code blocks expected, none found")
for language, name, text in blocks:
    count = len(text.splitlines())
    if count > MAXIMUM_LINES:
        sys.exit(f"{page}: {name or language}: at most {MAXIMUM_LINES} lines expected, {count} found")
    if name:
        (folder / name).write_text(text)
