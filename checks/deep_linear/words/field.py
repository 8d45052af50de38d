"""Words of polynomial identities, over the rationals and modulo the prime, compared with exact definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import sympy as sp
from flint import fmpq, nmod_poly

from ....theory.language import quantities as Q
from ....theory.language.claim import Obligation
from ....theory.language.nodes import LayerMatrix, Relation, SubProduct
from ...arithmetic.field import PRIME, FieldRing
from ...evaluation.evaluate import Value, evaluate
from ...verifying.words import Comparison
from ..deciding.identities import Point, field_point, rational_point
from ..deciding.initial_values import Case
from ..evaluation.dense import end_to_end, weights_of
from ..instances.instance import Instance
from .comparison import said
from .definitions_exact import FAMILIES, SCALARS
from .instances import compared, token

Text: TypeAlias = "str | list[Text]"
"""A number, or the entries of an array, as text."""
ANY = Obligation("any", Relation(Q.L, "==", Q.L), decide="identity")


def field_word(name: str) -> Iterator[Comparison]:
    """A name that identities use."""
    for case in compared():
        if name != "w_rescaled" or len(case.weights) > 1:
            yield from _compared(f"polynomial {name}", case, sp.Symbol(name), SCALARS[name](case))


def field_family(name: str) -> Iterator[Comparison]:
    """A family of layers that identities use, every member of it."""
    first, short, definition = FAMILIES[name]
    for case in compared():
        for k in range(first, len(case.weights) + 1 - short):
            yield from _compared(f"polynomial {name}", case, LayerMatrix(name, k), definition(case, k))


def sub_product() -> Iterator[Comparison]:
    """``W_{k-1} ... W_{j+1}`` for all ``j < k``. Its transpose is the identity, pulled back through these layers."""
    for case in compared():
        weights = weights_of(case)
        for j in range(1, len(weights)):
            for k in range(j + 1, len(weights) + 1):
                stated = end_to_end(weights[j: k - 1], np.eye(weights[j - 1].shape[0] if k == j + 1 else
                                                              weights[k - 2].shape[0], dtype=int) + Fraction(0)).T
                yield from _compared("function SubProduct", case, SubProduct(j, k), stated)


def field_points() -> Iterator[Comparison]:
    """The points of the prime field where identities are decided: no two entries agree, so none is zero or left out."""
    for index in range(10):
        point = field_point(ANY, 0, index)
        arrays = [point.w_star, point.readout, point.u, *point.weights, *point.directions]
        upper = point.sigma[np.triu_indices(len(point.sigma))]
        entries = [0, int(point.gamma), *(int(x) for array in (*arrays, upper) for x in array.flat)]
        yield said("polynomial points", f"field:0:{index}", len(set(entries)), len(entries))
        yield said("polynomial points", f"field:0:{index}", [x.shape for x in point.directions],
                   [x.shape for x in point.weights])


def parameters() -> Iterator[Comparison]:
    """The parameters of initial value problems: positive over the rationals, apart in the prime field, many depths."""
    names = ("e", "norm_w", "x_0", "sigma", "sigma_0", "T_0")
    drawn = {family: [Case(family, 0, index) for index in range(30)] for family in ("field", "real")}
    for case in drawn["field"]:
        yield said("parameters", case.name, len({0, *(int(case.value(name)) for name in names)}), len(names) + 1)
    for case in drawn["real"]:
        yield said("parameters", case.name, all(case.value(name) > 0 for name in names), True)
    for name in names:
        yield said("parameters", f"all {name}", len({str(case.value(name)) for case in drawn["real"]}) > 5, True)
    yield said("parameters", "depths", sorted({case.depth for case in drawn["field"]}), [3, 4, 5, 6, 7, 8])


def _compared(word: str, case: Instance, expression: sp.Basic, stated: Value) -> Iterator[Comparison]:
    both: tuple[Callable[[Fraction], str], ...] = (str, _residue)
    for point, written in zip(points(case), both, strict=True):
        yield said(word, token(case), _text(evaluate(expression, point), str), _text(stated, written))


@lru_cache(maxsize=64)
def points(case: Instance) -> tuple[Point, Point]:
    """The point of an instance over the rationals, and the same modulo the prime."""
    exact, ring = rational_point(ANY, case), FieldRing()
    weights, directions = ([ring.array(layer) for layer in layers] for layers in (exact.weights, exact.directions))
    return exact, Point(ring, lambda c: nmod_poly(c, PRIME), ring.array(exact.sigma), ring.array(exact.w_star), weights,
                        ring.array(exact.readout), directions, ring.array(exact.u), ring.entry(exact.gamma))


def _text(value: Value, written: Callable[[Fraction], str]) -> Text:
    """The fractions and integers of any ring as text."""
    if isinstance(value, np.ndarray):
        return [_text(x, written) for x in value]
    return written(Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else Fraction(
        value if isinstance(value, Fraction) else int(value)))


def _residue(exact: Fraction) -> str:
    return str(exact.numerator * pow(exact.denominator, -1, PRIME) % PRIME)
