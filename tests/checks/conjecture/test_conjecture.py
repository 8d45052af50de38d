"""Conjectures: read exactly, attacked, and answered rightly."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import flatcert
from flatcert.checks.attack.search import EFFORTS
from flatcert.checks.conjecture import parser
from flatcert.checks.conjecture.answer import conjecture, read_at
from flatcert.checks.conjecture.errors import ConjectureError
from flatcert.checks.conjecture.language import language_of
from flatcert.checks.conjecture.reading import read_conjecture, read_line
from flatcert.checks.conjecture.scaling import rooms
from flatcert.checks.conjecture.sharpening import sharpen
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import E, L, S, S_min, lambda_max
from flatcert.theory.library import BUILT_IN

EXAMPLES = Path(__file__).parents[3] / "examples" / "conjectures.txt"
NETWORKS = language_of(BUILT_IN)
NAMES = tuple(NETWORKS.names)
parse_relation = partial(parser.parse_relation, language=NETWORKS)
parse_expression = partial(parser.parse_expression, language=NETWORKS)
parse_assumptions = partial(parser.parse_assumptions, language=NETWORKS)
PLACES = {name: Fraction(i + 2, 3) for i, name in enumerate(NAMES)} | {"L": Fraction(3), "d": Fraction(2)}
Valued = tuple[str, Fraction]
"""A formula, and its value at :data:`PLACES` by the arithmetic of Fraction."""

decimals = st.tuples(st.integers(0, 999), st.integers(0, 99)).map(
    lambda x: (f"{x[0]}.{x[1]:02}", x[0] + Fraction(x[1], 100)))
leaves = (st.sampled_from(NAMES).map(lambda name: (name, PLACES[name]))
          | st.integers(0, 99).map(lambda x: (str(x), Fraction(x))) | decimals)


def _joined(parts: tuple[Valued, str, Valued]) -> Valued | None:
    (left, x), op, (right, y) = parts
    if op == "/" and y == 0:
        return None
    value = {"+": lambda: x + y, "-": lambda: x - y, "*": lambda: x * y, "/": lambda: x / y}[op]()
    return f"({left}) {op} ({right})", value


def _larger(inner: st.SearchStrategy[Valued]) -> st.SearchStrategy[Valued]:
    pairs = st.tuples(inner, st.sampled_from("+-*/"), inner).map(_joined).filter(lambda x: x is not None)
    powers = st.tuples(inner, st.integers(0, 3)).map(lambda x: (f"({x[0][0]})**{x[1]}", x[0][1] ** x[1]))
    negative = inner.map(lambda x: (f"-({x[0]})", -x[1]))
    return pairs | powers | negative  # type: ignore[return-value]


@given(st.recursive(leaves, _larger, max_leaves=8))
def test_what_is_read_has_the_value_that_is_written(formula: Valued) -> None:
    """Twice: as written by hand, and as SymPy prints what was read."""
    text, value = formula
    places = {sp.Symbol(n): sp.Rational(v.numerator, v.denominator) for n, v in PLACES.items()}
    try:
        read = parse_expression(text)
    except ConjectureError as error:  # a denominator that cancels to zero for all values
        assert "zero" in str(error) or "too l" in str(error)
        return
    for expression in (read, parse_expression(str(read))):
        named = expression.subs({s: places[sp.Symbol(s.name)] for s in expression.free_symbols})
        assert Fraction(int(named.p), int(named.q)) == value


def test_every_name_of_the_vocabulary_is_read_as_itself() -> None:
    assert all(str(parse_expression(name)) == name for name in NAMES)
    assert parse_expression("E") == E  # not Euler's number


HOSTILE = [
    "", " ", "S", "1", "__import__('os')", "__import__('os').system('id') <= 1", "S.__class__ <= 1", "lambda x: 1",
    "(lambda: 1)() <= 1", "9**9**9 <= S", "S**1000000 <= 1", "(((9**1000)**1000)**1000) <= S", "2**(L**9) <= S",
    "a <= b <= E", "a < b > E", "S in S", "S is S", "not S", "S and E", "S <= True", "S <= None", "S <= 'x'",
    "S <= b'x'", "S <= ...", "S <= 1j", "1e400 <= S", "S <= 1.5e-400", "S <= " + "9" * 50, "S <= 1/0",
    "S <= 1/(L - L)", "S <= 0**-1", "S <= sqrt(-1)", "S <= sqrt(a, b)", "S <= sqrt(x=a)", "S <= max(a, b)",
    "S <= a if b else E", "S <= (a := b)", "S <= [a]", "S <= {a}", "S <= (a, b)", "S <= a[0]", "S <= a.b",
    "f'{S}' <= 1", "S <= a @ b", "S <= a // b", "S <= a % b", "S <= ~a", "S <= a << 9", "S <= a^2", "S <= *a",
    "S <= a; b", "import os", "S <= \x00", "1or 2 <= S", "S <= norm_w**norm_w", "n <= d", "Lamda <= 1",
    "sharpness_min <= 1", "zzz <= 1", "S<=" + "(" * 300 + "1" + ")" * 300, "S <= " + "-" * 1900 + "1",
    "S <= " + "+".join("1" * 900), "S = 1", "yield", "print(S) <= 1", "S <= 2**(1/L**3)",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:25]))
def test_what_is_no_conjecture_is_answered_with_one_sentence(text: str) -> None:
    with pytest.raises(ConjectureError) as caught:
        parse_relation(text)
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 500
    assert sentence[-1] in ".?"


@given(st.text(max_size=60) | st.text("SLEab0123456789.*/+-()<>=, _", max_size=40))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        relation = parse_relation(text)
    except ConjectureError:
        return
    assert {symbol.name for side in (relation.lhs, relation.rhs) for symbol in side.free_symbols} <= set(NAMES)


def test_unknown_names_are_answered_with_the_nearest_or_with_all() -> None:
    with pytest.raises(ConjectureError, match=r"did you mean S_min"):
        parse_relation("Smin <= 1")
    with pytest.raises(ConjectureError, match=r"the names are L, d, lambda_min.*norm_gradient.*theta\.$"):
        parse_relation("qqqq <= 1")
    with pytest.raises(ConjectureError, match="did you mean 'balanced'"):
        parse_assumptions("balancd")


@pytest.mark.parametrize("stated", [
    "S_min <= 2*L*E**(1 - 1/L)*lambda_max**(1/L)", (S_min, "<=", 2 * L * E ** (1 - 1 / L) * lambda_max ** (1 / L)),
    S_min <= 2 * L * E ** (1 - 1 / L) * lambda_max ** (1 / L),
    Relation(S_min, "<=", 2 * L * E ** (1 - 1 / L) * lambda_max ** (1 / L)),
], ids=["text", "sides", "SymPy", "Relation"])
def test_one_conjecture_in_four_forms(stated: Any) -> None:
    relation = read_conjecture(stated).relation
    assert (relation.lhs, relation.op, str(relation.rhs)) == (S_min, "<=", "2*E**(1 - 1/L)*L*lambda_max**(1/L)")


def test_what_sympy_decides_by_itself_is_asked_for_apart() -> None:
    with pytest.raises(ConjectureError, match="give the sides apart"):
        read_conjecture(2 * L >= L)
    assert flatcert.conjecture((2 * L, ">=", L), effort="quick").answer == "proved"


@pytest.mark.parametrize("side", [
    '__import__("pathlib").Path("executed").touch()', "open('executed', 'w')", [1], {"a": 1}, object(), None])
def test_nothing_that_is_given_is_evaluated(side: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a side, as a side of an assumption, or by what its ``repr`` looks like."""
    class Disguised:
        def __repr__(self) -> str:
            return '__import__("pathlib").Path("executed").touch()'

    monkeypatch.chdir(tmp_path)
    for given_side in (side, Disguised()):
        for statement, assuming in (((given_side, "<=", "S"), ()), (("S", "<=", given_side), ()),
                                    ("S <= S_min", [(given_side, "<=", "S")])):
            with pytest.raises(ConjectureError):
                read_conjecture(statement, assuming)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("side", [sp.E * S, sp.exp(1), sp.pi, sp.I, sp.exp(S), sp.Symbol("x"), sp.nan, sp.oo])
def test_a_symbol_of_sympy_is_taken_for_no_name(side: Any) -> None:
    """Euler's number prints as the signal energy does."""
    with pytest.raises(ConjectureError):
        read_conjecture((side, "<=", S))


def test_assumptions_may_be_absent_and_operators_are_known() -> None:
    assert read_conjecture("a <= b", None) == read_conjecture("a <= b")
    with pytest.raises(ConjectureError, match="no comparison"):
        read_conjecture(("a", "in", "b"))


@pytest.mark.parametrize("statement, widest", [
    ("frob**2 <= sigma_max**2 + L*Delta", 4), ("frob <= 2*sigma_max", 5), ("frob <= 1.5*sigma_max", 3)])
def test_layers_far_from_rank_one_are_tried(statement: str, widest: int) -> None:
    """``W_1 = I`` below ``(1, 0, ..., 0)`` refutes each by hand from that width on, and none narrower."""
    found = conjecture(statement, effort="quick").counterexample
    assert found is not None
    assert max(len(layer) for layer in found.instance["weights"]) <= widest


def test_depths_are_shrunk_as_well() -> None:
    found = conjecture("L <= 12", effort="quick").counterexample
    assert found is not None
    assert found.instance["weights"] == [[["1"]]] * 13


@pytest.mark.parametrize("form", ["frob <= 3*sigma_max", "trace >= S*d"])
def test_no_constant_is_proposed_that_depends_on_the_size(form: str) -> None:
    """The best ones for dimension ``d`` are its root and its inverse."""
    found = sharpen(read_conjecture(form), EFFORTS["quick"])
    assert found.constant is None
    assert "ever larger" in found.evidence


def test_what_is_supposed() -> None:
    def given_by(*arguments: Any, **options: Any) -> list[str]:
        return [str(g) for g in read_conjecture(*arguments, **options).given]

    assert given_by("a <= b") == ["E > 0", "plain"]
    assert given_by("S_min <= norm_p") == ["E > 0"]
    assert given_by("S <= E", ["balanced", L >= 2]) == ["E > 0", "plain", "minimizer", "balanced", "L >= 2"]
    assert given_by("S <= E", any_weights=True) == ["E > 0", "plain"]
    assert given_by("a <= b", (S, "<=", E)) == ["E > 0", "plain", "minimizer", "S <= E"]


ONE = '{"covariance": [[1, 0], [0, 4]], "weights": [[[3, 4], [0, 0]], [[2, 0]]]}'


@pytest.mark.parametrize("statement", [
    "frob == 5", "sigma_min == 2", "d == 2", "L == 2", "norm_w_net**2 == 100", "norm_w == 10", "sigma_max == 5",
    "E == 36 + 256", "a == 2.92", "b == (36 + 16*64)/292", "lambda_max == 4", "lambda_min == 1", "kappa == 4",
    "lambda_pos == 1", "norm_q1 == 2", "norm_p == 1", "trace_Sigma == 5", "risk_gap == 0", "norm_gradient == 0",
    "trace == 2*(4*5 + (9 + 64))", "trace_min == 4*sqrt(292*5)", "Delta == 21",
    "theta == 2.1",
])
def test_names_mean_what_they_say(statement: str) -> None:
    """By hand: W_1 = (3, 4; 0, 0), W_2 = (2, 0), Sigma = diag(1, 4), so w = (6, 8)."""
    assert read_at(read_conjecture(statement, any_weights=True), ONE).answer == "not refuted"


def test_sharpness_of_balanced_minimizers() -> None:
    """``2 |w| lambda_max(Sigma + Sigma^{1/2} ww^T Sigma^{1/2}/|w|^2)`` at ``w = e_2``, ``Sigma = diag(1, 4)``."""
    case = '{"covariance": [[1, 0], [0, 4]], "weights": [[[0, 1]], [[1]]]}'
    assert read_at(read_conjecture("S_balanced == 16"), case).answer == "not refuted"
    assert read_at(read_conjecture("S == S_balanced"), case).answer == "not refuted"


def expected() -> list[tuple[str, str]]:
    text = EXAMPLES.read_text(encoding="utf-8")
    true, false = text.split("# False")
    lines = [(line.partition("#")[0].strip(), answer) for part, answer in ((true, "not refuted"), (false, "refuted"))
             for line in part.splitlines()[0 if answer == "not refuted" else 1:]]
    return [pair for pair in lines if pair[0]]


FOLLOWING = [line for line, answer in expected() if answer == "not refuted" and "kappa + 1" not in line]
"""All true ones but the inequality of Kantorovich."""


def test_there_are_five_true_and_five_false_examples() -> None:
    assert [answer for _, answer in expected()] == ["not refuted"] * 5 + ["refuted"] * 5


@pytest.mark.parametrize("line, answer", expected(), ids=lambda x: x[:30])
def test_examples_are_answered_rightly(line: str, answer: str) -> None:
    stated = read_line(line)
    found = conjecture(stated.relation, assuming=[g for g in stated.given if g not in ("E > 0", "plain", "minimizer")],
                       any_weights="minimizer" not in stated.given)
    assert found.answer == ("proved" if line in FOLLOWING else answer)
    assert found.decided >= 20 or answer == "refuted"
    if answer == "refuted":
        assert found.counterexample is not None
        assert max(int(x) for x in re.findall(r"\d+", str(found.counterexample.instance))) <= 100


def test_room_is_seen_where_it_is() -> None:
    """``kappa`` to the power ``1/L`` too much: the statement leaves exactly that exponent at depth 1."""
    found = conjecture("S_min <= 2*L*E**(1 - 1/L)*lambda_max**(1/L)*kappa", effort="quick")
    kappa = next(room for room in found.scaling if room.quantity == "kappa")
    assert found.answer == "proved" and kappa.highest == pytest.approx(1, abs=1e-6)
    assert conjecture("b <= a", effort="quick").scaling == ()


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0.1, 9)), min_size=1, max_size=9))
def test_room_keeps_every_instance_on_the_right_side(pairs: list[tuple[float, float]]) -> None:
    """With the exponent at the end of the room, and the best constant, no slack becomes negative."""
    (room,) = rooms([(slack, {"x": x}) for slack, x in pairs])
    least = min(slack for slack, _ in pairs)
    for end in (room.lowest, room.highest):
        for slack, x in pairs if end is not None else ():
            margin = slack - least - float(end or 0) * float(sp.log(x).evalf())
            assert margin >= -1e-6 * max(1.0, abs(float(end or 0)))


@pytest.mark.parametrize("form, best", [
    ("S_min <= 7*L*lambda_max*norm_w**(2 - 2/L)", "S_min <= 2*L*lambda_max*norm_w**(2 - 2/L)"),
    ("S >= L*E**(1 - 1/L)*b**(1/L)/10", "S >= 2*E**(1 - 1/L)*L*b**(1/L)"),
    ("sigma_max**(2*L) - (L - 1)*Delta*sigma_max**(2*L - 2) <= 3*norm_w_net**2",
     "-Delta*sigma_max**(2*L - 2)*(L - 1) + sigma_max**(2*L) <= norm_w_net**2"),
])
def test_the_best_constant_is_found_and_anything_beyond_it_refuted(form: str, best: str) -> None:
    found = sharpen(read_conjecture(form), EFFORTS["quick"])
    assert (found.statement, found.attained) == (best, True)
    assert found.beyond is not None


def test_no_constant_is_proposed_where_none_holds() -> None:
    found = sharpen(read_conjecture("S <= S_min"), EFFORTS["quick"])
    assert found.statement is None and "larger violations" in found.evidence


def test_nothing_decided_is_said_so() -> None:
    found = conjecture("a <= b", assuming="L >= 2, L == 1", effort="quick")
    assert (found.answer, found.exit_code, found.decided) == ("undecided", 3, 0)


@pytest.mark.parametrize("text", [
    "{", "[]", "{}", '{"covariance": [["1"]]}', '{"covariance": [["1"]], "weights": [[["x"]]]}',
    '{"covariance": [["-1"]], "weights": [[["1"]]]}', '{"covariance": [[1, 2], [0, 1]], "weights": [[[1, 1]]]}',
    '{"covariance": [["1"]], "weights": [[["1", "2"]]]}', '{"covariance": [["1"]], "weights": []}',
    '{"covariance": [["1"]], "weights": [[["1"]]], "regressor": ["1", "2"]}',
    '{"covariance": [["1"]], "weights": [[["1"]]], "readout": ["0"]}', "null", "3", "[" * 100000,
])
def test_what_is_no_instance_is_answered_with_one_sentence(text: str) -> None:
    with pytest.raises(ConjectureError, match=r"^An instance is JSON .*\.$"):
        read_at(read_conjecture("a <= b"), text)
