"""Conjectures on an executor: the answers are those of this process, in the order of the conjectures."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from flatcert.checks.conjecture import read_line
from flatcert.checks.conjecture.many import answers
from flatcert.checks.output.workers import SpawnWithoutMain

LINES = ["b <= a", "a <= b", "S >= 3*L*lambda_min*norm_w**(2 - 2/L) | assuming L >= 2"]


def test_an_executor_changes_no_answer() -> None:
    stated = [read_line(line) for line in LINES]
    here = answers(stated, "quick")
    with ProcessPoolExecutor(1, mp_context=SpawnWithoutMain()) as executor:
        there = answers(stated, "quick", executor=executor)
    assert [one.answer for one in here] == ["refuted", "proved", "refuted"]
    assert [replace(one, seconds=0) for one in there] == [replace(one, seconds=0) for one in here]
