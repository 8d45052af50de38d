"""Arrays of any scalar: float64, mpf, balls, rationals, polynomials, symbols.

NumPy carries them all with ``@``, ``*`` and ``+``; what differs is only how an array
is read and which kind of number its entries are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import numpy as np
from flint import arb, fmpq, fmpz
from mpmath import mpf
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Kind: TypeAlias = Literal["float", "rational", "mpf", "arb", "other"]

_RATIONAL = (int, np.integer, fmpz, fmpq, Fraction)
_FLOATING = (float, np.floating)


def _nested_shape(values: Any) -> tuple[int, ...]:
    """Shape of nested lists; polynomials are iterable, so only list and tuple nest."""
    shape: list[int] = []
    while isinstance(values, (list, tuple, np.ndarray)):
        if isinstance(values, np.ndarray):
            return (*shape, *values.shape)
        shape.append(len(values))
        if not values:
            break
        values = values[0]
    return tuple(shape)


def _leaves(values: Any) -> list[Any]:
    if isinstance(values, np.ndarray):
        return list(values.ravel())
    if isinstance(values, (list, tuple)):
        return [leaf for value in values for leaf in _leaves(value)]
    return [values]


def object_array(entries: list[Any], shape: tuple[int, ...]) -> Array:
    """Object array of a given shape (``np.array`` would unpack polynomials).

    >>> from flint import fmpq_poly
    >>> object_array([fmpq_poly([1, 2])], (1,)).shape
    (1,)
    """
    return np.fromiter(entries, object, len(entries)).reshape(shape)


def _of_library(values: Any) -> Any:
    """An array of another library as one of NumPy: a tensor of PyTorch, a series, whatever has ``__array__``."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        try:
            return np.asarray(values)
        except TypeError:  # a type that NumPy does not have, such as bfloat16
            return np.asarray(values.double())
    return np.asarray(values) if hasattr(values, "__array__") and not isinstance(values, np.generic) else values


def as_array(values: Any, *, exact: bool = False) -> Array:
    """Read an array: floats, integers and Booleans become float64, all else stays exact.

    Tensors of PyTorch and whatever has ``__array__`` are arrays, too.

    An object array is returned as it is, so Python integers in one are exact. With
    ``exact`` integers stay integers in an object array, to meet exact partners.

    Raises:
        ValueError: rows of unequal length, masked or complex entries.

    >>> as_array([[1, 2], [3, 4]]).dtype
    dtype('float64')
    >>> from flint import fmpq
    >>> as_array([fmpq(1, 3), 2])
    array([1/3, 2], dtype=object)
    """
    if not isinstance(values, np.ndarray):
        values = _of_library(values)
    if not isinstance(values, np.ndarray):
        leaves, shape = _leaves(values), _nested_shape(values)
        if len(leaves) != int(np.prod(shape)):
            raise ValueError("The rows of an array must all have the same length.")
        if any(not isinstance(leaf, (bool, int, float, complex, np.number, np.bool_)) for leaf in leaves):
            return object_array(leaves, shape)
        values = np.array(leaves).reshape(shape)
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError("Masked entries have no value: fill them, or leave out their rows.")
    array: Array = np.asarray(values)  # the product * of np.matrix is another
    if array.dtype == object or array.dtype == np.float64:
        return array
    if array.dtype.kind not in "fiub":
        raise ValueError(f"The entries must be real numbers, not of type {array.dtype}.")
    if exact and array.dtype.kind != "f":
        return array.astype(object)
    return array.astype(np.float64)


def scalar_kind(*arrays: Array) -> Kind:
    """The kind of number that arithmetic among the arrays produces.

    >>> scalar_kind(np.eye(2))
    'float'
    >>> from flint import arb, fmpq
    >>> scalar_kind(as_array([fmpq(1, 3), 2]), as_array([arb(2)]))
    'arb'
    """
    types: set[type] = set()
    floating = False
    for array in arrays:
        if array.dtype == object:
            types.update(map(type, array.ravel().tolist()))
        else:
            floating = True
    exact = {t for t in types if issubclass(t, _RATIONAL)}
    rest = types - exact
    if not rest and not floating:
        return "rational"
    if not exact and all(issubclass(t, _FLOATING) for t in rest):
        return "float"
    if all(issubclass(t, (arb, *_FLOATING)) for t in rest) and arb in rest:
        return "arb"
    if all(issubclass(t, (mpf, *_FLOATING)) for t in rest) and any(issubclass(t, mpf) for t in rest):
        return "mpf"
    return "float" if all(issubclass(t, _FLOATING) for t in rest) else "other"


def convert_array(array: Array, convert: Any) -> Array:
    """Map every entry through ``convert``: float64 if it is ``float``, else an object array.

    Raises:
        ValueError: an entry that float64 cannot hold, as it is too large.

    >>> convert_array(np.eye(1), int)
    array([[1]], dtype=object)
    """
    if convert is float:
        if array.dtype == np.float64:
            return array
        try:
            return np.array([float(x) for x in array.flat], dtype=np.float64).reshape(array.shape)
        except OverflowError:
            raise ValueError("An entry leaves the range of float64 (1e308): rescale it, or stay exact.") from None
    # ``tolist`` turns NumPy scalars into Python ones, which every exact type understands.
    return object_array(list(map(convert, array.ravel().tolist())), array.shape)


def layers_of(vectors: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """Split vectors ``(..., N)`` into layers ``(..., rows, columns)`` of these shapes.

    >>> [layer.tolist() for layer in layers_of(np.arange(3), [(1, 2), (1, 1)])]
    [[[0, 1]], [[2]]]
    """
    parts = np.split(vectors, np.cumsum([rows * columns for rows, columns in shapes])[:-1], axis=-1)
    return [part.reshape(*vectors.shape[:-1], *shape) for part, shape in zip(parts, shapes, strict=True)]


def is_zero(array: Array) -> bool:
    """True if every entry is known to be zero (a ball must be exactly zero).

    >>> is_zero(as_array([arb(0, 1)]))
    False
    """
    return all(bool(x == 0) for x in array.flat)


def to_mpf(value: Any) -> mpf:
    """The number at mpmath's working precision (a ball by its midpoint).

    >>> to_mpf(fmpq(1, 4))
    mpf('0.25')
    """
    if isinstance(value, arb):
        value = value.mid().fmpq()
    if isinstance(value, (fmpq, Fraction)):
        return mpf(int(value.numerator)) / int(value.denominator)
    return mpf(int(value)) if isinstance(value, (fmpz, np.integer)) else mpf(value)
