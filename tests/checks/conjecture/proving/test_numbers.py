"""Conjectures in the words of a theory about numbers are proved by `auto`, with the hypotheses that they need."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flatcert
from flatcert import Setting, Theory
from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.checks.conjecture import language_of, read_conjecture
from flatcert.checks.conjecture.proving import search
from flatcert.checks.conjecture.proving.growing import CONCLUSION
from flatcert.checks.conjecture.proving.search import prove
from flatcert.kinds import matrix, positive, real, size
from flatcert.theory.language.nodes import Relation
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import NO_CLAIM, Derivation
from flatcert.theory.proof.rules.inequalities import sign
from flatcert.theory.proof.rules.logic import hypothesis

NUMBERS = load(reference_of_text(str(Path(__file__).parents[4] / "examples" / "theories" / "estimates.py")))
SETTING = Setting("numbers and a matrix", x=positive(), r=real(), A=matrix(size("m"), size("n")))
WORDS = Theory("words", SETTING)
WORDS.quantity("double", 2 * SETTING["x"])
WORDS.hypothesis("small", (SETTING["x"], "<=", 1))

FOLLOW = [
    ("x < 20*z + 2", "x < 2*y, y < 3*z + 1", {"x < 2*y", "y < 3*z + 1"}), ("x*y <= (x + y)**2/4", "", set()),
    ("x*y*z <= ((x + y + z)/3)**3", "", set()), ("x <= 15*y", "x <= 3, y >= 1/5, z <= 1", {"x <= 3", "y >= 1/5"}),
    ("Max(x, y) <= x + y", "", set()), ("x**2*y <= 4*z**3", "x <= 2*z, y <= z", {"x <= 2*z", "y <= z"}),
    ("x/y + y/x >= 2", "", set()), ("x + y + z >= 3", "x*y*z >= 1", {"x*y*z >= 1"}),
]
NEAR = [("x < 5*z + 2", "x < 2*y, y < 3*z + 1"), ("x*y < (x + y)**2/4", ""), ("x*y*z <= 0.99*((x + y + z)/3)**3", ""),
        ("x <= 14.9*y", "x <= 3, y >= 1/5"), ("Max(x, y) <= 0.99*(x + y)", ""), ("x/y + y/x >= 2.01", ""),
        ("x + y + z > 3", "x*y*z >= 1"), ("x**2*y <= 4*z**3", "x <= 2*z")]


@pytest.mark.parametrize("text, assuming, used", FOLLOW, ids=[one[0] for one in FOLLOW])
def test_what_follows_is_proved_from_what_it_needs(text: str, assuming: str, used: Iterable[str]) -> None:
    """The derivation is checked afresh."""
    found = flatcert.conjecture(text, assuming=assuming, theory=NUMBERS, effort="quick")
    assert (found.answer, found.exit_code) == ("proved", 0)
    assert found.proof is not None and set(found.proof.supposed) == set(used)
    stated = read_conjecture(text, assuming, language=language_of(NUMBERS))
    proved = prove(stated, NUMBERS)
    assert proved is not None
    again = Derivation(NO_CLAIM, proved.derivation.steps, dict(proved.derivation.yields))
    assert again.ok(NUMBERS)
    relation = again.conclusion(CONCLUSION, NUMBERS).relation
    assert stated.relation.sides in (relation.sides, relation.flipped().sides)


@pytest.mark.parametrize("text, assuming", NEAR)
def test_near_misses_are_not_proved(text: str, assuming: str) -> None:
    assert prove(read_conjecture(text, assuming, language=language_of(NUMBERS)), NUMBERS) is None


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 12))
def test_a_bound_of_a_linear_chain_is_proved_exactly_if_it_follows(a: int, b: int, c: int) -> None:
    stated = read_conjecture(f"x <= {c}*z", f"x <= {a}*y, y <= {b}*z", language=language_of(NUMBERS))
    assert (prove(stated, NUMBERS) is not None) == (c >= a * b)


def test_the_chain_runs_from_the_smaller_side_to_the_larger_one() -> None:
    found = flatcert.conjecture("x + y + z >= 3", assuming="x*y*z >= 1", theory=NUMBERS, effort="quick")
    assert found.proof is not None
    first, *_, last = found.proof.chain
    assert first.statement.startswith("3 <= ") and first.reasons == ("supposed: x*y*z >= 1",)
    assert last.statement == "<= x + y + z" and last.reasons == ("inequality of means",)


def test_words_and_named_hypotheses_of_the_theory() -> None:
    found = flatcert.conjecture("double <= 2", assuming="small", theory=WORDS, effort="quick")
    assert found.answer == "proved"
    assert flatcert.conjecture("double <= 1.99", assuming="small", theory=WORDS, effort="quick").answer == "refuted"


def test_what_is_about_matrices_stays_open() -> None:
    assert flatcert.conjecture("norm_squared(A) >= 0", theory=WORDS, effort="quick").answer == "not refuted"
    ignored = flatcert.conjecture("x <= 2", assuming="x <= 1, norm_squared(A) <= 1", theory=WORDS, effort="quick")
    assert ignored.answer == "proved"


def test_contradictory_hypotheses_make_it_vacuous() -> None:
    found = flatcert.conjecture("x <= y", assuming="x <= z/2, z <= x", theory=NUMBERS, effort="quick")
    assert (found.answer, found.exit_code) == ("vacuous", 3)


def test_what_the_search_proposes_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A derivation that the kernel refuses, of another statement, or from a hypothesis that is not made, is none."""
    stated = read_conjecture("r <= x", language=language_of(WORDS.library))
    x, r = SETTING["x"], SETTING["r"]
    other = Proof(NO_CLAIM, WORDS.library)
    right = other.done({CONCLUSION: sign(other, (0, "<=", x))})
    for step in (right, _supposing(r, x)):
        monkeypatch.setattr(search, "proposals", lambda *_, step=step: iter([step]))
        assert prove(stated, WORDS.library) is None


def _supposing(smaller: object, larger: object) -> Derivation:
    p = Proof(NO_CLAIM, WORDS.library)
    return p.done({CONCLUSION: hypothesis(p, Relation(smaller, "<=", larger))})
