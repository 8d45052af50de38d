"""Exact instances as JSON texts: for instances that have no family, seed and index."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from flint import fmpq

from ....numeric.linalg.rational import is_psd, is_symmetric, project_on_range, rational
from ....numeric.linalg.scalars import Array, object_array
from ...arithmetic.decimals import decimal, is_decimal
from ...instances.spelling import GIVEN, spelled
from ...instances.streams import parse_name
from ...output.messages import quoted
from .instance import Instance, make
from .pool import instance

_KEYS = ("covariance", "weights", "readout", "regressor", "direction", "factor", "initialization", "name")


@spelled.register
def _(case: Instance, over: tuple[str, ...] = ()) -> str:
    """The JSON of an instance, from which :func:`named` makes it again, with the values for these quantifiers.

    >>> spelled(make("small", [[1]], [[[2]], [["1/2"]]]))
    '{"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]}'
    """
    shown = case.describe()
    data = {key: shown[key] for key in ("covariance", "weights", "readout", "initialization")
            if shown.get(key) is not None}
    if case.stated is not None:
        data["regressor"] = shown["regressor"]
    if {"u", "z"} & set(over):
        data["direction"] = [str(x) for x in case.values["u"]]
    if "gamma" in over:
        data["factor"] = str(case.values["gamma"])
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
    """An instance from its JSON, or from the JSON of a counterexample that holds it. Decimals are read as written.

    Raises ValueError with a sentence when the text is no instance.

    >>> read('{"covariance": [[0.1]], "weights": [[[1]], [[2e-1]]]}').covariance
    array([[1/10]], dtype=object)
    """
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_float=str, parse_constant=_number)
        data = data.get("counterexample") or data
        data = data.get("instance", data)
        case = _made(data)
        sound = fits(case)
    except _Unclear:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        sound = False
    if not sound:
        raise ValueError('An instance is JSON with a positive semidefinite "covariance", "weights" that fit, and a '
                         '"regressor", if any, in the range of the covariance, say '
                         '{"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]}')
    return case


class _Unclear(ValueError):
    """The text has a part that would not be read. The message is a sentence without its full stop."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            raise _Unclear(f"The key {quoted(key)} stands {'twice' if times == 2 else f'{times} times'} in the "
                           "instance: leave one of them")
    return dict(pairs)


def _made(data: dict[str, object]) -> Instance:
    for key in data:
        if key not in _KEYS:
            raise _Unclear(f"An instance is JSON with the keys {', '.join(_KEYS)}: {quoted(key)} is none of them")
    optional = {name: read_as(data[key]) for name, (key, read_as) in _OPTIONAL.items()
                if data.get(key) is not None or (key == "factor" and key in data)}
    return make(GIVEN, _matrix(data["covariance"]), _layers(data["weights"]), **optional)


def _layers(value: object) -> list[Array]:
    return [_matrix(layer) for layer in _listed(value)]


def _matrix(value: object) -> Array:
    rows = [_row(row) for row in _listed(value)]
    if len({len(row) for row in rows}) != 1:
        raise ValueError("rows of unequal length, or none")
    return object_array([entry for row in rows for entry in row], (len(rows), len(rows[0])))


def _row(value: object) -> Array:
    entries = [_number(entry) for entry in _listed(value)]
    return object_array(entries, (len(entries),))


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _number(value: object) -> fmpq:
    if isinstance(value, bool):
        raise TypeError("no number")
    if isinstance(value, str) and is_decimal(value.strip()):
        with suppress(OverflowError):
            return decimal(value.strip())
    try:
        return rational(value)
    except ValueError:
        raise _Unclear(f'An instance is JSON with numbers such as "1/3", "-0.5" or 2e-3: {quoted(str(value))} is none '
                       "that can be used") from None


_OPTIONAL: dict[str, tuple[str, Callable[[object], Array | list[Array] | fmpq]]] = {
    "readout": ("readout", _row), "regressor": ("regressor", _row), "start": ("initialization", _layers),
    "u": ("direction", _row), "gamma": ("factor", _number)}
"""Arguments of :func:`make` that may be left out: the key of each, and how its value is read."""


def fits(case: Instance) -> bool:
    """Whether the parts make an instance: ``w*``, the shortest regressor of all, lies in the range of the covariance.

    Raises ValueError where the shapes of the layers do not fit.
    """
    case.network.regressor()
    return bool(
        is_psd(case.covariance) and is_symmetric(case.covariance) and case.dimension == case.network.dimension
        and (case.stated is None or (case.stated.shape == (case.dimension,)
                                     and (project_on_range(case.covariance, case.stated) == case.stated).all()))
        and case.values["u"].shape == (case.dimension,) and case.values["gamma"] > 0
        and (case.readout is None or case.readout.any())
        and (case.start is None or [x.shape for x in case.start] == [x.shape for x in case.weights]))
