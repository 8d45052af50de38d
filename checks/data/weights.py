"""The weights of a network, from an ``.npz`` or ``.safetensors`` file."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from ...numeric.linalg.scalars import Array
from ...numeric.network.network import DeepLinearNetwork
from ..output import DataError
from . import npz, safetensors_file
from .layer_order import Shape, check_number, order_of
from .reading import Tell
from .text_files import first_bytes

_PICKLE = tuple(bytes((0x80, version)) for version in range(2, 6))


def read_weights(path: str | os.PathLike[str], tell: Tell = lambda sentence: None) -> DeepLinearNetwork:
    """Read the layers of shape ``(outputs, inputs)`` and, if it is there, the read-out ``p`` ``(d_L,)``.

    What `order_of` finds out about their order is told, and that smaller floats are read. All arrays become float64
    without rounding: integers and smaller floats are float64 numbers. The names, types and shapes of all arrays are
    checked before the first number is read.

    Raises:
        DataError: the file cannot be read, `order_of` refuses its arrays, or an entry is not finite.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder, "w.npz"), W1=np.ones((3, 2)), W2=np.ones((1, 3)))
    ...     read_weights(Path(folder, "w.npz")).widths
    (2, 3, 1)
    """
    name = repr(os.fspath(path))
    begin = first_bytes(path)
    if begin.startswith(_PICKLE):
        raise _pickled(path)
    if safetensors_file.begins(begin) or os.fspath(path).endswith(".safetensors"):
        read = safetensors_file.arrays(path, name)
        return _network({key: array.shape for key, array in read.items()}, read, name, tell)
    with npz.opened(path) as archive:
        members = npz.members(archive, name)
        if any(key.endswith("data.pkl") for key in members):
            raise _pickled(path)
        check_number(sum(key != "p" for key in members), name)  # before so many headers are read
        headers = {key: npz.header(archive, member, _where(key, name)) for key, member in members.items()}
        shapes = {key: header.shape for key, header in headers.items()}
        order_of(shapes, name)
        arrays = {key: npz.array(archive, header, _where(key, name)) for key, header in headers.items()}
    return _network(shapes, arrays, name, tell)


def _network(shapes: Mapping[str, Shape], arrays: Mapping[str, Array], name: str, tell: Tell) -> DeepLinearNetwork:
    layers, readout, told = order_of(shapes, name)
    if told is not None:
        tell(told)
    numbers = {key: _numbers(array, _where(key, name)) for key, array in arrays.items()}
    if readout is not None and not numbers[readout].any():
        raise DataError(f"The read-out {npz.shown(readout)} of {name} is zero: give a read-out that is not.")
    if small := sorted({str(array.dtype) for array in arrays.values()} & {"float16", "float32"}):
        tell(f"{name} holds {' and '.join(small)}, and each weight is read as the dyadic number that it is.")
    return DeepLinearNetwork([numbers[key] for key in layers], None if readout is None else numbers[readout])


def check_inputs(network: DeepLinearNetwork, dimension: int, weights: str, data: str) -> None:
    """Raise DataError unless the network takes as many inputs as the data have features."""
    if network.dimension != dimension:
        raise DataError(f"W1 of {weights!r} takes {network.dimension} inputs, but {data} "
                        f"{'has' if dimension == 1 else 'have'} {dimension}: "
                        "give weights and data of the same problem.")


def _where(key: str, name: str) -> str:
    return f"The array {npz.shown(key)} of {name}"


def _pickled(path: str | os.PathLike[str]) -> DataError:
    text = os.fspath(path)
    made = f"{text.rpartition('.')[0] or text}.safetensors"
    return DataError(
        f"{text!r} is a pickle, as PyTorch writes, and to read a pickle runs any code that it holds: if you trust it, "
        "make a safetensors file of it by these two lines.\n"
        "import torch; from safetensors.torch import save_file\n"
        f"save_file(torch.load({text!r}, weights_only=True), {made!r})")


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
