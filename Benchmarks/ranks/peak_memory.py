"""Runs a command, and prints the most anonymous memory in kB that each process named like the first argument had, as JSON.

    peak_memory.py NAME COMMAND...

Anonymous memory is what a process computes with; files, as libraries, are not part of it, and shared memory of MPI neither.
"""

import json
import subprocess
import sys
import time
from pathlib import Path


def anonymous(path):
    for line in (path / "status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def main():
    name = sys.argv[1]
    process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
    peaks = {}
    while process.poll() is None:
        for path in Path("/proc").iterdir():
            try:
                if path.name.isdigit() and (path / "cmdline").read_bytes().split(b"\0")[0].decode() == name:
                    peaks[path.name] = max(peaks.get(path.name, 0), anonymous(path))
            except OSError:
                continue
        time.sleep(0.02)
    if process.returncode != 0:
        sys.exit(f"peak_memory.py: exit code {process.returncode}")
    print(json.dumps(sorted(peaks.values())))


main()
