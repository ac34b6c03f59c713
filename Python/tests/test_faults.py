"""Files that are missing, damaged, truncated or replaced: an error of one line, in time."""

import errno
import os
import pickle
import shutil

import dvskit
import h5py
import numpy as np
import pytest

from conftest import expected


def one_line(error) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def damage(path, split, sample):
    """Changes a byte in the middle of a sample's stored frames."""
    with h5py.File(path) as file:
        chunk = file[split]["frames"].id.get_chunk_info(sample)
    with open(path, "r+b") as file:
        file.seek(chunk.byte_offset + chunk.size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 0x55]))


@pytest.mark.parametrize("use", [dvskit.FrameCache, dvskit.Frames, dvskit.Loader])
def test_files_that_are_no_caches(use, tmp_path, recording):
    for path in (tmp_path / "missing.h5", tmp_path, recording):
        with pytest.raises(dvskit.Error) as error:
            use(path)
        assert one_line(error).startswith(f"{path}: ")
    with pytest.raises(ValueError, match="zero|null"):
        use("a\0b")


def test_a_missing_file_is_found_by_its_usual_name(tmp_path):
    path = tmp_path / "missing.h5"
    reason = f"{path}: cannot be opened: No such file or directory: "
    for use, remedy in [
        (dvskit.FrameCache, "dvskit.convert makes one"),
        (dvskit.Frames, "dvskit.convert makes one"),
        (dvskit.Loader, "dvskit.convert makes one"),
        (dvskit.read_events, "pass the path of a recording"),
    ]:
        with pytest.raises(FileNotFoundError) as raised:
            use(path)
        for error in (raised.value, pickle.loads(pickle.dumps(raised.value))):
            assert type(error) is dvskit.NotFoundError
            assert isinstance(error, dvskit.Error)
            assert (str(error), error.errno, error.filename) == (reason + remedy, errno.ENOENT, str(path))


@pytest.mark.parametrize("folder", [".", "DvsGesture"])
def test_a_folder_with_one_cache(copy, tmp_path, folder):
    outer = tmp_path / "outer [1]"
    (outer / folder).mkdir(parents=True)
    with pytest.raises(dvskit.NotFoundError, match=": .*, found a folder without one: dvskit.convert makes one$"):
        dvskit.FrameCache(outer)
    copy.rename(outer / folder / "b.h5")
    with dvskit.FrameCache(outer) as cache:
        assert os.path.samefile(cache.path, outer / folder / "b.h5")
    (outer / "a.h5").touch()
    names = ", ".join(sorted(["a.h5", os.path.normpath(f"{folder}/b.h5")]))
    with pytest.raises(dvskit.Error) as error:
        dvskit.Loader(outer)
    assert one_line(error) == (f"{outer}: expected one frame cache in the folder, found 2: {names}: pass the path of one")


@pytest.mark.parametrize("fraction", [0, 0.01, 0.5, 0.999])
def test_a_truncated_cache(copy, fraction):
    os.truncate(copy, int(copy.stat().st_size * fraction))
    with pytest.raises(dvskit.Error) as error:
        dvskit.FrameCache(copy)
    assert one_line(error).startswith(f"{copy}: ")


def test_a_damaged_sample(copy):
    damage(copy, "train", 7)
    cache = dvskit.FrameCache(copy)
    frames, _, _ = expected_without(copy, 7)
    with pytest.raises(dvskit.Error) as error:
        cache.train[7]
    line = one_line(error)
    assert line.startswith(f"{copy}: sample train/7/user01_fluorescent_0 (train:7): the checksum is wrong: ")
    assert np.array_equal(cache.train[8].frames, frames[8])
    with pytest.raises(dvskit.Error):
        dvskit.Frames(copy)[7]


def expected_without(path, damaged):
    with h5py.File(path) as file:
        frames = file["train/frames"]
        rows = [np.zeros(frames.shape[1:], frames.dtype) if n == damaged else frames[n] for n in range(len(frames))]
        return np.stack(rows), file["train/labels"][:], None


@pytest.mark.parametrize("threads", [1, 4])
def test_a_damaged_sample_is_an_error_of_its_batch(copy, threads):
    damage(copy, "train", 7)
    frames, _, _ = expected_without(copy, 7)
    loader = dvskit.Loader(copy, batch_size=3, threads=threads)
    batches = iter(loader)
    for number in range(2):
        assert np.array_equal(next(batches)[0], frames[3 * number : 3 * number + 3])
    with pytest.raises(dvskit.Error) as error:
        next(batches)
    assert one_line(error).startswith(f"{copy}: ")
    with pytest.raises(ValueError, match="is closed"):
        next(batches)
    assert loader.epoch == 0


def test_a_cache_that_is_truncated_while_it_is_open(copy):
    cache = dvskit.FrameCache(copy)
    loader = dvskit.Loader(copy, batch_size=2, threads=2)
    batches = iter(loader)
    next(batches)
    os.truncate(copy, 4096)
    with pytest.raises(dvskit.Error) as error:
        cache.train[23]
    assert one_line(error).startswith(f"{copy}: ")
    with pytest.raises(dvskit.Error):
        list(batches)
    with pytest.raises(dvskit.Error):
        list(loader)


def test_a_cache_that_is_replaced(copy, padded_path):
    frames, _, _ = expected(copy, "train")
    cache, data = dvskit.FrameCache(copy), dvskit.Frames(copy)
    pickled = [pickle.dumps(cache), pickle.dumps(data)]
    shutil.copy(padded_path, copy.with_name("other.h5"))
    os.replace(copy.with_name("other.h5"), copy)
    assert np.array_equal(cache.train[5].frames, frames[5])
    assert np.array_equal(data[5][0], frames[5])
    for use in (lambda: pickle.loads(pickled[0]), lambda: pickle.loads(pickled[1])[0]):
        with pytest.raises(dvskit.Error) as error:
            use()
        assert one_line(error) == f"{copy}: expected the file that was opened before, found another: open it by its path"


def test_a_cache_that_is_deleted(copy):
    data = dvskit.Frames(copy)
    pickled = pickle.dumps(data)
    copy.unlink()
    assert data[5][1] == 5
    with pytest.raises(dvskit.Error, match=r"cache\.h5: "):
        pickle.loads(pickled)[0]


def test_every_cut_of_the_first_blocks_is_an_error(copy, tmp_path):
    content = copy.read_bytes()
    for length in range(0, 600, 7):
        (tmp_path / "cut.h5").write_bytes(content[:length])
        with pytest.raises(dvskit.Error):
            dvskit.FrameCache(tmp_path / "cut.h5")


def test_errors_are_reported_when_the_library_is_missing_or_of_another_version(tmp_path, monkeypatch):
    from dvskit import _library

    monkeypatch.setattr(_library, "INTERFACE_VERSION", 999)
    with pytest.raises(dvskit.Error, match=r"expected version 999 of the interface, found \d+: install the wheel"):
        _library.library.__wrapped__()
    monkeypatch.setenv("DVSKIT_LIBRARY", str(tmp_path / "none.so"))
    with pytest.raises(dvskit.Error, match=r"none\.so: cannot be loaded: cannot open shared object file"):
        _library.library.__wrapped__()
