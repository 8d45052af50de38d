"""The rules about the largest and the smallest of several numbers: what they give, and falsehoods that they refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from accepting import refusals, refusals_of

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, positive, real
from flatcert.language import Abs, Max, Min
from flatcert.rules import all_of_several, hypothesis, one_of_several, sign
from flatcert.theory.language.relation import Relation
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.rule import Step
from flatcert.theory.proof.rules.table import RULES

SETTING = Setting("numbers", x=positive(), y=positive(), z=positive(), a=real(), b=real(), A=matrix(2, 2))
x, y, z, a, b, A = (SETTING[name] for name in "xyzabA")


def empty() -> Proof:
    """A proof without steps, of a claim over the setting."""
    theory = Theory("extremes", SETTING)
    theory.claim("c", "C", Obligation("o", (x, ">", 0)))
    return Proof("c", theory.library)


@pytest.mark.parametrize(("extreme", "one", "op"), [
    (Max(x, y), x, ">="), (Max(x, y), y, ">="), (Min(x, y, z), z, "<="), (Abs(a), a, ">="), (Abs(a), -a, ">="),
    (Abs(a - b), b - a, ">=")])
def test_an_extreme_bounds_each_of_its_numbers(extreme: object, one: object, op: str) -> None:
    p = empty()
    step = one_of_several(p, extreme, one)
    assert p[step] == Relation(extreme, op, one) and refusals(p) == []


def test_a_bound_of_each_is_one_of_the_extreme_and_strict_if_all_are() -> None:
    p = empty()
    first, second, weak = (hypothesis(p, Relation(*fact)) for fact in ((x, "<", z), (y, "<", z), (y, "<=", z)))
    assert str(p[all_of_several(p, Max(x, y), z, first, second)]) == "Max(x, y) < z"
    assert str(p[all_of_several(p, Max(x, y), z, first, weak)]) == "Max(x, y) <= z"
    above, below = (hypothesis(p, Relation(*fact)) for fact in ((z, "<", x), (y, ">", z)))
    assert str(p[all_of_several(p, Min(x, y), z, above, below)]) == "Min(x, y) > z"
    size = [hypothesis(p, Relation(*fact)) for fact in ((a, "<=", z), (-a, "<=", z))]
    assert str(p[all_of_several(p, Abs(a), z, *size)]) == "Abs(a) <= z"
    assert refusals(p) == []


def _below(op: str = "<=") -> Callable[[Proof], list[int]]:
    return lambda p: [hypothesis(p, Relation(x, op, z)), hypothesis(p, Relation(y, op, z))]


@pytest.mark.parametrize(("false", "because"), [
    (lambda p: one_of_several(p, Max(x, y), z), "is none of"),
    (lambda p: one_of_several(p, Max(x, y), x + y), "is none of"),
    (lambda p: one_of_several(p, Max(x, y), x, to=(Max(x, y), "<=", x)), "the conclusion is"),
    (lambda p: one_of_several(p, Max(x, y), x, to=(Max(x, y), ">", x)), "the conclusion is"),
    (lambda p: one_of_several(p, Min(x, y), x, to=(Min(x, y), ">=", x)), "the conclusion is"),
    (lambda p: one_of_several(p, x + y, x), "is no largest"),
    (lambda p: one_of_several(p, Max(x, y) + z, x), "is no largest"),
    (lambda p: one_of_several(p, Max(x, y) ** 2, x), "is no largest"),
    (lambda p: one_of_several(p, -Max(a, b), a), "is no largest"),
    (lambda p: all_of_several(p, Max(x, y), z, _below()(p)[0]), "a premise is needed for each"),
    (lambda p: all_of_several(p, Max(x, y), z, *_below()(p)[:1] * 2), "is no bound"),
    (lambda p: all_of_several(p, Max(x, y), z, *_below(">=")(p)), "is no bound"),
    (lambda p: all_of_several(p, Min(x, y), z, *_below()(p)), "is no bound"),
    (lambda p: all_of_several(p, Max(x, y), z, *_below("==")(p)), "is no such bound"),
    (lambda p: all_of_several(p, Max(x, y), z, *_below("!=")(p)), "is no such bound"),
    (lambda p: all_of_several(p, Max(x, y), x, *_below()(p)), "is no bound"),
    (lambda p: all_of_several(p, Max(x, y), z, *_below()(p), to=(Max(x, y), "<", z)), "the conclusion is"),
    (lambda p: all_of_several(p, Max(x, y), z, *_below()(p), to=(Max(x, y), "<=", z / 2)), "the conclusion is"),
    (lambda p: all_of_several(p, Abs(a), z, hypothesis(p, Relation(a, "<=", z))), "a premise is needed for each"),
    (lambda p: all_of_several(p, x + y, z, *_below()(p)), "is no largest"),
])
def test_a_falsehood_about_extremes_is_refused(false: Callable[[Proof], int], because: str) -> None:
    """While it is written, or when it is checked, where its author gives the statement."""
    (found,) = refusals_of(empty(), false)
    assert because in found


@pytest.mark.parametrize("step", [
    Step(Relation(Max(x, y), "<=", x), RULES["one of several"], data=(Max(x, y), x)),
    Step(Relation(Max(x, y), ">=", z), RULES["one of several"], data=(Max(x, y), x)),
    Step(Relation(Max(x, y), "<=", z), RULES["all of several"], data=(Max(x, y), z)),
    Step(Relation(Abs(a), "<=", z), RULES["all of several"], (0, 0), data=(Abs(a), z)),
    Step(Relation(Max(x, 1 / a), ">=", 1 / a), RULES["one of several"], data=(Max(x, 1 / a), 1 / a)),
    Step(Relation(Abs(A), ">=", A), RULES["one of several"], data=(Abs(A), A)),
    Step(Relation(Max(x, y), ">=", x), RULES["one of several"], data="Max(x, y)"),
    Step(Relation(Max(x, y), ">=", x), RULES["one of several"], data=(Max(x, y),)),
], ids=lambda step: f"{step.statement} from {step.data}")
def test_a_forged_step_is_refused(step: Step) -> None:
    """Also what may be undefined (1/a where a is zero), and what is no number."""
    p = empty()
    sign(p, (x, ">", 0))
    p.add(step)
    assert len(refusals(p)) == 1


def test_the_hypotheses_of_all_premises_remain() -> None:
    p = empty()
    step = all_of_several(p, Max(x, y), z, *_below()(p))
    assert p.judgment(step).facts == {Relation(x, "<=", z), Relation(y, "<=", z)}
