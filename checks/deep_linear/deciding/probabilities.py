"""Obligations about probabilities: how often an event occurs in draws of an initialization. Estimated, never more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import sympy as sp

from ....theory.language import quantities
from ....theory.language.claim import Obligation
from ....theory.language.nodes import Relation
from ...arithmetic.exact_ring import sign_answers
from ...deciding.decider import Counted, Decider
from ...deciding.verdicts import Outcome, Route, Verdict
from ...instances.streams import parse_name
from ...output.proportions import interval
from .residual_init import Estimate, estimate

DRAWS = 100
"""How many draws an ensemble gets; the interval of a certain event is then (0.95, 1)."""
ENSEMBLES: tuple[tuple[Fraction, int, int], ...] = (
    (Fraction(1, 4), 8, 20), (Fraction(1), 8, 20), (Fraction(1, 4), 16, 20), (Fraction(1), 16, 20),
    (Fraction(1, 2), 8, 20), (Fraction(1), 8, 30), (Fraction(1, 4), 50, 1), (Fraction(1), 50, 1),
)
"""Scale, dimension and depth: bounds that depend on the scale only must hold for all of them."""


@dataclass(frozen=True)
class Ensemble:
    """Draws at one scale, dimension and depth; ``ensemble:seed:index`` makes them again."""

    seed: int
    index: int

    @property
    def name(self) -> str:
        return f"ensemble:{self.seed}:{self.index}"

    @property
    def sizes(self) -> dict[sp.Symbol, sp.Rational]:
        scale, dimension, depth = ENSEMBLES[self.index]
        return {quantities.scale: sp.Rational(scale.numerator, scale.denominator),
                quantities.d: sp.Integer(dimension), quantities.L: sp.Integer(depth)}

    def describe(self) -> dict[str, object]:
        return {"name": self.name, **{symbol.name: str(value) for symbol, value in self.sizes.items()}}


@dataclass(frozen=True)
class Estimated:
    """How often the event held, against the probability stated.

    The verdict is *held* where the whole interval is at or above the probability, *refuted* where it is below (at
    this confidence, by draws, not by an exact counterexample), *inconclusive* where it is on both sides.
    """

    verdict: Verdict
    interval: tuple[float, float] = (0.0, 1.0)
    probability: float = 0.0

    def describe(self) -> dict[str, object]:
        lower, upper = self.interval
        return {"probability that it holds": f"estimated in [{lower:.4f}, {upper:.4f}]",
                "stated": f"at least {self.probability:.4f}"}


class Probability(Decider[Ensemble]):
    """A random event must have at least the probability stated; draws estimate how often it occurs."""

    about = "probabilities"
    draws = DRAWS
    counted = Counted.ENSEMBLES

    def cases(self, seed: int) -> Iterator[Ensemble]:
        return (Ensemble(seed, index) for index in range(len(ENSEMBLES)))

    def outcomes(self, seed: int, wanted: int) -> Iterator[tuple[Ensemble, Outcome]]:
        """Decide on all ensembles, however few are wanted."""
        return ((ensemble, self.decide(ensemble)) for ensemble in self.cases(seed))

    def named(self, name: str) -> Ensemble:
        family, seed, index = parse_name(name)
        if family != "ensemble" or not 0 <= index < len(ENSEMBLES):
            raise ValueError(f"there is no {name} to draw from; write ensemble:{seed}:0 to {len(ENSEMBLES) - 1}")
        return Ensemble(seed, index)

    def decide(self, case: Ensemble) -> Outcome:
        found = estimated(self.obligation, case)
        return Outcome(found.verdict, route=Route.DRAWS, values=found.describe())


def estimated(obligation: Obligation, ensemble: Ensemble) -> Estimated:
    """Draw, count how often the event holds, and compare its Clopper–Pearson interval with what is stated.

    The hypotheses speak of sizes and are decided exactly; each draw is decided in float64.
    Raises ValueError for an event that is not one about the products at the initialization.
    """
    sizes = ensemble.sizes
    if not all(_holds(given, sizes) for given in obligation.given if isinstance(given, Relation)):
        return Estimated(Verdict.NOT_APPLICABLE)
    relation = obligation.relation
    if relation.lhs not in COLUMNS or relation.op not in (">=", "<=") or obligation.probability is None:
        raise ValueError(f"no draws decide the event {relation}")
    bound = float(relation.rhs.subs(sizes))
    column = _drawn(ensemble).drawn[:, COLUMNS[relation.lhs]]
    held = int((column >= bound).sum() if relation.op == ">=" else (column <= bound).sum())
    lower, upper = interval(held, len(column))
    stated = float(obligation.probability.subs(sizes))
    holds = True if lower >= stated else False if upper < stated else None
    return Estimated(Verdict.of(holds), (lower, upper), stated)


COLUMNS: dict[sp.Basic, int] = {quantities.alpha_sub_0: 0, quantities.beta_sub_0: 1}


@lru_cache(maxsize=64)
def _drawn(ensemble: Ensemble) -> Estimate:
    scale, dimension, depth = ENSEMBLES[ensemble.index]
    return estimate(float(scale), dimension, depth, DRAWS, ensemble.seed)


def _holds(relation: Relation, sizes: dict[sp.Symbol, sp.Rational]) -> bool:
    """Whether a hypothesis on the sizes holds, decided exactly."""
    return sign_answers(relation.op, int(sp.sign(sp.simplify((relation.lhs - relation.rhs).subs(sizes)))))
