"""Decide that a formula solves an initial value problem, and compare such formulas with bounds.

*Held*: the conditions vanish at random points of a prime field (Schwartz–Zippel), or, with Gauss's
function in them, coefficient by coefficient at exact rational parameters.

*Refuted*: at exact rational parameters and time, balls show that a condition does not vanish.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq, nmod

from ...theory.language.claim import Obligation
from ...theory.language.nodes import Relation
from ...theory.language.quantities import L
from ..arithmetic.field import PRIME
from ..arithmetic.laurent import coefficients
from ..evaluation.evaluate import UnknownNode
from ..instances.pool import generator
from .decide import PRECISIONS, Outcome, Verdict
from .hypotheses import at_depth
from .initial_value_conditions import conditions, difference
from .transcendental import in_balls, in_field, in_series

DEGREE = 2000
"""The numerators of all conditions, in parameters and exponentials, have at most this degree."""


@dataclass(frozen=True)
class Case:
    """A point of the prime field (family ``field``), or exact parameters (family ``real``)."""

    family: str
    seed: int
    index: int

    @property
    def name(self) -> str:
        return f"{self.family}:{self.seed}:{self.index}"

    @property
    def depth(self) -> int:
        return self.index % 6 + 3

    def describe(self) -> dict[str, Any]:
        """What the case is called; its values are those of the names in a statement."""
        return {"name": self.name}

    def value(self, symbol: str) -> Any:
        """The value of a parameter: a pure function of the case and the name."""
        random = generator(self.seed, 5 + sum(ord(c) << (8 * (i % 7)) for i, c in enumerate(symbol)), self.index)
        if self.family == "field":
            return nmod(int(random.integers(1, PRIME)), PRIME)
        top, bottom = (int(x) for x in random.integers(1, 5, 2))
        # Values of sigma in (0, 1): sigma^L < x* is then no rare event.
        return fmpq(top, top + bottom if symbol.startswith("sigma") else bottom)


def cases(obligation: Obligation, seed: int) -> Iterator[Case]:
    """The cases that decide an obligation, without end."""
    family = "field" if obligation.decide == "solution" else "real"
    return (Case(family, seed, index) for index in count())


def real_cases() -> Iterator[Case]:
    """Where counterexamples are looked for."""
    return (Case("real", 0, index) for index in count())


def named_case(family: str, seed: int, index: int) -> Case:
    """The case of a token. Raises KeyError for an unknown family."""
    if family not in ("field", "real"):
        raise KeyError(f"no family {family!r} of initial value problems; there are field, real")
    return Case(family, seed, index)


def decide_solution(obligation: Obligation, case: Case) -> Outcome:
    """Whether an obligation holds at a case; a real case refutes a solution, and never shows one."""
    named = [g for g in obligation.given if isinstance(g, str)]
    if not all(g == "E > 0" or at_depth(g, case.depth) for g in named):  # e and norm_w are positive
        return Outcome("not applicable")
    try:
        return _by_identity(obligation, case) if case.family == "field" else _by_balls(obligation, case)
    except ZeroDivisionError:
        return Outcome("not applicable")
    except (UnknownNode, ValueError):  # an edited statement that is no initial value problem
        return Outcome("inconclusive")


def _by_identity(obligation: Obligation, case: Case) -> Outcome:
    needed = conditions(obligation.relation, obligation.given, _depth(obligation, case)).general
    series = any(x.has(sp.hyper) for x in needed)
    equal = all(_series_vanishes(x, case) if series else in_field(x, case.value) == 0 for x in needed)
    bits, route = (0, "series") if series else (61, "field")
    op = obligation.relation.op
    if op in ("==", "!="):
        return Outcome("held" if equal == (op == "==") else "refuted", bits, route)
    if not equal:  # a field has no order
        return Outcome("inconclusive")
    return Outcome("held" if op in ("<=", ">=") else "refuted", bits, route)


def _series_vanishes(expr: sp.Expr, case: Case) -> bool:
    if not expr.has(sp.hyper):
        return bool(expr == 0)
    arguments = [function.args[2] for function in expr.atoms(sp.hyper)]
    powers = [p for z in arguments for p in z.atoms(sp.Pow) if p.exp == case.depth and p.base.is_Symbol]
    if not powers:
        raise UnknownNode(f"no power series of {expr}")
    with coefficients():
        found = in_series(expr, Case("real", case.seed, case.index).value, powers[0].base)
    if found.is_zero and found.known < 2 * case.depth:
        raise UnknownNode("too few coefficients")
    return found.is_zero


def _by_balls(obligation: Obligation, case: Case) -> Outcome:
    needed = conditions(obligation.relation, obligation.given, _depth(obligation, case))
    solution = obligation.decide == "solution"
    compared = () if solution else (difference(obligation.relation, case.depth),)
    shown = _shown(obligation, case, (*needed.real, *needed.negative, *compared))
    for bits in PRECISIONS[:4]:
        with ctx.workprec(bits):
            outside = [_sign(in_balls(x, case.value, bits)) for x in needed.negative]
            if any(sign == 1 for sign in outside):
                return Outcome("not applicable", bits)
            if None in outside:
                continue
            signs = [_sign(in_balls(x, case.value, bits)) for x in (needed.real if solution else compared)]
        if solution and any(signs) and obligation.relation.op == "==":
            return Outcome("refuted", bits, "balls", values=shown)
        if not solution and signs[0] is not None:
            return Outcome(_ordered(obligation.relation, signs[0]), bits, "balls", values=shown)
    return Outcome("inconclusive", PRECISIONS[3], values=shown)


def _shown(obligation: Obligation, case: Case, expressions: tuple[sp.Expr, ...]) -> dict[str, Any]:
    """The values of the parameters that occur, and the depth where it does."""
    depth = _depth(obligation, case)
    names = sorted({x.name for expr in expressions for x in expr.free_symbols})
    return ({"L": depth} if depth else {}) | {name: case.value(name) for name in names}


def _depth(obligation: Obligation, case: Case) -> int:
    """The depth of a case; 0 where the statement is about a fixed one."""
    relations = (obligation.relation, *(g for g in obligation.given if isinstance(g, Relation)))
    return case.depth if any(r.lhs.has(L) or r.rhs.has(L) for r in relations) else 0


def _ordered(relation: Relation, sign: int) -> Verdict:
    true = relation.op == "!=" or relation.op.startswith(">" if sign > 0 else "<")
    return "held" if true else "refuted"


def _sign(ball: arb) -> int | None:
    """1 or -1; None where the ball does not say (it never says that a number is zero)."""
    return 1 if ball > 0 else -1 if ball < 0 else None


def error_probability(points: int) -> float:
    """Schwartz–Zippel: a false formula passes at one point with probability at most degree / prime."""
    return points * DEGREE / PRIME
