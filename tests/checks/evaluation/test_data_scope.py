"""Numbers of an instance by name: an index has another value in each term, and an exponent is an integer."""

from __future__ import annotations

from itertools import islice

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deciding.ways import decider
from flatcert.checks.evaluation.data_scope import DataScope
from flatcert.checks.evaluation.evaluate import UnknownNode, evaluate
from flatcert.checks.instances.data import make_data
from flatcert.kinds import real
from flatcert.language import Sum
from flatcert.theory.language.obligation import Obligation
from flatcert.theory.language.setting import Setting

j, k = sp.Symbol("j"), sp.Symbol("k")
NUMBERS = Setting("numbers", x=real())
x = NUMBERS["x"]


def value(expression: sp.Expr, at: str = "1/2") -> object:
    return evaluate(expression, DataScope(make_data(NUMBERS, {"x": at}), BallRing(64)))


@given(st.integers(0, 6), st.integers(0, 6))
def test_an_index_is_a_number_with_another_value_in_each_term(first: int, more: int) -> None:
    """The sum is compared with Gauss's formula, and two sums over one name do not know of each other."""
    last = first + more
    total = (last * (last + 1) - first * (first - 1)) // 2
    assert value(Sum(k, (k, first, last))) == total
    assert value(Sum(k, (k, first, last)) + Sum(k * x, (k, 1, 3))) == total + 3


def test_nested_sums() -> None:
    assert value(Sum(j * k, (j, 1, k), (k, 1, 3))) == 1 + 2 * 3 + 3 * 6


def test_the_sum_of_one_two_three_is_not_three() -> None:
    statement = Obligation("any", (Sum(k, (k, 1, 3)), "==", 3), space="any", setting=NUMBERS)
    found = decider(statement)
    assert {one.verdict for one in found.decide_all(list(islice(found.cases(0), 5)))} == {Verdict.REFUTED}


def test_an_exponent_that_is_no_integer_is_named() -> None:
    assert value(2**x, "3") == 8
    with pytest.raises(UnknownNode, match="x is no integer there"):
        value(2**x)
