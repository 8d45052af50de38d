"""Families of instances: the promise of each name, compared with the instances that the family makes.

The first instances of seed 0 are looked at, whatever the seed of the run: no run fails by bad luck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import log2

from flint import fmpq, fmpq_mat, fmpq_poly

from ....numeric.linalg.scalars import Array
from ...verifying.words import Comparison
from ..evaluation.dense import weights_of
from ..instances.classes import DEEP, classes_of
from ..instances.instance import Instance
from ..instances.pool import instance
from .comparison import said
from .definitions_exact import HYPOTHESES

LOOKED_AT, OF_PATHS = 40, 12
"""How many instances are looked at, and how many of a family that computes a boundary for each."""

_SHAPES = ("depth 1", "depth 2", "d = 1", "a narrow layer", "a wide layer", "a read-out")
_DEEP = f"depth {DEEP} or more"

EACH: dict[str, tuple[str, ...]] = {
    "singular": ("singular covariance", "minimizer"),
    "compact": ("at most 27 weights", "minimizer"),
    "repeated": ("at most two eigenvalues",),
    "residual": ("square",),
    "deep": ("depth 8 or more", "plain"),
    "aligned": ("the r it comes with", "minimizer"),
    "planted": ("a c that it comes with", "E > 0"),
    "balanced": ("balanced", "plain"),
    "near-balanced": ("plain",),
    "scalars": ("layers of width one", "plain"),
    "isometries": ("layers that are isometries", "plain"),
    "paths": ("plain", "weights off the minimum"),
    "near-identity-minimizers": ("square", "minimizer"),
    "near-identity": ("square",),
    "residual-paths": ("square", "weights off the minimum"),
    "singled-out": ("minimizer", "plain"),
    "singled-out-readouts": ("minimizer",),
}
"""Properties of every instance of a family."""
SOME: dict[str, tuple[str, ...]] = {
    "small": (*_SHAPES, _DEEP, "singular covariance", "a layer that is zero"),
    "gaussian": (*_SHAPES, _DEEP),
    "compact": (*_SHAPES,),
    "singular": (*_SHAPES, _DEEP, "a minimizer off w*", "E > 0"),
    "repeated": ("a multiple eigenvalue", *_SHAPES),
    "eigenvector": ("w* eigenvector", "singular covariance", *_SHAPES, _DEEP),
    "tiny": ("a trace below 2^-30", *_SHAPES),
    "huge": ("a trace above 2^30", *_SHAPES),
    "wild": ("layers far apart in size", *_SHAPES, _DEEP),
    "residual": ("depth 1", "depth 2", _DEEP, "a read-out"),
    "deep": ("depth 50 or more",),
    "stray": ("weights off the minimum", "singular covariance off the minimum", *_SHAPES),
    "aligned": ("depth 2", _DEEP, "singular covariance", "a read-out", "a wide layer"),
    "planted": ("depth 2", _DEEP, "a read-out"),
    "balanced": ("depth 1", "depth 2", _DEEP, "singular covariance", "singular covariance off the minimum", "w == w*",
                 "w* eigenvector", "w along w*", "a wide layer", "a narrow layer"),
    "near-balanced": ("layers that are not balanced", "depth 2", _DEEP, "weights off the minimum", "minimizer"),
    "starts": ("weights off the minimum", "singular covariance off the minimum", *_SHAPES, _DEEP),
    "scalars": ("depth 1", "depth 2", _DEEP, "weights off the minimum"),
    "isometries": ("a narrow layer", "depth 2", _DEEP),
    "paths": ("depth 2", "d = 1"),
    "near-identity-minimizers": ("singular covariance", "a read-out", "depth 1", "depth 2", _DEEP),
    "near-identity": ("singular covariance off the minimum", "a read-out", "depth 1", "depth 2", _DEEP),
    "pairs": ("an initialization of its own", "a read-out", "depth 1", "depth 2", _DEEP),
    "residual-paths": ("a read-out", "depth 1", "depth 2"),
    "singled-out": ("depth 1", "depth 2", "singular covariance", "w == w*", "a multiple eigenvalue"),
    "singled-out-readouts": ("a read-out", "depth 1", "depth 2", "singular covariance"),
    "singled-out-starts": ("weights off the minimum", "depth 1", "depth 2"),
}
"""Properties of some instance of a family."""


def _spectrum(case: Instance) -> fmpq_poly:
    return fmpq_mat(case.covariance.tolist()).charpoly()


def _repeated(polynomial: fmpq_poly) -> int:
    """The number of eigenvalues, less the number of different ones."""
    return int(polynomial.gcd(polynomial.derivative()).degree())


def _trace(case: Instance) -> float:
    return log2(sum(case.covariance[i, i] for i in range(case.dimension)))


def _ratio(case: Instance) -> bool:
    """``|q_1|^2``, multiplied out."""
    vector = fmpq_mat([[1]] if case.readout is None else [[x] for x in case.readout])
    for layer in case.weights[:0:-1]:
        vector = fmpq_mat(layer.tolist()).transpose() * vector
    return bool((vector.transpose() * vector)[0, 0] == case.values["r"])


def _is_isometry(layer: Array) -> bool:
    gram = layer @ layer.T
    size = range(len(gram))
    return all(gram[i, j] == 0 for i, j in combinations(size, 2)) and len({str(gram[i, i]) for i in size}) == 1


def _far_apart(case: Instance) -> bool:
    sizes = sorted((layer * layer).sum() for layer in case.weights)
    return sizes[0] > 0 and bool(sizes[-1] / sizes[0] > fmpq(100) ** 2)


SPECIAL: dict[str, Callable[[Instance], bool]] = {
    "at most 27 weights": lambda c: sum(layer.size for layer in c.weights) <= 27,
    "at most two eigenvalues": lambda c: c.dimension - _repeated(_spectrum(c)) <= 2,
    "a multiple eigenvalue": lambda c: _repeated(_spectrum(c)) > 0,
    "depth 8 or more": lambda c: len(c.weights) >= 8,
    "depth 50 or more": lambda c: len(c.weights) >= 50,
    "the r it comes with": _ratio,
    "a c that it comes with": lambda c: "c" in c.values,
    "layers of width one": lambda c: {len(layer) for layer in c.weights} == {1},
    "layers that are isometries": lambda c: all(_is_isometry(layer) for layer in c.weights),
    "layers that are not balanced": lambda c: not HYPOTHESES["balanced"](c),
    "layers far apart in size": _far_apart,
    "a layer that is zero": lambda c: any(not layer.any() for layer in weights_of(c)),
    "a trace below 2^-30": lambda c: _trace(c) < -30,
    "a trace above 2^30": lambda c: _trace(c) > 30,
    "an initialization of its own": lambda c: c.start is not None and any(
        (x != y).any() for x, y in zip(c.start, c.weights, strict=True)),
}


def _is(what: str, case: Instance) -> bool:
    holds = SPECIAL.get(what) or HYPOTHESES.get(what)
    return what in classes_of(case) if holds is None else holds(case)


def family(name: str) -> Iterator[Comparison]:
    """Every promise of a random family."""
    word, count = f"family {name}", OF_PATHS if name == "residual-paths" else LOOKED_AT
    cases = [instance(name, 0, index) for index in range(count)]
    for what in EACH.get(name, ()):
        for case in cases:
            yield said(word, case.name, _answer(what, _is(what, case)), what)
    for what in SOME[name]:
        found = any(_is(what, case) for case in cases)
        yield said(word, f"{name}:0:0 to {count - 1}", _answer(what, found), what)


def _answer(what: str, holds: bool) -> str:
    return what if holds else f"not {what}"
