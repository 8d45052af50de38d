"""The ways of deciding: every obligation has exactly one, and what it answers is repeated by its token."""

from __future__ import annotations

import pickle
import re
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from flatcert.checks.deciding.decider import Decider
from flatcert.checks.deciding.tokens import place, token
from flatcert.checks.deciding.verdicts import Verdict, shown
from flatcert.checks.deciding.ways import NotCertifiable, certifiable, decider
from flatcert.checks.deep_linear.deciding.along_flow import AlongFlow, AtLimit
from flatcert.checks.deep_linear.deciding.identities import Identity
from flatcert.checks.deep_linear.deciding.initial_values import Comparison, InitialValue
from flatcert.checks.deep_linear.deciding.on_instances import Exhibited, OnInstances
from flatcert.checks.deep_linear.deciding.probabilities import Probability
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.units import decide_unit, refute
from flatcert.theory.language.claim import Obligation
from flatcert.theory.library import BUILT_IN

OBLIGATIONS = [(claim.id, obligation) for claim in BUILT_IN for obligation in claim.obligations]
WAYS = (OnInstances, Exhibited, Identity, AlongFlow, AtLimit, InitialValue, Comparison, Probability)
ONE_OF_EACH = list({type(decider(obligation)): (name, obligation) for name, obligation in OBLIGATIONS}.values())
CASES = 3
READERS = {"deep_linear/deciding/ways.py", "deep_linear/certificates/trees.py", "deep_linear/words/table.py",
           "verifying/explain.py", "deep_linear/coq/printer.py", "cli/claims.py", "certificates/data_trees.py",
           "authoring/declaring.py", "authoring/proving/auto.py", "analysis/own_theories.py"}
"""The files of checks that read ``Obligation.decide``: one chooses the way, one compares words, five print it, two
refuse the ways that are for networks only, and one takes the inequalities among the claims of a theory for bounds."""


def label(part: Any) -> str:
    return part if isinstance(part, str) else part.name


def test_every_way_is_needed() -> None:
    """Each class decides an obligation of the registry, and each obligation is decided by one of these classes."""
    assert {type(decider(obligation)) for _, obligation in OBLIGATIONS} == set(WAYS)


def test_the_way_is_chosen_in_one_place() -> None:
    """No other module of checks tells the ways apart by the string that names one."""
    checks = Path(__file__).parents[3] / "checks"
    found = {file.relative_to(checks).as_posix() for file in checks.rglob("*.py")
             if re.search(r"\b(obligation|o|false|stated)\.decide\b(?!\()", file.read_text())}
    assert found == READERS


@pytest.mark.parametrize("claim_id, obligation", OBLIGATIONS, ids=label)
def test_answers_replay(claim_id: str, obligation: Obligation) -> None:
    """A case is made again by its name, and decided again with the same verdict, bits, route and values."""
    decides = decider(obligation)
    for case in islice(decides.cases(3), CASES if not isinstance(decides, AlongFlow) else 1):
        outcome = decides.decide(case)
        again = replay(token(claim_id, obligation.name, case.name))
        assert (again.verdict, again.bits, again.route) == (outcome.verdict, outcome.bits, outcome.route)
        assert (again.instance, again.values) == (case.describe(), shown(outcome.values))


@pytest.mark.parametrize("claim_id, obligation", ONE_OF_EACH, ids=label)
def test_a_false_obligation_has_a_counterexample_that_replays(claim_id: str, obligation: Obligation) -> None:
    false = obligation.mutants[0].of(obligation)
    found = refute(claim_id, false)
    assert found is not None
    again = replay(found.token)
    assert (again.verdict, again.instance) == (Verdict.REFUTED, found.instance)
    case = decider(false).named(place(found.token))
    assert decider(false).decide(case).verdict is Verdict.REFUTED


@pytest.mark.parametrize("claim_id, obligation", ONE_OF_EACH, ids=label)
def test_results_travel_between_processes(claim_id: str, obligation: Obligation) -> None:
    """A worker sends back what it tallied: nothing in it is bound to the process."""
    tally = decide_unit("flatcert", claim_id, obligation.name, 0, 2)
    assert tally.held and pickle.loads(pickle.dumps(tally)) == tally


@pytest.mark.parametrize("way", WAYS)
def test_a_way_says_what_it_is_about(way: type[Decider[Any]]) -> None:
    """Certificates exist for obligations about instances only; the others are refused by a sentence."""
    (_, obligation), *_ = [pair for pair in OBLIGATIONS if type(decider(pair[1])) is way]
    if way in (InitialValue, Comparison, Probability):
        with pytest.raises(NotCertifiable, match=f"^{way.about} are not in the format$"):
            certifiable(obligation)
    else:
        assert isinstance(certifiable(obligation), way)
