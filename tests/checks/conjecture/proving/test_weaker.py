"""What follows where a conjecture does not: the best constant, or that no product of the facts gives any."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import flatcert
from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.checks.conjecture import language_of, read_line
from flatcert.checks.conjecture.proving import weaker
from flatcert.checks.conjecture.proving.exponents import FIELD
from flatcert.checks.conjecture.proving.programme import Column
from flatcert.checks.conjecture.proving.weaker import beyond_products, what_follows
from flatcert.theory.library import BUILT_IN

NUMBERS = load(reference_of_text(str(Path(__file__).parents[4] / "examples" / "theories" / "estimates.py")))
x, y, z = sp.symbols("x y z", positive=True)


@pytest.mark.parametrize("line, statement", [
    ("S_min >= 3*L*a*norm_w**(2 - 2/L)", "S_min >= 2*L*a*norm_w**(2 - 2/L)"),
    ("S_min <= L*E**(1 - 1/L)*lambda_max**(1/L)", "S_min <= 2*E**(1 - 1/L)*L*lambda_max**(1/L)"),
    ("b < a", None), ("a > 7*lambda_min", "a >= lambda_min"), ("lambda_max >= 100*b", "lambda_max >= b"),
])
def test_the_best_constant_that_follows(line: str, statement: str | None) -> None:
    """Whether the conjecture itself is true does not matter."""
    found = what_follows(read_line(line), BUILT_IN)
    assert (found and found.statement) == statement
    if found is not None:
        assert found.proof.chain and found.proof.steps == len(found.proof.derivation)


def test_the_same_over_a_setting_of_ones_own() -> None:
    for line, statement in (("x <= 5*z | assuming x <= 2*y, y <= 3*z", "x <= 6*z"),
                            ("x*y <= (x + y)**2/5", "x*y <= (x + y)**2/4"), ("x < y | assuming x <= y", "x <= y")):
        found = what_follows(read_line(line, language_of(NUMBERS)), NUMBERS)
        assert found is not None and found.statement == statement
    assert what_follows(read_line("x <= y", language_of(NUMBERS)), NUMBERS) is None


@pytest.mark.parametrize("line, beyond", [
    ("S_min >= E**(1 - 1/L)*lambda_max**(1/L)/1000", True), ("b <= 1000*a", True),
    ("S_min >= 3*L*a*norm_w**(2 - 2/L)", False),
    ("b >= a", False), ("lambda_max <= 1000*a | assuming L >= 2", True), ("S == S_min", False),
])
def test_what_no_product_gives_whatever_the_constant(line: str, beyond: bool) -> None:
    stated = read_line(line)
    assert (beyond_products(stated, BUILT_IN) is not None) == beyond
    if beyond:
        assert what_follows(stated, BUILT_IN) is None


powers = st.dictionaries(st.sampled_from([x, y, z]), st.integers(-3, 3).filter(bool).map(FIELD), max_size=3)


@given(st.lists(st.tuples(powers, st.booleans()), max_size=4), st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_a_product_of_the_facts_has_no_ray(columns: list[tuple[Any, bool]], multipliers: list[int]) -> None:
    """A product of powers of facts cannot be negative where all facts are nonnegative."""
    goal: dict[sp.Expr, Any] = {}
    for (monomial, _), times in zip(columns, multipliers, strict=False):
        for atom, value in monomial.items():
            goal[atom] = goal.get(atom, FIELD.zero) + times * value
    goal = {atom: value for atom, value in goal.items() if value}
    assert not weaker._has_ray(goal, [Column(monomial, equal, 1.0) for monomial, equal in columns], 5)


def test_a_ray_that_floats_get_wrong_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """x >= y is known; x >= 2 y has no ray, whatever the solver says."""
    class Wrong:
        x = (-1.0, 1.0)

    monkeypatch.setattr(weaker, "linprog", lambda *_, **__: Wrong)
    fact = {x: FIELD.one, y: -FIELD.one}
    assert not weaker._has_ray(fact, [Column(fact, False, 1.0)], 3)
    assert weaker._dot([Fraction(1), Fraction(2)], [Fraction(3), Fraction(-1)]) == 1


def test_the_answer_says_it() -> None:
    found = flatcert.conjecture("S_min >= E**(1 - 1/L)*lambda_max**(1/L)/1000", effort="quick")
    assert (found.answer, found.follows) == ("not refuted", None) and found.beyond is not None
    assert json.loads(json.dumps(found.as_dict()))["beyond"] == found.beyond
    stated = flatcert.conjecture("S <= 7*L*lambda_max*norm_w**(2 - 2/L)", assuming="theta <= 3/4, w == w*",
                                 effort="quick")
    assert stated.follows is not None and stated.follows.constant == "8/7" and stated.beyond is None
