#!/usr/bin/env python3
"""Prints Tests/SpikingNetworkTests/CorrectlyRounded.swift: correctly rounded values of elementary functions.

They are computed with Python's decimal arithmetic, to 100 digits, independently of any C library.

    Fixtures/make_correctly_rounded.py | swift format - >Tests/SpikingNetworkTests/CorrectlyRounded.swift
"""

import random
from collections.abc import Callable, Iterable
from decimal import Decimal, getcontext

getcontext().prec = 100
getcontext().Emin, getcontext().Emax = -10**9, 10**9
numbers = random.Random(1)


def arctangent_of_inverse(value: int) -> Decimal:
    """arctan(1/value), by its Taylor series."""
    power, total, degree = 1 / Decimal(value), Decimal(0), 1
    while abs(power) > Decimal(10) ** -105:
        total += power / degree
        power, degree = -power / value**2, degree + 2
    return total


# Machin's formula.
PI = 4 * (4 * arctangent_of_inverse(5) - arctangent_of_inverse(239))


def cosine(numerator: int, denominator: int) -> Decimal:
    """cos(π · numerator / denominator), by its Taylor series."""
    angle = PI * (numerator % (2 * denominator)) / denominator
    term, total, degree = Decimal(1), Decimal(0), 0
    while abs(term) > Decimal(10) ** -105:
        total += term
        degree += 2
        term *= -angle * angle / (degree * (degree - 1))
    return total


def literal(value: float) -> str:
    """A Double as a Swift expression; Swift warns about subnormal literals, even exact ones."""
    if abs(value) >= 2.0**-1022:
        return value.hex()
    return f"0x{int(value * 2.0**1000 * 2.0**74):x} * Double.leastNonzeroMagnitude"


def table(name: str, comment: str, types: str, rows: Iterable[tuple[str, ...]]) -> None:
    print(f"  /// {comment}\n  static let {name}: [({types})] = [")
    for row in rows:
        print(f"    ({', '.join(row)}),")
    print("  ]")


def of_doubles(function: Callable[[Decimal], Decimal], arguments: list[float]) -> Iterable[tuple[str, ...]]:
    return ((literal(value), literal(float(function(Decimal(value))))) for value in arguments)


exponents = [2.0**-60, -(2.0**-53), 2.0**-20, 0.5, 1.0, -1.0, 20.0, 709.782712893384, -708.3964185322641, -745.1332191019411]
exponents += [numbers.uniform(-1, 1) for _ in range(12)] + [numbers.uniform(-708, 709) for _ in range(12)]
exponents += [numbers.uniform(-745.2, -708) for _ in range(12)]
logarithms = [5e-324, 2.0**-1022 - 2.0**-1074, 0.5, 1 - 2.0**-53, 1 + 2.0**-52, 2.0**0.5, 2.718281828459045, 1.7976931348623157e308]
logarithms += [numbers.uniform(0.5, 2) for _ in range(16)] + [2.0 ** numbers.uniform(-1074, 1024) for _ in range(16)]
powers = [(0.9, 1), (0.9, 2), (0.9, 117), (0.9, 7067), (0.999, 1), (0.999, 1000), (0.999, 706_000), (0.1, 3), (10.0, 22), (10.0, 308)]
powers += [(10.0, -5), (-3.0, 5), (-3.0, -4), (0.5, 1074), (0.7, 2089), (2.0**-1023, -1), (1 + 2.0**-52, 10**12), (1 - 2.0**-53, 10**12)]
powers += [(numbers.uniform(0.5, 2), numbers.randrange(-1000, 1000)) for _ in range(12)]
turns = [(1, 3), (1, 4), (1, 5), (3, 4), (7, 32), (31, 32), (33, 32), (100, 256), (-5, 7), (1, 2**62), (2**62 - 1, 2**63 - 1), (2**63 - 1, 3)]
turns += [(numbers.randrange(4 * period), period) for period in numbers.sample(range(3, 2000), 20)]

print("// Made by Fixtures/make_correctly_rounded.py.\n")
print("/// Values of elementary functions, each the Double nearest to the exact one.\nenum CorrectlyRounded {")
table("exponentials", "x and eˣ.", "Double, Double", of_doubles(Decimal.exp, exponents))
table("logarithms", "x and its natural logarithm.", "Double, Double", of_doubles(Decimal.ln, logarithms))
table(
    "powers", "A base, an exponent and the power.", "Double, Int, Double",
    ((literal(base), str(exponent), literal(float(Decimal(base) ** exponent))) for base, exponent in powers))  # fmt: skip
table(
    "cosines", "k, n and cos(πk/n).", "Int, Int, Double",
    ((str(k), str(n), literal(float(cosine(k, n)))) for k, n in turns))  # fmt: skip
print("}")
