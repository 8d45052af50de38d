"""Weights of a network from an ``.npz`` file: arrays ``W1`` … ``WL``, and ``p`` if there is a read-out."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..numeric.network import DeepLinearNetwork
from ..numeric.scalars import Array
from .data import DataError

_SAVE = "save it with np.savez(file, W1=…, W2=…)"


def read_weights(path: str | os.PathLike[str]) -> DeepLinearNetwork:
    """Read the layers ``W_k`` of shape ``(d_k, d_{k-1})`` and, if it is there, the read-out ``p`` ``(d_L,)``.

    All become float64, exactly (integers and smaller floats are float64 numbers), and are the
    exact dyadic rationals that they are.

    Raises:
        DataError: the file cannot be read, a layer is missing or no finite real matrix, the
            shapes do not chain, or ``d_L > 1`` without ``p``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder, "w.npz"), W1=np.ones((3, 2)), W2=np.ones((1, 3)))
    ...     read_weights(Path(folder, "w.npz")).widths
    (2, 3, 1)
    """
    name = repr(os.fspath(path))
    arrays = {key: _matrix(key, array, name) for key, array in _arrays(Path(path), name).items()}
    readout = arrays.pop("p", None)
    layers = [arrays[f"W{k}"] for k in range(1, len(arrays) + 1)]
    _check_chain(layers, name)
    last = layers[-1].shape[0]
    if readout is None and last != 1:
        raise DataError(
            f"The last layer W{len(layers)} of {name} has {last} outputs and there is no read-out: "
            f"give one output, or the read-out as an array 'p' of shape ({last},).")
    if readout is not None and readout.shape != (last,):
        raise DataError(f"The read-out 'p' of {name} has shape {readout.shape}: give it shape ({last},), "
                        f"as W{len(layers)} has {last} outputs.")
    if readout is not None and not readout.any():
        raise DataError(f"The read-out 'p' of {name} is zero: give a read-out that is not.")
    return DeepLinearNetwork(layers, readout)


def check_inputs(network: DeepLinearNetwork, dimension: int, weights: str, data: str) -> None:
    """Raise DataError unless the network takes as many inputs as the data have features."""
    if network.dimension != dimension:
        turned = network.weights[0].shape[0] == dimension
        hint = "transpose it to shape (d_1, d)" if turned else "give weights and data of the same problem"
        raise DataError(f"W1 of {weights!r} takes {network.dimension} inputs, but {data} "
                        f"{'has' if dimension == 1 else 'have'} {dimension}: {hint}.")


def _arrays(path: Path, name: str) -> dict[str, Array]:
    try:
        with path.open("rb") as file:  # NumPy leaves a file that it opens and cannot read open
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                raise DataError(f"{name} holds one array and no layers by name: {_SAVE}.")
            _check_names(loaded.files, name)
            return {key: _loaded(loaded, key, name) for key in loaded.files}
    except DataError:  # is a ValueError, too
        raise
    except FileNotFoundError:
        raise DataError(f"There is no file {name}: check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{name} is a directory: name the .npz file inside it.") from None
    except (ValueError, BadZipFile, EOFError):
        raise DataError(f"{name} is no .npz file of NumPy arrays: {_SAVE}.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror or error}): check path and permissions.") from None


def _loaded(arrays: Mapping[str, Array], key: str, name: str) -> Array:
    try:
        array = arrays[key]
    except ValueError:
        raise DataError(f"The array {key!r} of {name} holds Python objects, which are not loaded: "
                        "save it as an array of float64.") from None
    except (BadZipFile, EOFError, zlib.error):
        raise DataError(f"The array {key!r} of {name} is damaged: save the file again.") from None
    except MemoryError:  # also of a header that promises more than there is
        raise DataError(f"The array {key!r} of {name} does not fit into memory: save a smaller network.") from None
    if not isinstance(array, np.ndarray):  # NumPy returns as bytes what it does not recognize
        raise DataError(f"The entry {key!r} of {name} is no NumPy array: {_SAVE}.")
    return array


def _check_names(names: list[str], name: str) -> None:
    depth = sum(key != "p" for key in names)
    if not depth:
        raise DataError(f"{name} holds no layer: {_SAVE}.")
    wanted = {f"W{k}" for k in range(1, depth + 1)}
    strange = [key for key in names if key != "p" and not (key.startswith("W") and key[1:].isdecimal())]
    if strange:
        raise DataError(f"{name} holds an array {strange[0]!r}: name the layers W1 to W{depth} from the input on, "
                        "the read-out, if any, p, and leave out everything else.")
    if missing := sorted(wanted - set(names)):
        raise DataError(f"{name} holds {depth} {'layer' if depth == 1 else 'layers'}, but not {missing[0]}: "
                        f"name them W1 to W{depth} without a gap.")


def _matrix(key: str, array: Array, name: str) -> Array:
    where = f"The array {key!r} of {name}"
    if array.dtype.kind not in "fiu":
        raise DataError(f"{where} has entries of type {array.dtype}: save real numbers.")
    with np.errstate(over="ignore"):  # of a long double: it fails the comparison below
        values = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise DataError(f"{where} has entries that are not finite: save the weights before training diverged.")
    if array.dtype.itemsize >= 8 and not _same(values, array):
        raise DataError(f"{where} has entries of type {array.dtype} that float64 does not hold: round them first.")
    wanted = 1 if key == "p" else 2
    if array.ndim != wanted or 0 in array.shape:
        raise DataError(f"{where} has shape {array.shape}: give it "
                        + ("one axis, (outputs,)." if key == "p" else "two axes, (outputs, inputs)."))
    return values


def _same(values: Array, array: Array) -> bool:
    """Whether float64 holds the numbers; integers are compared as such, as a cast back could overflow."""
    if array.dtype.kind in "iu":
        return all(int(x) == int(y) for x, y in zip(values.flat, array.flat, strict=True))
    return np.array_equal(values.astype(array.dtype), array)


def _check_chain(layers: list[Array], name: str) -> None:
    for k, (lower, upper) in enumerate(pairwise(layers), start=1):
        if upper.shape[1] != lower.shape[0]:
            turned = all(b.shape[0] == a.shape[1] for a, b in pairwise(layers))
            hint = ("the layers chain when transposed, so save each W.T" if turned
                    else "each layer has shape (outputs, inputs), from the input on")
            raise DataError(
                f"W{k + 1} of {name} takes {upper.shape[1]} inputs, but W{k} gives {lower.shape[0]}: {hint}.")
