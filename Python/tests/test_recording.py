"""read_events, compared with readers in NumPy."""

import copy
import gc
import os
import pickle
import struct
import subprocess
import sys
import warnings

import dvskit
import numpy as np
import pytest
import streams  # noqa: F401  (adds the folder's neighbour to the path)
from streams import ROOT


def test_events_of_aedat(recording):
    from recordings import read_events

    wanted = read_events(recording)
    found = dvskit.read_events(recording)
    assert found.dtype == dvskit.EVENT_TYPE
    assert found.dtype.itemsize == 16
    assert len(found) == 200_000
    for column, field in enumerate(("t", "x", "y", "p")):
        assert np.array_equal(found[field], wanted[:, column])


def test_a_field_makes_a_tensor(recording):
    torch = pytest.importorskip("torch")
    events = dvskit.read_events(recording)
    for field in events.dtype.names:
        assert torch.from_numpy(events[field]).tolist() == events[field].tolist()


def test_what_numpy_writes_is_a_recording(recording, tmp_path):
    events = dvskit.read_events(recording)[:1000]
    np.save(tmp_path / "events.npy", events)
    np.savez(tmp_path / "events.npz", **{field: events[field] for field in events.dtype.names})
    for name in ("events.npy", "events.npz"):
        assert np.array_equal(dvskit.read_events(tmp_path / name), events)


def test_events_of_nmnist():
    paths = sorted((ROOT / "Fixtures/nmnist").rglob("*.bin"))
    assert len(paths) == 6
    for path in paths:
        data = np.fromfile(path, np.uint8).reshape(-1, 5).astype(np.int64)
        time = (data[:, 2] & 0x7F) << 16 | data[:, 3] << 8 | data[:, 4]
        found = dvskit.read_events(path)
        for field, column in (("x", data[:, 0]), ("y", data[:, 1]), ("t", time), ("p", data[:, 2] >> 7)):
            assert np.array_equal(found[field], column)


def test_warnings_are_warnings():
    with pytest.warns(dvskit.RecordingWarning, match=r"clock_reset_in_window\.aedat") as found:
        dvskit.read_events(ROOT / "Fixtures/cases/clock_reset_in_window.aedat")
    assert all("\n" not in str(warning.message) for warning in found)
    assert found[0].filename == __file__


def test_recordings_that_cannot_be_read(recording, tmp_path):
    cut = tmp_path / "cut.aedat"
    cut.write_bytes(recording.read_bytes()[:-3])
    for path in (tmp_path / "missing.aedat", tmp_path, cut):
        with pytest.raises(dvskit.Error) as error:
            dvskit.read_events(path)
        assert str(error.value).startswith(f"{path}: ")
        assert "\n" not in str(error.value)


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def write_unnamed(path, words, times):
    """Writes AEDAT 3.1 with a header that names no sensor."""
    count = len(words)
    header = struct.pack("<hhiiiiii", 1, 0, 8, 4, 0, count, count, count)
    body = np.stack([np.asarray(words, "<u4"), np.asarray(times, "<u4")], axis=1)
    path.write_bytes(b"#!AER-DAT3.1\r\n#!END-HEADER\r\n" + (header + body.tobytes() if count else b""))
    return path


def atis_bytes(count: int) -> np.ndarray:
    """Events of an ATIS with ascending times."""
    data = np.empty((count, 5), np.uint8)
    number = np.arange(count)
    data[:, 0], data[:, 1] = number % 34, number // 34 % 34
    data[:, 2:] = (number.astype(">u4") >> 3 & 0x7FFFFF).astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]
    data[:, 2] |= (number % 2 << 7).astype(np.uint8)
    return data


def test_an_array_owns_its_memory(recording, tmp_path):
    events = dvskit.read_events(recording)
    wanted = copy.deepcopy(events)
    others = [dvskit.read_events(recording) for _ in range(3)]
    for other in others:
        assert other.flags.writeable
        other["t"] += 1
        other["p"] = 7
    assert np.array_equal(events, wanted)
    # What an array had is used again only once its last view is gone.
    view = others[0]["t"][5::3]
    kept = view.copy()
    del other, others
    for _ in range(5):
        gc.collect()
        again = dvskit.read_events(recording)
        assert np.array_equal(again, wanted)
        again["t"] = -1
        assert np.array_equal(view, kept)
    assert np.array_equal(events, wanted)
    np.save(tmp_path / "view.npy", events[::2])
    assert np.array_equal(np.load(tmp_path / "view.npy"), wanted[::2])
    assert np.array_equal(pickle.loads(pickle.dumps(events)), wanted)
    assert pickle.loads(pickle.dumps(events)).dtype == dvskit.EVENT_TYPE


def test_a_tensor_keeps_the_memory(recording):
    torch = pytest.importorskip("torch")
    events = dvskit.read_events(recording)
    wanted = events["t"].tolist()
    tensor = torch.from_numpy(events["t"])
    tensor += 1
    assert events["t"].tolist() == (np.array(wanted) + 1).tolist()
    del events
    gc.collect()
    dvskit.read_events(recording)["t"] = -1
    assert (tensor - 1).tolist() == wanted


def test_a_recording_without_events(tmp_path):
    events = dvskit.read_events(write_unnamed(tmp_path / "empty.aedat", [], []))
    assert (events.shape, events.dtype, events.flags.writeable) == ((0,), dvskit.EVENT_TYPE, True)
    assert events["t"].sum() == 0
    assert len(np.concatenate([events, events])) == 0
    np.save(tmp_path / "empty.npy", events)
    assert np.load(tmp_path / "empty.npy").dtype == dvskit.EVENT_TYPE


def test_a_sensor_that_the_header_does_not_name(tmp_path):
    def found(*pixels):
        words = [x << 17 | y << 2 | polarity << 1 | valid for x, y, polarity, valid in pixels]
        path = write_unnamed(tmp_path / "unnamed.aedat", words, range(len(words)))
        with warnings.catch_warnings(record=True) as lines:
            warnings.simplefilter("always")
            events = dvskit.read_events(path)
        assert [tuple(int(event[field]) for field in "txyp") for event in events] == [
            (number, x, y, polarity) for number, (x, y, polarity, _) in enumerate(pixels)
        ]
        return [str(line.message).removeprefix(f"{path}: ") for line in lines]

    assert found((3, 4, 1, 1), (127, 127, 0, 1)) == []
    assert found((400, 4, 1, 1), (3, 300, 0, 1)) == []
    assert len(found((400, 4, 1, 1), (100, 100, 0, 0))) == 1
    assert found((400, 4, 1, 1), (401, 100, 0, 0))[1:] == ["1 event lies outside the 401×128 sensor"]
    assert found((3, 4, 1, 1), (0, 128, 0, 0), (128, 0, 0, 0))[1:] == ["2 events lie outside the 128×128 sensor"]


def test_reading_again_and_again_does_not_grow(tmp_path):
    # More than what is kept for the next recording, and less.
    for count in (3_000_000, 300_000, 1000):
        path = tmp_path / "large.bin"
        atis_bytes(count).tofile(path)
        assert np.array_equal(dvskit.read_events(path)["x"], np.arange(count) % 34)
        before = resident_bytes()
        for _ in range(30):
            dvskit.read_events(path)
        assert resident_bytes() - before < 2 << 20


def test_memory_goes_back(tmp_path):
    path = tmp_path / "large.bin"
    atis_bytes(6_000_000).tofile(path)
    before = resident_bytes()
    events = dvskit.read_events(path)
    assert resident_bytes() - before > events.nbytes // 2
    del events
    # At most 32 MiB are kept for the next recording.
    assert resident_bytes() - before < 36 << 20


LIMITED = """
import resource, sys
import dvskit, numpy
dvskit.read_events(sys.argv[1])
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    print(len(dvskit.read_events(sys.argv[2])))
except dvskit.Error as error:
    print(error)
"""


def test_a_limit_of_the_address_space(tmp_path):
    small, large = tmp_path / "small.bin", tmp_path / "large.bin"
    count = 6_000_000
    atis_bytes(10).tofile(small)
    atis_bytes(count).tofile(large)

    def printed(room: int) -> str:
        command = [sys.executable, "-c", LIMITED, small, large, str(room)]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        assert result.stderr == ""
        return result.stdout.removesuffix("\n")

    # The file, its events, and 24 MiB that are left for small things; not twice the events.
    whole = 5 * count + 16 * count
    assert printed(whole + (40 << 20)) == str(count)
    line = printed(whole - (8 << 20))
    assert line.startswith(f"{large}: the system gives no memory for more than ")
    assert line.endswith(" of its events")
    assert "\n" not in line


ENDING = """
import sys, dvskit, numpy
events = dvskit.read_events(sys.argv[1])
field = dvskit.read_events(sys.argv[1])["t"]
class Holder:
    kept = dvskit.read_events(sys.argv[1])
    def __del__(self): self.kept["t"] += 1
holder = Holder()
holder.itself = holder
"""


def test_a_program_ends_with_arrays(recording):
    result = subprocess.run([sys.executable, "-c", ENDING, recording], capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")


def test_arrays_after_a_fork(recording):
    events = dvskit.read_events(recording)
    wanted = events.copy()
    process = os.fork()
    if process == 0:
        try:
            same = np.array_equal(events, wanted)
            events["t"] = -1
            del events
            again = dvskit.read_events(recording)
            os._exit(0 if same and np.array_equal(again, wanted) else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert np.array_equal(events, wanted)
