"""random_streams.py draws the same random numbers as dvstrain."""

from harness import require
from random_streams import dropout_factors, permutation, state_of, uniform, words


def check_published_words() -> None:
    """Source: Rosetta Code, "Pseudo-random numbers/Splitmix64"; the same as in Tests/GestureSynthesisTests."""
    expected = [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ]  # fmt: skip
    require(words(1234567, 5).tolist() == expected, "SplitMix64's words differ from the published ones")
    require(state_of(1234567, 5) == expected[0] ^ 5, "a key is not mixed in as documented")


def check_numbers() -> None:
    drawn = uniform(1, (1, 2), 100_000)
    require(0 <= drawn.min() and drawn.max() < 1 and abs(drawn.mean() - 0.5) < 0.01, "uniform numbers are not in 0 ..< 1")
    require(sorted(permutation(1, (2, 0), 264)) == list(range(264)), "a permutation repeats a number")
    factors = dropout_factors(1, 0, 0, 16, 512, 0.5)
    require(set(factors.ravel().tolist()) == {0.0, 2.0}, "dropout factors other than 0 and 2")
