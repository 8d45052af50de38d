"""Instances spelled out as texts: what is read is what was written, and what is no instance gets a sentence."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.deep_linear.instances.as_text import named, read
from flatcert.checks.deep_linear.instances.instance import Instance
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.deep_linear.instances.spaces import FAMILIES
from flatcert.checks.deep_linear.instances.strategies import small_instances
from flatcert.checks.instances.spelling import GIVEN, spelled

FIELDS = ("covariance", "readout", "stated")


def same(x: Any, y: Any) -> bool:
    return x is y is None or np.array_equal(x, y)


def assert_same(again: Instance, case: Instance) -> None:
    assert all(same(getattr(again, field), getattr(case, field)) for field in FIELDS)
    assert [*map(str, np.concatenate([w.ravel() for w in again.weights]))] == [
        *map(str, np.concatenate([w.ravel() for w in case.weights]))]
    assert again.widths == case.widths
    assert same(again.values["u"], case.values["u"])
    assert again.values["gamma"] == case.values["gamma"]
    assert (again.start is None) == (case.start is None)
    assert all(map(np.array_equal, again.start or (), case.start or ()))
    assert again.is_minimizer == case.is_minimizer


@given(small_instances())
def test_what_is_written_is_read(case: Instance) -> None:
    assert_same(named(spelled(case, ("u", "gamma"))), case)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_survives_the_round_trip(family: str) -> None:
    for index in range(min(5, FAMILIES[family].count or 5)):
        case = instance(family, 1, index)
        assert_same(read(spelled(case, ("z", "gamma"))), case)


@pytest.mark.parametrize(("regressor", "fits"), [([1, 0], True), ([1, 1], False), ([0, 1], False), ([0, 0], True)])
def test_a_regressor_lies_in_the_range_of_the_covariance(regressor: list[int], fits: bool) -> None:
    """``w*`` is the shortest of all regressors: ``lambda_pos <= a``, which is proved, would fail at another one."""
    text = json.dumps({"covariance": [[1, 0], [0, 0]], "regressor": regressor, "weights": [[[1, 1]]]})
    if fits:
        assert [int(x) for x in read(text).regressor] == regressor
    else:
        with pytest.raises(ValueError, match="in the range of the covariance"):
            read(text)


def test_what_no_quantifier_needs_is_left_out() -> None:
    case = instance("gaussian", 0, 0)
    assert {"direction", "factor"} & set(json.loads(spelled(case))) == set()
    assert set(json.loads(spelled(case, ("u",)))) - set(json.loads(spelled(case))) == {"direction"}
    assert named(spelled(case)).name == GIVEN


def test_a_counterexample_of_a_report_is_an_instance() -> None:
    inner = '{"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]}'
    assert read(f'{{"counterexample": {{"instance": {inner}}}}}').widths == (1, 1, 1)
    assert read(f'{{"counterexample": null, "instance": {inner}}}').depth == 2


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=3), lambda x: st.lists(x, max_size=3)
                    | st.dictionaries(st.sampled_from(["covariance", "weights", "readout", "regressor", "factor",
                                                       "direction", "initialization", "instance"]), x), max_leaves=12))
def test_anything_else_gets_a_sentence(data: Any) -> None:
    try:
        case = read(json.dumps(data))
    except ValueError as error:
        assert str(error).startswith("An instance is JSON")
    else:
        assert case.network.regressor().shape == (case.dimension,)


@pytest.mark.parametrize("change", [
    {"covariance": [["1", "2"], ["0", "1"]]}, {"covariance": [["-1"]]}, {"readout": ["0"]}, {"factor": "0"},
    {"regressor": ["1", "2"]}, {"direction": ["1", "1"]}, {"initialization": [[["1", "1"]], [["1"]]]},
    {"weights": []}, {"weights": [[["nan"]]]}])
def test_what_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    good = {"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]}
    assert read(json.dumps(good)).is_minimizer
    with pytest.raises(ValueError, match="An instance is JSON"):
        read(json.dumps(good | change))


GOOD = '{"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]'


@pytest.mark.parametrize("text, hint", [
    (GOOD + ', "weights": [[["2"]], [["5"]]]}', "The key 'weights' stands twice in the instance"),
    (GOOD + f', "{"x" * 10**5}": 1}}', "An instance is JSON with the keys covariance"),
    (GOOD + ', "factor": NaN}', "An instance is JSON"), (GOOD + ', "factor": Infinity}', "An instance is JSON"),
    (GOOD + ', "factor": 1e999999999}', "An instance is JSON"),
    (GOOD + f', "factor": {"9" * 10**5}}}', "An instance is"),
    (GOOD + ', "factor": "1/0"}', "'1/0' is none that can be used"),
    (GOOD + f', "factor": "{"9" * 10**5}"}}', "is none that can be used"),
    (GOOD + ', "factor": true}', "An instance is JSON"), (GOOD + ', "factor": ' + "[" * 10**5, "An instance is JSON"),
    ('{"covariance": [["1", "0"], ["0"], ["0", "0", "0"]], "weights": [[["1", "1"]]]}', "An instance is JSON")])
def test_what_could_be_read_in_two_ways_is_refused(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint) as caught:
        read(text)
    assert len(str(caught.value)) < 300


def test_decimals_are_read_as_written() -> None:
    made = read('{"covariance": [[0.1]], "weights": [[[1e-000005]], [["0e-99999"]], [[1e-400]]]}')
    assert made.covariance.tolist() == [[fmpq(1, 10)]]
    assert [w.tolist() for w in made.weights] == [[[fmpq(1, 10**5)]], [[0]], [[fmpq(1, 10**400)]]]
