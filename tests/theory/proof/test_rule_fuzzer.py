"""What the rules accept holds on the instances; and soundness bugs that are planted are found."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from planted_bugs import BUGS, Bug, planted
from rule_fuzzer import Attempt, Found, accepted, inferred, outcome, searched, shipped
from step_changes import attempts
from step_grammar import of_layers, truths

from flatcert.checks.deep_linear.second_line.judging import decided
from flatcert.theory.algebra.normal_form import NotNormal
from flatcert.theory.proof.derivation import Refused

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # an alarm in a callback
MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
"""How long the fuzzer runs, from a random start; 0: a fixed number of steps that are always the same."""
TRIES = 2_500
TRIES_OF_THE_SEARCH = 1_000
TRIES_AT_A_BUG = 25_000
"""Some bugs are seen once in a thousand steps, and which steps are tried depends on how sets are ordered."""
_settings = settings(deadline=None, database=None, derandomize=not MINUTES, suppress_health_check=list(HealthCheck),
                     print_blob=False)


def test_what_the_fuzzer_takes_for_true_is_not_false() -> None:
    assert not [judgment for judgment in (*truths(), *of_layers()) if decided(judgment).contradiction]


@pytest.mark.slow
def test_steps_of_derivations_are_accepted_as_they_are() -> None:
    steps = [attempt for found in shipped().values() for _claim, attempt in found[:2]]
    assert len(steps) > 100
    assert not [attempt for attempt in steps if accepted(attempt) is None]


@pytest.mark.slow
@pytest.mark.parametrize("steps", [shipped, searched], ids=["theory", "search"])
def test_what_the_rules_accept_holds_on_the_instances(steps: Callable[[], Mapping[str, Any]]) -> None:
    """Changed steps of all rules, and built ones: none that is accepted is false, or undefined, on an instance.

    The steps are those of the theory, or those that the search wrote for conjectures.
    """
    tried: Counter[str] = Counter()

    tries = TRIES if steps is shipped else TRIES_OF_THE_SEARCH

    @settings(_settings, max_examples=500 if MINUTES else tries, phases=[Phase.generate, Phase.shrink])
    @given(attempts(steps=steps))
    def holds(attempt: Attempt) -> None:
        how, wrong = outcome(attempt)
        tried[how] += 1
        assert wrong is None, f"{wrong}"

    steps()
    until = monotonic() + 30 * MINUTES  # half of the time for each
    holds()
    while monotonic() < until:
        holds()
    print(dict(tried))
    assert tried["evaluated"] > tried.total() / 10


class _Seen(BaseException):
    """The fuzzer has found something, and Hypothesis need not look further, nor shrink it."""


def found(bug: Bug, tries: int) -> Found | None:
    """What the fuzzer finds wrong of the rules that a bug is in."""
    seen: list[Found] = []

    @settings(_settings, max_examples=tries, phases=[Phase.generate])
    @given(attempts(bug.rules))
    def look(attempt: Attempt) -> None:
        _how, wrong = outcome(attempt)
        if wrong:
            seen.append(wrong)
            raise _Seen

    with planted(bug):
        try:
            look()
        except _Seen:
            return seen[0]
    return None


@pytest.mark.fuzz
@pytest.mark.parametrize("bug", [bug for bug in BUGS if not bug.unseen], ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    shipped()  # is checked before the bug is there
    wrong = found(bug, TRIES_AT_A_BUG)
    assert wrong is not None
    assert any(refused(attempt) for attempt in wrong.chain), f"the bug is not what makes it wrong: {wrong}"


def refused(attempt: Attempt) -> bool:
    try:
        inferred(attempt)
    except (Refused, NotNormal):
        return True
    return False


def test_nine_of_ten_planted_bugs_are_found() -> None:
    unseen = [bug for bug in BUGS if bug.unseen]
    assert len(BUGS) >= 40 and len(unseen) <= len(BUGS) / 10
    assert len({bug.name for bug in BUGS}) == len(BUGS)


def test_a_bug_is_planted_for_a_time_only() -> None:
    """Each can be planted: the line that it changes is there."""
    for bug in BUGS:
        codes = [edit[0].__code__ for edit in bug.edits if hasattr(edit[0], "__code__")]
        with planted(bug):
            assert all(edit[0].__code__ is not code for edit, code in zip(
                [e for e in bug.edits if hasattr(e[0], "__code__")], codes, strict=True))
        assert [edit[0].__code__ for edit in bug.edits if hasattr(edit[0], "__code__")] == codes
