"""Certificates about networks: a problem, weights, an enclosure of weights along the flow, a witness of ``S_min``."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from ....numeric.flow.weight_ball import Limit
from ....numeric.linalg.rational import rational_array
from ....theory.language.setting import DEEP_LINEAR
from ...certificates.form import Certificate, Form, read_number, strings, written_number
from ...certificates.format import FORMS
from ...certificates.nodes import NoTree
from ...deciding.ways import certifiable
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import Value
from ...instances.spelling import GIVEN
from ..deciding.about_networks import AboutNetworks, NotEnclosed
from ..instances.instance import Instance, make
from .trees import statement
from .witness import witness


class NetworkForm(Form[Instance]):
    """The certificates of an obligation about networks."""

    def statement(self) -> Certificate:
        return statement(self.obligation)

    def written(self, case: Instance, values: Values, statement: Certificate) -> Certificate:
        text = json.dumps(statement)
        return {
            "instance": {
                "name": case.name,
                "covariance": strings(case.covariance),
                "regressor": None if case.stated is None and case.start is None else strings(case.regressor),
                "weights": [strings(layer) for layer in case.start or case.weights],
                "readout": ["1"] if case.readout is None else strings(case.readout),
            },
            "values": {name: _written(value) for name, value in values.items() if f'["given", "{name}"]' in text
                       or (name == "Xi" and any(f'["{node}"' in text for node in (
                           "Xi", "line", "second_derivative")))},
            "enclosure": self._enclosure(case, values),
            "witness": witness(case) if '["S_min"]' in text else None,
        }

    def _enclosure(self, case: Instance, values: Values) -> Certificate | None:
        if case.start is not None:  # above, "weights" are the initialization; the weights themselves stand here
            return {"kind": "pair", "centre": [strings(layer) for layer in case.weights], "radius": "0"}
        decides = certifiable(self.obligation)
        assert isinstance(decides, AboutNetworks)
        try:
            ball = decides.ball(case, values)
        except NotEnclosed as error:
            raise NoTree(str(error)) from None
        if ball is None:
            return None
        with ctx.workprec(4096):  # centres are exact
            centre = [[[str(arb(x).mid().fmpq()) for x in row] for row in layer] for layer in ball.centre.weights]
            return {"kind": "limit" if isinstance(ball, Limit) else "time", "centre": centre,
                    "radius": str(fmpq(arb(ball.radius).upper().fmpq()))}

    def read(self, certificate: Certificate) -> tuple[Instance, Values]:
        """The enclosure of a trajectory is not read: the engine encloses the weights by itself."""
        given, ball = certificate["instance"], certificate["enclosure"]
        weights, start = given["weights"], None
        if ball is not None and ball["kind"] == "pair":
            weights, start = ball["centre"], weights
        case = make(GIVEN, given["covariance"], weights, readout=given["readout"], regressor=given["regressor"],
                    start=start)
        return case, {name: _read(name, value) for name, value in certificate["values"].items()}


def _written(value: Value) -> Any:
    if isinstance(value, list):
        return [strings(layer) for layer in value]
    return [str(entry) for entry in value.reshape(-1)] if isinstance(value, np.ndarray) else written_number(value)


def _read(name: str, value: Any) -> Any:
    if name == "Xi":
        return [rational_array(layer) for layer in value]
    if isinstance(value, list):
        vector = rational_array(value)
        return vector if name in ("left", "right") else vector.reshape(-1, 1)
    return int(value) if name in ("j", "k") else read_number(value)


FORMS.register(DEEP_LINEAR, NetworkForm)
