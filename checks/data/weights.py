"""The weights of a network in an ``.npz`` file: arrays ``W1`` … ``WL``, and ``p`` if there is a read-out."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np

from ...numeric.linalg.scalars import Array
from ...numeric.network.network import DeepLinearNetwork
from ..output import DataError
from . import npz

MAX_LAYERS = 1000
MAX_WEIGHTS = 1_000_000
_LAYER = re.compile(r"W[1-9][0-9]*")


def read_weights(path: str | os.PathLike[str]) -> DeepLinearNetwork:
    """Read the layers ``W_k`` of shape ``(d_k, d_{k-1})`` and, if it is there, the read-out ``p`` ``(d_L,)``.

    All arrays become float64 without rounding: integers and smaller floats are float64 numbers. The names, types and
    shapes of all arrays are checked before the first number is read.

    Raises:
        DataError: the file cannot be read, a layer is missing or no finite real matrix, the shapes do not chain,
            ``d_L > 1`` and there is no ``p``, or there are more than ``MAX_LAYERS`` layers or ``MAX_WEIGHTS`` weights.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder, "w.npz"), W1=np.ones((3, 2)), W2=np.ones((1, 3)))
    ...     read_weights(Path(folder, "w.npz")).widths
    (2, 3, 1)
    """
    name = repr(os.fspath(path))
    with npz.opened(path) as archive:
        members = npz.members(archive, name)
        _check_names(members, name)
        headers = {key: npz.header(archive, member, _where(key, name)) for key, member in members.items()}
        _check_shapes({key: header.shape for key, header in headers.items()}, name)
        arrays = {key: _numbers(npz.array(archive, header, _where(key, name)), _where(key, name))
                  for key, header in headers.items()}
    readout = arrays.pop("p", None)
    if readout is not None and not readout.any():
        raise DataError(f"The read-out 'p' of {name} is zero: give a read-out that is not.")
    return DeepLinearNetwork([arrays[f"W{k}"] for k in range(1, len(arrays) + 1)], readout)


def check_inputs(network: DeepLinearNetwork, dimension: int, weights: str, data: str) -> None:
    """Raise DataError unless the network takes as many inputs as the data have features."""
    if network.dimension != dimension:
        turned = network.weights[0].shape[0] == dimension
        hint = "transpose it to shape (d_1, d)" if turned else "give weights and data of the same problem"
        raise DataError(f"W1 of {weights!r} takes {network.dimension} inputs, but {data} "
                        f"{'has' if dimension == 1 else 'have'} {dimension}: {hint}.")


def _where(key: str, name: str) -> str:
    return f"The array {key!r} of {name}"


def _check_names(names: Collection[str], name: str) -> None:
    depth = sum(key != "p" for key in names)
    if not depth:
        raise DataError(f"{name} holds no layer: {npz.SAVE}.")
    if strange := [key for key in names if key != "p" and not _LAYER.fullmatch(key)]:
        raise DataError(f"{name} holds an array {npz.shown(strange[0])}: name the layers W1 to WL from the input on, "
                        "the read-out, if any, p, and leave out everything else.")
    if missing := [k for k in range(1, depth + 1) if f"W{k}" not in names]:
        raise DataError(f"{name} holds {depth} {'layer' if depth == 1 else 'layers'}, but not W{missing[0]}: "
                        f"name them W1 to W{depth} without a gap.")
    if depth > MAX_LAYERS:
        raise DataError(f"{name} holds {depth} layers, but at most {MAX_LAYERS} can be treated exactly: "
                        "give fewer layers.")


def _check_shapes(shapes: Mapping[str, tuple[int, ...]], name: str) -> None:
    for key, shape in shapes.items():
        if len(shape) != (1 if key == "p" else 2) or 0 in shape:
            raise DataError(f"{_where(key, name)} has shape {npz.shown(shape)}: give it "
                            + ("one axis, (outputs,)" if key == "p" else "two axes, (outputs, inputs)")
                            + (", none of length 0." if 0 in shape else "."))
    layers = [shapes[f"W{k}"] for k in range(1, len(shapes) + ("p" not in shapes))]
    _check_chain(layers, name)
    weights = sum(rows * columns for rows, columns in layers)
    if weights > MAX_WEIGHTS:
        raise DataError(f"{name} holds {weights} weights, but at most {MAX_WEIGHTS} can be treated exactly: "
                        "give a smaller network.")
    last = layers[-1][0]
    if "p" not in shapes and last != 1:
        raise DataError(
            f"The last layer W{len(layers)} of {name} has {last} outputs and there is no read-out: "
            f"give one output, or the read-out as an array 'p' of shape ({last},).")
    if "p" in shapes and shapes["p"] != (last,):
        raise DataError(f"The read-out 'p' of {name} has shape {shapes['p']}: give it shape ({last},), "
                        f"as W{len(layers)} has {last} outputs.")


def _check_chain(layers: list[tuple[int, ...]], name: str) -> None:
    for k, (lower, upper) in enumerate(pairwise(layers), start=1):
        if upper[1] != lower[0]:
            turned = all(b[0] == a[1] for a, b in pairwise(layers))
            hint = ("the layers chain when transposed, so save each W.T" if turned
                    else "each layer has shape (outputs, inputs), from the input on")
            raise DataError(f"W{k + 1} of {name} takes {upper[1]} inputs, but W{k} gives {lower[0]}: {hint}.")


def _numbers(array: Array, where: str) -> Array:
    """The array in float64, refused if that would round its numbers."""
    with np.errstate(over="ignore", invalid="ignore"):  # a long double that overflows fails the comparison below
        values = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise DataError(f"{where} has entries that are not finite: save the weights before training diverged.")
    if array.dtype.itemsize >= 8 and not _same(values, array):
        raise DataError(f"{where} has entries of type {array.dtype} that float64 does not hold: round them first.")
    return values


def _same(values: Array, array: Array) -> bool:
    """Return whether no number was rounded. Integers are compared as integers, as a cast back could overflow."""
    if array.dtype.kind in "iu":
        return all(int(x) == int(y) for x, y in zip(values.flat, array.flat, strict=True))
    return np.array_equal(values.astype(array.dtype), array)
