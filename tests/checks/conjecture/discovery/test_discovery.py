"""Bounds of the form constant times powers: those that follow, those that are refuted, and the open ones between."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flatcert
from flatcert import Setting, Theory
from flatcert.checks.conjecture import ConjectureError, read_at, read_conjecture
from flatcert.checks.conjecture.discovery.following import Following
from flatcert.checks.conjecture.discovery.form import Bound, Form, form
from flatcert.checks.conjecture.discovery.search import Discovered, Discovery, discover
from flatcert.checks.conjecture.proving.exponents import FIELD
from flatcert.checks.conjecture.proving.search import prove
from flatcert.checks.figures.exponents import check_two, exponents
from flatcert.kinds import positive
from flatcert.theory.library import BUILT_IN

BRACKET = ("S_min >= 2*E**(1 - 1/L)*L*b**(1/L)", "S_min >= 2*E*L/norm_w**(2/L)",
           "S_min <= 2*E**(1 - 1/L)*L*lambda_max**(1/L)")


@cache
def sharpness() -> Form:
    return form("S_min", ("L", "E", "b", "lambda_max", "norm_w"), (), False, BUILT_IN)


@cache
def quotients() -> Discovery:
    return discover("b", ["a", "lambda_max"])


def following() -> list[Bound]:
    """The strongest bounds of the least sharpness that follow, in all choices of words."""
    asked, found = sharpness(), list[Bound]()
    at_seven = Following(asked, 7)
    for size in range(1, 5):
        for words in combinations(asked.scaled, size):
            for below in (True, False):
                found += at_seven.extreme([*words, "L"], below)
    return found


def test_the_bracket_of_the_least_sharpness_is_found_and_proved() -> None:
    """Both lower bounds and the upper one, without being told."""
    texts = {sharpness().text(bound) for bound in following() if bound.is_affine}
    assert texts >= set(BRACKET)
    for text in BRACKET:
        assert prove(read_conjecture(text)) is not None


def test_what_follows_has_the_units_of_the_quantity() -> None:
    """Exactly, though the exponents come from a linear programme that knows no units."""
    asked = sharpness()
    for bound in following():
        for unit in asked.units.values():
            total = sum((unit[word] * bound.exponents.get(word, FIELD.zero) for word in asked.scaled), FIELD.zero)
            assert total == unit["S_min"]


def test_what_follows_at_one_depth_follows_at_others() -> None:
    for bound in following():
        assert all(Following(sharpness(), depth).follows(bound) for depth in (2, 5, 40))


@given(st.integers(-3, 3), st.integers(-3, 3), st.booleans())
def test_which_exponents_follow(one: int, other: int, below: bool) -> None:
    """By hand: from b <= lambda_max and E/|w|^2 <= b the bounds follow that are weaker than those of the bracket."""
    asked = sharpness()
    depth = FIELD.from_sympy(asked.language.numbers["L"])
    powers = asked.completed({"b": one / depth, "lambda_max": other / depth})
    by_hand = (other <= 0 and one + other <= 1) if below else (other >= 1 and one + other >= 1)
    bound = Bound(below, powers | {"L": FIELD.one}, asked.language.numbers["L"])
    assert Following(asked, 7).follows(bound) == by_hand


def test_the_answers_about_two_quotients() -> None:
    found = quotients()
    assert (found.free, found.fixed) == (("lambda_max",), ("a",))
    proved = {one.statement for one in found.bounds if one.answer == "proved"}
    assert proved == {"b >= a", "b <= lambda_max"}
    assert all(one.proof is not None and one.extreme for one in found.bounds if one.answer == "proved")
    assert any(one.answer == "refuted" and one.extreme for one in found.bounds)
    assert found.as_dict()["target"] == "b"


def test_what_is_refuted_is_false_at_its_counterexample() -> None:
    refuted = [one for one in quotients().bounds if one.answer == "refuted"]
    for one in refuted:
        assert one.counterexample is not None
        assert read_at(read_conjecture(one.statement), one.counterexample.exact).answer == "refuted"
    assert {one.below for one in refuted} == {True, False}


def test_nothing_open_is_refuted_or_follows() -> None:
    for one in quotients().bounds:
        if one.answer == "open":
            assert one.proof is None and one.counterexample is None
            assert prove(read_conjecture(one.statement)) is None


def test_the_constants_of_proved_bounds_are_met() -> None:
    """b = a = lambda_max where the covariance is a multiple of the identity."""
    for one in quotients().bounds:
        if one.answer == "proved":
            assert one.ratio is not None and abs(log(one.ratio)) < 1e-9


def test_hypotheses_are_supposed() -> None:
    found = discover("S", ["norm_w", "lambda_max"], assuming=["L == 1"])
    assert "S <= 2*lambda_max" in {one.statement for one in found.bounds if one.answer == "proved"}
    assert "L == 1" in found.given


@pytest.mark.parametrize("target, words, assuming, sentence", [
    ("S_mi", ["E"], [], "did you mean S_min"), ("S_min", ["E", "lamda"], [], "did you mean lambda_max"),
    ("b", ["b", "a"], [], "cannot bound itself"), ("b", ["L"], [], "at least one word besides L"),
    ("b", ["a"], ["nonsense"], ""), ("b", ["a", "Delta"], ["Delta == 0"], "is no positive number"),
])
def test_what_cannot_be_asked_is_answered_with_one_sentence(
    target: str, words: list[str], assuming: list[str], sentence: str
) -> None:
    with pytest.raises(ConjectureError) as caught:
        discover(target, words, assuming=assuming)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


def test_theories_of_ones_own_are_not_looked_at() -> None:
    theory = Theory("numbers", Setting("numbers", x=positive(), y=positive()))
    with pytest.raises(ConjectureError, match="built-in theory only"):
        flatcert.discover("x", ["y"], theory=theory)


def test_a_picture_of_two_exponents() -> None:
    bounds = tuple(Discovered("S_min >= ...", answer, below, True, {"b": "1/L", "E": "1"}, None)
                   for answer in ("proved", "refuted", "open") for below in (True, False))
    found = Discovery("S_min", ("L", "E", "b"), (), ("b", "E"), (), bounds, 0, 0.0)
    check_two(found)
    axes = exponents(found).axes
    assert len(axes) == 2 and all(len(one.collections) == 3 for one in axes)
    point = axes[0].collections[0].get_offsets()[0]
    assert tuple(point) == (pytest.approx(1 / 7), 1)
    with pytest.raises(ConjectureError, match="two free exponents"):
        check_two(quotients())


@pytest.mark.slow
def test_the_gap_of_the_least_sharpness() -> None:
    """Between the bracket and what is refuted one bound is open, with its constant at most 2."""
    found = discover("S_min", ["L", "E", "b", "lambda_max", "norm_w"])
    assert {one.statement for one in found.bounds if one.answer == "proved"} >= set(BRACKET)
    assert [(one.statement, round(one.ratio or 0, 6)) for one in found.extreme if one.answer == "open"] == [
        ("S_min >= E**(1 - 1/L)*lambda_max**(1/L)/1000", 2)]
