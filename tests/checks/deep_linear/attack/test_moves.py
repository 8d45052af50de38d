"""Moves: exact, from minimizers to minimizers, each changing what it says and leaving what it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flatcert.checks.arithmetic.eigenvectors import is_singular
from flatcert.checks.arithmetic.exact import Exact, Undecidable, exact, lifted
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.attack.ground import Move, NoMove
from flatcert.checks.deep_linear.attack.moves import (
    PROBLEM,
    WEIGHTS,
    add_unit,
    beside,
    leave,
    raise_last,
    scale_covariance,
    scale_readout,
    scale_weights,
    shift,
    turn,
)
from flatcert.checks.deep_linear.attack.steering import Steered
from flatcert.checks.deep_linear.deciding.hypotheses import predicate
from flatcert.checks.deep_linear.evaluation.scope import RealScope
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.strategies import balanced_instances, positive, small_instances
from flatcert.checks.evaluation.evaluate import evaluate
from flatcert.numeric.linalg.rational import is_psd
from flatcert.theory.language.quantities import VOCABULARY

PAIR = make("pair", [[1, 0], [0, 1]], [[["3/5", "4/5"]], [[1]]])
ALL = (*PROBLEM, *WEIGHTS, leave, scale_readout, turn)
MATRIX: st.SearchStrategy[Instance] = small_instances() | balanced_instances()


def value(case: Instance, name: str) -> Exact:
    return lifted(evaluate(VOCABULARY[name].symbol, RealScope(case, ExactRing())))


def unchanged(name: str, case: Instance, found: Instance) -> bool:
    """Whether a quantity is the same; what exact arithmetic does not reach is not looked at."""
    try:
        return value(case, name).compare(value(found, name)) == 0
    except Undecidable:
        assume(False)
        raise


def moved(move: Move, case: Instance, t: fmpq) -> Instance:
    try:
        return move(case, t)
    except NoMove:
        assume(False)
        raise AssertionError from None


@pytest.mark.parametrize("move", ALL, ids=lambda move: move.__name__)
@settings(deadline=None, max_examples=20)
@given(case=MATRIX, t=positive)
def test_what_a_move_makes_is_an_instance(move: Move, case: Instance, t: fmpq) -> None:
    found = moved(move, case, t)
    assert is_psd(found.covariance) and len(found.values["u"]) == found.dimension == found.network.dimension
    assert (found.depth, found.widths[-1]) == (case.depth, case.widths[-1])
    assert case.stated is not None or move is leave or found.is_minimizer


@settings(deadline=None)
@given(balanced_instances(), positive)
def test_a_unit_more_makes_the_imbalance_any_rational_number(case: Instance, t: fmpq) -> None:
    assume(predicate("balanced", case))
    found = moved(add_unit, case, t)
    assert value(found, "Delta").compare(exact(t)) == 0
    assert unchanged("norm_w_net", case, found)
    if not is_singular(case.covariance):
        assert all(unchanged(name, case, found) for name in ("lambda_min", "lambda_max"))


@settings(deadline=None)
@given(balanced_instances(), positive)
def test_the_regressor_leaves_the_range_and_balance_stays(case: Instance, t: fmpq) -> None:
    found = moved(beside, case, t)
    assert case.stated is not None or predicate("minimizer", found)
    assert predicate("balanced", found) or not predicate("balanced", case)
    assert not predicate("w == w*", found)


@settings(deadline=None)
@given(MATRIX, positive)
def test_turning_keeps_norms_and_imbalances(case: Instance, t: fmpq) -> None:
    found = moved(turn, case, t)
    assert all(unchanged(name, case, found) for name in ("norm_w_net", "lambda_max", "Delta"))


@settings(deadline=None)
@given(MATRIX, positive)
def test_scales_do_what_they_say(case: Instance, t: fmpq) -> None:
    assert moved(scale_covariance, case, t).energy == t * case.energy
    if case.network.regressor().any():
        assert unchanged("theta", case, scale_weights(case, t))


@pytest.mark.parametrize("move, kappa", [(raise_last, lambda t: 1 + t), (lambda case, t: shift(raise_last(case, t), t),
                                                                        lambda t: (1 + t + (2 + t) * t)
                                                                        / (1 + (2 + t) * t))])
def test_the_condition_number_is_what_it_should_be(move: Move, kappa: Callable[[fmpq], fmpq]) -> None:
    for t in (fmpq(1, 10**9), fmpq(1), fmpq(10**40)):
        assert value(move(PAIR, t), "kappa").compare(exact(kappa(t))) == 0


@settings(deadline=None)
@given(MATRIX)
def test_steering_starts_where_it_was_aimed(case: Instance) -> None:
    found = Steered(case, (raise_last, shift))
    start = found.at(found.start)
    assert [w.tolist() for w in start.weights] == [w.tolist() for w in case.weights]
    assert start.covariance.tolist() == case.covariance.tolist() and (case.stated is None) == (start.stated is None)
