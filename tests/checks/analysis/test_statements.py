"""Which statements reports show: what is found by words is written down here again, by hand."""

from __future__ import annotations

from collections.abc import Iterable

from flatcert.checks.analysis.statements import (
    Stated,
    bounds_of_problem,
    learning_rates,
    marks,
    on_minimizers,
    on_networks,
)


def names(statements: Iterable[Stated]) -> list[str]:
    return [f"{stated.claim.id}/{stated.obligation.name}" for stated in statements]


def test_on_minimizers() -> None:
    assert names(on_minimizers()) == [
        "sharpness-lower/minimizers", "sharpness-lower-tight/minimizers", "limit-sharpness/every-minimizer",
        "limit-sharpness/eight", "limit-sharpness/ratio", "limit-sharpness/condition", "balanced-sharpness/sharpness",
        "balanced-sharpness/ratio", "balanced-sharpness/condition"]


def test_on_networks() -> None:
    assert names(on_networks()) == [
        "near-rank-one/norms", "near-rank-one/second-value", "singular-values/layers", "alignment/by-lower-layer",
        "alignment/by-upper-layer", "alignment-quadratic/lower-gap", "alignment-quadratic/upper-gap",
        "norm-control/norm", "pl-inequality/backward-vector", "pl-inequality/kernel"]


def test_marks() -> None:
    assert {name: obligation.name for name, obligation in marks().items()} == {
        "sharpness-lower": "minimizers", "sharpness-lower-tight": "minimizers", "S_bal": "sharpness",
        "8 L Lambda |w*|^(2-2/L)": "eight"}


def test_bounds_of_problem() -> None:
    assert {claim: obligation.name for claim, obligation in bounds_of_problem().items()} == {
        "sharpness-lower": "minimizers", "sharpness-lower-tight": "minimizers", "min-sharpness-bracket": "above",
        "min-sharpness-ladder": "energy-below-sum", "min-sharpness-upper": "root", "min-trace": "every-minimizer"}


def test_learning_rates() -> None:
    assert list(learning_rates()) == ["paper", "tight"]
