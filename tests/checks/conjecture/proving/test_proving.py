"""Conjectures that follow are proved, by derivations that the kernel accepts; what is false never is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import flatcert
from flatcert import Obligation, Theory
from flatcert.checks.attack.search import EFFORTS
from flatcert.checks.conjecture import answer as answering
from flatcert.checks.conjecture import read_conjecture, read_line
from flatcert.checks.conjecture.proving import known, remembered
from flatcert.checks.conjecture.proving.growing import CONCLUSION
from flatcert.checks.conjecture.proving.recognized import recognized
from flatcert.checks.conjecture.proving.search import Proved, prove
from flatcert.checks.conjecture.text import print_answer
from flatcert.rules import chain, sign
from flatcert.theory.language.quantities import L
from flatcert.theory.language.setting import DEEP_LINEAR
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.derivation import Derivation

FEW = 6


def lines(name: str) -> list[str]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def some_fast(name: str) -> list[object]:
    """The first lines of a file, and the other ones marked as slow."""
    every = lines(name)
    return [*every[:FEW], *(pytest.param(line, marks=pytest.mark.slow) for line in every[FEW:])]


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache directory of its own, and nothing of it in memory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    known.known.cache_clear()
    yield tmp_path
    known.known.cache_clear()


def found(line: str) -> Proved:
    proved = prove(read_line(line))
    assert proved is not None
    return proved


@pytest.mark.parametrize("line", some_fast("follows.txt"))
def test_what_follows_is_proved(line: str) -> None:
    """The derivation is checked afresh, says what was asked, and rests on hypotheses of the conjecture only."""
    stated, proved = read_line(line), found(line)
    derivation = Derivation("", proved.derivation.steps, {CONCLUSION: proved.derivation.yields[CONCLUSION]})
    assert derivation.ok(BUILT_IN)
    judgment = derivation.conclusion(CONCLUSION, BUILT_IN)
    assert (judgment.relation.lhs, judgment.relation.op, judgment.relation.rhs) == (
        stated.relation.lhs, stated.relation.op, stated.relation.rhs)
    supposed = {str(one) for one in stated.given} | {"lambda_min > 0" if "kappa" in stated.named else ""}
    assert set(map(str, judgment.facts)) <= supposed
    assert judgment.facts == proved.used


@pytest.mark.parametrize("line", some_fast("near_misses.txt"))
def test_near_misses_are_not_proved(line: str) -> None:
    assert prove(read_line(line)) is None


@pytest.mark.slow
@pytest.mark.parametrize("line", lines("near_misses.txt"))
def test_near_misses_are_false(line: str) -> None:
    assert answering.attacked(read_line(line), EFFORTS["ci"]).answer == "refuted"


def test_there_are_enough_of_both() -> None:
    assert len(set(lines("follows.txt"))) >= 34 and len(set(lines("near_misses.txt"))) >= 31


def test_nothing_is_stipulated_but_hypotheses_and_definitions() -> None:
    for line in lines("follows.txt")[:FEW]:
        assumed = {step.rule.name for step in found(line).derivation.steps if step.rule.assumes}
        assert assumed <= {"hypothesis", "definition"}


@pytest.mark.parametrize("statement, assuming", [
    ("S <= 8*L*lambda_max*norm_w**(2 - 2/L)", "theta <= 1/2, w == w*"),  # less than the 3/4 of the claim
    ("S <= S_min*(1 + (kappa - 1)/L)", "Delta == 0, w == w*"),  # another name for balanced
    ("norm_w_net**2 > 0", "kappa <= 7"),  # the weights are not zero at a minimizer
])
def test_hypotheses_that_follow_are_discharged(statement: str, assuming: str) -> None:
    stated = read_conjecture(statement, assuming)
    proved = prove(stated)
    assert proved is not None
    assert set(map(str, proved.used)) <= {*map(str, stated.given), "lambda_min > 0"}


def test_a_fact_that_a_file_makes_up_proves_nothing(empty_cache: Path) -> None:
    """The search takes the file at its word; the kernel looks up what is cited."""
    place = remembered.place()
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps([["b <= a", ["E > 0"], "sharpness-lower", "step 8"]]), encoding="utf-8")
    assert any(str(one.relation) == "b <= a" for one in known.known(BUILT_IN))
    assert prove(read_conjecture("b <= a")) is None
    assert prove(read_conjecture("a <= b")) is not None


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[[1]]", '[["S <= ", [], "x", "y"]]'])
def test_a_broken_file_costs_time_and_nothing_else(
        text: str, empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_steps", lambda claim, library: iter(()))
    remembered.place().parent.mkdir(parents=True)
    remembered.place().write_text(text, encoding="utf-8")
    assert prove(read_conjecture("a <= b")) is not None


def test_what_is_known_is_the_same_from_the_file(empty_cache: Path) -> None:
    computed = known.known(BUILT_IN)
    known.known.cache_clear()
    assert list(empty_cache.rglob("facts-*.json")) == [remembered.place()]
    assert set(known.known(BUILT_IN)) == set(computed)


def test_proved_and_its_chain() -> None:
    answer = flatcert.conjecture("S >= 2*L*lambda_min*norm_w**(2 - 2/L)", effort="quick")
    assert (answer.answer, answer.exit_code) == ("proved", 0)
    assert answer.proof is not None and answer.proof.supposed == ("E > 0", "minimizer", "plain")
    assert any("sharpness-lower" in reason for link in answer.proof.chain for reason in link.reasons)
    assert answer.proof.steps == len(answer.proof.derivation) and r"\begin{proof}" in answer.proof.latex
    assert answer.as_dict()["answer"] == "proved"


def test_a_proof_says_which_published_theorem_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """The theorem is false, and instances are too small to show that: the proof is good only if the theorem is."""
    theory, most = Theory("shallow", DEEP_LINEAR), 10**9
    theory.cite("depths", (L, "<=", most), reference="Nobody, 1900")
    claim = theory.claim("more", "More", Obligation("o", (L, "<=", most + 1), space="problem"), requires=("depths",))
    theory.proof(claim)(lambda p: {"o": chain(p, p.cite("depths", "statement"), sign(p, (most, "<=", most + 1)))})
    answer = flatcert.conjecture(f"L <= {most + 2}", effort="quick", theory=theory)
    assert answer.answer == "proved" and answer.proof is not None
    assert answer.proof.given == ("depths (Nobody, 1900)",)
    print_answer(answer, Console(width=80))
    assert "it is proved, given depths (Nobody, 1900)" in capsys.readouterr().out
    refuting = flatcert.conjecture("b <= a", effort="quick")
    both = replace(refuting, proof=answer.proof)
    assert (both.contradicts, both.exit_code) == (False, 1)  # the theorem may be false: that is no error of ours


def test_what_the_search_knew_from_the_cache_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    answer = flatcert.conjecture("S_balanced <= 2*norm_w**(2 - 2/L)*(lambda_max + (L - 1)*a)", effort="quick")
    assert answer.proof is not None and answer.proof.cached == ("balanced-sharpness (step 100)",)
    print_answer(answer, Console(width=200))
    assert "looked up in the cache, then recomputed by the kernel: balanced-sharpness (step 100)" in (
        capsys.readouterr().out)


@pytest.mark.parametrize("line, claims", [
    ("S >= 2*L*a*norm_p**(2/L)*norm_w**(2-2/L)", ["sharpness-lower/minimizers"]),
    ("S*norm_w**(2/L)/L >= 2*E", ["sharpness-lower/minimizers"]),  # in other words, and for p = 1
    ("trace_min == 2*L*E**(1-1/L)*trace_Sigma**(1/L)", ["min-trace/statement"]),
    ("S_min > 0", ["order-of-constants/least-sharpness-positive"]),
    ("S >= 2*L*a*norm_w**(2-2/L) | assuming any weights", []),  # without the hypothesis of the claim
    ("S > 2*L*a*norm_w**(2-2/L)", []),
    ("S <= 2*L*a*norm_w**(2-2/L)", []),
])
def test_a_known_claim_is_recognized(line: str, claims: list[str]) -> None:
    assert recognized(read_line(line), BUILT_IN) == tuple(claims)


def test_the_answer_names_the_claim_and_prints_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    answer = flatcert.conjecture("S >= 2*L*a*norm_w**(2-2/L)", effort="quick")
    print_answer(answer, Console(width=80))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "S >= 2*L*a*norm_w**(2-2/L)" and "  this is a claim: sharpness-lower (minimizers)" in lines
    assert answer.as_dict()["claims"] == ["sharpness-lower/minimizers"]


def test_contradictory_hypotheses_make_it_vacuous() -> None:
    answer = flatcert.conjecture("a <= b", assuming="kappa < 1", effort="quick")
    assert (answer.answer, answer.exit_code, answer.decided) == ("vacuous", 3, 0)
    assert "no instance" in answer.reason


def test_proved_and_refuted_at_once_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted proof of what only a deep attack refutes."""
    stated, right = read_conjecture("b <= a"), found("a <= b")
    refuting = answering.attacked(stated, EFFORTS["quick"])
    missing = replace(refuting, answer="not refuted", counterexample=None)
    monkeypatch.setattr(answering, "attacked", lambda stated, effort, seed=0: (
        missing if effort == answering.FIRST else refuting))
    monkeypatch.setattr(answering, "prove", lambda stated, library: right)
    answer = answering.answer(stated, EFFORTS["deep"])
    assert (answer.answer, answer.exit_code) == ("refuted", 4) and answer.proof is not None


def test_a_false_conjecture_is_refuted_before_a_proof_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "prove", lambda stated, library: pytest.fail("a proof was looked for"))
    assert flatcert.conjecture("b <= a").answer == "refuted"
