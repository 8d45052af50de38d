"""The decision of a certificate made again by the main engine, from the exact instance that the file holds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...numeric.linalg.rational import rational, rational_array
from ...theory.language.claim import Obligation
from ..arithmetic.exact import exact
from ..deciding.decide import decide_at
from ..deciding.hypotheses import supposed
from ..deciding.identities import holds_at, rational_point
from ..instances.as_text import GIVEN
from ..instances.instance import Instance, make


def decided_again(obligation: Obligation, data: dict[str, Any]) -> str:
    """The verdict of the engine at the instance and the values of a certificate that the checker accepts.

    Of a trajectory the engine encloses the weights by itself: the enclosure of the file is not read.
    """
    case = _instance(data)
    values = {name: _value(name, value) for name, value in data["values"].items()}
    if not supposed(obligation, case):
        return "not applicable"
    if obligation.decide != "identity":
        return decide_at(obligation, case, values).verdict
    point = rational_point(obligation, case.with_values(
        u=values["u"].reshape(-1) if "u" in values else case.values["u"],
        gamma=values.get("gamma", case.values["gamma"])))
    point.directions = values.get("Xi", point.directions)
    holds = holds_at(obligation, point)
    return "not applicable" if holds is None else "held" if holds else "refuted"


def _instance(data: dict[str, Any]) -> Instance:
    given, ball = data["instance"], data["enclosure"]
    weights, start = given["weights"], None
    if ball is not None and ball["kind"] == "pair":
        weights, start = ball["centre"], weights
    return make(GIVEN, given["covariance"], weights, readout=given["readout"], regressor=given["regressor"],
                start=start)


def _value(name: str, value: Any) -> Any:
    if name == "Xi":
        return [rational_array(layer) for layer in value]
    if isinstance(value, list):
        vector = rational_array(value)
        return vector if name in ("left", "right") else vector.reshape(-1, 1)
    if isinstance(value, dict):
        return exact(rational(value["of"])) ** Fraction(1, value["root"])
    return int(value) if name in ("j", "k") else rational(value)
