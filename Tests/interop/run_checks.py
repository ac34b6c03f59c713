#!/usr/bin/env python3
"""Runs all functions check_… of the modules check_… in this folder, or those whose names contain an argument.

Each module has a process of its own; as many run at once as there are processors.

The environment variable CHECKS names another folder of such modules.
"""

import importlib
import os
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import CheckError

FOLDER = Path(os.environ.get("CHECKS", Path(__file__).parent))


def run_module(stem: str, parts: list[str]) -> tuple[int, int]:
    """Run a module's checks, and return how many passed and failed."""
    passed = failed = 0
    sys.path.insert(0, str(FOLDER))
    for name, check in list(vars(importlib.import_module(stem)).items()):
        if not name.startswith("check_") or not callable(check):
            continue
        if parts and not any(part in f"{stem}.{name}" for part in parts):
            continue
        begin = time.perf_counter()
        try:
            check()
        except CheckError as error:
            failed += 1
            print(f"FAILED {stem}.{name}: {error}", flush=True)
        except Exception:  # noqa: BLE001 (an error in one check must not prevent the others)
            failed += 1
            print(f"FAILED {stem}.{name}:\n{traceback.format_exc()}", flush=True)
        else:
            passed += 1
            print(f"ok     {stem}.{name} ({time.perf_counter() - begin:.1f} s)", flush=True)
    return passed, failed


def run_process(stem: str, parts: list[str]) -> tuple[int, int]:
    """Run a module in a process, print its output, and return how many checks passed and failed."""
    command = [sys.executable, __file__, "--module", stem, *parts]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    lines = result.stdout.splitlines(keepends=True)
    counts = lines.pop().split() if lines else []
    if result.returncode or len(counts) != 2:
        print(f"FAILED {stem}: exit code {result.returncode}\n{result.stdout}", flush=True)
        return 0, 1
    print("".join(lines), end="", flush=True)
    return int(counts[0]), int(counts[1])


def main() -> int:
    parts = sys.argv[1:]
    if parts[:1] == ["--module"]:
        print(*run_module(parts[1], parts[2:]))
        return 0
    modules = sorted(path.stem for path in FOLDER.glob("check_*.py"))
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        counts = list(pool.map(lambda stem: run_process(stem, parts), modules))
    passed, failed = (sum(column) for column in zip(*counts, strict=True))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
