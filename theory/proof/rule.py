"""What a derivation is made of: rules of inference, and steps that use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Concatenate, Generic, ParamSpec, Protocol

import sympy as sp

from ..algebra.algebra import Judgment
from ..language.claim import Given
from ..language.nodes import Relation
from .refusal import Refused, require
from .rules.arguments import Arguments, Fields
from .rules.common import CITED, Facts, Inference
from .well_defined import Data, Part

__all__ = ["Refused", "Rule", "Step", "require", "rule"]

P = ParamSpec("P")


class Written(Protocol):
    """A list of steps that a rule is called with."""

    def infer(self, rule: Rule[...], call: Fields) -> int:
        """Add the step that the call says, and return its number."""


@dataclass(frozen=True)
class Rule(Generic[P]):
    """A rule of inference is a function of its premises and arguments, and is called with them.

    ``text`` says what it allows. ``conclude`` computes the conclusion, or refuses; a step is valid when its statement
    is what ``conclude`` returns for the ``arguments`` that the step records.
    ``discharges`` are hypotheses of the premises that the conclusion no longer needs; see also ``Step.discharges``.
    ``indices`` says that the rule itself answers for the ranges of layer indices; ``linked`` is
    how many premises come first that do more than rewrite.
    ``assumes`` marks what is stipulated, denominators included.
    ``general`` is False for what holds only for the shapes that it names.
    """

    name: str
    text: str
    conclude: Callable[Concatenate[Inference, P], Relation] = field(repr=False)
    arguments: Arguments = field(repr=False)
    discharges: Facts
    indices: bool
    linked: float
    assumes: bool
    general: bool
    reference: str
    binds: Callable[[Data, int], frozenset[sp.Symbol]] = field(repr=False)
    """Of a rule that answers for the ranges: which indices of a premise, by its number, it binds or fixes."""
    parts: Callable[[Data], Sequence[Part]] = field(repr=False)
    """The expressions in the data of a step, each with the ranges of the indices that the rule binds in it."""

    def __call__(self, p: Written, *args: P.args, **kwargs: P.kwargs) -> int:
        """Add the step to ``p`` and return its number. Raises Refused where there is no such conclusion."""
        return p.infer(self, self.arguments.fields(*args, **kwargs))

    def infer(self, step: Step, premises: Sequence[Judgment], facts: Facts, to: Relation | None) -> Relation:
        """The conclusion from what a step records. Raises Refused where there is none, or ``to`` is another one."""
        call = self.arguments.call(Fields(list(step.using), step.data, list(step.hypotheses), to))
        numbers = step.using or (CITED,) * len(premises)
        at = Inference(dict(zip(numbers, premises, strict=True)), facts, step.ranges)
        return self.conclude(at, *call.args, **call.kwargs)

    @property
    def __wrapped__(self) -> Callable[Concatenate[Inference, P], Relation]:
        return self.conclude


def rule(
    name: str,
    text: str,
    *,
    discharges: Facts = frozenset(),
    indices: bool = False,
    linked: float = 1,
    assumes: bool = False,
    general: bool = True,
    reference: str = "",
    binds: Callable[[Data, int], frozenset[sp.Symbol]] = lambda data, number: frozenset(),
    parts: Callable[[Data], Sequence[Part]] | None = None,
    values: Mapping[str, sp.Symbol] = MappingProxyType({}),
) -> Callable[[Callable[Concatenate[Inference, P], Relation]], Rule[P]]:
    """Make a rule of a function that computes the conclusion; the options are the fields of ``Rule``."""

    def made(conclude: Callable[Concatenate[Inference, P], Relation]) -> Rule[P]:
        arguments = Arguments.of(conclude, values)
        return Rule(name, text, conclude, arguments, discharges, indices, linked, assumes, general, reference, binds,
                    parts or arguments.parts)

    return made


@dataclass(frozen=True)
class Step:
    """One statement, the rule that gives it, and the earlier steps it uses.

    ``scope`` gives the range ``(index, first, last)`` of each free layer index; ``hypotheses``
    are those that enter at this step; ``data`` is what the rule asks for.
    """

    statement: Relation
    rule: Rule[...]
    using: tuple[int, ...] = ()
    hypotheses: tuple[Given, ...] = ()
    data: Data = None
    scope: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...] = ()
    note: str = ""

    @property
    def ranges(self) -> dict[sp.Symbol, tuple[sp.Expr, sp.Expr]]:
        return {x: (sp.sympify(low), sp.sympify(high)) for x, low, high in self.scope}

    @property
    def implied(self) -> Facts:
        """The hypotheses of the premises that follow from the other ones, as the step says and its rule checks."""
        return self.rule.arguments.implied(self.data)

    @property
    def discharges(self) -> Facts:
        """The hypotheses of the premises that the statement no longer needs."""
        return self.rule.discharges | self.implied

    def _repr_latex_(self) -> str:
        return self.statement._repr_latex_()
