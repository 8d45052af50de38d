"""An instance seen in one ring: the names of the vocabulary, and layers, as numbers of that ring.

Rational quantities are computed exactly once an instance and then enter each ring;
eigenvalues and roots are the ring's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import sympy as sp
from flint import arb, ctx, fmpq

from ....numeric.linalg.scalars import Array
from ....numeric.network.network import DeepLinearNetwork
from ....theory.language.matrix_order import between_numbers
from ....theory.language.nodes import Relation, width
from ....theory.language.quantities import VOCABULARY
from ...arithmetic import eigenvectors
from ...arithmetic.exact import Exact, lifted
from ...arithmetic.exact_ring import ExactRing
from ...arithmetic.ring import AnyRing
from ...arithmetic.rings import BallRing
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import Meaningless, Scope, Undefined, UnknownNode, Value, evaluate
from ..instances.instance import Instance
from . import layers

Bound: TypeAlias = Callable[["RealScope"], Value]
BINDINGS: dict[str, Bound] = {}
"""How primitives, and shortcuts for words that have a definition, are computed. The package binds them all."""
DEPENDENT: set[str] = set()
"""Primitives that read the quantifiers. Their values are not remembered with the instance."""
_LASTING = frozenset({"problem", "depth", "weights", "initialization"})
"""What an instance determines. A word that depends on anything else reads the quantifiers."""

_DATA = frozenset({"L", "Sigma", "p", "w_star"})
"""Words without a definition that an instance is given as. Any other one may depend on these."""
_HALF = Fraction(1, 2)


class RealScope(Scope):
    """An instance in a ring of real numbers, with values for the quantified names.

    ``direct`` computes sharpness and trace from the dense Hessian even at minimizers.
    """

    def __init__(
        self, instance: Instance, ring: AnyRing, values: Values | None = None, *, direct: bool = False
    ) -> None:
        self.instance, self.ring, self.direct = instance, ring, direct
        self.values = values or {}
        self.integers: dict[str, int] = {"L": instance.depth, "d": instance.dimension}
        self.integers |= {name: self.values[name] for name in ("k", "j") if name in self.values}
        self.memo = instance.readings.setdefault((ring, direct), {})

    def value(self, name: str) -> Value:
        if name in self.values:
            return self._lift(self.values[name])
        if name in self.memo:
            return self.memo[name]
        made = self.computed(name)
        if name not in DEPENDENT and not _reads_quantifiers(name):
            self.memo[name] = made
        return made

    def computed(self, name: str) -> Value:
        """The value of a word: by its binding, or else by its definition. Raises UnknownNode without either."""
        if name in BINDINGS:
            return BINDINGS[name](self)
        word = VOCABULARY.get(name)
        if word is not None and word.initially:
            return self.at_start.value(word.initially)
        if word is None or word.definition is None:
            raise UnknownNode(f"no number is bound to the name {name!r}")
        if word.exists is not None and not holds(word.exists, self.instance):
            raise Undefined(f"there is no {name}, as {word.exists} does not hold")
        return evaluate(word.spelled, self)

    def definition(self, name: str) -> sp.Basic | None:
        word = VOCABULARY.get(name)
        if name in self.values or name in _DATA:
            return None
        if word is None or word.definition is None:
            raise UnknownNode(f"{name} has no definition, which a derivative or an expectation needs")
        return word.definition

    def over_rationals(self) -> Scope | None:
        if type(self) is not RealScope or not isinstance(self.ring, BallRing):  # a subclass may hold balls of its own
            return None
        exactly = RealScope(self.instance, ExactRing(), self.values, direct=self.direct)
        exactly.integers = self.integers
        return exactly

    @property
    def at_start(self) -> RealScope:
        """The same problem, with the weights of the initialization."""
        case = self.instance
        if case.start is None:
            return self
        started = case.readings.setdefault("started", {})
        if "instance" not in started:
            started["instance"] = replace(case, weights=case.start, stated=case.regressor, start=None)
        return RealScope(started["instance"], self.ring, self.values, direct=self.direct)

    def layer(self, family: str, index: int) -> Value:
        """A member of a family. ``left`` and ``right`` are the top singular vectors chosen by the quantifiers."""
        if family in ("left", "right"):
            gram = layers.side_gram(self.instance, family, index)
            return column(self.ring.top_vector(gram, self.values[family]))
        if family in ("P", "q") and not 0 <= index <= self.instance.depth:  # Python would count from the end
            raise Undefined(f"there is no {family}_{index}")
        if family == "q":
            return column(self.network.backward()[index])
        if family == "P":
            return self.network.forward_products()[index]
        word = VOCABULARY.get(family)
        if family not in layers.EXACT and word is not None and word.definition is not None:
            return evaluate(word.member(index), self)
        return self.converted(f"{family}_{index}", lambda instance: layers.exact(instance, family, index))

    def function(self, name: str, indices: list[int]) -> Value:
        """The widths: ``d_k`` is the number of rows of layer ``k``, and ``d_0 = d``."""
        (index,) = indices
        if name != width.name:
            raise UnknownNode(f"no numbers are bound to the function {name!r}")
        if not 0 <= index <= self.instance.depth:
            raise Meaningless(f"there is no width d_{index}")
        return self.ring.number(fmpq(self.instance.widths[index]))

    def spectral(self, family: str, index: int) -> Value:
        return self.remembered(f"norm {family}_{index}", lambda: self.ring.root_of_top(
            layers.gram(self.instance, family, index)))

    def second_singular(self, family: str, index: int) -> Value:
        return self.remembered(f"second {family}_{index}", lambda: self.ring.root_of_second(
            layers.gram(self.instance, family, index)))

    def exactly(self, array: Callable[[Instance], Array]) -> Value:
        """An array that is computed of the instance in rationals, converted to the ring."""
        return self.ring.array(array(self.instance))

    def converted(self, key: str, array: Callable[[Instance], Array]) -> Value:
        """The array of :meth:`exactly`, remembered under a key."""
        return self.remembered(key, lambda: self.exactly(array))

    def weighted_bottom(self, matrix: Value) -> Value:
        """``lambda_min(Sigma^{1/2} A Sigma^{1/2})`` of a PSD ``A``: zero when ``Sigma`` is singular."""
        if eigenvectors.is_singular(self.instance.covariance):
            return self.ring.number(fmpq(0))
        return -self.ring.weighted_top(-matrix, self.covariance_of_ring())

    def weighted_top(self, matrix: Value) -> Value:
        return self.ring.weighted_top(matrix, self.covariance_of_ring())

    def remembered(self, key: str, make: Callable[[], Value]) -> Value:
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    @property
    def sigma(self) -> Value:
        return self.converted("Sigma", lambda instance: instance.covariance)

    @property
    def network(self) -> DeepLinearNetwork:
        """The network over the arrays of the ring."""
        if isinstance(self.ring, ExactRing):
            return self.instance.network
        made: DeepLinearNetwork = self.remembered("network", lambda: DeepLinearNetwork(
            [self.layer("W", k) for k in range(1, self.instance.depth + 1)], self.readout))
        return made

    @property
    def readout(self) -> Value:
        """``p``, or None where there is none."""
        readout = self.instance.readout
        return None if readout is None else self.remembered("readout", lambda: self.ring.array(readout))

    @property
    def w_star(self) -> Value:
        """``w*`` of shape ``(d,)``; from the ring's own network where no projection is needed."""
        if isinstance(self.ring, ExactRing):
            return self.instance.regressor
        return self.remembered("regressor", lambda: self.network.regressor()
                               if self.instance.regressor_is_end_to_end else self.ring.array(self.instance.regressor))

    @property
    def image(self) -> Value:
        """``Sigma w*``."""
        return self.remembered("image", lambda: self.sigma @ self.w_star)

    def root(self, square: Value) -> Value:
        return self.ring.power(square, _HALF)

    def covariance_of_ring(self) -> Value:
        """Certified and exact eigenvalues take the exact covariance, floats their own."""
        return self.sigma if self.ring.rounded else self.instance.covariance

    def _lift(self, value: Value) -> Value:
        if isinstance(value, np.ndarray):
            if value.ndim != 2:
                raise Meaningless("a vector among the values of the quantifiers is no column")
            return self.ring.array(value)
        if isinstance(value, Exact):
            return self.ring.lift(value)
        return self.ring.number(value)


def column(vector: Value) -> Value:
    """A vector ``(n,)`` as a matrix ``(n, 1)``."""
    return vector.reshape(-1, 1)


def _reads_quantifiers(name: str) -> bool:
    """Whether the definition of a word contains what a quantifier chooses."""
    word = VOCABULARY[name]
    return word.definition is not None and not word.depends <= _LASTING


def holds(relation: Relation, instance: Instance) -> bool:
    """Whether a relation holds on an instance, decided exactly. A strict order is first tried by balls.

    Raises:
        Undecidable: the exact numbers do not decide it.
    """
    relation = between_numbers(relation)
    memo = instance.readings.setdefault("holds", {})
    if relation not in memo:
        memo[relation] = (relation.op in "<>" and _surely(relation, instance)) or _exactly(relation, instance)
    found: bool = memo[relation]
    return found


FEW_BITS = 64


def _surely(relation: Relation, instance: Instance) -> bool:
    """Whether balls of few bits show that a strict order holds."""
    with ctx.workprec(FEW_BITS):
        scope = RealScope(instance, BallRing(FEW_BITS))
        lhs, rhs = arb(evaluate(relation.lhs, scope)), arb(evaluate(relation.rhs, scope))
        return BallRing(FEW_BITS).answer(relation.op, lhs, rhs) is True


def _exactly(relation: Relation, instance: Instance) -> bool:
    scope = RealScope(instance, ExactRing())
    lhs, rhs = evaluate(relation.lhs, scope), evaluate(relation.rhs, scope)
    if isinstance(lhs, np.ndarray):
        same = lhs.shape == rhs.shape and bool((lhs == rhs).all())
        return same == (relation.op == "==")
    return ExactRing().answer(relation.op, lifted(lhs), lifted(rhs))


def bound(name: str, *, dependent: bool = False) -> Callable[[Bound], Bound]:
    """Bind a name of the vocabulary; ``dependent`` when it reads the quantifiers.

    Raises ValueError when it is bound already.
    """

    def register(function: Bound) -> Bound:
        if name in BINDINGS:
            raise ValueError(f"the name {name!r} is bound twice")
        BINDINGS[name] = function
        if dependent:
            DEPENDENT.add(name)
        return function

    return register
