"""The adversary: equality reached where it is declared, falsehoods found and made small, nothing decided by floats."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from flatcert.checks.attack.adversary import adversary_unit, attack, attackable, tightest
from flatcert.checks.attack.points import roundings
from flatcert.checks.attack.question import Question
from flatcert.checks.attack.search import EFFORTS
from flatcert.checks.attack.shrinking import shrink
from flatcert.checks.attack.simpler import complexity
from flatcert.checks.conjecture.answer import conjecture
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.attack.variations import Chain, Free
from flatcert.checks.deep_linear.deciding.hypotheses import predicate
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.strategies import small_instances
from flatcert.numeric.linalg.rational import is_psd
from flatcert.theory.language.claim import Mutant, Obligation
from flatcert.theory.library import BUILT_IN

INEQUALITIES = [(c.id, o) for c in BUILT_IN for o in c.obligations if attackable(o)]
FEW = {"sharpness-lower-tight", "min-sharpness-bracket", "norm-control", "balanced-sharpness"}
FALSE = [(c, o, m) for c, o in INEQUALITIES if c in FEW for m in o.mutants]


def label(part: object) -> str:
    return part if isinstance(part, str) else part.name if isinstance(part, Obligation) else (
        part.label if isinstance(part, Mutant) else repr(part))


@pytest.mark.parametrize("claim_id", sorted(FEW))
def test_equality_is_reached_where_it_is_declared(claim_id: str) -> None:
    """And no true statement is refuted."""
    found = adversary_unit("flatcert", claim_id)
    assert found
    for name, result in found.items():
        assert result.counterexample is None, name
        assert result.decided >= 10
        if BUILT_IN.claims[claim_id].obligation(name).tight:
            assert result.ratio is not None and result.ratio <= 1 + 1e-6, (name, result.ratio)


@pytest.mark.slow
@pytest.mark.parametrize("claim_id, obligation", INEQUALITIES, ids=label)
def test_every_inequality_withstands_and_the_tight_ones_are_tight(claim_id: str, obligation: Obligation) -> None:
    found = tightest(obligation)
    assert found.counterexample is None
    assert not obligation.tight or (found.ratio is not None and found.ratio <= 1 + 1e-6)


@pytest.mark.parametrize("claim_id, obligation, mutant", FALSE, ids=label)
def test_falsehoods_are_found_and_made_small(claim_id: str, obligation: Obligation, mutant: Mutant) -> None:
    """The counterexample is decided again from what was written down of it."""
    false = mutant.of(obligation)
    found = attack(Question(false), EFFORTS["quick"]).counterexample
    assert found is not None
    case = make("again", found.instance["covariance"], found.instance["weights"], readout=found.instance["readout"],
                regressor=found.instance["regressor"])
    assert decider(false).decide(case).verdict == "refuted"
    assert max(case.widths) <= 2 and case.depth <= 4
    entries = [fmpq(*map(int, (x.p, x.q))) for layer in case.weights for x in layer.flat]
    assert max(max(abs(x.p), x.q) for x in entries) <= 100


def test_the_search_is_a_function_of_its_seed_and_its_result_travels() -> None:
    norm = BUILT_IN.claim("norm-control").obligation("norm")
    first, second = (replace(tightest(norm, 3), seconds=0.0) for _ in range(2))
    assert first == second
    assert pickle.loads(pickle.dumps(first)) == first


def test_optimization_finds_what_no_family_holds() -> None:
    """``1 + theta/4`` bounds all scalar layers of depth 2; a wider network violates it by little."""
    found = conjecture("S <= 2*L*lambda_max*norm_w_net**(2 - 2/L)*(1 + theta/4)", assuming="theta < 1")
    assert found.counterexample is not None
    assert found.counterexample.found.startswith("descent")


def test_only_inequalities_of_known_spaces_are_attacked() -> None:
    with pytest.raises(ValueError, match="no inequality"):
        tightest(BUILT_IN.claims["kernel"].obligations[0])
    with pytest.raises(KeyError):
        tightest(BUILT_IN.claim("norm-control").obligation("norm"), effort="none")


@given(small_instances())
def test_shrinking_keeps_what_it_shrinks_and_makes_it_no_larger(case: Instance) -> None:
    def refutes(candidate: Instance) -> bool:
        return bool(is_psd(candidate.covariance)) and candidate.energy >= case.energy

    small = shrink(case, refutes, 60)
    assert refutes(small)
    assert complexity(small) <= complexity(case)
    assert small.network.regressor().shape == (small.dimension,)


@given(small_instances())
def test_a_free_variation_starts_where_it_says(case: Instance) -> None:
    variation = Free(case, directed=True)
    again = variation.at(variation.start)
    assert again.widths == case.widths
    for new, old in zip(again.weights, case.weights, strict=True):
        assert np.array_equal(new.astype(float), old.astype(float))
    error = again.covariance.astype(float) - case.covariance.astype(float)
    assert np.max(np.abs(error)) <= 1e-9 * (1 + np.max(np.abs(case.covariance.astype(float))))
    assert is_psd(again.covariance)
    assert again.is_minimizer or case.stated is not None


points = arrays(np.float64, 40, elements=st.floats(-100, 100))


@given(points, st.integers(1, 3), st.integers(1, 4), st.booleans(), st.booleans())
def test_chains_satisfy_their_hypotheses_exactly(
    point: np.ndarray, dimension: int, depth: int, eigenvector: bool, isotropic: bool
) -> None:
    chain = Chain(dimension, depth, balanced=True, eigenvector=eigenvector, isotropic=isotropic)
    for rounded in roundings(point[: len(chain.start)]):
        case = chain.at(rounded)
        assert predicate("balanced", case) and predicate("plain", case) and predicate("minimizer", case)
        assert not (eigenvector and case.energy > 0) or predicate("w* eigenvector", case)
