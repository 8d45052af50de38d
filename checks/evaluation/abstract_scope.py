"""What an expression is evaluated in: an instance, seen in one ring."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import sympy as sp

from ...numeric.linalg.scalars import Array
from ...theory.language.nodes import Minimum
from ..arithmetic.ring import AnyRing

Value: TypeAlias = Any
"""A scalar of a ring, or a vector or matrix of its numbers. Which of them it is depends on the expression."""

Values: TypeAlias = dict[str, Value]
"""Values of the symbols that an obligation ranges over, by name."""


class Pair(NamedTuple):
    """An exact instance, and values of a statement's quantifiers on it."""

    case: Any
    values: Values


class UnknownNode(TypeError):
    """A statement contains something that cannot be evaluated here."""


class Meaningless(ValueError):
    """An expression says nothing: it names a member that its family lacks, or half a layer."""


class Undefined(ZeroDivisionError):
    """An instance has no such quantity, as a quotient by zero has no value."""


class Scope(ABC):
    """An instance seen in one ring, with values for the quantified symbols.

    Every scope has values of names and members of families. A scope that lacks one of the other methods raises
    :class:`UnknownNode`. ``integers`` holds sizes by name (the depth ``L``, the dimension ``d``) and the indices of
    layers.
    """

    ring: AnyRing
    integers: dict[str, int]

    @abstractmethod
    def value(self, name: str) -> Value:
        """The value of a name."""

    @abstractmethod
    def layer(self, family: str, index: int) -> Value:
        """A member of a family of matrices, or of a sequence of data."""

    def definition(self, name: str) -> sp.Basic | None:
        """The expression that a name stands for; None for a name whose value depends on no other name."""
        raise self._lacks(f"definition of {name}, which a derivative or an expectation needs")

    def over_rationals(self) -> Scope | None:
        """For a scope of balls, the same instance in exact numbers; None where there is none, or no need of one."""
        return None

    def weighted_top(self, matrix: Array) -> Value:
        """``lambda_max(Sigma^{1/2} A Sigma^{1/2})`` of a symmetric ``A``."""
        raise self._lacks("eigenvalues")

    def weighted_bottom(self, matrix: Array) -> Value:
        """``lambda_min(Sigma^{1/2} A Sigma^{1/2})`` of a symmetric ``A``."""
        raise self._lacks("eigenvalues")

    def spectral(self, family: str, index: int) -> Value:
        """The spectral norm of a member of a family."""
        raise self._lacks("singular values")

    def second_singular(self, family: str, index: int) -> Value:
        """The second singular value of a member of a family."""
        raise self._lacks("singular values")

    def function(self, name: str, indices: list[int]) -> Value:
        """The value of a named sequence over the layers, such as the widths."""
        raise UnknownNode(f"no numbers are bound to the function {name!r}")

    def width(self, index: int) -> int:
        """The number of rows of layer ``index``; the dimension for 0."""
        raise self._lacks("widths")

    def least(self, node: Minimum) -> Value:
        """The least value of a function over a positive variable."""
        raise self._lacks("minima")

    def _lacks(self, what: str) -> UnknownNode:
        return UnknownNode(f"{type(self).__name__} has no {what}")


Evaluator: TypeAlias = Callable[[Scope], Value]
"""An expression, ready to be evaluated."""
Compile: TypeAlias = Callable[[sp.Basic], Evaluator]
"""Makes an evaluator of an expression."""
Printer: TypeAlias = Callable[[Any, Compile], Evaluator]
"""Makes an evaluator of a node of one type, from those of its parts."""


def of_argument(function: Callable[[Scope, Value], Value]) -> Printer:
    """The printer of nodes whose value is a function of the value of their first argument."""

    def printer(node: sp.Basic, compiled: Compile) -> Evaluator:
        inner = compiled(node.args[0])
        return lambda scope: function(scope, inner(scope))

    return printer
