"""Aiming: words of the vocabulary meet a number from both sides and exactly, and hypotheses are met together."""

from __future__ import annotations

from functools import partial

import pytest

from flatcert.checks.conjecture.answer import ConjectureQuestion
from flatcert.checks.conjecture.reading import read_line
from flatcert.checks.deciding.balls import compare
from flatcert.checks.deep_linear.deciding.hypotheses import predicate
from flatcert.checks.deep_linear.evaluation.scope import RealScope
from flatcert.checks.deep_linear.instances.instance import Instance
from flatcert.checks.deep_linear.instances.pool import instance

DRAWN = [instance("singled-out", 0, i) for i in range(20)]


def aimed(line: str, wanted: int = 80) -> tuple[ConjectureQuestion, list[Instance]]:
    stated = read_line(line)
    question = ConjectureQuestion(stated.obligation, stated.names)
    return question, question.aimed(DRAWN, wanted)


def answers(line: str) -> set[str]:
    question, cases = aimed(line)
    return {question.decide(case).verdict for case in cases}


@pytest.mark.parametrize("word", ["kappa", "lambda_min", "lambda_max", "lambda_pos", "trace_Sigma", "norm_w", "E", "a",
                                  "b", "S", "S_min", "S_balanced", "trace", "trace_min", "Delta", "theta", "sigma_max",
                                  "sigma_min", "norm_w_net", "frob", "norm_p", "L", "d"])
@pytest.mark.parametrize("number", ["17", "5/2"])
def test_words_meet_a_number_from_both_sides_and_exactly(word: str, number: str) -> None:
    if word in ("L", "d") and number != "17":
        return
    assert all({"held", "refuted"} <= answers(f"{word} {op} {number}") for op in "<>")
    assert "refuted" in answers(f"{word} != {number}")


@pytest.mark.parametrize("word", ["risk_gap", "norm_gradient"])
def test_numbers_that_only_other_weights_than_minimizers_have(word: str) -> None:
    assert {"held", "refuted"} <= answers(f"{word} < 17 | assuming any weights")
    assert {"held", "refuted"} <= answers(f"{word} > 17 | assuming any weights")


@pytest.mark.parametrize("hypotheses", [
    "theta <= 1/500, theta > 0", "theta == 1/7", "kappa == 2", "kappa >= 1.9999, kappa <= 2.0001",
    "theta == 1/7, L == 5", "kappa == 5, theta == 1/3", "kappa == 10**13", "lambda_min == 0, theta == 1/2",
    "norm_w == 3, kappa == 2", "lambda_min == 0, norm_w_net == norm_w", "E == 10, L == 1", "d == 7, kappa == 3",
    "L == 30, theta <= 1/1000", "Delta == 1/3, S == 10", "norm_p == 3, kappa == 2", "kappa <= 1.0001, kappa > 1",
    "norm_w_net == 5*norm_w/3", "theta == 1/3, kappa == 2, norm_w == 5", "L == 20, d == 9", "S == 3*S_min",
])
def test_hypotheses_are_met_exactly_and_together(hypotheses: str) -> None:
    question, cases = aimed(f"E > 0 | assuming {hypotheses}")
    met = [case for case in cases if question.decide(case).verdict == "held"]
    assert met
    for case in met[:3]:  # by the exact decision of each hypothesis alone
        for given in question.obligation.given:
            assert (predicate(given, case) if isinstance(given, str)
                    else compare(given, partial(RealScope, case)).verdict == "held")


def test_what_cannot_be_met_is_not_applicable() -> None:
    assert answers("E > 0 | assuming L == 1, theta > 0") == {"not applicable"}
    assert answers("E > 0 | assuming kappa < 1") == {"not applicable"}
