"""The second line for settings of one's own: a false step of a proof contradicts an instance."""

from __future__ import annotations

import pytest

from flatcert import Setting
from flatcert.checks.second_line.steps import judge
from flatcert.kinds import psd, real, size, vector
from flatcert.language import dot
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language.relation import Relation

d = size("d")
QUADRATIC = Setting("quadratic", Q=psd(d), x=vector(d), t=real())
Q, x, t = QUADRATIC["Q"], QUADRATIC["x"], QUADRATIC["t"]
TRUE = [Judgment(Relation(dot(x, Q * x), ">=", 0)), Judgment(Relation(t**2, ">", 0), frozenset({Relation(t, "!=", 0)}))]
FALSE = [Judgment(Relation(dot(x, Q * x), ">", 0)), Judgment(Relation(t, ">=", 0)),
         Judgment(Relation(dot(x, Q * x), ">=", t), frozenset({Relation(t, "<=", 1)}))]


@pytest.mark.parametrize("judgment", TRUE, ids=str)
def test_a_true_judgment_agrees(judgment: Judgment) -> None:
    found = judge(QUADRATIC).decided(judgment)
    assert found.agreed and found.contradiction is None


@pytest.mark.parametrize("judgment", FALSE, ids=str)
def test_a_false_judgment_contradicts_an_instance_that_can_be_named(judgment: Judgment) -> None:
    found = judge(QUADRATIC).decided(judgment).contradiction
    assert found is not None
    again = judge(QUADRATIC).decided(judgment, at=str(found.instance["name"])).contradiction
    assert again is not None and again.instance == found.instance


def test_a_hypothesis_that_nothing_satisfies_leaves_the_step_undecided() -> None:
    found = judge(QUADRATIC).decided(Judgment(Relation(t, ">", 0), frozenset({Relation(t**2, "<", 0)})))
    assert (found.agreed, found.contradiction, found.reason) == (0, None, "no instance satisfies its hypotheses")
