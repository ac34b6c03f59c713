"""Times the page of a whole cache; see run.sh."""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from browser import opened, wait
from harness import run


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=4_000_000)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dvskit-gallery-") as name:
        folder = Path(name)
        cache = arguments.cache
        if not cache:
            run("synth", folder, "--train", "98", "--test", "24", "--events", str(arguments.events), "--quiet")
            cache = folder / "cache.h5"
            run("convert", folder, "-o", cache, "--quiet")
        page = folder / "gallery.html"
        seconds, processor, views = [], [], []
        for _ in range(arguments.runs):
            begin, before = time.perf_counter(), os.times()
            output = run("inspect", cache, "--html", page, "--force", "--quiet").stdout
            seconds.append(time.perf_counter() - begin)
            after = os.times()
            processor.append(after.children_user + after.children_system - before.children_user - before.children_system)
        print(output.replace(f"{name}/", "").strip())
        for _ in range(arguments.runs):
            with opened(page) as driver:
                wait(driver, "performance.getEntriesByName('dvs-drawn').length && document.readyState === 'complete'",
                     "the page was not drawn", 60)  # fmt: skip
                views.append(driver.execute_script("""
                    const time = (name) => performance.getEntriesByName(name)[0].startTime / 1000;
                    return [time("first-contentful-paint"), time("dvs-drawn"),
                        performance.getEntriesByType("navigation")[0].loadEventEnd / 1000];"""))
        paint, drawn, read = (statistics.median(values) for values in zip(*views, strict=True))
        made = statistics.median(seconds)
        size = page.stat().st_size / 1e6
        print(f"made in {made:.1f} s ({statistics.median(processor):.1f} s of processor time), {size:.1f} MB; first paint after {paint:.2f} s, all samples in view drawn after "
              f"{drawn:.2f} s, page read after {read:.2f} s (medians of {arguments.runs})")  # fmt: skip
        return 0 if made <= 20 and size <= 40 and drawn <= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
