"""Statements about probabilities: estimated by draws, and never called more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from flatcert.checks.deep_linear.deciding.probabilities import ENSEMBLES, Ensemble, Probability, estimated
from flatcert.checks.output.proportions import interval
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.units import decide_unit
from flatcert.checks.verifying.verify import verify
from flatcert.theory import library as registry
from flatcert.theory.language.claim import Obligation
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import S, scale
from flatcert.theory.library import BUILT_IN

INIT = BUILT_IN.claim("residual-init")
BELOW = INIT.obligation("below")


def with_bound(obligation: Obligation, rhs: sp.Expr) -> Obligation:
    return replace(obligation, relation=Relation(obligation.relation.lhs, obligation.relation.op, rhs))


@pytest.mark.parametrize("name", ["below", "above"])
def test_the_counts_are_those_of_numpy(name: str) -> None:
    """The same draws made again, with the singular values of every product by LAPACK, one at a time."""
    from flatcert.checks.instances.streams import generator

    obligation, ensemble = INIT.obligation(name), Ensemble(0, 0)
    s, d, depth = float(ENSEMBLES[0][0]), *ENSEMBLES[0][1:]
    bound = float(sp.N(obligation.relation.rhs.subs(scale, sp.Rational(1, 4))))
    held = 0
    for index in range(100):
        noise = generator(0, (d << 32) + depth, index).normal(size=(depth, d, d)) * (s / np.sqrt(d * depth))
        values = []
        for first in range(depth):
            product = np.eye(d)
            for layer in noise[first:]:
                product = product + layer @ product
                values += [*np.linalg.svd(product, compute_uv=False)]
        held += min(1.0, *values) >= bound if name == "below" else max(1.0, *values) <= bound
    assert held >= 95 and estimated(obligation, ensemble).interval == interval(held, 100)


def test_the_verdict_is_estimated_and_the_run_is_no_better() -> None:
    run = verify(["residual-init", "gradient"], workers=0)
    report = run.reports["residual-init"]
    assert (report.verdict, run.verdict, run.exit_code) == ("estimated", "estimated", 0)
    assert run.reports["gradient"].verdict == "proved"
    assert report.estimated == sum(depth >= 20 for _, _, depth in ENSEMBLES)
    assert not report.survivors and report.tightness == (None, None)


@pytest.mark.parametrize("factor, code", [(sp.Rational(3, 2), 1), (sp.Rational(1, 2), 0)])
def test_a_planted_constant_that_draws_speak_against_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, factor: sp.Rational, code: int
) -> None:
    planted = with_bound(BELOW, factor * BELOW.relation.rhs)
    edited = replace(INIT, obligations=(replace(planted, mutants=()),))
    monkeypatch.setitem(registry.BUILT_IN.claims, "residual-init", edited)
    run = verify(["residual-init"], workers=0)
    assert run.exit_code == code
    assert (run.verdict == "estimated") == (code == 0)
    if code:
        assert "false by the draws of residual-init/below@ensemble:0:" in run.reports["residual-init"].failures[0]


def test_an_interval_on_both_sides_is_inconclusive() -> None:
    """The probability stated is moved to what was drawn."""
    found = [replace(BELOW, relation=with_bound(BELOW, rhs).relation, probability=sp.Rational(1, 2))
             for rhs in (sp.Rational(n, 1000) for n in range(600, 800, 5))]
    verdicts = {estimated(obligation, Ensemble(0, 0)).verdict for obligation in found}
    assert verdicts == {"held", "inconclusive", "refuted"}


def test_a_token_draws_again() -> None:
    false = replay("residual-init/below~power 5/4 -> 3/4@ensemble:0:1")
    assert (false.verdict, false.route) == ("refuted", "draws") and "estimated in" in str(false.values)
    assert replay("residual-init/below@ensemble:5:1").verdict == "held"
    for name in ("ensemble:0:99", "classics:0:1"):
        with pytest.raises(ValueError, match="to draw from"):
            replay(f"residual-init/below@{name}")


def test_another_event_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="no draws decide the event"):
        estimated(replace(BELOW, relation=Relation(S, ">=", sp.S.Zero)), Ensemble(0, 0))


def test_seeds_make_other_draws() -> None:
    assert [decide_unit("flatcert", "residual-init", "above", seed, 1).held for seed in (1, 2)] == [6, 6]
    assert len({ensemble.name for ensemble in Probability(BELOW).cases(3)}) == len(ENSEMBLES)
