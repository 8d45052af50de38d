"""Conjectures whose truth is known, of the kinds that were answered wrongly once: ``conjectures.txt`` beside this file.

Special cases that no pool held together, equalities of zeros, parts that SymPy cancels, numbers far out, thin
hypotheses.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flatcert.checks.attack.search import EFFORTS
from flatcert.checks.conjecture.answer import attacked, read_at
from flatcert.checks.conjecture.reading import read_line

CORPUS = Path(__file__).with_name("conjectures.txt")
SEEN = [  # what was seen to be answered wrongly; the true ones decided nothing, or counted what is not defined
    ("norm_w_net > norm_w | assuming lambda_min == 0", False),
    ("risk_gap == 0", True),
    ("norm_gradient == 0", True),
    ("kappa <= 10**12", False),
    ("Delta == 0 | assuming theta <= 1/500", False),
    ("S <= S_balanced | assuming theta <= 1/500, w == w*", False),
    ("b <= a*1.05 | assuming kappa >= 1.9999, kappa <= 2.0001", False),
    ("b <= 1.12*a | assuming kappa == 2", False),
    ("theta != 1/2", False),
    ("L == 17 | assuming L >= 17", False),
    ("L >= 2 | assuming L != 1", True),
]


def corpus() -> list[tuple[str, bool]]:
    true, false = CORPUS.read_text(encoding="utf-8").split("# False")
    return [(line, truth) for part, truth in ((true, True), (false, False)) for line in part.splitlines()
            if line and not line.startswith("#")]


def test_the_corpus_is_large_and_no_line_stands_in_it_twice() -> None:
    lines = [line for line, _ in corpus()]
    assert len(lines) == len(set(lines)) >= 120
    assert sum(truth for _, truth in corpus()) >= 55


def _is_answered_rightly(line: str, truth: bool, effort: str, seed: int = 0) -> None:
    stated = read_line(line)
    found = attacked(stated, EFFORTS[effort], seed)
    assert found.answer == ("not refuted" if truth else "refuted"), found.reason
    assert found.decided > 0
    if found.counterexample is not None:
        assert read_at(stated, found.counterexample.exact).answer == "refuted"


@pytest.mark.parametrize("line, truth", SEEN)
def test_what_was_answered_wrongly_once_is_answered_rightly(line: str, truth: bool) -> None:
    _is_answered_rightly(line, truth, "quick")


@pytest.mark.slow
@pytest.mark.parametrize("line, truth", corpus())
def test_the_corpus_is_answered_rightly_in_quick(line: str, truth: bool) -> None:
    _is_answered_rightly(line, truth, "quick")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("line, truth", corpus()[::3])
def test_a_third_of_it_in_ci_with_other_seeds(line: str, truth: bool, seed: int) -> None:
    _is_answered_rightly(line, truth, "ci", seed)
