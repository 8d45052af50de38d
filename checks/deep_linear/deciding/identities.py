"""Polynomial identities: Schwartz-Zippel over a prime field, counterexamples over the rationals.

Derivatives are computed by definition, not by the formulas under test: a network whose
entries are the polynomials ``W + t Xi`` gives the exact Taylor coefficients of its regressor
and of its risk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import count, pairwise
from typing import Any, NoReturn

import numpy as np
from flint import fmpq, fmpq_poly, nmod, nmod_poly

from ....numeric.linalg.scalars import Array
from ....numeric.network.network import DeepLinearNetwork
from ....theory.language.claim import Obligation
from ....theory.language.quantities import VOCABULARY
from ...arithmetic.field import PRIME, FieldRing, RationalRing
from ...deciding.balls import field_answers
from ...deciding.decider import Counted
from ...deciding.verdicts import Outcome, Route, Verdict
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import Scope, evaluate
from ...instances.streams import generator, parse_name
from ..instances.as_text import named
from ..instances.classes import LAYERS, OF_SHAPE, classes_of_shape, ends_reached
from ..instances.instance import Instance
from .about_networks import AboutNetworks
from .hypotheses import at_depth

Number = Any
"""A rational number, or a residue modulo the prime."""
Polynomial = Any
"""A polynomial over the same field."""
FIELD = "field"
"""The family of the points of the prime field."""


class Point(Scope):
    """A problem, weights, a direction ``Xi`` and a vector ``u`` with entries in a field."""

    def __init__(
        self, ring: FieldRing | RationalRing, polynomial: Callable[[list[Number]], Polynomial], sigma: Array,
        w_star: Array | None, weights: list[Array], readout: Array, directions: list[Array], u: Array, gamma: Number,
        name: str = "",
    ) -> None:
        self.name = name
        self.ring, self.polynomial, self.sigma, self.weights = ring, polynomial, sigma, weights
        self.readout, self.directions, self.u, self.gamma = readout, directions, u, gamma
        self.network = DeepLinearNetwork(weights, readout)
        self.w_star = self.network.regressor() if w_star is None else w_star
        self.integers = {"L": len(weights), "d": sigma.shape[0]}

    def describe(self) -> dict[str, object]:
        return {"name": self.name}

    def line(self, directions: list[Array]) -> DeepLinearNetwork:
        """The network ``W + t Xi``, whose entries are polynomials in ``t``."""
        moved = [zipped(lambda x, y: self.polynomial([x, y]), w, xi)
                 for w, xi in zip(self.weights, directions, strict=True)]
        return DeepLinearNetwork(moved, zipped(lambda x: self.polynomial([x]), self.readout))

    def risk_on_line(self, directions: list[Array]) -> Polynomial:
        """The risk above its minimum along ``W + t Xi``: a polynomial in ``t``."""
        gap = self.line(directions).regressor() - self.w_star
        return gap @ (self.sigma @ gap)

    def adjoint_on_line(self, directions: list[Array]) -> Polynomial:
        """``u^T w`` along ``W + t Xi``: a polynomial in ``t``."""
        return self.u @ self.line(directions).regressor()

    @cached_property
    def gradient(self) -> list[Array]:
        return self._partials(self.risk_on_line)

    @cached_property
    def adjoint(self) -> list[Array]:
        return self._partials(self.adjoint_on_line)

    def _partials(self, function: Callable[[list[Array]], Polynomial]) -> list[Array]:
        """All first derivatives, one coordinate direction at a time."""
        still = [w * self.ring.entry(fmpq(0)) for w in self.weights]
        found = [w.copy() for w in still]
        for k, layer in enumerate(still):
            for index in np.ndindex(layer.shape):
                layer[index] = self.ring.entry(fmpq(1))
                found[k][index] = function(still)[1]
                layer[index] = self.ring.entry(fmpq(0))
        return found

    @cached_property
    def moved(self) -> DeepLinearNetwork:
        """The network on the line in its own direction."""
        return self.line(self.directions)

    def value(self, name: str) -> Array | Number:
        return _VALUES[name](self) if name in _VALUES else evaluate(VOCABULARY[name].spelled, self)

    def layer(self, family: str, index: int) -> Array:
        first = 0 if family in ("P", "q", "h") else 1
        if not first <= index <= self.integers["L"]:  # Python would count from the end
            raise IndexError(f"there is no {family}_{index}")
        return _LAYERS[family](self, index) if family in _LAYERS else evaluate(VOCABULARY[family].member(index), self)

    def weighted_top(self, matrix: Array) -> NoReturn:
        raise TypeError("an eigenvalue is not a polynomial")


def zipped(function: Callable[..., object], *arrays: Array) -> Array:
    """A function of entries applied to arrays of one shape, entry by entry."""
    result: Array = np.frompyfunc(function, len(arrays), 1)(*arrays)
    return result


def coefficients(polynomials: Array, power: int) -> Array:
    """The coefficients of one power of an array of polynomials; those of a vector as a column."""
    found = zipped(lambda polynomial: polynomial[power], polynomials)
    return found.reshape(-1, 1) if found.ndim == 1 else found


def _rescaled(point: Point) -> Array:
    first, second, *rest = point.weights
    inverse = point.ring.entry(fmpq(1)) / point.gamma
    return DeepLinearNetwork([first * inverse, second * point.gamma, *rest], point.readout).regressor()


def _imbalance_along_flow(point: Point, k: int) -> Array:
    """``d/dt (W_k W_k^T - W_{k+1}^T W_{k+1})`` along the flow, from the polynomials ``W - t gradient``."""
    lower, upper = (zipped(lambda x, y: point.polynomial([x, -y]), point.weights[i], point.gradient[i])
                    for i in (k - 1, k))
    return coefficients(lower @ lower.T - upper.T @ upper, 1)


_VALUES: dict[str, Callable[[Point], Array | Number]] = {
    "Sigma": lambda p: p.sigma,
    "M": lambda p: p.network.kernel(),
    "u": lambda p: p.u.reshape(-1, 1),
    "w": lambda p: p.network.regressor().reshape(-1, 1),
    "w_star": lambda p: p.w_star.reshape(-1, 1),
    "gamma": lambda p: p.gamma,
    "w_rescaled": lambda p: _rescaled(p).reshape(-1, 1),
    "w_dot": lambda p: coefficients(p.moved.regressor(), 1),
    "w_ddot": lambda p: coefficients(p.moved.regressor(), 2) * 2,
    "w_flow": lambda p: coefficients(p.line([-layer for layer in p.gradient]).regressor(), 1),
    "curvature": lambda p: p.risk_on_line(p.directions)[2] * 2,
}
_LAYERS: dict[str, Callable[[Point, int], Array]] = {
    "W": lambda p, k: p.weights[k - 1],
    "P": lambda p, k: p.network.forward_products()[k],
    "q": lambda p, k: p.network.backward()[k].reshape(-1, 1),
    "Xi": lambda p, k: p.directions[k - 1],
    "gradient": lambda p, k: p.gradient[k - 1],
    "adjoint": lambda p, k: p.adjoint[k - 1],
    "D_dot": _imbalance_along_flow,
}


def field_point(obligation: Obligation, seed: int, index: int) -> Point:
    """A point with uniform entries modulo :data:`PRIME`; the index fixes its shape."""
    random = generator(seed, 1, index)
    depth = index % 5 + 1
    widths = [int(x) for x in random.integers(1, 5, depth + 1)]

    def draw(*shape: int) -> Array:
        values = random.integers(0, PRIME, shape)
        return zipped(lambda value: nmod(int(value), PRIME), np.asarray(values))

    upper = draw(widths[0], widths[0])
    w_star = None if "minimizer" in obligation.given else draw(widths[0])
    shapes = [(m, n) for n, m in pairwise(widths)]
    return Point(FieldRing(), lambda c: nmod_poly(c, PRIME), upper + upper.T, w_star,
                 [draw(*shape) for shape in shapes], draw(widths[-1]), [draw(*shape) for shape in shapes],
                 draw(widths[0]), draw(1)[0], f"{FIELD}:{seed}:{index}")


def rational_point(obligation: Obligation, instance: Instance) -> Point:
    """The point of an exact instance, with small integer directions, so that a counterexample can be read."""
    w_star = None if "minimizer" in obligation.given else instance.regressor
    ones = [zipped(lambda entry, i=i: fmpq(1 + i), layer) for i, layer in enumerate(instance.weights)]
    readout = np.array([fmpq(1)], dtype=object) if instance.readout is None else instance.readout
    return Point(RationalRing(), fmpq_poly, instance.covariance, w_star, list(instance.weights), readout, ones,
                 instance.values["u"], instance.values["gamma"], instance.name)


def holds_at(obligation: Obligation, point: Point) -> bool | None:
    """Whether the relation holds at a point for every layer; None where a side is not defined."""
    depth = point.integers["L"]
    if any(at_depth(g, depth) is False for g in obligation.given if isinstance(g, str)):
        return None
    answers = []
    for k in layers_of(obligation, depth):
        point.integers = {**point.integers, "k": k}
        try:
            lhs = evaluate(obligation.relation.lhs, point)
            rhs = evaluate(obligation.relation.rhs, point)
        except (ValueError, IndexError, ZeroDivisionError):
            return None  # the shapes of a false statement need not fit
        answers.append(field_answers(obligation.relation.op, _equal(lhs, rhs)))
    return None if None in answers or not answers else all(answers)


def layers_of(obligation: Obligation, depth: int) -> Sequence[int]:
    """The layers that a statement is about: none where there are no such layers, 0 where it names no single layer."""
    return range(1, depth + 1) if "k" in obligation.over else range(1, depth) if "k < L" in obligation.over else (0,)


def _equal(lhs: Array | Number, rhs: Array | Number) -> bool:
    if isinstance(lhs, np.ndarray) and isinstance(rhs, np.ndarray):
        return bool(lhs.shape == rhs.shape and all(x == y for x, y in zip(lhs.flat, rhs.flat, strict=True)))
    return bool(lhs == rhs)


def degree_bound(depth: int) -> int:
    """Both sides of every identity of section 1 are polynomials of at most this degree.

    The largest is ``g^T M g``: ``g`` has degree ``L + 2`` with ``w* = w(W)`` and ``Sigma``,
    ``M`` has ``2 L`` with the read-out; a factor for the rescaling is generous.
    """
    return 4 * depth + 8


class Identity(AboutNetworks[Point | Instance]):
    """A polynomial identity, at points of the prime field; it is refuted at rational instances, for a reader."""

    kind = "shape"
    counted = Counted.IDENTITIES
    shrinks = True
    measures = False
    classes_known = (*OF_SHAPE, *LAYERS)
    per_class = 20
    space = "dense"

    def cases(self, seed: int) -> Iterator[Point]:
        return (field_point(self.obligation, seed, index) for index in count())

    def readable_cases(self) -> Iterator[Instance]:
        return self.drawn(self.space, 0)

    def named(self, name: str) -> Point | Instance:
        if not name.startswith(f"{FIELD}:"):
            return named(name)
        _, seed, index = parse_name(name)
        return field_point(self.obligation, seed, index)

    def decide(self, case: Point | Instance) -> Outcome:
        if isinstance(case, Instance):
            return self._decided(rational_point(self.obligation, case))
        return replace(self._decided(case), bits=PRIME.bit_length())

    def _decided(self, point: Point) -> Outcome:
        holds = holds_at(self.obligation, point)
        return Outcome(Verdict.NOT_APPLICABLE if holds is None else Verdict.of(holds), route=Route.EXACT,
                       layers=frozenset(layers_of(self.obligation, len(point.weights))))

    def decide_at(self, case: Any, values: Values) -> Outcome:
        chosen = case.with_values(u=values["u"].reshape(-1) if "u" in values else case.values["u"],
                                  gamma=values.get("gamma", case.values["gamma"]))
        point = rational_point(self.obligation, chosen)
        point.directions = values.get("Xi", point.directions)
        return self._decided(point)

    def with_choices(self, case: Any) -> tuple[Verdict, list[Values]]:
        if not self.supposed(case):
            return Verdict.NOT_APPLICABLE, []
        point = rational_point(self.obligation, case)
        values = {"Xi": point.directions, "u": point.u, "gamma": point.gamma}
        layered = {"k", "k < L"} & set(self.obligation.over)
        return self._decided(point).verdict, [
            values | {"k": k} for k in range(1, case.depth + 1)] if layered else [values]

    def classes(self, case: Point | Instance, outcome: Outcome) -> frozenset[str]:
        if isinstance(case, Instance):
            return frozenset()
        widths = [case.sigma.shape[0], *(layer.shape[0] for layer in case.weights)]
        return classes_of_shape(widths) | ends_reached(
            outcome.layers, len(case.weights) - ("k < L" in self.obligation.over))

    def error(self, held: int) -> float:
        """Schwartz-Zippel: a false identity passes at one point with probability at most degree / prime."""
        return held * degree_bound(5) / PRIME
