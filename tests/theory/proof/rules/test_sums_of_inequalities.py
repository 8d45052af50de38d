"""Weighted sums and products of inequalities: what they give, and falsehoods that they refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp
from accepting import refusals, refusals_of, supposed

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import positive, real, vector
from flatcert.language import dot, norm_squared
from flatcert.rules import product, weighted_sum
from flatcert.theory.language.relation import Relation
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.rule import Step
from flatcert.theory.proof.rules.table import RULES

SETTING = Setting("sums", x=positive(), y=positive(), a=real(), b=real(), u=vector(3), v=vector(3))
x, y, a, b, u, v = (SETTING[name] for name in "xyabuv")


def empty() -> Proof:
    """A proof without steps, of a claim over the setting."""
    theory = Theory("sums", SETTING)
    theory.claim("c", "C", Obligation("o", (x, ">", 0)))
    return Proof("c", theory.library)


def test_sums_and_products_that_follow_are_accepted() -> None:
    p = empty()
    weak, strict, equal, other = supposed(p, (a, "<=", b), (a, "<", x), (b, "==", y), (a, "==", x - 1))
    weighted_sum(p, (2 * a, "<", b + x), (1, 1), weak, strict)
    weighted_sum(p, (x * a, "<=", x * b), (x,), weak)
    weighted_sum(p, (b - y, "<=", 3 * (b - y)), (2,), equal)
    weighted_sum(p, (b - y, "<=", -3 * (b - y)), (-4,), equal)
    weighted_sum(p, (a * b, "==", y * (x - 1)), (a, y), equal, other)
    weighted_sum(p, (2 * dot(u, v), "<=", norm_squared(u) + norm_squared(v)), squares=((1, u - v),))
    weighted_sum(p, (2 * a * b, "<=", a**2 + b**2), squares=((1, a - b),))
    weighted_sum(p, (0, "<=", x * norm_squared(u * v.T)), squares=((x, u * v.T),))
    assert str(p[product(p, weak, strict)]) == "(-a + b)*(-a + x) >= 0"
    assert str(p[product(p, strict, strict)]) == "(-a + x)**2 > 0"
    product(p, weak, strict, to=(a * (b + x), "<=", a**2 + b * x))
    assert refusals(p) == []


@pytest.mark.parametrize(("false", "because"), [
    (lambda p: weighted_sum(p, (a, "<=", 2 * b), (1,), *supposed(p, (a, "<=", b))), "the sum leaves b"),
    (lambda p: weighted_sum(p, (a, ">=", b), (-1,), *supposed(p, (a, "<=", b))), "-1 could be negative"),
    (lambda p: weighted_sum(p, (a * a, "<=", a * b), (a,), *supposed(p, (a, "<=", b))), "a could be negative"),
    (lambda p: weighted_sum(p, (a, "<", b), (1,), *supposed(p, (a, "<=", b))), "no part is strict"),
    (lambda p: weighted_sum(p, (0, "<", 0), (0,), *supposed(p, (a, "<", b))), "no part is strict"),
    (lambda p: weighted_sum(p, (0, "<", a**2), squares=((1, a),)), "no part is strict"),
    (lambda p: weighted_sum(p, (a, "==", b), (1,), *supposed(p, (a, "<=", b))), "an inequality gives no equality"),
    (lambda p: weighted_sum(p, (a**2, "==", 0), squares=((1, a),)), "an inequality gives no equality"),
    (lambda p: weighted_sum(p, (a**2, "<=", 0), squares=((-1, a),)), "-1 could be negative"),
    (lambda p: weighted_sum(p, (0, "<=", dot(u, v)), squares=((1, u),)), "the sum leaves"),
    (lambda p: weighted_sum(p, (a, "!=", b), (1,), *supposed(p, (a, "!=", b))), "is an inequality or an equality"),
    (lambda p: weighted_sum(p, (a, "<=", b), (1,), *supposed(p, (a, "!=", b))), "is no inequality"),
    (lambda p: weighted_sum(p, (a, "<=", b), (), *supposed(p, (a, "<=", b))), "there are 1 premises, and 0 weights"),
    (lambda p: weighted_sum(p, (0, "<=", 1 / a**2), squares=((1, 1 / a),)), "the denominator"),
    (lambda p: product(p, *supposed(p, (a, "<=", b), (a, "==", b))), "is no inequality"),
    (lambda p: product(p, *supposed(p, (a, "<=", b), (a, "!=", b))), "is no inequality"),
    (lambda p: product(p, *supposed(p, (a, "<=", b), (a, "<", x)), to=((b - a) * (x - a), ">", 0)),
     "the conclusion is"),
    (lambda p: product(p, *supposed(p, (a, "<=", b), (a, "<", x)), to=((b - a) * (x - a), "<=", 0)),
     "the conclusion is"),
    (lambda p: product(p, *supposed(p, (a, "<=", b), (a, "<=", x)), to=(a * a, "<=", b * x)), "the conclusion is"),
])
def test_a_falsehood_is_refused(false: Callable[[Proof], int], because: str) -> None:
    """While it is written, or when it is checked, where its author gives the statement."""
    (found,) = refusals_of(empty(), false)
    assert because in found


@pytest.mark.parametrize("step", [
    Step(Relation(a, "<=", b), RULES["weighted sum"], (0,), data=((sp.Integer(2),), ())),
    Step(Relation(a, "<=", b), RULES["weighted sum"], (0,), data=(("1",), ())),
    Step(Relation(a, "<=", b), RULES["weighted sum"], (0,), data=((sp.Integer(1),), ((sp.Integer(1),),))),
    Step(Relation(a, "<=", b), RULES["weighted sum"], (0,), data=((sp.Integer(1),), ((sp.Integer(1), sp.I),))),
    Step(Relation(a, "<=", b), RULES["weighted sum"], (0,), data=sp.Integer(1)),
    Step(Relation(u, "<=", v), RULES["weighted sum"], (), data=((), ())),
    Step(Relation((b - a) ** 2, "<=", 0), RULES["product of inequalities"], (0, 0)),
], ids=lambda step: f"{step.statement} from {step.data}")
def test_a_forged_step_is_refused(step: Step) -> None:
    p = empty()
    supposed(p, (a, "<=", b))
    p.add(step)
    assert len(refusals(p)) == 1


def test_the_hypotheses_of_all_premises_remain() -> None:
    p = empty()
    both = supposed(p, (a, "<=", b), (b, "<=", x))
    for step in (weighted_sum(p, (a, "<=", x), (1, 1), *both), product(p, *both)):
        assert p.judgment(step).facts == {Relation(a, "<=", b), Relation(b, "<=", x)}
