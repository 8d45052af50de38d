"""The values of the words that only proofs use: each by its meaning, on an exact instance with exact directions.

Derivatives along ``W + t Xi`` are coefficients of polynomials in ``t``; a Taylor remainder is the value of the
polynomial at an exact number ``t`` less the terms of low order. The root of ``Sigma`` must be rational; an instance
where it is not has no value for it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, lru_cache, reduce

import numpy as np
from flint import arb, fmpq, fmpq_poly

from ....numeric.linalg.rational import minimum_norm_solution, rational_array, simplest_rational, small_gram
from ....numeric.linalg.scalars import Array
from ....theory.language.nodes import Minimum
from ...arithmetic import eigenvectors
from ...arithmetic.exact import exact, lifted
from ...arithmetic.field import RationalRing
from ...arithmetic.ring import AnyRing
from ...arithmetic.rings import BallRing
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import Meaningless, Undefined, UnknownNode, Value, evaluate
from ...instances.building import identity
from ..deciding.identities import Point, coefficients, zipped
from ..evaluation import layers
from ..evaluation.bindings.network import rescaled
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from .minima import least

LEAST_RISK = fmpq(1, 3)
"""The least risk: the theory leaves it free, so any number serves."""
ROOT_TOLERANCE = fmpq(1, 10**9)


@lru_cache(maxsize=256)
def rational_root(instance: Instance) -> Array:
    """The positive semidefinite root ``(d, d)`` of the covariance. Raises Undefined where it is not rational."""
    values, vectors = np.linalg.eigh(instance.covariance.astype(float))
    near = rational_array((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T)
    root = zipped(lambda x: simplest_rational(x - ROOT_TOLERANCE, x + ROOT_TOLERANCE), near)
    if (root @ root != instance.covariance).any():
        raise Undefined("the root of the covariance is not rational")
    return root


class ProofScope(RealScope):
    """An exact instance in one ring, with a value for every variable of a proof.

    ``values`` holds exact numbers for ``r gamma eta rho time t s``, columns ``u`` and ``z`` of shape ``(d, 1)`` (the
    unit vector called ``z`` is ``Sigma^{1/2} z`` normalized), and the direction ``Xi``, a list of layers. Words of the
    vocabulary are read of the weights ``further`` along the flow, or else of the instance, with the dense Hessian.
    """

    def __init__(self, instance: Instance, ring: AnyRing, values: Values, further: RealScope | None = None) -> None:
        super().__init__(instance, ring, values | {"direction": values["z"]}, direct=True)
        self.further, self.known = further, dict[Hashable, Value]()

    def value(self, name: str) -> Value:
        if name in LAYER_INDICES:
            return self.ring.number(fmpq(self.integers[name]))
        if name in OF_ONE_LAYER:
            k = self.integers["k"]
            return self._remembered((name, k), lambda: self.lifted(OF_ONE_LAYER[name](self, k)))
        if name in WORDS:
            return self._remembered(name, lambda: self.lifted(WORDS[name](self)))
        if name in COMPUTED:
            return self._remembered(name, lambda: COMPUTED[name](self))
        read = super().value if self.further is None else self.further.value
        return self._remembered(name, lambda: read(name))

    def layer(self, family: str, index: int) -> Value:
        return self._remembered((family, index), lambda: self._layer(family, index))

    def _layer(self, family: str, index: int) -> Value:
        first, last = 0 if family.partition("_")[0] in ("P", "q", "h") else 1, self.instance.depth
        if not first <= index <= last - (family in ("D", "D_dot", "D_rest")):
            raise Meaningless(f"there is no {family}_{index}")
        if family in COMPUTED_LAYERS:
            return COMPUTED_LAYERS[family](self, index)
        name, _, where = family.partition("_")
        if where in ("scaled", "shrunk"):
            return self.lifted(_at(getattr(self, where), name, index))
        if family in LAYERS:
            return self.lifted(LAYERS[family](self, index))
        return self.lifted(_at(self.point, family, index))

    def width(self, index: int) -> int:
        if not 0 <= index <= self.instance.depth:
            raise Meaningless(f"there is no width d_{index}")
        return self.instance.widths[index]

    def function(self, name: str, indices: list[int]) -> Value:
        if name not in FUNCTIONS:
            return super().function(name, indices)
        return self._remembered((name, *indices), lambda: FUNCTIONS[name](self, *indices))

    def spectral(self, family: str, index: int) -> Value:
        self.layer(family, index)
        return super().spectral(family, index)

    def second_singular(self, family: str, index: int) -> Value:
        self.layer(family, index)
        return super().second_singular(family, index)

    def least(self, node: Minimum) -> Value:
        """The least value over a positive variable."""
        body, variable = node.args

        def at(value: fmpq, ring: AnyRing) -> Value:
            other = ProofScope(self.instance, ring, self.values | {variable.name: value})
            other.integers = self.integers
            return evaluate(body, other)

        return self._remembered(node, lambda: least(node, self.integers["L"], self.ring, at))

    def _remembered(self, key: Hashable, make: Callable[[], Value]) -> Value:
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def lifted(self, value: Array | fmpq | int) -> Value:
        """A rational or an array of rationals, in the ring."""
        return self.ring.array(value) if isinstance(value, np.ndarray) else self.ring.number(fmpq(value))

    def point_of(self, instance: Instance) -> Point:
        """The point of an instance with the direction, the vector and the regressor of the scope."""
        ones = rational_array([1])
        return Point(RationalRing(), fmpq_poly, instance.covariance, self.instance.regressor, list(instance.weights),
                     ones if instance.readout is None else instance.readout, self.values["Xi"],
                     self.values["u"].reshape(-1), self.values["gamma"])

    @cached_property
    def point(self) -> Point:
        return self.point_of(self.instance)

    @cached_property
    def scaled(self) -> Point:
        """The point after ``W_1 <- W_1/gamma, W_2 <- gamma W_2``."""
        return self.point_of(rescaled(self.instance, self.values["gamma"]))

    @cached_property
    def shrunk(self) -> Point:
        """The point at the weights ``s W``."""
        weights = tuple(self.values["s"] * layer for layer in self.instance.weights)
        return self.point_of(replace(self.instance, weights=weights))

    def along(self, k: int) -> list[Array]:
        """The direction that moves the layer ``k`` alone."""
        return [xi if index == k else xi * fmpq(0) for index, xi in enumerate(self.values["Xi"], 1)]


def _at(point: Point, family: str, index: int) -> Array:
    try:
        return point.layer(family, index)
    except KeyError:
        raise UnknownNode(f"no matrices are bound to the family {family!r}") from None


def _rest(polynomial: fmpq_poly, order: int, t: fmpq) -> fmpq:
    """The terms of ``polynomial(t)`` from ``order`` on, divided by ``t^order``."""
    known = sum((polynomial[power] * t**power for power in range(order)), fmpq(0))
    return (polynomial(t) - known) / t**order


def _moved(scope: ProofScope, directions: list[Array]) -> Array:
    return zipped(lambda p: p(scope.values["t"]), scope.point.line(directions).regressor()).reshape(-1, 1)


def _risk(scope: ProofScope, directions: list[Array]) -> fmpq:
    return fmpq(LEAST_RISK + scope.point.risk_on_line(directions)(scope.values["t"]))


def _backward(scope: ProofScope, index: int) -> Array:
    """``q_k`` along ``W + t Xi``: polynomials, shape ``(d_k, 1)``."""
    return scope.point.moved.backward()[index].reshape(-1, 1)


def _imbalance_rest(scope: ProofScope, index: int) -> Array:
    """The terms of ``D_k`` beyond first order, over ``t^2``, when the layers move as ``along_flow`` says."""
    t, point = scope.values["t"], scope.point

    def moved(k: int) -> Array:
        layer: Array = point.weights[k - 1] - t * point.gradient[k - 1] + t**2 * scope.values["Xi"][k - 1]
        return layer

    lower, upper = moved(index), moved(index + 1)
    still = layers.exact(scope.instance, "D", index) + t * point.layer("D_dot", index)
    rest: Array = (lower @ lower.T - upper.T @ upper - still) / t**2
    return rest


def _density(scope: ProofScope) -> Array:
    """A density matrix that is no projection: the mean of a projection and of ``I/d``."""
    u, d = scope.values["u"], scope.instance.dimension
    density: Array = (u @ u.T / (u.T @ u)[0, 0] + identity(d) / d) / 2
    return density


LAYER_INDICES = frozenset({"i", "j", "k"})
"""The names of layers, which are numbers where they do not stand as an index."""
OF_ONE_LAYER: dict[str, Callable[[ProofScope, int], Value]] = {
    "w_layer": lambda s, k: _moved(s, s.along(k)),
    "risk_layer": lambda s, k: _risk(s, s.along(k)),
    "rest_layer": lambda s, k: _rest(s.point.risk_on_line(s.along(k)), 2, s.values["t"]),
    "rest_adjoint": lambda s, k: _rest(s.point.adjoint_on_line(s.along(k)), 2, s.values["t"]),
}
"""Words that depend on the layer ``k`` that moves, although no index shows it."""


def _value_at(point: str, name: str) -> Callable[[ProofScope], Value]:
    return lambda scope: getattr(scope, point).value(name)


WORDS: dict[str, Callable[[ProofScope], Value]] = {
    **{name: _value_at("point", name) for name in ("g", "curvature", "w_dot", "w_ddot", "w_flow")},
    **{f"{name}_shrunk": _value_at("shrunk", name) for name in ("g", "curvature", "w_dot", "w_ddot")},
    "t": lambda s: s.values["t"],
    "s": lambda s: s.values["s"],
    "w_rescaled": lambda s: s.scaled.value("w").reshape(-1, 1),
    "M_rescaled": lambda s: s.scaled.value("M"),
    "risk_min": lambda s: LEAST_RISK,
    "risk": lambda s: LEAST_RISK + s.point.risk_on_line(s.values["Xi"])[0],
    "risk_moved": lambda s: _risk(s, s.values["Xi"]),
    "rest": lambda s: _rest(s.point.risk_on_line(s.values["Xi"]), 3, s.values["t"]),
    "slope": lambda s: s.point.risk_on_line(s.values["Xi"])[1],
    "w_moved": lambda s: _moved(s, s.values["Xi"]),
    "w_rest": lambda s: zipped(lambda p: _rest(p, 3, s.values["t"]), s.point.moved.regressor()).reshape(-1, 1),
    "Rdot": lambda s: s.point.risk_on_line([-x for x in s.point.gradient])[1],
    "preimage": lambda s: minimum_norm_solution(s.instance.covariance, s.instance.regressor).reshape(-1, 1),
    "Sigma_half": lambda s: rational_root(s.instance),
    "Z": _density,
    "alpha_Z": lambda s: (s.instance.covariance @ _density(s)).trace(),
    "tau_Z": lambda s: (lambda v: v @ _density(s) @ v)(rational_root(s.instance) @ s.instance.regressor),
}
"""Words with rational values."""


def _unit_direction(scope: ProofScope) -> Value:
    """``z``: a unit vector in the range of ``Sigma``."""
    image = rational_root(scope.instance) @ scope.values["z"]
    if not image.any():
        raise Undefined("the direction is in the kernel of Sigma")
    return _normalized(scope, image)


def _normalized(scope: ProofScope, column: Array) -> Value:
    return scope.lifted(column) * scope.ring.power(scope.lifted((column.T @ column)[0, 0]), Fraction(-1, 2))


def _top_vector(scope: ProofScope, matrix: Array) -> Value:
    return scope.ring.top_vector(matrix, eigenvectors.starts(matrix)[0][0]).reshape(-1, 1)


def _level(scope: ProofScope, gap: str) -> Value:
    """The lower bound on the norm of ``w`` that a risk gap gives."""
    energy = scope.value("E")
    return _positive((energy - scope.value(gap)) / (2 * scope.root(scope.value("b") * energy)))


def _positive(value: Value) -> Value:
    """The value, which has a name only where it is positive. Raises Undefined where that is not known."""
    if not (value > 0 if isinstance(value, arb) else lifted(value).compare(exact(0)) > 0):
        raise Undefined("it is not positive here")
    return value


def _kernel_above(scope: ProofScope) -> Value:
    beta, depth = scope.value("beta_sub"), scope.instance.depth
    if depth < 2:
        raise Undefined("the bound on the kernel has a name from depth 2")
    middle = 2 * (beta * beta) + (depth - 2) * (beta * beta * (beta * beta))
    return middle * scope.lifted(scope.instance.readout_norm_squared)


COMPUTED: dict[str, Callable[[ProofScope], Value]] = {
    "z": _unit_direction,
    "top_vector": lambda s: _top_vector(s, s.instance.covariance),
    "margin": lambda s: _positive(s.lifted(1) + -s.value("theta")),
    "c": lambda s: _level(s, "risk_gap"),
    "c_0": lambda s: _level(s, "risk_gap_0"),
    "c_2": _kernel_above,
}
"""Words with irrational values, computed in the ring of the scope."""


COMPUTED_LAYERS: dict[str, Callable[[ProofScope, int], Value]] = {
    "left": lambda s, k: _top_vector(s, layers.side_gram(s.instance, "left", k)),
    "right": lambda s, k: _top_vector(s, layers.side_gram(s.instance, "right", k)),
    "unit": lambda s, k: _normalized(s, _at(s.point, "q", k)),  # q_k normalized
}

LAYERS: dict[str, Callable[[ProofScope, int], Array]] = {
    "q_dot": lambda s, k: coefficients(_backward(s, k), 1),
    "q_ddot": lambda s, k: coefficients(_backward(s, k), 2) * 2,
    "q_rest": lambda s, k: zipped(lambda p: _rest(p, 3, s.values["t"]), _backward(s, k)),
    "W_rest": lambda s, k: _at(s.point, "Xi", k),  # any remainder will do: what follows from it is left to D_rest
    "D_rest": _imbalance_rest,
}


def _sine(scope: ProofScope, k: int) -> Value:
    cosine = (scope.layer("right", k + 1) * scope.layer("left", k)).sum()
    square = scope.lifted(1) - cosine * cosine
    if isinstance(scope.ring, BallRing) and not square > 0:  # the exact value is never negative, whatever its ball says
        square = abs(square)
    return scope.root(square)


def _starts(instance: Instance) -> tuple[Array, ...]:
    return instance.weights if instance.start is None else instance.start


def _distance(scope: ProofScope, k: int) -> Value:
    if not 1 <= k <= scope.instance.depth:
        raise Meaningless(f"there is no layer {k}")
    change = scope.instance.weights[k - 1] - _starts(scope.instance)[k - 1]
    return scope.root(scope.lifted((change * change).sum()))


def _change_of_product(scope: ProofScope, j: int, k: int) -> Value:
    if not 1 <= j <= k <= scope.instance.depth:
        raise Meaningless(f"there is no product of the layers {j} to {k}")
    now, before = (reduce(lambda product, layer: layer @ product, weights[j - 1: k])
                   for weights in (scope.instance.weights, _starts(scope.instance)))
    return scope.ring.root_of_top(small_gram(now - before))


FUNCTIONS: dict[str, Callable[..., Value]] = {"s": _sine, "delta": _distance, "epsilon": _change_of_product}
"""Sequences over the layers."""
