"""Frames in PyTorch's DataLoader, and what forked processes may do."""

import os
import pickle
import signal
import threading

import dvskit
import numpy as np
import pytest

from conftest import expected

torch = pytest.importorskip("torch")


def as_float(frames):
    return torch.from_numpy(frames).float()


def negative(label):
    return -label


def kills_its_worker(frames):
    if torch.utils.data.get_worker_info() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return frames


def batches(data, **options):
    return torch.utils.data.DataLoader(data, batch_size=5, timeout=60 if options.get("num_workers") else 0, **options)


@pytest.mark.parametrize(
    ("method", "cache"),
    [
        ("fork", "path"),
        ("fork", "padded_path"),
        ("fork", "wide_path"),
        ("spawn", "padded_path"),
        ("forkserver", "wide_path"),
    ],
)
def test_workers_of_every_kind(request, method, cache):
    path = request.getfixturevalue(cache)
    frames, labels, _ = expected(path, "train")
    data = dvskit.Frames(path, "train", as_float, negative)
    data[0]
    loader = batches(data, num_workers=2, multiprocessing_context=method, persistent_workers=True)
    for _ in range(2):
        found = list(loader)
        assert np.array_equal(torch.cat([batch[0] for batch in found]), frames.astype(np.float32))
        assert torch.cat([batch[1] for batch in found]).tolist() == (-labels).tolist()


def test_without_workers(path):
    frames, labels, _ = expected(path, "test")
    (found,) = torch.utils.data.DataLoader(dvskit.Frames(path, "test"), batch_size=12)
    assert np.array_equal(found[0], frames)
    assert found[1].tolist() == labels.tolist()


@pytest.mark.parametrize("dtype", [None, "uint16", "float32"])
def test_indices(path, dtype):
    frames, labels, _ = expected(path, "train")
    data = dvskit.Frames(path, "train", dtype=dtype)
    assert len(data) == 24
    found, label = data[-1]
    assert found.dtype == (dtype or "uint8")
    assert np.array_equal(found, frames[-1])
    assert (label, type(label)) == (labels[-1], int)
    assert [label for _, label in data[::5]] == labels[::5].tolist()
    assert data.samples.columns["subject"][0] == 1
    with pytest.raises(IndexError, match="train: expected an index from -24 to 23, found 24$"):
        data[24]
    assert len(list(data)) == 24


def test_it_can_be_pickled_after_use_and_closed(path):
    data = dvskit.Frames(path, "train")
    data[3]
    copy = pickle.loads(pickle.dumps(data))
    data.close()
    assert np.array_equal(copy[3][0], expected(path, "train")[0][3])
    with pytest.raises(ValueError, match="is closed"):
        data[3]


def test_a_killed_worker_is_an_error(path):
    data = dvskit.Frames(path, "train", kills_its_worker)
    with pytest.raises(RuntimeError, match="DataLoader worker"):
        list(batches(data, num_workers=2))
    assert np.array_equal(data[2][0], expected(path, "train")[0][2])


def test_a_replaced_cache_is_an_error_in_workers(copy, padded_path):
    data = dvskit.Frames(copy, "train")
    os.replace(_copied(padded_path, copy), copy)
    with pytest.raises(dvskit.Error, match=r"cache\.h5: expected the file that was opened before, found another"):
        list(batches(data, num_workers=1, multiprocessing_context="fork"))


def _copied(source, beside):
    target = beside.with_name("other.h5")
    target.write_bytes(source.read_bytes())
    return target


def in_child(work) -> str:
    """The text that a function returns in a forked process, which must end within 20 seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(20)
            os.write(writing, work().encode())
        except BaseException as error:
            os.write(writing, f"unexpected: {error!r}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        text = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    return text


def error_of(work) -> str:
    try:
        work()
    except dvskit.Error as error:
        return str(error)
    return "no error"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_gets_an_error(path):
    cache = dvskit.FrameCache(path)
    loader = dvskit.Loader(path, batch_size=2, threads=2)
    used = iter(loader)
    next(used)
    expected_text = f"{path}: expected the process that opened it ({os.getpid()}), found process "
    for work in (lambda: cache.train[0], lambda: next(used), lambda: iter(loader), lambda: cache.train.names):
        assert in_child(lambda work=work: error_of(work)).startswith(expected_text)
    assert len(list(used)) == 11
    cache.train.names  # noqa: B018 (the parent is not affected)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_can_open_what_it_needs(path):
    used = iter(dvskit.Loader(path, batch_size=2, threads=2))
    next(used)

    def work():
        total = sum(int(frames.sum()) for frames, _ in dvskit.Loader(path, batch_size=5, threads=2))
        return f"{total} {dvskit.FrameCache(path).test[0].name}"

    frames, _, _ = expected(path, "train")
    assert in_child(work) == f"{frames.sum()} test/0/user24_led_0"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_while_threads_read(path):
    cache, stop = dvskit.FrameCache(path), threading.Event()

    def read():
        while not stop.is_set():
            cache.train[0]

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        data = dvskit.Frames(path)
        for _ in range(20):
            assert "found process" in in_child(lambda: error_of(lambda: cache.train[0]))
            assert in_child(lambda: str(data[1][1])) == "1"
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
