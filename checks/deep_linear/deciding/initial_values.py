"""Decide that a formula solves an initial value problem, and compare such formulas with bounds.

A solution holds where its conditions vanish at random points of a prime field (Schwartz–Zippel), or, with Gauss's
function in them, where their series vanish coefficient by coefficient at exact rational parameters. It is refuted
where balls show at exact rational parameters and times that a condition does not vanish.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

import sympy as sp
from flint import arb, ctx, fmpq, nmod

from ....theory.language.nodes import Relation
from ....theory.language.quantities import L
from ...arithmetic.exact_ring import sign_answers
from ...arithmetic.field import PRIME
from ...arithmetic.laurent import coefficients
from ...deciding.balls import PRECISIONS, field_answers
from ...deciding.decider import Counted, Decider
from ...deciding.verdicts import Outcome, Route, Verdict
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import UnknownNode
from ...instances.streams import generator, parse_name
from .hypotheses import at_depth
from .initial_value_conditions import Conditions, conditions, difference
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

    def describe(self) -> dict[str, object]:
        """The name of the case. The values of the parameters depend on the statement, so they are not listed."""
        return {"name": self.name}

    def value(self, symbol: str) -> Any:
        """The value of a parameter: a pure function of the case and the name."""
        random = generator(self.seed, 5 + sum(ord(c) << (8 * (i % 7)) for i, c in enumerate(symbol)), self.index)
        if self.family == "field":
            return nmod(int(random.integers(1, PRIME)), PRIME)
        top, bottom = (int(x) for x in random.integers(1, 5, 2))
        # Values of sigma in (0, 1): sigma^L < x* is then no rare event.
        return fmpq(top, top + bottom if symbol.startswith("sigma") else bottom)


class InitialValue(Decider[Case]):
    """A formula solves an initial value problem: shown in the prime field, refuted by balls."""

    about = "initial value problems"
    counted = Counted.IDENTITIES
    family: ClassVar[str] = "field"

    def cases(self, seed: int) -> Iterator[Case]:
        return (Case(self.family, seed, index) for index in count())

    def readable_cases(self) -> Iterator[Case]:
        return (Case("real", 0, index) for index in count())

    def named(self, name: str) -> Case:
        family, seed, index = parse_name(name)
        if family not in ("field", "real"):
            raise KeyError(f"no family {family!r} of initial value problems; there are field, real")
        return Case(family, seed, index)

    def decide(self, case: Case) -> Outcome:
        """Decide at a case. A real case can refute a solution, but never shows one."""
        hypotheses = [g for g in self.obligation.given if isinstance(g, str)]
        if not all(g == "E > 0" or at_depth(g, case.depth) for g in hypotheses):  # e and norm_w are positive
            return Outcome(Verdict.NOT_APPLICABLE)
        try:
            return self._by_identity(case) if case.family == "field" else self._by_balls(case)
        except ZeroDivisionError:
            return Outcome(Verdict.NOT_APPLICABLE)
        except (UnknownNode, ValueError):  # an edited statement that is no initial value problem
            return Outcome(Verdict.INCONCLUSIVE)

    def _by_identity(self, case: Case) -> Outcome:
        needed = self._conditions(case).general
        series = any(x.has(sp.hyper) for x in needed)
        equal = all(_series_vanishes(x, case) if series else in_field(x, case.value) == nmod(0, PRIME) for x in needed)
        bits, route = (0, Route.SERIES) if series else (PRIME.bit_length(), Route.FIELD)
        return Outcome(Verdict.of(field_answers(self.obligation.relation.op, equal)), bits, route)

    def _by_balls(self, case: Case) -> Outcome:
        needed = self._conditions(case)
        looked_at = self._looked_at(needed, case)
        shown = self._shown(case, (*needed.real, *needed.negative, *looked_at))
        for bits in PRECISIONS[:4]:
            with ctx.workprec(bits):
                outside = [_sign(in_balls(x, case.value, bits)) for x in needed.negative]
                if any(sign == 1 for sign in outside):
                    return Outcome(Verdict.NOT_APPLICABLE, bits)
                if None in outside:
                    continue
                holds = self._by_signs([_sign(in_balls(x, case.value, bits)) for x in looked_at])
            if holds is not None:
                return Outcome(Verdict.of(holds), bits, Route.BALLS, values=shown)
        return Outcome(Verdict.INCONCLUSIVE, PRECISIONS[3], values=shown)

    def _looked_at(self, needed: Conditions, case: Case) -> tuple[sp.Expr, ...]:
        """The expressions whose signs decide."""
        return needed.real

    def _by_signs(self, signs: list[int | None]) -> bool | None:
        """Whether the obligation holds; None where the signs do not say."""
        return False if any(signs) and self.obligation.relation.op == "==" else None

    def error(self, held: int) -> float:
        """Schwartz–Zippel: a false formula passes at one point with probability at most degree / prime."""
        return held * DEGREE / PRIME

    def _conditions(self, case: Case) -> Conditions:
        return conditions(self.obligation.relation, self.obligation.given, self._depth(case))

    def _shown(self, case: Case, expressions: tuple[sp.Expr, ...]) -> Values:
        """The values of the parameters that occur, and the depth where it does."""
        depth = self._depth(case)
        names = sorted({x.name for expr in expressions for x in expr.free_symbols})
        return ({"L": depth} if depth else {}) | {name: case.value(name) for name in names}

    def _depth(self, case: Case) -> int:
        """The depth of a case; 0 where the obligation is about a fixed one."""
        relations = (self.obligation.relation, *(g for g in self.obligation.given if isinstance(g, Relation)))
        return case.depth if any(r.lhs.has(L) or r.rhs.has(L) for r in relations) else 0


class Comparison(InitialValue):
    """Two formulas compared, by balls at exact parameters."""

    counted = Counted.INEQUALITIES
    family = "real"

    def _looked_at(self, needed: Conditions, case: Case) -> tuple[sp.Expr, ...]:
        return (difference(self.obligation.relation, case.depth),)

    def _by_signs(self, signs: list[int | None]) -> bool | None:
        return None if signs[0] is None else sign_answers(self.obligation.relation.op, signs[0])

    def error(self, held: int) -> float:
        """Balls decide, and they are never wrong."""
        return 0.0


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


def _sign(ball: arb) -> int | None:
    """1 or -1; None where the ball contains zero: a ball never shows that a number is zero."""
    return 1 if ball > 0 else -1 if ball < 0 else None
