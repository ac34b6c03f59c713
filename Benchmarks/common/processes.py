"""Runs commands and measures them, and describes the machine.

Uses only the standard library, so that the measuring process stays small: the system reports a child's peak memory as
at least its parent's memory at the start.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Runs during which other processes used a greater fraction of the machine are disturbed.
QUIET_FRACTION = 0.05


@dataclass
class Measured:
    """Times, peak memory and output of a process, and the fraction of the machine that others used meanwhile."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    others_fraction: float
    output: str


def machine_seconds() -> tuple[float, float]:
    """Processor seconds since boot: busy (or taken by the host), and in total."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    ticks = os.sysconf("SC_CLK_TCK")
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / ticks, sum(fields) / ticks


def measured(*command: object, environment: Mapping[str, str] | None = None) -> Measured:
    """Runs a command; if it fails, this process ends with what it wrote to stderr."""
    busy_before, all_before = machine_seconds()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], stdout=output, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        busy, everything = machine_seconds()
        for stream in (output, errors):
            stream.seek(0)
        if process.returncode != 0:
            text = errors.read().decode()[-2000:]
            sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}: {text}")
        own = usage.ru_utime + usage.ru_stime
        others = (busy - busy_before - own) / max(everything - all_before, 0.01)
        return Measured(wall, own, usage.ru_maxrss * 1024, max(0, others), output.read().decode())


def machine() -> dict:
    """Processor, cores, kernel, load and Python's version."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "load_average": os.getloadavg()[0],
        "python": platform.python_version(),
    }
