"""What a certificate says of an instance, and how the instance is read again: each kind of instance has its form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeAlias, TypeVar

from ...numeric.linalg.rational import rational
from ...numeric.linalg.scalars import Array
from ...theory.language.claim import Obligation
from ..arithmetic.exact import Exact, Undecidable, exact
from ..evaluation.abstract_scope import Values
from ..evaluation.evaluate import Value
from .nodes import NoTree, Tree

C = TypeVar("C")
Certificate: TypeAlias = dict[str, Any]
"""The JSON object of a certificate, or a part of it."""


@dataclass(frozen=True)
class Form(ABC, Generic[C]):
    """The certificates of an obligation."""

    obligation: Obligation

    @abstractmethod
    def statement(self) -> Certificate:
        """The obligation as JSON. Raises NoTree where the format has no node for it."""

    @abstractmethod
    def written(self, case: C, values: Values, statement: Certificate) -> Certificate:
        """The parts that hold an instance, its enclosure and witness, and the quantified values. Raises NoTree."""

    @abstractmethod
    def read(self, certificate: Certificate) -> tuple[C, Values]:
        """The instance and the quantified values of a certificate that the checker accepts."""


def strings(array: Array) -> Tree:
    """An array of numbers as nested lists."""
    return [strings(row) for row in array] if array.ndim > 1 else [str(entry) for entry in array]


def written_number(value: Value) -> str | Certificate:
    """A rational number, or a root of one, as JSON. Raises NoTree for any other number."""
    if isinstance(value, Exact) and value.order > 1:
        return {"root": value.order, "of": str(value.q)}
    if isinstance(value, Exact):
        try:
            value = value.rational()
        except Undecidable:
            raise NoTree("a quantified value that is no root of a rational number") from None
    return str(value)


def read_number(value: Any) -> Any:
    """The number that :func:`written_number` wrote."""
    if isinstance(value, dict):
        return exact(rational(value["of"])) ** Fraction(1, value["root"])
    return rational(value)
