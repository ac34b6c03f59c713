"""read_events, compared with readers in NumPy."""

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
