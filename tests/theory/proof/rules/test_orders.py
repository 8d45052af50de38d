"""Cases by order: what is discharged, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp
from planted_bugs import Bug, planted

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, positive, real
from flatcert.language import sqrt, trace
from flatcert.rules import by_order, chain, hypothesis, scale, sign, weighted_sum
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.relation import Relation
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.refusal import Refused
from flatcert.theory.proof.rules import extremes as orders

SETTING = Setting("numbers", x=positive(), y=positive(), z=positive(), a=real(), A=matrix(2, 2))
x, y, z, a, A = (SETTING[name] for name in "xyzaA")
RATIO = Theory("words", SETTING).quantity("ratio", x / a)


def empty() -> Proof:
    """A proof without steps, of a claim over the setting."""
    theory = Theory("orders", SETTING)
    theory.claim("c", "C", Obligation("o", (x, ">", 0)))
    return Proof("c", theory.library)


def refusals(p: Proof) -> list[str]:
    return [result.message for result in p.done({}).check(p.library) if not result.ok]


def below(left: Any, right: Any) -> Relation:
    return Relation(left, "<=", sp.sympify(right))


def supposing(p: Proof, *facts: Relation) -> int:
    """A step that says ``0 <= 1``, and rests on the hypotheses."""
    links = [scale(p, hypothesis(p, fact), 0, to=(0, fact.op, 0)) for fact in facts]
    return chain(p, *links, sign(p, (0, "<", 1)), to=(0, "<", 1))


def test_both_cases_are_discharged_and_nothing_else() -> None:
    p = empty()
    first, second, other = below(x, y), below(y, x), below(z, 1)
    step = by_order(p, supposing(p, first, other), supposing(p, second), first, second)
    assert str(p[step]) == "0 < 1" and refusals(p) == []
    judgment = p.done({}).judgments(p.library)[step]
    assert judgment is not None and judgment.facts == {other}


@pytest.mark.parametrize(("false", "because"), [
    (lambda p, f, s: by_order(p, supposing(p, f), supposing(p, f), f, s), "does not suppose y <= x"),
    (lambda p, f, s: by_order(p, supposing(p, f), supposing(p, below(z, 1)), f, s), "does not suppose y <= x"),
    (lambda p, f, s: by_order(p, supposing(p, f), supposing(p, f, s), f, s), "supposes x <= y, too"),
    (lambda p, f, s: by_order(p, supposing(p, f), supposing(p, s), s, f), "does not suppose y <= x"),
    (lambda p, f, s: by_order(p, supposing(p, f), supposing(p, below(z, x)), f, below(z, x)), "the other case of"),
    (lambda p, f, s: by_order(p, hypothesis(p, f), hypothesis(p, s), f, s), "says something else"),
    (lambda p, f, s: by_order(p, supposing(p, f), supposing(p, s), f, s, to=(0, "<", 2)), "says something else"),
    (lambda p, f, s: by_order(p, supposing(p, Relation(x, "<", y)), supposing(p, Relation(y, "<", x)),
                              Relation(x, "<", y), Relation(y, "<", x)), "is no case"),
    (lambda p, f, s: by_order(p, supposing(p, below(x, 1 / y)), supposing(p, below(1 / y, x)),
                              below(x, 1 / y), below(1 / y, x)), "is no polynomial"),
    (lambda p, f, s: by_order(p, supposing(p, below(sqrt(x), y)), supposing(p, below(y, sqrt(x))),
                              below(sqrt(x), y), below(y, sqrt(x))), "is no polynomial"),
    (lambda p, f, s: by_order(p, supposing(p, below(trace(A), y)), supposing(p, below(y, trace(A))),
                              below(trace(A), y), below(y, trace(A))), "is no polynomial"),
    (lambda p, f, s: by_order(p, supposing(p, f), supposing(p, s), "L >= 2", s), "is no case"),
    (lambda p, f, s: by_order(p, supposing(p, below(RATIO, 1)), supposing(p, below(sp.Integer(1), RATIO)),
                              below(RATIO, 1), below(sp.Integer(1), RATIO)), "denominator a"),
])
def test_a_falsehood_is_refused(false: Callable[[Proof, Relation, Relation], int], because: str) -> None:
    p = empty()
    try:
        false(p, below(x, y), below(y, x))
    except Refused as error:
        assert because in str(error)
    else:
        assert because in refusals(p)[0]


def test_a_built_in_word_may_have_no_value_and_is_no_case() -> None:
    assert not orders._is_total(Q.kappa) and not orders._is_total(A) and orders._is_total(x**2 - a / 3)


@pytest.mark.parametrize("constant", [
    sqrt(1 - sqrt(2)), sp.root(-1, 3), sp.log(1 - sqrt(2)), sqrt(2), 1 / (1 - sqrt(2))])
def test_a_constant_that_may_have_no_value_is_in_no_case(constant: sp.Expr) -> None:
    """Each case would suppose that the root has a value, and from ``1 - sqrt(2) >= 0`` everything follows."""
    p, false = empty(), (1 - sqrt(2), ">=", 0)
    first, second = below(constant * x, y), below(y, constant * x)
    one, other = (weighted_sum(p, false, (0,), hypothesis(p, case), squares=((1, sqrt(1 - sqrt(2))),))
                  for case in (first, second))
    with pytest.raises(Refused, match="is no polynomial"):
        by_order(p, one, other, first, second)


def claimed_too_much() -> bool:
    """Whether the rule joins what holds in one case only, or says different things in both."""
    p = empty()
    first, second = below(x, y), below(y, x)
    for cases in ((supposing(p, first), supposing(p, first)), (hypothesis(p, first), hypothesis(p, second)),
                  (supposing(p, first), supposing(p, below(z, 1)))):
        try:
            step = by_order(p, *cases, first, second)
        except Refused:
            continue
        judgment = p.done({}).judgments(p.library)[step]
        if judgment is not None:
            return True
    return False


@pytest.mark.parametrize("bug", [
    Bug("one case is enough", ((orders.by_order, "require(case in at.premise(premise).facts", "require(True"),), ()),
    Bug("the cases may say different things", ((orders.by_order, "goal == at.relation(premise)", "True"),), ()),
], ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    assert not claimed_too_much()
    with planted(bug):
        assert claimed_too_much()
