"""The engine makes the decision of a certificate again, from the exact instance in the file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...numeric.linalg.rational import rational, rational_array
from ...theory.language.claim import Obligation
from ...theory.language.setting import DEEP_LINEAR
from ..arithmetic.exact import exact
from ..certificates.format import Certificate
from ..deciding.verdicts import Verdict
from ..deciding.ways import certifiable
from ..deep_linear.instances.instance import Instance, make
from ..instances.data import make_data
from ..instances.spelling import GIVEN


def decided_again(obligation: Obligation, data: Certificate) -> Verdict:
    """The verdict of the engine at the instance and the values of a certificate that the checker accepts.

    The engine encloses the weights of a trajectory by itself: the enclosure in the file is not read.
    """
    decides, own = certifiable(obligation), obligation.setting is not DEEP_LINEAR
    case = make_data(obligation.setting, data["instance"]["data"], GIVEN) if own else _instance(data)
    if not decides.supposed(case):
        return Verdict.NOT_APPLICABLE
    values = {name: _of_data(value) if own else _value(name, value) for name, value in data["values"].items()}
    return decides.decide_at(case, values).verdict


def _instance(data: Certificate) -> Instance:
    given, ball = data["instance"], data["enclosure"]
    weights, start = given["weights"], None
    if ball is not None and ball["kind"] == "pair":
        weights, start = ball["centre"], weights
    return make(GIVEN, given["covariance"], weights, readout=given["readout"], regressor=given["regressor"],
                start=start)


def _of_data(value: Any) -> Any:
    """A quantified value of a setting of one's own."""
    return rational_array(value) if isinstance(value, list) else _number(value)


def _value(name: str, value: Any) -> Any:
    if name == "Xi":
        return [rational_array(layer) for layer in value]
    if isinstance(value, list):
        vector = rational_array(value)
        return vector if name in ("left", "right") else vector.reshape(-1, 1)
    return int(value) if name in ("j", "k") else _number(value)


def _number(value: Any) -> Any:
    """A rational number, or a root of one."""
    if isinstance(value, dict):
        return exact(rational(value["of"])) ** Fraction(1, value["root"])
    return rational(value)
