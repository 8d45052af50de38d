"""The arrays of a ``.safetensors`` file, which holds numbers and their names, and nothing that runs."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, deserialize

from ...numeric.linalg.scalars import Array
from ..output import DataError
from .npz import shown
from .text_files import refusals

_MOST_BYTES = 2**25
"""The largest file that is read: four times as many bytes as the weights that can be treated take."""
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
          "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1"}


def begins(content: bytes) -> bool:
    """Return whether a file that begins so is of this kind: the length of a text that opens with a brace."""
    return len(content) > 8 and content[8:9] == b"{" and int.from_bytes(content[:8], "little") < _MOST_BYTES


def arrays(path: str | os.PathLike[str], name: str) -> dict[str, Array]:
    """Read all arrays by name.

    Raises:
        DataError: the file cannot be read, is too large or damaged, or holds other things than real numbers.
    """
    with refusals(name), Path(path).open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise DataError(f"{name} has more than {_MOST_BYTES // 2**20} MB, but at most 10^6 weights can be treated "
                        "exactly: give a smaller network.")
    try:
        found = deserialize(content)  # type: ignore[no-untyped-call]
    except SafetensorError:
        raise DataError(f"{name} is a damaged safetensors file: save it again.") from None
    return {key: _array(key, entry["dtype"], entry["shape"], bytes(entry["data"]), name) for key, entry in found}


def _array(key: str, kind: str, shape: list[int], content: bytes, name: str) -> Array:
    if kind == "BF16":  # the upper half of a float32
        upper = np.frombuffer(content, "<u2").astype(np.uint32)
        return (upper << np.uint32(16)).view(np.float32).reshape(shape)
    if kind not in _TYPES:
        raise DataError(f"The array {shown(key)} of {name} has entries of type {kind}: save real numbers.")
    read: Array = np.frombuffer(content, _TYPES[kind]).reshape(shape)
    return read
