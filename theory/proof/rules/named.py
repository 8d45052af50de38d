"""Rules that are called with named arguments, and compute their own conclusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Concatenate, Generic, ParamSpec

import sympy as sp

from ...language.claim import Given
from ...language.nodes import Relation
from ..rule import Rule, Step, require
from ..steps import Steps
from ..well_defined import Part
from .arguments import Arguments
from .common import CITED, Facts, Inference, Premises

P = ParamSpec("P")


@dataclass(frozen=True)
class NamedRule(Rule, Generic[P]):
    """A rule that is a function of its premises and arguments, and is called with them.

    ``conclude`` computes the conclusion, or refuses; a step of the rule is valid when its statement is what
    ``conclude`` returns for the arguments that the step records.
    """

    conclude: Callable[Concatenate[Inference, P], Relation] = field(kw_only=True, repr=False)
    arguments: Arguments = field(kw_only=True, repr=False)

    def __call__(self, p: Steps, *args: P.args, **kwargs: P.kwargs) -> int:
        """Add the step to ``p`` and return its number. Raises Refused where there is no such conclusion."""
        call = self.arguments.fields(*args, **kwargs)
        draft = p.draft(self, call.to, tuple(call.using), call.data, tuple(call.given))
        if call.to is None:
            premises = [p.judgment(n) for n in draft.using]
            draft = p.concluded(draft, self.infer(draft, premises, p.facts(draft), None))
        return p.add(draft)

    def infer(self, step: Step, premises: Premises, facts: Facts, to: Relation | None) -> Relation:
        """The conclusion from what a step records. Raises Refused where there is none, or ``to`` is another one."""
        return _inferred(self.conclude, self.arguments, step, premises, facts, to)

    @property
    def __wrapped__(self) -> Callable[Concatenate[Inference, P], Relation]:
        return self.conclude


def _inferred(
    conclude: Callable[..., Relation], arguments: Arguments, step: Step, premises: Premises, facts: Facts,
    to: Relation | None,
) -> Relation:
    call = arguments.call(step, to)
    numbers = step.using or (CITED,) * len(premises)
    at = Inference(dict(zip(numbers, premises, strict=True)), facts, step.ranges)
    return conclude(at, *call.args, **call.kwargs)


def rule(
    name: str,
    text: str,
    *,
    discharges: frozenset[Given] = frozenset(),
    indices: bool = False,
    linked: float = 1,
    assumes: bool = False,
    general: bool = True,
    reference: str = "",
    binds: Callable[[Any, int], frozenset[sp.Symbol]] | None = None,
    parts: Callable[[Any], Sequence[Part]] | None = None,
    values: Mapping[str, sp.Symbol] = MappingProxyType({}),
) -> Callable[[Callable[Concatenate[Inference, P], Relation]], NamedRule[P]]:
    """Make a rule of a function that computes the conclusion; the options are the fields of ``Rule``."""

    def made(conclude: Callable[Concatenate[Inference, P], Relation]) -> NamedRule[P]:
        arguments = Arguments.of(conclude, values)

        def verify(step: Step, premises: Premises, facts: Facts) -> None:
            computed = _inferred(conclude, arguments, step, premises, facts, step.statement)
            require(computed == step.statement, "the conclusion is {}", computed)

        return NamedRule(
            name, text, verify, discharges, indices, linked, assumes, general, reference,
            binds=binds or (lambda data, number: frozenset()), parts=parts or arguments.parts,
            conclude=conclude, arguments=arguments)

    return made
