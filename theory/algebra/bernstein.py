"""The sign of a polynomial in several numbers on a box, in exact arithmetic: Bernstein coefficients and bisections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import comb

from .sturm import Interval

__all__ = ["is_nonnegative_on_box"]


def is_nonnegative_on_box(
    terms: Mapping[tuple[int, ...], Fraction], box: Sequence[Interval], strict: bool, most: int
) -> bool:
    """Whether bisections, at most so many, show that a polynomial is nonnegative on a box of finite intervals.

    With ``strict``, that it is positive. The keys are the exponents of each number.

    >>> unit = Interval(Fraction(0), Fraction(1))
    >>> terms = {(0, 0): Fraction(1), (1, 0): Fraction(-1), (0, 1): Fraction(-1), (1, 1): Fraction(1)}  # (1-x) (1-y)
    >>> is_nonnegative_on_box(terms, [unit, unit], False, 0), is_nonnegative_on_box(terms, [unit, unit], True, 9)
    (True, False)
    """
    degrees = [max((exponents[n] for exponents in terms), default=0) for n in range(len(box))]
    todo = [(_bernstein(terms, degrees, box), tuple((i.low_is_open, i.high_is_open) for i in box), 0)]
    while todo:
        net, is_open, depth = todo.pop()
        if any(net[corner] < 0 for corner in product(*((0, d) for d in degrees))):
            return False  # it is the value there
        if _is_settled(net, degrees, is_open, strict):
            continue
        split = [n for n, degree in enumerate(degrees) if degree]
        if not most or not split:
            return False
        most -= 1
        place = split[depth % len(split)]
        lower, upper = _halves(net, degrees[place], place)
        (first, last), inside = is_open[place], list(is_open)
        inside[place] = (first, False)
        todo.append((lower, tuple(inside), depth + 1))
        inside[place] = (False, last)
        todo.append((upper, tuple(inside), depth + 1))
    return True


Net = dict[tuple[int, ...], Fraction]
"""The Bernstein coefficients on a box."""


def _bernstein(terms: Mapping[tuple[int, ...], Fraction], degrees: Sequence[int], box: Sequence[Interval]) -> Net:
    """The coefficients of a polynomial among the products of Bernstein polynomials of the box."""
    net: Net = {k: Fraction(0) for k in product(*(range(d + 1) for d in degrees))}
    for exponents, c in terms.items():
        net[exponents] += c
    for place, (degree, interval) in enumerate(zip(degrees, box, strict=True)):
        low, high = interval.low, interval.high
        assert low is not None and high is not None
        for line in _lines(net, degree, place):
            powers = [net[k] for k in line]
            # x = low + (high - low) t
            scaled = [sum((powers[j] * comb(j, i) * low ** (j - i) for j in range(i, degree + 1)), Fraction(0))
                      * (high - low) ** i for i in range(degree + 1)]
            for i, k in enumerate(line):
                net[k] = sum((scaled[j] * Fraction(comb(i, j), comb(degree, j)) for j in range(i + 1)), Fraction(0))
    return net


def _is_settled(net: Net, degrees: Sequence[int], is_open: Sequence[tuple[bool, bool]], strict: bool) -> bool:
    """Whether the coefficients show the sign: none is negative, and if ``strict``, one is positive on each face.

    On a face of the box only the coefficients of that face count; inside, all Bernstein polynomials are positive.
    """
    if any(c < 0 for c in net.values()):
        return False
    faces = []
    for degree, (low, high) in zip(degrees, is_open, strict=True):
        faces.append([*([] if low else [[0]]), *([] if high else [[degree]])] or [list(range(degree + 1))])
    return not strict or all(any(net[k] > 0 for k in product(*face)) for face in product(*faces))


def _halves(net: Net, degree: int, place: int) -> tuple[Net, Net]:
    """The coefficients on the two halves of a box, by de Casteljau's scheme."""
    lower, upper = Net(), Net()
    for line in _lines(net, degree, place):
        row = [net[k] for k in line]
        for n in range(degree + 1):
            lower[line[n]], upper[line[degree - n]] = row[0], row[-1]
            row = [(x + y) / 2 for x, y in pairwise(row)]
    return lower, upper


def _lines(net: Net, degree: int, place: int) -> Iterator[list[tuple[int, ...]]]:
    """The indices along one direction."""
    for k in [k for k in net if k[place] == 0]:
        yield [(*k[:place], n, *k[place + 1:]) for n in range(degree + 1)]
