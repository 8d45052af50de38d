"""The engine makes the decision of a certificate again, from the exact instance in the file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...numeric.linalg.rational import rational, rational_array
from ...theory.language.claim import Obligation
from ..arithmetic.exact import exact
from ..certificates.format import Certificate
from ..deciding.verdicts import Verdict
from ..deciding.ways import certifiable
from ..instances.as_text import GIVEN
from ..instances.instance import Instance, make


def decided_again(obligation: Obligation, data: Certificate) -> Verdict:
    """The verdict of the engine at the instance and the values of a certificate that the checker accepts.

    The engine encloses the weights of a trajectory by itself: the enclosure in the file is not read.
    """
    case, decides = _instance(data), certifiable(obligation)
    if not decides.supposed(case):
        return Verdict.NOT_APPLICABLE
    return decides.decide_at(case, {name: _value(name, value) for name, value in data["values"].items()}).verdict


def _instance(data: Certificate) -> Instance:
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
