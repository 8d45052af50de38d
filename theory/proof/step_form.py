"""What is asked of a step before its rule is: exact types, and statements that mean something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sympy as sp

from ..algebra.algebra import Judgment
from ..algebra.layer_ranges import INDICES
from ..language.claim import Given
from ..language.hypotheses import HYPOTHESES
from ..language.nodes import Relation
from .context import context
from .rule import Step, require
from .rules.table import RULES
from .well_defined import every_part, foreign, meaningless, undefined

__all__ = ["check_meaning", "check_types"]


def check_types(step: Step) -> None:
    """A step is made of what this package defines, and its rule is the rule of that name: no look-alikes."""
    require(type(step) is Step and type(step.statement) is Relation, "the step is not made of statements")
    require(RULES.get(step.rule.name) is step.rule, "{} is not the rule of that name", repr(step.rule.name))
    require(type(step.using) is tuple and all(type(n) is int for n in step.using), "premises are numbers of steps")
    require(type(step.hypotheses) is tuple and all(type(x) in (str, Relation) for x in step.hypotheses),
            "a hypothesis is a name or a relation")
    require(all(x in HYPOTHESES for x in step.hypotheses if isinstance(x, str)), "a hypothesis has no such name")
    every_part(step.data)  # raises on what could change, or pass for something else
    require(type(step.scope) is tuple and all(type(x) is tuple and len(x) == 3 and isinstance(x[0], sp.Symbol) and all(
        type(end) is int or isinstance(end, sp.Basic) for end in x[1:]) for x in step.scope),
        "a range is an index and two ends")  # SymPy would run a text
    require(len(step.ranges) == len(step.scope), "an index has two ranges")
    parts = [part for part, _ in every_part(step.data)] + [x for one in step.scope for x in one if type(x) is not int]
    parts += [side for x in (step.statement, *step.hypotheses) if not isinstance(x, str) for side in x.sides]
    require(not (reason := foreign(parts)), "{}", reason)


def check_meaning(step: Step, premises: Sequence[Judgment], facts: frozenset[Given]) -> None:
    """The statement, what the step supposes, and what it gives its rule are defined under the hypotheses."""
    kept = facts - step.rule.discharges  # what is implied is in force all the same
    near = context(facts, premises, step.ranges)
    where = near if kept == facts else context(kept, premises, step.ranges)
    stipulated = replace(near, stipulated=True)
    for hypothesis in step.hypotheses:
        if isinstance(hypothesis, Relation):
            reason = meaningless(hypothesis, stipulated, stipulated)
            require(not reason, "{}", reason)
    reason = meaningless(step.statement, stipulated if step.rule.assumes else where, near)
    require(not reason, "{}", reason)
    for part, inside in step.rule.parts(step.data):
        here = near
        for index, (low, high) in inside.items():
            require(index in INDICES, "{} is no layer", index)
            here = here.inside(index, _number(low), _number(high))
        reason = undefined(_number(part), here)
        require(not reason, "{}", reason)


def _number(part: sp.Basic | int) -> sp.Basic:
    """A part of the data as an expression. A text is none: SymPy would run it."""
    require(type(part) is int or isinstance(part, sp.Basic), "{} is no expression", repr(part))
    return sp.sympify(part)
