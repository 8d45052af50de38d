"""The JSON of one certificate, see CERTIFICATES.md."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq

from ... import __version__
from ...numeric.flow.weight_ball import Limit
from ...numeric.linalg.scalars import Array
from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN
from .. import checker
from ..arithmetic.exact import Exact, Undecidable
from ..deciding.decider import NotEnclosed
from ..deciding.ways import certifiable
from ..deep_linear.certificates.trees import statement
from ..deep_linear.certificates.witness import witness
from ..deep_linear.instances.instance import Instance
from ..evaluation.abstract_scope import Values
from ..evaluation.evaluate import Value
from ..instances.data import Data
from .nodes import NoTree, Tree

Certificate: TypeAlias = dict[str, Any]
"""The JSON object of a certificate, or a part of it."""


def sealed(certificate: Certificate) -> Certificate:
    """The certificate with the right hash of its statement and the right digest of everything else."""
    body = {key: value for key, value in certificate.items() if key != "digest"}
    body["hash"] = checker.digest(body["statement"])
    return {**body, "digest": checker.digest(body)}


def certificate(
    reference: str, claim_id: str, obligation: Obligation, case: Instance | Data, verdict: str, values: Values
) -> Certificate:
    """The JSON of a decision at given values of the quantifiers. Raises :class:`NoTree`.

    The reference of the theory stands in it, unless this is the built-in one.
    """
    made = statement(obligation)
    if isinstance(case, Data):
        about = _of_data(case, values)
    else:
        about = _of_network(obligation, case, values, json.dumps(made))
    return sealed({
        "format": checker.FORMAT,
        "package": f"flatcert {__version__}",
        **({} if reference == BUILT_IN.reference else {"theory": reference}),
        "id": f"{claim_id}/{obligation.name}",
        "statement": made,
        **about,
        "verdict": verdict,
    })


def _of_data(case: Data, values: Values) -> Certificate:
    """The parts of a certificate that hold the data of a setting of one's own, and the quantified values."""
    data = {**{name: str(size) for name, size in case.sizes.items()}, **case.describe()}
    return {
        "instance": {"name": data.pop("name"), "data": data},
        "values": {name: _strings(value) if isinstance(value, np.ndarray) else _value(value)
                   for name, value in values.items()},
        "enclosure": None,
        "witness": None,
    }


def _of_network(obligation: Obligation, case: Instance, values: Values, text: str) -> Certificate:
    """The parts of a certificate that hold a network, its problem, and the quantified values that a text uses."""
    return {
        "instance": {
            "name": case.name,
            "covariance": _strings(case.covariance),
            "regressor": None if case.stated is None and case.start is None else _strings(case.regressor),
            "weights": [_strings(layer) for layer in case.start or case.weights],
            "readout": ["1"] if case.readout is None else _strings(case.readout),
        },
        "values": {name: _value(value) for name, value in values.items() if f'["given", "{name}"]' in text
                   or (name == "Xi" and any(f'["{node}"' in text for node in ("Xi", "line", "second_derivative")))},
        "enclosure": _enclosure(obligation, case, values),
        "witness": witness(case) if '["S_min"]' in text else None,
    }


def _value(value: Value) -> str | Tree | dict[str, object]:
    if isinstance(value, list):
        return [_strings(layer) for layer in value]
    if isinstance(value, np.ndarray):
        return [str(entry) for entry in value.reshape(-1)]
    if isinstance(value, Exact) and value.order > 1:
        return {"root": value.order, "of": str(value.q)}
    if isinstance(value, Exact):
        try:
            value = value.rational()
        except Undecidable:
            raise NoTree("a quantified value that is no root of a rational number") from None
    return str(value)


def _enclosure(obligation: Obligation, case: Instance, values: Values) -> Certificate | None:
    if case.start is not None:  # above, "weights" are the initialization; the weights themselves stand here
        return {"kind": "pair", "centre": [_strings(layer) for layer in case.weights], "radius": "0"}
    try:
        ball = certifiable(obligation).ball(case, values)
    except NotEnclosed as error:
        raise NoTree(str(error)) from None
    if ball is None:
        return None
    with ctx.workprec(4096):  # centres are exact
        centre = [[[str(arb(x).mid().fmpq()) for x in row] for row in layer] for layer in ball.centre.weights]
        return {"kind": "limit" if isinstance(ball, Limit) else "time", "centre": centre,
                "radius": str(fmpq(arb(ball.radius).upper().fmpq()))}


def _strings(array: Array) -> Tree:
    return [_strings(row) for row in array] if array.ndim > 1 else [str(entry) for entry in array]
