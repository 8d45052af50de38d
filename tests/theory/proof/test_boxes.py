"""The rules about polynomials between bounds: what they give, what they refuse, and planted bugs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy as sp
from planted_bugs import Bug, planted

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, positive, real
from flatcert.rules import bernstein, hypothesis, sign, sturm
from flatcert.theory.algebra import bernstein as boxes
from flatcert.theory.algebra import sturm as intervals
from flatcert.theory.language.relation import Relation
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.refusal import Refused
from flatcert.theory.proof.rules import inequalities as rules

SETTING = Setting("numbers", x=positive(), y=positive(), a=real(), b=real(), A=matrix(2, 2))
x, y, a, b, A = (SETTING[name] for name in "xyabA")
HALF = sp.Rational(1, 2)


def empty() -> Proof:
    """A proof without steps, of a claim over the setting."""
    theory = Theory("boxes", SETTING)
    theory.claim("c", "C", Obligation("o", (x, ">", 0)))
    return Proof("c", theory.library)


def refusals(p: Proof) -> list[str]:
    return [result.message for result in p.done({}).check(p.library) if not result.ok]


def supposed(p: Proof, *facts: Any) -> list[int]:
    return [hypothesis(p, Relation(left, op, sp.sympify(right))) for left, op, right in facts]


def test_the_sign_of_a_polynomial_in_one_number() -> None:
    p = empty()
    assert str(p[sturm(p, a, (2, -4, 6, -4, 1))]) == "a**4 - 4*a**3 + 6*a**2 - 4*a + 2 > 0"
    assert str(p[sturm(p, a, (1, -2, 1))]) == "a**2 - 2*a + 1 >= 0"
    at_most = supposed(p, (a, "<=", 1))
    assert str(p[sturm(p, a, (1, 0, 0, -1), *at_most, to=(a**3, "<=", 1))]) == "a**3 <= 1"
    ratio = sign(p, (x / y, ">", 0))
    sturm(p, x / y, (1, -1, 0, -1, 1), ratio, to=(x**4 / y**4 + 1, ">=", x**3 / y**3 + x / y))
    assert refusals(p) == []


def test_the_sign_of_a_polynomial_on_a_box() -> None:
    p = empty()
    low_x, low_y = sign(p, (x, ">", 0)), sign(p, (y, ">", 0))
    high_x, high_y, below_y = supposed(p, (x, "<=", 1), (y, "<=", 1), (y, "<", 1))
    terms = ((1, 0, 0), (-1, 1, 1))
    assert str(p[bernstein(p, terms, low_x, high_x, low_y, high_y)]) == "-x*y + 1 >= 0"
    assert str(p[bernstein(p, terms, low_x, high_x, low_y, below_y)]) == "-x*y + 1 > 0"
    bernstein(p, terms, low_x, high_x, low_y, below_y, to=(x * y, "<=", 1))
    assert refusals(p) == []


def _between(p: Proof) -> list[int]:
    return supposed(p, (a, ">=", 0), (a, "<=", 1))


def _box(p: Proof) -> list[int]:
    return [*_between(p), *supposed(p, (b, ">=", 0), (b, "<=", 1))]


@pytest.mark.parametrize(("false", "because"), [
    (lambda p: sturm(p, a, (0, 1)), "is nonnegative there"),
    (lambda p: sturm(p, a, (1, -2, 1), to=(a**2 - 2 * a + 1, ">", 0)), "is positive there"),
    (lambda p: sturm(p, a, (1, -2, 1), to=(a**2 - 2 * a + 2, ">", 0)), "the sides differ"),
    (lambda p: sturm(p, a, (1, -2, 1), to=(a**2 - 2 * a + 1, "==", 0)), "a sign is an inequality"),
    (lambda p: sturm(p, a, (1, -2, 1), to=(a**2 - 2 * a + 1, "<=", 0)), "the sides differ"),
    (lambda p: sturm(p, a, (1, -2), *supposed(p, (a, "<=", sp.Rational(51, 100)))), "is nonnegative there"),
    (lambda p: sturm(p, a, (0, 1), *supposed(p, (b, ">=", 0))), "is no bound of a"),
    (lambda p: sturm(p, a, (0, 1), *supposed(p, (a, ">=", b))), "is no rational number"),
    (lambda p: sturm(p, a, (0, 1), *supposed(p, (a, "==", 1))), "is no bound"),
    (lambda p: sturm(p, a, (0, 1), *supposed(p, (a, ">=", 0), (a, ">=", 1))), "two lower bounds"),
    (lambda p: sturm(p, a, (0, -1), *supposed(p, (a, ">=", 1), (a, "<=", 0))), "nothing between"),
    (lambda p: sturm(p, a, (sp.sqrt(2), 1)), "is no rational number"),
    (lambda p: sturm(p, a, (b, 1)), "is no rational number"),
    (lambda p: sturm(p, a, (sp.Float(1), 0, 1)), "is no rational number"),
    (lambda p: sturm(p, A, (1, 0, 1)), "is no number"),
    (lambda p: bernstein(p, ((-1, 0), (1, 1)), *_between(p)), "is nonnegative there"),
    (lambda p: bernstein(p, ((1, 1),), *_between(p), to=(a, ">", 0)), "is positive there"),
    (lambda p: bernstein(p, ((1, 1),), *_between(p), to=(a, "<=", 0)), "the sides differ"),
    (lambda p: bernstein(p, ((1, 1), (sp.Rational(-101, 100), 2)), *_between(p)), "is nonnegative there"),
    (lambda p: bernstein(p, ((1, 1, 0), (-1, 0, 1)), *_box(p)), "is nonnegative there"),
    (lambda p: bernstein(p, ((1, 1),), *supposed(p, (a, ">=", 0), (a, ">=", 1))), "two lower bounds"),
    (lambda p: bernstein(p, ((1, 1),), *supposed(p, (a, ">=", 0))), "a lower and an upper bound"),
    (lambda p: bernstein(p, ((1, 1),), *supposed(p, (a, ">=", 0), (b, "<=", 1))), "is no bound of a"),
    (lambda p: bernstein(p, ((1, 1, 1),), *_between(p)), "an exponent is needed"),
    (lambda p: bernstein(p, ((1, HALF),), *_between(p)), "is no exponent"),
    (lambda p: bernstein(p, ((1, -1),), *_between(p)), "is no exponent"),
    (lambda p: bernstein(p, ((b, 1),), *_between(p)), "is no rational number"),
    (lambda p: bernstein(p, (1, 1), *_between(p)), "are no terms"),
    (lambda p: bernstein(p, ((1, 1),), *supposed(p, (a, "<=", b), (a, ">=", 0))), "bounds no number"),
])
def test_a_falsehood_is_refused(false: Callable[[Proof], int], because: str) -> None:
    p = empty()
    try:
        false(p)
    except Refused as error:
        assert because in str(error)
    else:
        (message,) = refusals(p)
        assert because in message


@pytest.mark.parametrize(("statement", "data"), [
    ((a**2, ">", 0), (a, (0, 0, 1))), ((a, ">=", 0), (a, (0, 1))), ((a**2, ">=", 1), (a, (0, 0, 1))),
    ((a**2, ">=", 0), (a, ())), ((a**2, ">=", 0), None), ((a**2, ">=", 0), (a, 1)), ((a**2, ">=", 0), ((0, 0, 1), a))])
def test_a_forged_step_is_refused(statement: Any, data: Any) -> None:
    p = empty()
    p.step(sturm, statement, data=data)
    assert len(refusals(p)) == 1


def test_a_bound_that_is_taken_away_is_missed() -> None:
    p = empty()
    step = sturm(p, a, (1, 0, 0, -1), *supposed(p, (a, "<=", 1)), to=(a**3, "<=", 1))
    p.steps[step] = replace(p.steps[step], using=())
    assert len(refusals(p)) == 1


GRID = [Fraction(n, 8) for n in range(-16, 17)]
LOW, HIGH = ((a, ">=", 0), (a, ">", 0), None), ((a, "<=", 1), (a, "<", 1), None)


def accepted_but_false() -> bool:
    """Whether one of the rules accepts a small polynomial that is negative, or zero, at a point between the bounds."""
    library = empty().library
    for c, low, high in product(product((-3, -1, 0, 1, 2), repeat=3), LOW, HIGH):
        least = min(_values(c, low, high))
        for finish in (sturm, bernstein) if low and high else (sturm,):
            p = Proof("c", library)
            bounds = supposed(p, *(one for one in (low, high) if one))
            try:
                step = (sturm(p, a, c, *bounds) if finish is sturm else
                        bernstein(p, tuple((d, n) for n, d in enumerate(c)), *bounds))
            except Refused:
                continue
            if least < 0 or (least == 0 and p[step].op == ">"):
                return True
    return False


def _values(coefficients: Sequence[int], low: Any, high: Any) -> Iterator[Fraction]:
    """The values at the points of the grid between the bounds."""
    for g in GRID:
        if (low is None or g > 0 or (g == 0 and low[1] == ">=")) and (high is None or g < 1 or (
                g == 1 and high[1] == "<=")):
            yield sum((c * g**n for n, c in enumerate(coefficients)), Fraction(0))


def _bug(name: str, function: Callable[..., Any], old: str, new: str) -> Bug:
    return Bug(name, ((function, old, new),), ("Sturm", "Bernstein"))


BUGS = (
    _bug("the sign at the start does not count", intervals.keeps_sign, "_sign_at_start(polynomial, where) > 0 and", ""),
    _bug("roots do not count", intervals.keeps_sign, "and _roots(changing, where) == 0", ""),
    _bug("double roots do not count", intervals.keeps_sign, "if strict or order % 2:", "if order % 2:"),
    _bug("a zero at an end does not count", intervals.keeps_sign, "if strict and not is_open:", "if False:"),
    _bug("the factor at the upper end is negative", intervals.keeps_sign, "[sign * c for c", "[c for c"),
    _bug("simple factors are left out", intervals._square_free, "yield factor", "yield [Fraction(1)]"),
    _bug("an infinite end is one at zero", intervals._sign, "polynomial[-1] * (1 if len(polynomial) % 2 else side)",
         "polynomial[0]"),
    _bug("the remainder keeps its sign", intervals._roots, "[-c for c in", "[c for c in"),
    _bug("the corners do not count", boxes._is_settled, "if any(c < 0 for c in net.values()):", "if False:"),
    _bug("nonnegative is positive", boxes._is_settled, "not strict or", "True or"),
    _bug("all ends are open", boxes._is_settled, "[*([] if low else [[0]]), *([] if high else [[degree]])]", "[]"),
    _bug("what is not settled is shown", boxes.is_nonnegative_on_box,
         "if not most or not split:\n            return False", "if not most or not split:\n            return True"),
    _bug("only one half is looked at", boxes.is_nonnegative_on_box,
         "todo.append((upper, tuple(inside), depth + 1))", "pass"),
    _bug("every end is excluded", rules._interval, "low_is_open=relation.op == \">\"", "low_is_open=True"),
    _bug("what is nonnegative is positive", rules._signed, "strict = shown(True)", "strict = shown(False)"),
)


def test_the_rules_accept_nothing_false() -> None:
    assert not accepted_but_false()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    with planted(bug):
        assert accepted_but_false()
