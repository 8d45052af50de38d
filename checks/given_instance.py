"""Exact instances as texts that make them again, for those that no family and seed names."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ..numeric.rational import is_psd, is_symmetric, rational
from .instances import Instance, instance, make, parse_name

GIVEN = "given"
"""The name of an instance that was read from a text."""


def spelled(case: Instance, over: tuple[str, ...] = ()) -> str:
    """The JSON of an instance, with what :func:`named` needs to make it again for a statement over these quantifiers.

    >>> spelled(make("small", [[1]], [[[2]], [["1/2"]]]))
    '{"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]}'
    """
    shown = case.describe()
    data = {key: shown[key] for key in ("covariance", "weights", "readout", "initialization")
            if shown.get(key) is not None}
    if case.stated is not None:
        data["regressor"] = shown["regressor"]
    if {"u", "z"} & set(over):
        data["direction"] = [str(x) for x in case.direction]
    if "gamma" in over:
        data["factor"] = str(case.factor)
    return json.dumps(data)


def named(name: str) -> Instance:
    """The instance of ``family:seed:index``, or the one that a JSON text spells out.

    Raises ValueError with a sentence, KeyError for an unknown family.

    >>> named('{"covariance": [[4]], "weights": [[[1]], [[3]]]}').widths, named("classics:0:1").depth
    ((1, 1, 1), 2)
    """
    if name.lstrip().startswith("{"):
        return read(name)
    try:
        return instance(*parse_name(name))
    except IndexError as error:
        raise ValueError(str(error)) from None


def read(text: str) -> Instance:
    """An instance from JSON: its own, or that of a counterexample which holds it.

    Raises ValueError with a sentence when it is none.
    """
    try:
        data = json.loads(text)
        data = data.get("counterexample") or data
        data = data.get("instance", data)
        case = _made(data)
        sound = _fits(case)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        sound = False
    if not sound:
        raise ValueError('An instance is JSON with a positive semidefinite "covariance" and "weights" that fit, '
                         'say {"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]}')
    return case


def _made(data: dict[str, Any]) -> Instance:
    case = make(GIVEN, data["covariance"], data["weights"], readout=data.get("readout"),
                regressor=data.get("regressor"), direction=data.get("direction"), start=data.get("initialization"))
    return replace(case, factor=rational(data["factor"])) if "factor" in data else case


def _fits(case: Instance) -> bool:
    case.network.regressor()
    return bool(
        is_psd(case.covariance) and is_symmetric(case.covariance) and case.dimension == case.network.dimension
        and (case.stated is None or case.stated.shape == (case.dimension,))
        and case.direction.shape == (case.dimension,) and case.factor > 0
        and (case.readout is None or case.readout.any())
        and (case.start is None or [x.shape for x in case.start] == [x.shape for x in case.weights]))
