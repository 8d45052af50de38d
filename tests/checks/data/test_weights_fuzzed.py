"""A fuzzer over ``.npz`` files: names, headers, numbers and the bytes of the archive itself."""

from __future__ import annotations

import tracemalloc
import warnings
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from flatcert.checks.data.weights import read_weights
from flatcert.checks.output import DataError

DTYPES = st.sampled_from([
    "<f8", ">f8", "<f4", "<f2", "<f16", "<i8", ">u8", "|i1", "|b1", "<c16", "|O", "<U3", "|S2", "<M8[s]", "f8,i4",
    "(2,)f8"])
SIZES = st.sampled_from([0, 1, 2, 3, -1, True, 2.0, 2**31, 2**62, 2**63, 10**30, 1001, None])
NAMES = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from(["W", "w", "W0", "net/W", "/W", "p", ""]),
              st.sampled_from([1, 2, 3, "１", "٢", "²", 10**20, ""]),
              st.sampled_from([".npy", "", ".npy.npy", "/", "\0"])),
    st.text(max_size=8))
JUNK = st.text(alphabet="{}()[],:'\"<f8 \\\n\0Laé1-*e#_x", max_size=30)


@st.composite
def member_contents(draw: st.DrawFn, shape: tuple[int, ...]) -> bytes:
    """An array of the shape, sound or with a header that is not."""
    size = int(np.prod(shape))
    kind = draw(st.sampled_from(["sound"] * 6 + ["header", "literal", "bytes"]))
    if kind == "bytes":
        return draw(st.binary(max_size=40))
    numbers = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 5e-324, 1.0, 0.1]), st.integers(-9, 9).map(float))
    dtype = draw(st.sampled_from(["<f8"] * 4 + [">f8", "<f4", "<f2", "<i8", "|u1", np.dtype(np.longdouble).str]))
    length = size * np.dtype(dtype).itemsize
    if draw(st.booleans()) and dtype != np.dtype(np.longdouble).str:  # NumPy leaves its padding as it was in memory
        with np.errstate(all="ignore"):
            body = np.array(draw(st.lists(numbers, min_size=size, max_size=size))).astype(dtype).tobytes()
    else:
        body = draw(st.binary(min_size=length, max_size=length))
    descr, order, said = dtype, draw(st.booleans()), shape
    if kind == "header":
        descr = draw(st.one_of(st.just(dtype), DTYPES))
        said = tuple(draw(st.lists(st.one_of(st.just(2), SIZES), max_size=3)))
    text = f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {said}, }}"
    if kind == "literal":
        at, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        text = text[:at] + draw(JUNK) * draw(st.sampled_from([1, 1, 100])) + text[end:]
    version = draw(st.sampled_from([1, 1, 1, 2, 3, 7]))
    head = text.encode("utf-8")
    length = draw(st.sampled_from([len(head)] * 9 + [0, 2**16 - 1]))
    cut = draw(st.sampled_from([0] * 9 + [1, 8, -1]))
    body = body + b"\0" if cut < 0 else body[: len(body) - cut]
    return b"\x93NUMPY" + bytes([version, 0]) + length.to_bytes(2 if version == 1 else 4, "little") + head + body


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """An archive of a network that chains, then what may be wrong with it."""
    widths = [*draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)), 1]
    shapes: dict[str, tuple[int, ...]] = {
        f"W{k}.npy": (b, a) for k, (a, b) in enumerate(pairwise(widths), 1)}
    if draw(st.booleans()):
        shapes["p.npy"] = (1,)
    out = BytesIO()
    with ZipFile(out, "w") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two members of one name
        for name, shape in shapes.items():
            given_name = draw(NAMES) if draw(st.integers(0, 19)) == 19 else name
            method = draw(st.sampled_from([ZIP_STORED] * 6 + [ZIP_DEFLATED] * 4 + [ZIP_BZIP2, ZIP_LZMA]))
            try:
                made.writestr(ZipInfo(given_name or "x"), draw(member_contents(shape)), method)
            except UnicodeEncodeError:
                continue
    content = bytearray(out.getvalue())
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2, 5]))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.sampled_from([0, 1, 8, 9, 99, 127, 255, 65, 87]))
    if draw(st.integers(0, 9)) == 9:
        del content[draw(st.integers(0, len(content))):]
    return bytes(content) + draw(st.sampled_from([b""] * 9 + [b"junk"]))


@pytest.mark.slow
@settings(max_examples=20 * settings().max_examples)
@given(archives())
def test_a_file_is_refused_in_one_sentence_or_read_as_numpy_reads_it(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.npz"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        network = read_weights(path)
    except DataError as error:
        text = str(error).replace(repr(str(path)), "FILE")
        event(text[:40])
        assert text.endswith(".") and "\n" not in text and text.isprintable() and len(text) < 400, text
        return
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 30e6
    event("read")
    check_as_numpy_reads_it(path, network)


def _content(array: Any) -> tuple[Any, bytes]:
    return array.shape, array.tobytes()


def check_as_numpy_reads_it(path: Path, network: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = np.load(path)
        arrays = {key: loaded[key].astype(np.float64) for key in loaded.files}
        loaded.close()
    wanted = {f"W{k}": weight for k, weight in enumerate(network.weights, 1)}
    if network.has_readout:
        wanted["p"] = network.readout
    if arrays.keys() != wanted.keys():  # layers of other names, which were put in order
        event("other names")
        assert sorted(map(_content, arrays.values())) == sorted(map(_content, wanted.values()))
        return
    for key, array in wanted.items():
        assert array.shape == arrays[key].shape and array.tobytes() == arrays[key].tobytes(), key
        assert np.isfinite(array).all()
