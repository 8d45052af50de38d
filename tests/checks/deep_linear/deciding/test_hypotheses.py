"""Named hypotheses, decided by what they say."""

from __future__ import annotations

from functools import partial
from itertools import islice

import pytest
import sympy as sp
from flint import ctx

from flatcert.checks.deciding.balls import compare
from flatcert.checks.deep_linear.deciding.hypotheses import at_depth, predicate
from flatcert.checks.deep_linear.deciding.on_instances import OnInstances
from flatcert.checks.deep_linear.evaluation.scope import RealScope, holds
from flatcert.checks.deep_linear.instances.instance import make
from flatcert.checks.deep_linear.words.hypotheses import drawn
from flatcert.checks.deep_linear.words.instances import compared
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.hypotheses import HYPOTHESES, stated
from flatcert.theory.language.nodes import Relation
from flatcert.theory.library import BUILT_IN

LAYERS = BUILT_IN.claim("singular-values").obligation("layers")
SAID_OTHERWISE = [name for name, one in stated().items() if one.in_proofs is not None]


@pytest.mark.parametrize("name", SAID_OTHERWISE)
def test_what_derivations_conclude_holds_wherever_the_hypothesis_does(name: str) -> None:
    """It is typed beside the relations, in the words of derivations."""
    conclusion = HYPOTHESES[name].in_proofs
    assert conclusion is not None
    cases = [case for case in (*compared(), *drawn()) if predicate(name, case)]
    assert cases
    for case in cases:
        found = holds(conclusion, case) if name == "w* eigenvector" else compare(
            conclusion, partial(RealScope, case)).verdict == "held"
        assert found, case.name


def test_an_instance_knows_whether_it_is_a_minimizer_as_the_relations_say() -> None:
    answers = set()
    for case in (*compared(), *drawn(), *islice(OnInstances(LAYERS).cases(0), 60)):
        answers.add(case.is_minimizer)
        assert predicate("minimizer", case) == case.is_minimizer
    assert answers == {True, False}


@pytest.mark.parametrize("name", stated())
def test_a_depth_decides_what_is_about_depths(name: str) -> None:
    answers = [at_depth(name, depth) for depth in (1, 2, 3)]
    stated_ = {"L >= 2": [False, True, True], "L >= 3": [False, False, True], "L == 1": [True, False, False]}
    assert answers == stated_.get(name, [None] * 3)


def test_relations_are_decided_exactly() -> None:
    """By no float and no ball: the sides differ by ``2^-200``, or not at all."""
    case = make("case", [[2]], [[[1]], [["1/3"]]], regressor=["1/3"])
    near = Q.E + sp.Rational(1, 2**200)
    for op, equal, other in (("<", False, True), ("<=", True, True), ("==", True, False), ("!=", False, True),
                             (">=", True, False), (">", False, False)):
        assert holds(Relation(Q.E, op, 2 * Q.norm_w**2), case) is equal
        assert holds(Relation(Q.E, op, near), case) is other
    assert holds(Relation(Q.w, "==", Q.w_star), case) and not holds(Relation(Q.w, "!=", Q.w_star), case)
    assert not holds(Relation(Q.w, "==", 2 * Q.w_star), case)
    assert ctx.prec == 53
