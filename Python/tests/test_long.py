"""Long loops, and Ctrl-C in the middle."""

import gc
import os
import signal
import subprocess
import sys
import time

import dvskit
import numpy as np
from dvskit import _batches
from test_loader import loaded

from conftest import expected


def resources() -> tuple[int, int, int]:
    """Resident bytes, threads and descriptors of this process."""
    # A thread that has been waited for is counted a moment longer.
    time.sleep(0.05)
    with open("/proc/self/status") as file:
        values = dict(line.split(":", 1) for line in file)
    return int(values["VmRSS"].split()[0]) << 10, int(values["Threads"]), len(os.listdir("/proc/self/fd"))


def test_a_thousand_epochs_do_not_grow(path):
    loader = dvskit.Loader(path, batch_size=8, shuffle=True, threads=2)

    def epochs(count):
        for _ in range(count):
            for frames, _ in loader:
                frames[0, 0, 0, 0]

    epochs(100)
    gc.collect()
    before = resources()
    epochs(900)
    after = resources()
    assert loader.epoch == 1000
    assert after[1:] == before[1:]
    assert after[0] - before[0] < 2 << 20


def test_opening_a_thousand_times_does_not_grow(path, recording):
    def use(count):
        for number in range(count):
            with dvskit.FrameCache(path) as cache:
                cache.train[number % 24].name  # noqa: B018 (reads columns)
            next(iter(dvskit.Loader(path, batch_size=1, threads=1)))
            dvskit.Frames(path)[0]
            if number % 50 == 0:
                dvskit.read_events(recording)

    use(100)
    gc.collect()
    before = resources()
    use(900)
    after = resources()
    assert after[1:] == before[1:]
    assert after[0] - before[0] < 4 << 20


def test_waiting_in_short_calls_gives_the_same_batches(path, monkeypatch):
    monkeypatch.setattr(_batches, "WAIT_MILLISECONDS", 0)
    frames, labels, _ = expected(path, "train")
    found = loaded(dvskit.Loader(path, batch_size=5, threads=1))
    assert np.array_equal(found[0], frames)
    assert np.array_equal(found[1], labels)


CTRL_C = """
# The tests may run in the background, where shells ignore SIGINT.
import signal; signal.signal(signal.SIGINT, signal.default_int_handler)
import os, sys, time
import dvskit
before = len(os.listdir("/proc/self/task"))
loader = dvskit.Loader(sys.argv[1], batch_size=24, threads=2)
try:
    print("ready", flush=True)
    while True:
        for batch in loader:
            pass
except KeyboardInterrupt:
    pass
time.sleep(0.05)
assert len(os.listdir("/proc/self/task")) == before, "threads are left"
frames, labels = next(iter(loader))
print("interrupted, and still usable:", len(labels))
"""


def test_ctrl_c_ends_a_pass_at_once(path):
    for delay in (0, 0.01, 0.05, 0.1, 0.2):
        process = subprocess.Popen([sys.executable, "-c", CTRL_C, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
        assert (output.decode(), errors.decode()) == ("interrupted, and still usable: 24\n", "")
        assert time.monotonic() - begin < 5


def test_a_program_ends_with_a_pass_under_way(path):
    code = "import sys, dvskit\nbatches = iter(dvskit.Loader(sys.argv[1], batch_size=1, threads=3))\nnext(batches)\n"
    result = subprocess.run([sys.executable, "-c", code, path], capture_output=True, timeout=30, check=False)
    assert (result.returncode, result.stderr) == (0, b"")


def test_import_is_fast(path):
    code = (
        "import time, numpy\nbegin = time.perf_counter()\nimport dvskit\nprint(time.perf_counter() - begin)\n"
        "import sys\nprint([name for name in ('torch', 'h5py', 'subprocess', 'html') if name in sys.modules])"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    seconds, modules = zip(*(run.stdout.splitlines() for run in runs))
    assert min(map(float, seconds)) < 0.15
    assert set(modules) <= {"[]", "['subprocess']"}
