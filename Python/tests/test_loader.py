"""Loader, compared with h5py, for every option."""

import gc
import itertools
import sys
import threading
import time

import dvskit
import numpy as np
import pytest
from dvskit import _batches
from streams import sample_order

from conftest import expected


def loaded(loader) -> tuple[np.ndarray, ...]:
    """All batches of a pass as one."""
    return tuple(np.concatenate(parts) for parts in zip(*loader))


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("dtype", [None, "uint16", "float32"])
def test_every_sample_is_that_of_h5py(any_path, split, threads, dtype):
    frames, labels, lengths = expected(any_path, split)
    found = loaded(dvskit.Loader(any_path, split, 5, threads=threads, dtype=dtype, lengths=True))
    assert found[0].dtype == (dtype or frames.dtype)
    assert np.array_equal(found[0], frames)
    assert np.array_equal(found[1], labels)
    assert np.array_equal(found[2], lengths)


def test_lengths_are_the_default_by_duration(path, padded_path, wide_path):
    assert len(next(iter(dvskit.Loader(padded_path)))) == 3
    assert len(next(iter(dvskit.Loader(padded_path, lengths=False)))) == 2
    assert len(next(iter(dvskit.Loader(path)))) == 2
    assert len(next(iter(dvskit.Loader(wide_path)))) == 2
    lengths = loaded(dvskit.Loader(padded_path))[2].tolist()
    assert len(set(lengths)) > 1
    data = dvskit.Frames(padded_path)
    assert len(data[0]) == 2
    assert data.samples.frame_counts.tolist() == lengths


@pytest.mark.parametrize("seed", [0, 2020, 2**64 - 1])
def test_the_order_is_that_of_dvstrain(path, seed):
    frames, labels, _ = expected(path, "train")
    loader = dvskit.Loader(path, "train", 7, shuffle=True, seed=seed, epoch=3)
    for epoch in (3, 4, 5):
        assert loader.epoch == epoch
        found = loaded(loader)
        order = sample_order(seed, epoch, len(labels))
        assert found[1].tolist() == labels[order].tolist()
        assert np.array_equal(found[0], frames[order])
    loader.epoch = 4
    assert np.array_equal(loaded(loader)[0], frames[sample_order(seed, 4, len(labels))])


def test_an_incomplete_batch_is_dropped_on_request(path):
    labels = expected(path, "train")[1]
    loader = dvskit.Loader(path, "train", 7, shuffle=True, seed=1, drop_last=True)
    assert (len(loader), loader.sample_count) == (3, 24)
    assert [len(batch[1]) for batch in loader] == [7, 7, 7]
    kept = dvskit.Loader(path, "train", 7)
    assert len(kept) == 4
    assert [len(batch[1]) for batch in kept] == [7, 7, 7, 3]
    assert loaded(dvskit.Loader(path, "train", 24, drop_last=True))[1].tolist() == labels.tolist()
    with pytest.raises(ValueError, match="^drop_last: 24 samples are fewer than batch_size 25: no batches$"):
        dvskit.Loader(path, "train", 25, drop_last=True)


def test_a_selection_of_samples(path):
    frames, labels, _ = expected(path, "train")
    numbers = [5, 2, 9, 2, 23]
    found = loaded(dvskit.Loader(path, "train", 2, samples=numbers))
    assert np.array_equal(found[0], frames[numbers])
    from_the_end = loaded(dvskit.Loader(path, "train", 2, samples=[-1, 0, -24]))
    assert np.array_equal(from_the_end[0], frames[[-1, 0, 0]])
    mask = labels < 3
    assert np.array_equal(loaded(dvskit.Loader(path, "train", 2, samples=mask))[0], frames[mask])
    assert dvskit.Loader(path, "train", samples=[False] * 24).sample_count == 0
    shuffled = loaded(dvskit.Loader(path, "train", 2, samples=np.array(numbers), shuffle=True, seed=4, epoch=1))
    assert shuffled[1].tolist() == [labels[numbers[index]] for index in sample_order(4, 1, 5)]
    assert list(dvskit.Loader(path, "train", samples=[])) == []


def test_only_a_complete_pass_raises_the_epoch(path):
    loader = dvskit.Loader(path, batch_size=8)
    for _ in itertools.islice(loader, 2):
        pass
    assert loader.epoch == 0
    for _ in itertools.islice(loader, 3):
        pass
    assert loader.epoch == 1


def test_batches_that_are_kept_stay_as_they_are(path):
    frames, _, _ = expected(path, "train")
    loader = dvskit.Loader(path, batch_size=3)
    first = [batch[0] for batch in loader]
    views = [batch[0][1:, 0] for batch in loader]
    for _ in range(3):
        loaded(loader)
    assert np.array_equal(np.concatenate(first), frames)
    assert all(np.array_equal(view, frames[3 * number + 1 : 3 * number + 3, 0]) for number, view in enumerate(views))


def test_memory_that_nobody_uses_is_used_again(path):
    loader = dvskit.Loader(path, batch_size=3, threads=1)
    addresses = set()
    for _ in range(20):
        for frames, _ in loader:
            addresses.add(frames.ctypes.data)
    assert len(addresses) <= 8


def test_a_batch_can_be_changed_and_outlives_its_loader(path):
    frames, _, _ = expected(path, "train")
    batch = next(iter(dvskit.Loader(path, batch_size=3)))[0]
    gc.collect()
    assert np.array_equal(batch, frames[:3])
    batch += 1
    assert np.array_equal(batch, frames[:3] + 1)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_buffers_of_the_caller_are_filled_in_turn(path, count, dtype):
    frames, labels, _ = expected(path, "train")
    out = [np.full((5, 4, 2, 128, 128), 99, dtype) for _ in range(count)]
    loader = dvskit.Loader(path, batch_size=5, out=out[0] if count == 1 else out)
    for _ in range(2):
        for number, (batch, found) in enumerate(loader):
            assert np.shares_memory(batch, out[number % count])
            assert np.array_equal(batch, frames[5 * number : 5 * number + 5])
            assert np.array_equal(found, labels[5 * number : 5 * number + 5])
    assert (batch.shape, number) == ((4, 4, 2, 128, 128), 4)


def test_a_batch_in_a_buffer_stays_until_the_next_is_asked_for(path):
    frames, _, _ = expected(path, "train")
    out = np.zeros((2, 3, 4, 2, 128, 128), np.uint8)
    for number, (batch, _) in enumerate(dvskit.Loader(path, batch_size=3, out=list(out), threads=2)):
        time.sleep(0.02)
        assert np.array_equal(batch, frames[3 * number : 3 * number + 3])


def test_with_buffers_a_new_pass_ends_the_one_before(path):
    loader = dvskit.Loader(path, batch_size=3, out=np.zeros((3, 4, 2, 128, 128), np.uint8))
    earlier = iter(loader)
    next(earlier)
    assert np.array_equal(next(iter(loader))[0], expected(path, "train")[0][:3])
    with pytest.raises(ValueError, match="is closed"):
        next(earlier)


def test_buffers_that_do_not_fit_are_refused(path):
    shape = (2, 4, 2, 128, 128)
    good = np.zeros(shape, np.uint8)
    for out, text in [
        (
            [good, np.zeros((3, 4, 2, 128, 128), np.uint8)],
            r"out\[1\]: expected uint8 \[2, 4, 2, 128, 128\], found uint8 \[3,",
        ),
        ([good, good.astype(np.float32)], r"out\[1\]: expected uint8 .*, found float32"),
        ([good, good[:]], r"out\[1\]: expected memory of its own"),
        (np.zeros((2, 4, 2, 128, 256), np.uint8)[..., ::2], r"out\[0\]: expected a writable, C-contiguous array"),
        (np.broadcast_to(np.uint8(0), shape), r"out\[0\]: expected a writable, C-contiguous array"),
        (good.astype(np.float64), "dtype: expected uint8, uint16 or float32, found float64"),
        ([], "out: expected at least one array"),
    ]:
        with pytest.raises(ValueError, match=text):
            dvskit.Loader(path, batch_size=2, out=out)
    for out, text in [([good, good.tolist()], r"out\[1\]: .* found list"), ([[1], good], r"out\[0\]: .* found list")]:
        with pytest.raises(TypeError, match=text + r": for a tensor, pass tensor\.numpy\(\)$"):
            dvskit.Loader(path, batch_size=2, out=out)


def test_tensors_as_buffers_are_refused(path):
    torch = pytest.importorskip("torch")
    tensor = torch.empty((2, 4, 2, 128, 128), dtype=torch.uint8)
    for out in (tensor, [tensor]):
        with pytest.raises(TypeError, match=r"^out\[0\]: expected a NumPy array, found Tensor: .* pass tensor\.numpy\(\)$"):
            dvskit.Loader(path, batch_size=2, out=out)


def test_types_of_pytorch(path):
    torch = pytest.importorskip("torch")
    for dtype, name in [(torch.uint8, "uint8"), (torch.uint16, "uint16"), (torch.float32, "float32")]:
        frames, _ = next(iter(dvskit.Loader(path, batch_size=1, dtype=dtype)))
        assert frames.dtype == dvskit.Frames(path, dtype=dtype)[0][0].dtype == name
    for dtype, name in [(torch.float64, "float64"), (torch.bfloat16, r"torch\.bfloat16")]:
        with pytest.raises(ValueError, match=f"dtype: expected uint8, uint16 or float32, found {name}: "):
            dvskit.Loader(path, dtype=dtype)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"batch_size": 0}, "batch_size: expected an integer from 1 to 2147483647, found 0"),
        ({"threads": 0}, "threads: expected an integer from 1"),
        ({"seed": -1}, "seed: expected an integer from 0"),
        ({"seed": 2**64}, "seed: expected an integer from 0"),
        ({"epoch": -1}, "epoch: expected an integer from 0"),
        ({"split": "val"}, "split: expected 'train' or 'test', found 'val'"),
        ({"dtype": "int8"}, "dtype: expected uint8, uint16 or float32, found int8"),
        ({"dtype": ">u2"}, "dtype: expected uint8, uint16 or float32, found >u2"),
        ({"samples": [0, 24]}, "samples: expected -24 to 23, found 0 to 24"),
        ({"samples": [0, -25]}, "samples: expected -24 to 23, found -25 to 0"),
        ({"samples": [True] * 23}, r"samples: expected 24 booleans or else integers, found bool \[23\]"),
        ({"samples": [0.5]}, "samples: expected integers in one dimension, found float64"),
    ],
)
def test_arguments_out_of_range_are_refused(path, arguments, text):
    with pytest.raises(ValueError, match=text):
        dvskit.Loader(path, **arguments)


@pytest.mark.parametrize("name", ["batch_size", "seed", "epoch", "threads"])
def test_what_is_not_an_integer_is_refused_first(name):
    for value in ("1", 1.5) if name == "threads" else (None, "1", 1.5):
        with pytest.raises(TypeError, match=f"^{name}: expected an integer, found {value!r}$"):
            dvskit.Loader("missing.h5", **{name: value})


def test_integers_of_numpy(path):
    size, seed = np.uint8(24), np.int64(1)
    ((_, labels),) = dvskit.Loader(path, batch_size=size, seed=seed, epoch=seed, threads=size, shuffle=True)
    assert labels.tolist() == expected(path, "train")[1][sample_order(1, 1, 24)].tolist()


def test_what_is_not_a_path_is_refused(path):
    data, cache = dvskit.Frames(path), dvskit.FrameCache(path)
    for use, other in [
        (dvskit.Loader, data),
        (dvskit.Loader, cache.train),
        (dvskit.Frames, cache),
        (dvskit.FrameCache, cache),
        (dvskit.FrameCache, None),
        (dvskit.read_events, cache),
    ]:
        with pytest.raises(TypeError, match=f"^expected a path, found {type(other).__name__}: pass the path of the file$"):
            use(other)


def test_two_loaders_at_once(path, padded_path):
    first, second = dvskit.Loader(path, batch_size=3), dvskit.Loader(padded_path, "test", batch_size=2)
    pairs = list(zip(first, second, first))
    assert len(pairs) == 6
    assert np.array_equal(np.concatenate([pair[0][0] for pair in pairs]), expected(path, "train")[0][:18])
    assert np.array_equal(np.concatenate([pair[1][0] for pair in pairs]), expected(padded_path, "test")[0])
    assert all(np.array_equal(pair[0][0], pair[2][0]) for pair in pairs)


def test_passes_in_several_threads(path):
    loader = dvskit.Loader(path, batch_size=3, threads=2)
    frames, _, _ = expected(path, "train")
    results = []

    def work():
        results.extend(np.array_equal(loaded(loader)[0], frames) for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [True] * 40


def test_several_threads_take_batches_of_one_pass(path):
    frames, labels, _ = expected(path, "train")
    for _ in range(20):
        batches = iter(dvskit.Loader(path, batch_size=1, threads=2))
        taken = []
        threads = [threading.Thread(target=lambda: taken.extend(batches)) for _ in range(4)]  # noqa: B023
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(taken) == 24
        numbers = [next(n for n in range(24) if np.array_equal(frames[n], batch[0])) for batch, _ in taken]
        assert sorted(numbers) == list(range(24))
        assert [label for _, (label,) in taken] == labels[numbers].tolist()


def test_a_batch_size_beyond_the_samples_needs_no_memory(path):
    ((frames, labels),) = dvskit.Loader(path, batch_size=2**31 - 1)
    assert len(frames) == 24
    assert labels.base.nbytes == 2 * 24 * 8


def test_a_pass_that_is_closed_while_it_takes_a_batch(path, monkeypatch):
    monkeypatch.setattr(_batches, "WAIT_MILLISECONDS", 60_000)
    batches = iter(dvskit.Loader(path, batch_size=1, threads=1))
    use = batches._handle.use

    def closed_after(work):
        result = use(work)
        batches.close()
        return result

    monkeypatch.setattr(batches._handle, "use", closed_after)
    with pytest.raises(ValueError, match="is closed"):
        next(batches)


def test_ctrl_c_at_any_time_ends_the_pass(path):
    """Ctrl-C is handled when a call returns."""
    closed = []
    taken = None

    def interrupt_each_call():
        nonlocal taken
        # The first call, of getpid, comes before the pass does anything.
        for number in itertools.count(1):
            batches = iter(dvskit.Loader(path, batch_size=1, threads=1))
            returned = itertools.count()

            def profile(frame, event, argument, number=number, returned=returned):
                if event == "c_return" and next(returned) == number:
                    raise KeyboardInterrupt

            sys.setprofile(profile)
            try:
                taken = batches.__next__()
                return
            except KeyboardInterrupt:
                closed.append(batches._handle._is_closed)
            finally:
                sys.setprofile(None)

    thread = threading.Thread(target=interrupt_each_call, daemon=True)
    thread.start()
    thread.join(60)
    assert taken is not None
    assert len(closed) > 10
    assert all(closed)


def test_a_cache_that_was_opened_can_be_given(path):
    with dvskit.FrameCache(path) as cache:
        loader = dvskit.Loader(cache, "test")
        assert np.array_equal(loaded(loader)[0], expected(path, "test")[0])
    with pytest.raises(ValueError, match="is closed"):
        iter(loader)


def test_a_pass_that_is_abandoned_ends_its_threads(path):
    gc.collect()
    before = thread_count()
    batches = iter(dvskit.Loader(path, batch_size=1, threads=4))
    next(batches)
    assert thread_count() > before
    del batches
    assert thread_count() == before
    for _ in dvskit.Loader(path, batch_size=1, threads=4):
        break
    del _
    assert thread_count() == before


def thread_count() -> int:
    # A thread that has been waited for is counted a moment longer.
    time.sleep(0.05)
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Threads:"))


def test_what_is_printed(path):
    loader = dvskit.Loader(path, batch_size=5, threads=2)
    text = "'train': 24 samples, 5 batches of uint8 [5, 4, 2, 128, 128], 2 threads, epoch 0)"
    assert repr(loader).endswith(text)


def test_a_tensor_keeps_its_memory(path):
    torch = pytest.importorskip("torch")
    frames, _, _ = expected(path, "train")
    loader = dvskit.Loader(path, batch_size=3)
    tensors = [torch.from_numpy(batch)[1:] for batch, _ in loader]
    loaded(loader)
    assert all(np.array_equal(tensor, frames[3 * number + 1 : 3 * number + 3]) for number, tensor in enumerate(tensors))


def test_pinned_buffers(path):
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("needs a GPU")
    frames, _, _ = expected(path, "train")
    pinned = [torch.empty((3, 4, 2, 128, 128), dtype=torch.uint8, pin_memory=True) for _ in range(2)]
    for number, (batch, _) in enumerate(dvskit.Loader(path, batch_size=3, out=[tensor.numpy() for tensor in pinned])):
        tensor = torch.from_numpy(batch)
        assert tensor.is_pinned()
        assert np.array_equal(tensor.cuda().cpu(), frames[3 * number : 3 * number + 3])
