"""FrameCache and its samples, compared with h5py."""

import pickle
import re

import dvskit
import h5py
import numpy as np
import pytest

from conftest import expected


@pytest.mark.parametrize("split", ["train", "test"])
def test_every_sample_is_that_of_h5py(any_path, split):
    frames, labels, _ = expected(any_path, split)
    with dvskit.FrameCache(any_path) as cache:
        samples = cache.split(split)
        assert len(samples) == len(frames) > 0
        assert cache.dtype == frames.dtype
        assert cache.sample_shape == frames.shape[1:]
        for number, (found, label) in enumerate(samples):
            assert found.dtype == frames.dtype
            assert np.array_equal(found, frames[number])
            assert label == labels[number]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_every_type_has_the_same_counts(any_path, dtype):
    frames, _, _ = expected(any_path, "train")
    samples = dvskit.FrameCache(any_path).train
    if np.dtype(dtype).itemsize < frames.dtype.itemsize:
        with pytest.raises(ValueError, match="dtype: expected uint16 or float32 for a cache of uint16, found uint8"):
            samples.frames(0, dtype)
        return
    found = samples.frames(1, dtype)
    assert found.dtype == dtype
    assert np.array_equal(found, frames[1])


def test_the_wide_cache_needs_16_bits(wide_path):
    frames, _, _ = expected(wide_path, "train")
    assert frames.dtype == np.uint16
    assert frames.max() > 255


@pytest.mark.parametrize("split", ["train", "test"])
def test_every_column_is_that_of_h5py(any_path, split):
    samples = dvskit.FrameCache(any_path).split(split)
    with h5py.File(any_path) as file:
        group = file[split]
        columns = {name: group[name] for name in group if name not in ("frames", "attributes")}
        columns |= dict(group.get("attributes", {}))
        assert set(samples.columns) == set(columns)
        for name, column in columns.items():
            values = samples.columns[name]
            if column.dtype.kind == "S":
                assert values.dtype.kind == "U"
                assert values.tolist() == [text.decode() for text in column[:]]
            else:
                assert values.dtype == np.int64
                assert np.array_equal(values, column[:])
    assert np.array_equal(samples.labels, samples.columns["labels"])
    assert samples.names.tolist() == samples.columns["names"].tolist()
    assert np.array_equal(samples.frame_counts, samples.columns["frame_count"])


def test_settings(path, padded_path, wide_path):
    cache = dvskit.FrameCache(path)
    assert (cache.split_by, cache.frames_number, cache.duration_us) == ("number", 4, None)
    assert (cache.data_set, cache.format_version) == ("DVS128 Gesture", 1)
    assert cache.byte_count == path.stat().st_size
    assert len(cache.class_names) == 11
    assert cache.class_names[7] == "arm_roll"
    assert {"name": "trials_to_test.txt", "byte_count": 17} in [dict(source) for source in cache.sources]
    padded = dvskit.FrameCache(padded_path)
    assert (padded.split_by, padded.frames_number, padded.duration_us) == ("duration", None, 400_000)
    wide = dvskit.FrameCache(wide_path)
    assert (wide.split_by, wide.format_version, wide.class_names) == ("time", 2, ("left", "right", "up & down"))
    with pytest.raises(TypeError):
        wide.settings["split_by"] = "number"


def test_the_help_describes_every_attribute(path):
    section = dvskit.FrameCache.__doc__.partition("Attributes:")[2].partition("Raises:")[0]
    described = set(re.findall(r"^        (\w+): ", section, re.MULTILINE))
    public = {name for name in vars(dvskit.FrameCache(path)) if not name.startswith("_")}
    assert described == public | {"train", "test"}


def test_indices_and_slices(path):
    frames, labels, _ = expected(path, "train")
    samples = dvskit.FrameCache(path).train
    assert np.array_equal(samples[-1].frames, frames[-1])
    assert np.array_equal(samples[np.int64(3)].frames, frames[3])
    part = samples[20:2:-3]
    assert part.labels.tolist() == labels[20:2:-3].tolist()
    assert [label for _, label in part] == labels[20:2:-3].tolist()
    assert np.array_equal(part[1:][0].frames, frames[17])
    assert samples[5:5].labels.tolist() == []
    for index in (24, -25):
        with pytest.raises(IndexError, match=f"train: expected an index from -24 to 23, found {index}$"):
            samples[index]
    with pytest.raises(IndexError, match="train: expected no index, as there are no samples, found 0$"):
        samples[:0][0]
    with pytest.raises(TypeError):
        samples["0"]
    with pytest.raises(ValueError, match="split: expected 'train' or 'test', found 'all'"):
        samples.cache.split("all")


def test_columns_are_copies(path):
    samples = dvskit.FrameCache(path).train
    samples.labels[:] = 100
    assert samples[1].label == samples.labels[1] == 1


def test_a_cache_is_pickled_by_its_path(path):
    cache = pickle.loads(pickle.dumps(dvskit.FrameCache(path)))
    assert np.array_equal(cache.test[3].frames, expected(path, "test")[0][3])


def test_a_sample_is_pickled_as_a_pair(path):
    sample = dvskit.FrameCache(path).test[3]
    frames, label = pickle.loads(pickle.dumps(sample))
    assert np.array_equal(frames, sample.frames)
    assert label == sample.label


def test_a_closed_cache_is_refused(path):
    with dvskit.FrameCache(path) as cache:
        pass
    with pytest.raises(ValueError, match=r"frames_number_4_split_by_number\.h5: is closed"):
        cache.train[0]
    cache.close()


def test_what_is_printed(path):
    cache = dvskit.FrameCache(path)
    assert repr(cache).endswith(": DVS128 Gesture, 24 training and 12 test samples, T 4 by number, uint8 [4, 2, 128, 128])")
    assert repr(cache.train[3:5]).startswith("<2 samples of train in ")
    assert "'train/1/user01_fluorescent_0', right_hand_wave: uint8 [4, 2, 128, 128], label 1" in repr(cache.train[1])
