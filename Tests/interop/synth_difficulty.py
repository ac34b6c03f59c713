#!/usr/bin/env python3
"""Measures how well a linear classifier does on a frame cache without using time.

  synth_difficulty.py --cache FILE.h5 [--folds 5] [--limit 0.6] [--json]

Frames are summed over T, so that only the positions of events are left.  Logistic regression is
trained on the training samples to distinguish clockwise from counter-clockwise (classes 4/5, the
right arm, and 6/7, the left arm) and all 11 classes.  It is tested on the test samples, at several
strengths of regularisation; the best test accuracy counts, which favours the classifier.  Exit
status 1 when a pair is above the limit: its classes can then be distinguished without time.

A pair has two test samples per recording.  Guessing gives 50 %, with a standard deviation of 12 %
with 8 test recordings and 7 % with 24, and the best of several guesses gives more.  --folds K
makes the estimate more precise: all recordings, training and test, are divided into K consecutive
parts, each of which is tested by a classifier trained on the others.

The cache: groups `train` and `test`, each with datasets `frames` [N, T, 2, H, W] (unsigned
integers) and `labels` [N] (class - 1).  Needs numpy, h5py, hdf5plugin and scikit-learn.
"""
import argparse
import json
import sys

import h5py
import hdf5plugin  # noqa: F401  (registers the Zstandard filter)
import numpy as np
from sklearn.linear_model import LogisticRegression

PAIRS = (("right arm, class 4 against 5", (3, 4)), ("left arm, class 6 against 7", (5, 6)))
STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0, 10.0)  # scikit-learn's C: small is strongly regularised


def summed(group):
    """Features [N, 2*H*W] and labels [N]; reads samples one by one."""
    frames, labels = group["frames"], group["labels"][:].astype(int)
    count, _, channels, height, width = frames.shape
    out = np.empty((count, channels * height * width), np.float32)
    for n in range(count):
        # The square root evens out Poisson noise.
        out[n] = np.sqrt(frames[n].sum(axis=0, dtype=np.float32)).ravel()
    return out, labels


def hits(train_x, train_y, test_x, test_y):
    """Whether each test sample is classified correctly: [strength of regularisation, sample]."""
    # One scale for all features: a scale for each would give pixels with only noise the weight of
    # those that see the arm.
    mean, scale = train_x.mean(axis=0), train_x.std(axis=0).max()
    train_x, test_x = (train_x - mean) / scale, (test_x - mean) / scale
    found = []
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=1000).fit(train_x, train_y)
        found.append(model.predict(test_x) == test_y)
    return np.stack(found)


def accuracies(train, test, classes, folds):
    """Accuracy at each strength of regularisation, and number of tested samples."""
    (train_x, train_y), (test_x, test_y) = [
        (x[np.isin(y, classes)], y[np.isin(y, classes)]) for x, y in (train, test)]
    if folds == 1:
        correct = hits(train_x, train_y, test_x, test_y)
    else:
        # Samples are ordered by recording, and all recordings have the same number of them.
        x, y = np.concatenate((train_x, test_x)), np.concatenate((train_y, test_y))
        recordings = len(y) // (2 if len(classes) == 2 else 12)
        fold = np.arange(len(y)) * recordings // len(y) * folds // recordings
        correct = np.concatenate(
            [hits(x[fold != k], y[fold != k], x[fold == k], y[fold == k]) for k in range(folds)],
            axis=1)
    return correct.mean(axis=1).tolist(), correct.shape[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", required=True, metavar="FILE.h5")
    parser.add_argument("--folds", type=int, default=1, metavar="K",
                        help="cross-validate over all recordings; 1: train on train, test on test")
    parser.add_argument("--limit", type=float, default=0.6, help="highest allowed accuracy on a pair")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    arguments = parser.parse_args()
    with h5py.File(arguments.cache, "r") as file:
        train, test = summed(file["train"]), summed(file["test"])
    results, passed = {}, True
    for name, classes in PAIRS + (("all classes", tuple(range(11))),):
        found, count = accuracies(train, test, classes, arguments.folds)
        results[name] = {"best": max(found), "each": found, "samples": count}
        if len(classes) == 2:
            passed = passed and max(found) <= arguments.limit
    if arguments.json:
        print(json.dumps({"limit": arguments.limit, "passed": passed, "results": results}))
    else:
        for name, result in results.items():
            each = " ".join(f"{100 * value:.1f}" for value in result["each"])
            print(f"{name}: best {100 * result['best']:.1f} % of {result['samples']} samples "
                  f"(by strength: {each})")
        print(f"pairs at most {100 * arguments.limit:.0f} %: {'yes' if passed else 'NO'}")
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
