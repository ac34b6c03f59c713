"""What one does first with the package: looks at a cache, loads batches, reads a recording. run.sh runs it.

python first_use.py FOLDER    with the data set and the cache that dvsprep made
"""

import sys
from pathlib import Path

import numpy

import dvskit

folder = Path(sys.argv[1])
cache = dvskit.FrameCache(folder / "frames_number_16_split_by_number.h5")
frames, label = cache.train[0]
print(f"{len(cache.train)} and {len(cache.test)} samples; the first: {frames.shape} {frames.dtype}, class {label}")

seen = 0
for batch, labels in dvskit.Loader(cache, "train", batch_size=8):
    for one, its_label in zip(batch, labels):
        expected, expected_label = cache.train[seen]
        assert numpy.array_equal(one, expected) and its_label == expected_label
        seen += 1
assert seen == len(cache.train)

recording = next((folder / "DvsGesture").glob("*.aedat"))
events = dvskit.read_events(recording)
assert len(events) > 1000 and set(numpy.unique(events["p"])) == {0, 1}
print(f"{recording.name}: {len(events)} events, {events.dtype.names}")
