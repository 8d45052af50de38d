"""A conjecture says what its text says: where a part of the text is not defined, nothing is decided."""

from __future__ import annotations

import operator
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from flatcert.checks.conjecture.answer import read_at
from flatcert.checks.conjecture.errors import ConjectureError
from flatcert.checks.conjecture.language import language_of
from flatcert.checks.conjecture.parser import parse_relation
from flatcert.checks.conjecture.reading import read_conjecture, read_line
from flatcert.checks.verifying.replay import replay
from flatcert.theory.library import BUILT_IN

NETWORKS = language_of(BUILT_IN)
PLACES = {"theta": Fraction(0), "Delta": Fraction(0), "sigma_min": Fraction(2), "S": Fraction(0), "a": Fraction(1),
          "b": Fraction(3, 2), "L": Fraction(2), "d": Fraction(1), "norm_w_net": Fraction(1), "lambda_min": Fraction(1)}
"""Values that the assumptions on the names allow, with many zeros. Each quantity exists."""
Read = tuple[str, Fraction | None]
"""A formula, and its value at :data:`PLACES`, None where a part of it is not defined."""
LEAVES = st.sampled_from(sorted(PLACES)).map(lambda name: (name, PLACES[name])) | st.integers(0, 3).map(
    lambda x: (str(x), Fraction(x)))
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def _joined(parts: tuple[Read, str, Read]) -> Read:
    (left, x), op, (right, y) = parts
    defined = x is not None and y is not None and not (op == "/" and y == 0)
    return f"({left}) {op} ({right})", OPERATIONS[op](x, y) if defined else None


def _raised(parts: tuple[Read, int]) -> Read:
    (text, x), power = parts
    return f"({text})**({power})", None if x is None or (x == 0 and power <= 0) else x**power


def _larger(inner: st.SearchStrategy[Read]) -> st.SearchStrategy[Read]:
    return (st.tuples(inner, st.sampled_from("+-*/"), inner).map(_joined)
            | st.tuples(inner, st.integers(-2, 3)).map(_raised)
            | inner.map(lambda x: (f"abs({x[0]})", None if x[1] is None else abs(x[1]))))


def _holds(relation: sp.Basic, op: str) -> bool:
    value = relation.subs({s: sp.Rational(PLACES[s.name].numerator, PLACES[s.name].denominator)
                           for s in relation.free_symbols})
    return {"!=": value != 0, ">": value > 0, ">=": value >= 0}[op]


@given(st.recursive(LEAVES, _larger, max_leaves=7))
def test_the_conditions_hold_exactly_where_every_part_is_defined(formula: Read) -> None:
    text, value = formula
    try:
        read = parse_relation(f"{text} >= 0", NETWORKS)
    except ConjectureError:  # undefined wherever one looks, or too large
        assume(False)
    assert all(_holds(c.lhs - c.rhs, c.op) for c in read.conditions) == (value is not None)
    assert str(read) == f"{text} >= 0"


BALANCED = '{"covariance": [["1", "0"], ["0", "4"]], "weights": [[["1", "0"]], [["1"]]]}'
UNBALANCED = '{"covariance": [["1", "0"], ["0", "4"]], "weights": [[["1", "0"]], [["2"]]]}'
SINGULAR = '{"covariance": [["1", "0"], ["0", "0"]], "weights": [[["1", "0"]], [["2"]]]}'


@pytest.mark.parametrize("statement, undefined, defined", [
    ("theta/theta == 1", BALANCED, UNBALANCED), ("theta/theta == 2", BALANCED, None),
    ("0*(1/theta) == 0", BALANCED, UNBALANCED), ("1/theta - 1/theta == 0", BALANCED, UNBALANCED),
    ("Delta**0 == 1", BALANCED, UNBALANCED), ("theta**2/theta <= 5", BALANCED, UNBALANCED),
    ("theta*theta**-1 <= 1", BALANCED, UNBALANCED), ("Delta**(2 - L) == 1", BALANCED, UNBALANCED),
    ("Delta**(L - 1) >= 0", None, BALANCED), ("sqrt(Delta)**2 == Delta", None, BALANCED),
    ("kappa - kappa == 0", SINGULAR, BALANCED), ("0*kappa == 0", SINGULAR, UNBALANCED),
    ("kappa**0 == 1", SINGULAR, BALANCED), ("sqrt(a - 2)**2 == a - 2", BALANCED, None),
    ("sqrt(2 - a)**2 == 2 - a", None, BALANCED), ("(a - 2)**(1/L)*0 == 0", BALANCED, None),
    ("sqrt(sqrt(theta) - 1)*0 == 0", BALANCED, UNBALANCED),
])
def test_an_instance_where_a_part_is_not_defined_decides_nothing(
    statement: str, undefined: str | None, defined: str | None
) -> None:
    if undefined is not None:
        found = read_at(read_conjecture(statement), undefined)
        assert (found.answer, found.decided) == ("undecided", 0)
        assert "not defined" in found.reason
    if defined is not None:
        assert read_at(read_conjecture(statement), defined).answer == "not refuted"


def test_hypotheses_are_read_as_they_are_written_as_well() -> None:
    stated = read_conjecture("Delta >= 7", "theta/theta == 1")
    assert read_at(stated, BALANCED).answer == "undecided"
    assert read_at(stated, UNBALANCED).answer == "refuted"


@pytest.mark.parametrize("statement", ["theta/theta == 1", "kappa - kappa == 0.10", "2.50*a <= b | assuming S/S == 1"])
def test_the_text_is_kept(statement: str) -> None:
    """Also by a line read again, and by sides that are texts; a name that cancels still says what is supposed."""
    stated = read_line(statement)
    assert stated.line == statement
    assert read_line(stated.line) == stated
    sides = str(stated.relation).split(" ")
    assert str(read_conjecture((" ".join(sides[:-2]), sides[-2], sides[-1])).relation) == str(stated.relation)
    assert ("minimizer" in stated.given) == ("theta" in statement or "S" in statement)


def test_a_replay_keeps_to_the_text() -> None:
    assert replay(f"conjecture/theta/theta == 2@{BALANCED}").verdict == "not applicable"
    assert replay(f"conjecture/theta/theta == 2@{UNBALANCED}").verdict == "refuted"


@pytest.mark.parametrize("text", ["0**0 == 1", "(a - a)**0 == 1", "1/(theta - theta) == 1", "0**-1 == 0"])
def test_what_is_defined_nowhere_is_refused(text: str) -> None:
    with pytest.raises(ConjectureError, match="divides by zero"):
        parse_relation(text, NETWORKS)
