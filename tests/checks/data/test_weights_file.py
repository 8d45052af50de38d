"""Networks in ``.npz`` files that are strange, damaged or hostile: refused before anything is allocated."""

from __future__ import annotations

import io
import os
import struct
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
import pytest

from flatcert.checks.data.layer_order import MAX_LAYERS, MAX_WEIGHTS
from flatcert.checks.data.weights import read_weights
from flatcert.checks.output import DataError
from flatcert.numeric.network.network import DeepLinearNetwork


def npy(array: Any = None, *, literal: str | None = None, data: bytes | None = None, version: int = 1) -> bytes:
    """An array in NumPy's format, with the text of the header and the data as given."""
    out = io.BytesIO()
    if literal is None:
        np.lib.format.write_array(out, np.asarray(array))
        head = out.getvalue()
        cut = 10 + struct.unpack("<H", head[8:10])[0]
        literal, data = head[10:cut].decode(), head[cut:] if data is None else data
    length = struct.pack("<H" if version == 1 else "<I", len(literal))
    return b"\x93NUMPY" + bytes([version, 0]) + length + literal.encode("latin1") + (data or b"")


def archive(path: Path, members: list[tuple[str, bytes]], method: int = ZIP_STORED) -> Path:
    with ZipFile(path, "w", method) as made:
        for name, content in members:
            made.writestr(ZipInfo(name), content, method)
    return path


@contextmanager
def frugal() -> Iterator[None]:
    """Within a second, and 30 MB of what Python and NumPy allocate."""
    tracemalloc.start()
    begin = time.process_time()
    try:
        yield
        assert time.process_time() - begin < 1
        assert tracemalloc.get_traced_memory()[1] < 30e6
    finally:
        tracemalloc.stop()


def refusal(path: Path) -> str:
    """The one sentence of a refusal."""
    with frugal(), pytest.raises(DataError) as caught:
        read_weights(path)
    text = str(caught.value)
    assert text.endswith(".") and "\n" not in text and ". " not in text.replace(str(path), ""), text
    assert len(text) < 500 + len(str(path))
    return text


def header(shape: str, descr: str = "'<f8'") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n"


GOOD = np.array([[1.0, -2.0]])
MEMBERS: dict[str, tuple[list[tuple[str, bytes]], str]] = {
    "twice": ([("W1.npy", npy(GOOD)), ("W1", npy(2 * GOOD))], "two arrays 'W1'"),
    "a folder": ([("W1.npy/", b""), ("W1.npy", npy(GOOD))], "The array 'W1.npy/'"),
    "a long name": ([("A" * 60_000, npy(GOOD[0]))], "array 'AAA"),
    "a control character": ([("W1\x1b[2J.npy", npy(GOOD[0]))], r"array 'W1\x1b[2J'"),
    "no array": ([("W1.npy", b"hello")], "is no NumPy array"),
    "nothing": ([("W1.npy", b"")], "is no NumPy array"),
    "version 9": ([("W1.npy", b"\x93NUMPY\x09\x00" + bytes(200))], "header that is damaged"),
    "a header of 4 GB": ([("W1.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b" " * 10**6)], "longer than 1024 bytes"),
    "deep": ([("W1.npy", npy(literal="(" * 900))], "header that is damaged"),
    "keys of two types": ([("W1.npy", npy(literal="{1: 2, 'a': 3}"))], "header that is damaged"),
    "an unhashable key": ([("W1.npy", npy(literal="{[]: 2}"))], "header that is damaged"),
    "a broken token": ([("W1.npy", npy(literal="{'descr': '<f8L, ("))], "header that is damaged"),
    "text": ([("W1.npy", npy(np.array([["a"]])))], "save real numbers"),
    "truth": ([("W1.npy", npy(np.array([[True]])))], "type 'bool'"),
    "fields": ([("W1.npy", npy(np.zeros((1, 1), "f8,f8")))], "save real numbers"),
    "times": ([("W1.npy", npy(np.zeros((1, 1), "m8[s]")))], "save real numbers"),
    "parts": ([("W1.npy", npy(literal=header("(1, 1)", "'(2,2)f8'"), data=bytes(32)))], "save real numbers"),
    "no axis": ([("W1.npy", npy(np.float64(2)))], "has shape ()"),
    "an enormous shape": ([("W1.npy", npy(literal=header(f"({2**62}, {2**62})")))], "weights, but at most"),
    "no shape": ([("W1.npy", npy(literal=header(f"(1, {2**70})")))], "a shape that no array has"),
    "a negative shape": ([("W1.npy", npy(literal=header("(1, -2)"), data=bytes(16)))], "a shape that no array has"),
    "a true shape": ([("W1.npy", npy(literal=header("(True, 2)"), data=bytes(16)))], "a shape that no array has"),
    "fewer numbers": ([("W1.npy", npy(GOOD, data=bytes(8)))], "promises 16 bytes of numbers and there are 8"),
    "more numbers": ([("W1.npy", npy(GOOD, data=bytes(17)))], "promises 16 bytes of numbers and there are 17"),
    "too large": ([("W1.npy", npy(literal=header(f"(1, {MAX_WEIGHTS + 1})")))], f"holds {MAX_WEIGHTS + 1} weights"),
    "too deep": ([(f"W{k}.npy", b"") for k in range(1, MAX_LAYERS + 2)], f"holds {MAX_LAYERS + 1} layers"),
    "too many members": ([(f"W{k}.npy", b"") for k in range(1, 20_001)], "table of contents"),
}


@pytest.mark.parametrize("members, message", MEMBERS.values(), ids=MEMBERS.keys())
def test_strange_members_get_one_sentence(tmp_path: Path, members: list[tuple[str, bytes]], message: str) -> None:
    assert message in refusal(archive(tmp_path / "w.npz", members))


def test_zeros_that_do_not_chain_are_not_unpacked(tmp_path: Path) -> None:
    """A file of 64 kilobytes that is 64 megabytes of zeros, and members that hold more than their header promises."""
    rows = header("(8000, 1000)")
    zeros = npy(literal=rows, data=bytes(64 * 10**6))
    path = archive(tmp_path / "w.npz", [("W1.npy", zeros), ("W2.npy", npy(np.ones((1, 3))))], ZIP_DEFLATED)
    assert path.stat().st_size < 10**5
    assert "takes 3 inputs, but W1 gives 8000" in refusal(path)
    path = archive(path, [("W1.npy", npy(literal=header("(1, 2)"), data=bytes(4 * 10**7)))], ZIP_DEFLATED)
    assert "promises 16 bytes" in refusal(path)


def patched(path: Path, found: bytes, offset: int, new: bytes, *, last: bool = True) -> None:
    """Overwrite bytes at an offset from a signature."""
    content = bytearray(path.read_bytes())
    at = (content.rfind(found) if last else content.find(found)) + offset
    content[at : at + len(new)] = new
    path.write_bytes(content)


CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"
PATCHES: dict[str, tuple[bytes, int, bytes, str]] = {
    "encrypted": (CENTRAL, 8, b"\x01\x00", "encrypted"),
    "patched data": (CENTRAL, 8, b"\x20\x00", "damaged"),
    "compressed by an unknown method": (CENTRAL, 10, b"\x63\x00", "compressed in a way"),
    "another size": (CENTRAL, 24, struct.pack("<I", 10**9), "damaged"),
    "another checksum": (CENTRAL, 16, b"\x00\x00\x00\x00", "damaged"),
    "another place": (CENTRAL, 42, struct.pack("<I", 10**9), "damaged"),
    "a later version of zip": (CENTRAL, 6, b"\xff\x00", "no .npz file"),
    "another name inside": (LOCAL, 30, b"V", "damaged"),
    "an enormous table of contents": (b"PK\x05\x06", 12, struct.pack("<I", 2**31), "no .npz file"),
}


@pytest.mark.parametrize("found, offset, new, message", PATCHES.values(), ids=PATCHES.keys())
def test_damaged_archives_get_one_sentence(
    tmp_path: Path, found: bytes, offset: int, new: bytes, message: str
) -> None:
    path = archive(tmp_path / "w.npz", [("W1.npy", npy(GOOD))])
    patched(path, found, offset, new)
    assert message in refusal(path)


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_methods_of_compression_that_numpy_does_not_write(tmp_path: Path, method: int) -> None:
    """The header of an LZMA stream says how much memory to allocate."""
    assert "np.savez_compressed" in refusal(archive(tmp_path / "w.npz", [("W1.npy", npy(GOOD))], method))


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "a pipe or a device" in refusal(tmp_path / "pipe")
    assert "a pipe or a device" in refusal(Path("/dev/zero"))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for strange in (tmp_path / "loop", tmp_path / ("a" * 300), tmp_path / "w.npz" / "inside"):
        archive(tmp_path / "w.npz", [("W1.npy", npy(GOOD))])
        assert "cannot be read" in refusal(strange)
    assert "is no path" in refusal(tmp_path / "a\0b")
    archive(tmp_path / "none.npz", [])
    assert "holds no layer" in refusal(tmp_path / "none.npz")


LAYERS = [np.array([[0.5, -0.0], [5e-324, -1.7e308]]), np.array([[3.0, -2.0]])]
WAYS: dict[str, Callable[[Any], Any]] = {
    "big-endian": lambda x: x.astype(">f8"),
    "Fortran order": np.asfortranarray,
    "every second column": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "long double": lambda x: x.astype(np.longdouble),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_every_way_to_save_gives_the_same_numbers(tmp_path: Path, way: Callable[[Any], Any], save: Any) -> None:
    save(tmp_path / "w.npz", W2=way(LAYERS[1]), W1=way(LAYERS[0]))
    for read, layer in zip(read_weights(tmp_path / "w.npz").weights, LAYERS, strict=True):
        assert read.tobytes() == layer.tobytes()


@pytest.mark.parametrize("dtype", ["e", "f", "i1", "u2", "<i4", ">i8", "u8"])
def test_smaller_types_are_read_exactly(tmp_path: Path, dtype: str) -> None:
    layer = np.array([[0, 1, 100]], dtype)
    np.savez(tmp_path / "w.npz", W1=layer)
    assert read_weights(tmp_path / "w.npz").weights[0].tolist() == layer.tolist()


def test_what_numpy_reads_too(tmp_path: Path) -> None:
    """Version 2 and 3, a header that Python 2 wrote, a name without ending, bytes after the archive."""
    for content in (npy(GOOD, version=2), npy(GOOD, version=3), npy(literal=header("(1L, 2L)"), data=GOOD.tobytes())):
        path = archive(tmp_path / "w.npz", [("W1", content)])
        path.write_bytes(path.read_bytes() + b"junk")
        assert np.array_equal(read_weights(path).weights[0], GOOD)


def test_as_many_layers_and_weights_as_the_limits_allow(tmp_path: Path) -> None:
    begin = time.process_time()
    for widths in ([1] * (MAX_LAYERS + 1), [1000, 999, 1, 1]):
        layers = {f"W{k}": np.ones((b, a)) for k, (a, b) in enumerate(pairwise(widths), start=1)}
        np.savez(tmp_path / "w.npz", **layers)
        network = read_weights(tmp_path / "w.npz")
        assert network.widths == tuple(widths) and isinstance(network, DeepLinearNetwork)
    assert time.process_time() - begin < 5
