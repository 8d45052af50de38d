"""Which of the arrays of a file are the layers of a network, in which order: by their names, and by what chains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from ..output import DataError
from .npz import SAVE, shown

MAX_LAYERS = 1000
MAX_WEIGHTS = 1_000_000
_LAYER = re.compile(r"W[1-9][0-9]*")
_READOUT = re.compile(r"(.*[./])?(p|readout|read_out)")
_BIAS = re.compile(r"(.*[./_])?(bias(es)?|bias_?[0-9]+|b[0-9]*)", re.IGNORECASE)
_NORMALIZATION = re.compile(r"(.*[./])?(running_mean|running_var|num_batches_tracked)")
_STEPS = 10_000
"""So many layers are put in place in the search for an order."""
_LISTED = 6

Shape = tuple[int, ...]


class Order(NamedTuple):
    """The names of the layers from the input on, that of the read-out, and what to tell of an order that was found."""

    layers: list[str]
    readout: str | None
    told: str | None


def order_of(shapes: Mapping[str, Shape], name: str) -> Order:
    """The order of the arrays of a file, given by their names and shapes.

    Arrays ``W1`` to ``WL`` and ``p`` are what they say. Layers of other names are ordered by the numbers in their
    names, by their order in the file, or in the only order in which they chain.

    Raises:
        DataError: there is no layer, some array is none, no order chains or several do, or the network is too large.

    >>> order_of({"net.2.weight": (1, 3), "net.0.weight": (3, 2)}, "'w.npz'")[::2]
    (['net.0.weight', 'net.2.weight'], "'w.npz' is read as W1 = 'net.0.weight' (3, 2), W2 = 'net.2.weight' (1, 3).")
    """
    if not shapes:
        raise DataError(f"{name} holds no layer: {SAVE}.")
    given = all(key == "p" or _LAYER.fullmatch(key) for key in shapes)
    readout = "p" if "p" in shapes else _readout(shapes)
    layers = [key for key in shapes if key != readout]
    check_number(len(layers), name)
    if given:
        _check_gaps(layers, name)
    _check_kinds({key: shapes[key] for key in layers}, name)
    if readout is not None and (len(shapes[readout]) != 1 or 0 in shapes[readout]):
        raise DataError(f"The array {shown(readout)} of {name} has shape {shown(shapes[readout])}: give it one axis, "
                        "(outputs,)" + (", not of length 0." if 0 in shapes[readout] else "."))
    by_number = sorted(layers, key=natural)
    if given:
        _check_chain(by_number, shapes, readout, name)
        return Order(by_number, readout, None)
    found = _found(by_number, layers, shapes, readout, name)
    _check_weights([shapes[key] for key in found], name)
    return Order(found, readout, f"{name} is read as {_listed(found, shapes)}" + (
        "." if readout in (None, "p") else f", with the read-out {shown(readout)}."))


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """The key by which names are ordered so that numbers in them count as numbers.

    >>> sorted(["w10", "w9"], key=natural)
    ['w9', 'w10']
    """
    return tuple((int(part) if part.isdecimal() and len(part) < 20 else 10**20, part)
                 for part in re.split(r"([0-9]+)", name))


def _readout(shapes: Mapping[str, Shape]) -> str | None:
    found = [key for key, shape in shapes.items() if len(shape) == 1 and _READOUT.fullmatch(key)]
    return found[0] if len(found) == 1 else None


def check_number(depth: int, name: str) -> None:
    """Raise DataError if there is no layer, or more than `MAX_LAYERS`."""
    if not depth:
        raise DataError(f"{name} holds no layer: {SAVE}.")
    if depth > MAX_LAYERS:
        raise DataError(f"{name} holds {depth} layers, but at most {MAX_LAYERS} can be treated exactly: "
                        "give fewer layers.")


def _check_gaps(layers: Sequence[str], name: str) -> None:
    depth = len(layers)
    if missing := [k for k in range(1, depth + 1) if f"W{k}" not in layers]:
        raise DataError(f"{name} holds {depth} {'layer' if depth == 1 else 'layers'}, but not W{missing[0]}: "
                        f"name them W1 to W{depth} without a gap.")


def _check_kinds(shapes: Mapping[str, Shape], name: str) -> None:
    """Refuse an array that is no layer, by what its name and its shape say that it is."""
    plain = "train a network of linear layers alone"
    if found := next(filter(_NORMALIZATION.fullmatch, shapes), None):
        raise DataError(f"{name} holds {shown(found)} of a batch normalization, which the theory does not know: "
                        f"{plain}.")
    for key, shape in shapes.items():
        if _BIAS.fullmatch(key) and (len(shape) == 1 or "bias" in key.lower()):
            raise DataError(f"{name} holds a bias {shown(key)}, which the theory does not know: train the layers "
                            "without (in PyTorch bias=False), or leave it out if it is zero.")
        where = f"The array {shown(key)} of {name}"
        if len(shape) in (3, 4, 5) and 0 not in shape:
            raise DataError(f"{where} has shape {shown(shape)}, as the weights of a convolution have, which the theory "
                            f"does not know: {plain}.")
        if len(shape) != 2 or 0 in shape:
            raise DataError(f"{where} has shape {shown(shape)}: give it two axes, (outputs, inputs)"
                            + (", none of length 0." if 0 in shape else ", or call a read-out 'p'." if len(shape) == 1
                               else "."))


def _outputs(shapes: Mapping[str, Shape], readout: str | None) -> int:
    return 1 if readout is None else shapes[readout][0]


def _chains(layers: Sequence[Shape]) -> bool:
    return all(upper[1] == lower[0] for lower, upper in pairwise(layers))


def _check_chain(names: Sequence[str], shapes: Mapping[str, Shape], readout: str | None, name: str) -> None:
    """Refuse layers ``W1`` to ``WL`` that do not chain, or end in other outputs than the network has."""
    layers, outputs = [shapes[key] for key in names], _outputs(shapes, readout)
    for k, (lower, upper) in enumerate(pairwise(layers), start=1):
        if upper[1] != lower[0]:
            raise DataError(f"W{k + 1} of {name} takes {upper[1]} inputs, but W{k} gives {lower[0]}: "
                            f"{_remedy(layers, outputs)}.")
    _check_weights(layers, name)
    last = layers[-1][0]
    if readout is None and last != 1:
        turned = len(layers) == 1 and layers[0][1] == 1
        raise DataError(f"The last layer W{len(layers)} of {name} has {last} outputs and there is no read-out: give "
                        + ("it shape (outputs, inputs), which is its transpose, " if turned else "one output, ")
                        + f"or the read-out as an array 'p' of shape ({last},).")
    if last != outputs:
        raise DataError(f"The read-out 'p' of {name} has shape ({outputs},): give it shape ({last},), "
                        f"as W{len(layers)} has {last} outputs.")


def _check_weights(layers: Sequence[Shape], name: str) -> None:
    if (count := sum(rows * columns for rows, columns in layers)) > MAX_WEIGHTS:
        raise DataError(f"{name} holds {count} weights, but at most {MAX_WEIGHTS} can be treated exactly: "
                        "give a smaller network.")


def _remedy(layers: Sequence[Shape], outputs: int) -> str:
    """What helps layers that do not chain. From the last to the first they chain just when their transposes chain."""
    chain = _chains(layers[::-1])
    reverse, turn = chain and layers[0][0] == outputs, chain and layers[-1][1] == outputs
    if reverse and turn:
        return ("they chain from the last to the first, and when each is transposed: name them from the input on, or "
                "save each W.T, whichever the network is")
    if reverse:
        return "they chain from the last to the first, so name them from the input on"
    if turn:
        return "they chain when each is transposed, so save each W.T"
    return "each layer has shape (outputs, inputs), from the input on"


def _found(
    by_number: Sequence[str], in_file: Sequence[str], shapes: Mapping[str, Shape], readout: str | None, name: str
) -> list[str]:
    """The order in which layers of any names chain."""
    outputs = _outputs(shapes, readout)
    for order in (by_number, in_file):
        layers = [shapes[key] for key in order]
        if _chains(layers) and layers[-1][0] == outputs:
            return list(order)
    try:
        orders = list(islice(_orders(by_number, shapes, outputs), 2))
    except _TooLong:
        orders = []
    rename = "name the layers W1 to WL from the input on, and a read-out p"
    if len(orders) > 1:
        raise DataError(f"The arrays of {name} chain in several orders: {rename}.")
    if orders:
        return orders[0]
    layers = [shapes[key] for key in by_number]
    remedy = _remedy(layers, outputs)
    if "transposed" in remedy:
        raise DataError(f"The arrays of {name} do not chain as (outputs, inputs), but {remedy}.")
    if _chains(layers) and readout is None:
        raise DataError(f"The last layer {shown(by_number[-1])} of {name} has {layers[-1][0]} outputs and there is no "
                        f"read-out: give one output, or the read-out as an array 'p' of shape ({layers[-1][0]},).")
    raise DataError(f"The arrays of {name}, {_listed(by_number, shapes)}, chain in no order to "
                    f"{outputs} output{'s' * (outputs > 1)}: {rename}, each of shape (outputs, inputs).")


class _TooLong(Exception):
    """The search for an order takes too long."""


def _orders(names: Sequence[str], shapes: Mapping[str, Shape], outputs: int) -> Iterator[list[str]]:
    """Yield the orders that chain, from the last layer down. Layers of one shape keep their order among each other."""
    steps = 0
    waiting: dict[Shape, list[str]] = {}
    for key in names:
        waiting.setdefault(shapes[key], []).append(key)
    stack = [[shape for shape in waiting if shape[0] == outputs]]
    placed: list[Shape] = []
    while stack:
        if not (choices := stack[-1]):
            stack.pop()
            if placed:
                placed.pop()
            continue
        steps += 1
        if steps > _STEPS:
            raise _TooLong
        shape = choices.pop()
        if placed.count(shape) == len(waiting[shape]):
            continue
        placed.append(shape)
        if len(placed) == len(names):
            left = {size: list(keys) for size, keys in waiting.items()}
            yield [left[size].pop() for size in placed][::-1]
            placed.pop()
            continue
        stack.append([size for size in waiting if size[0] == shape[1]])


def _listed(names: Sequence[str], shapes: Mapping[str, Shape]) -> str:
    listed = [f"W{k} = {shown(key)} {shapes[key]}" for k, key in enumerate(names, 1)]
    if len(listed) > _LISTED:
        listed[_LISTED - 2:-1] = ["..."]
    return ", ".join(listed)
