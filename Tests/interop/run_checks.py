#!/usr/bin/env python3
"""Runs all functions check_… of the modules check_… in this folder, or those whose names contain an argument.

The environment variable CHECKS names another folder of such modules.
"""

import importlib
import os
import sys
import time
import traceback
from pathlib import Path

from harness import CheckError


def main() -> int:
    passed = failed = 0
    folder = Path(os.environ.get("CHECKS", Path(__file__).parent))
    sys.path.insert(0, str(folder))
    for path in sorted(folder.glob("check_*.py")):
        module = importlib.import_module(path.stem)
        for name, check in list(vars(module).items()):
            if not name.startswith("check_") or not callable(check):
                continue
            if sys.argv[1:] and not any(part in f"{path.stem}.{name}" for part in sys.argv[1:]):
                continue
            begin = time.perf_counter()
            try:
                check()
            except CheckError as error:
                failed += 1
                print(f"FAILED {path.stem}.{name}: {error}", flush=True)
            except Exception:  # noqa: BLE001 (an error in one check must not prevent the others)
                failed += 1
                print(f"FAILED {path.stem}.{name}:\n{traceback.format_exc()}", flush=True)
            else:
                passed += 1
                print(f"ok     {path.stem}.{name} ({time.perf_counter() - begin:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
