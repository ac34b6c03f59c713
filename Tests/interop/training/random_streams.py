"""dvstrain's random numbers, in NumPy; they depend only on the seed and a key.

So a script can use the same initial weights, order of samples and dropout masks without exchanging files.
Sources/RandomStreams/SplitMix64.swift defines them.
"""

import numpy as np

INITIAL_WEIGHTS, SAMPLE_ORDER, DROPOUT, VALIDATION = 1, 2, 3, 4

MASK = (1 << 64) - 1
STEP = 0x9E37_79B9_7F4A_7C15
FIRST_FACTOR = 0xBF58_476D_1CE4_E5B9
SECOND_FACTOR = 0x94D0_49BB_1331_11EB


def words(state: int, count: int) -> np.ndarray:
    """The first `count` words [count] of the sequence that starts from `state`."""
    with np.errstate(over="ignore"):
        word = np.uint64(state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(STEP)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(FIRST_FACTOR)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(SECOND_FACTOR)
    return word ^ (word >> np.uint64(31))


def state_of(seed: int, *key: int) -> int:
    """The initial state of the sequence of a seed and a key."""
    state = seed & MASK
    for number in key:
        state = int(words(state, 1)[0]) ^ number
    return state


def uniform(seed: int, key: tuple[int, ...], count: int) -> np.ndarray:
    """`count` random float32 values in 0 ..< 1, multiples of 2⁻²⁴."""
    return (words(state_of(seed, *key), count) >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)


def permutation(seed: int, key: tuple[int, ...], count: int) -> list[int]:
    """The numbers 0 ..< count in random order, by the Fisher–Yates shuffle from the last index to the second."""
    numbers = list(range(count))
    drawn = words(state_of(seed, *key), max(count - 1, 0))
    for word, last in zip(drawn, range(count - 1, 0, -1), strict=True):
        other = int(word) * (last + 1) >> 64
        numbers[last], numbers[other] = numbers[other], numbers[last]
    return numbers


def sample_order(seed: int, epoch: int, count: int) -> list[int]:
    """The order of the training samples in an epoch, counted from 0."""
    return permutation(seed, (SAMPLE_ORDER, epoch), count)


def weights(seed: int, number: int, count: int, inputs_per_output: int) -> np.ndarray:
    """Initial values [count] of the parameter with this number: uniform in ±1/√(inputs per output)."""
    bound = np.float32(1) / np.sqrt(np.float32(inputs_per_output))
    return (np.float32(2) * uniform(seed, (INITIAL_WEIGHTS, number), count) - np.float32(1)) * bound


def dropout_factors(seed: int, batch: int, layer: int, samples: int, features: int, probability: float) -> np.ndarray:
    """The factors of the inputs [N, features], 0 or 1/(1 − p); batches are counted from 0 over all epochs."""
    kept = np.float32(1) / (np.float32(1) - np.float32(probability))
    drawn = uniform(seed, (DROPOUT, batch, layer), samples * features)
    return np.where(drawn < np.float32(probability), np.float32(0), kept).reshape(samples, features)
