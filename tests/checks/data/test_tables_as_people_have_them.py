"""Tables as spreadsheets, R, NumPy and databases write them: read where they are unambiguous, and then it is said."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from flatcert import bounds
from flatcert.checks.data.reading import Reading
from flatcert.checks.data.table import Table, parse_table, read_source
from flatcert.checks.output import DataError

PLAIN = "a,b,y\n1.5,2,3\n-4,5.25,6e-1\n7,8,9\n"
EXPECTED = parse_table(PLAIN, "y")

Told = list[str]


def read(path: Path, target: str = "y", **options: Any) -> tuple[Table, Told]:
    told: Told = []
    return read_source(path, target, Reading(**options), told.append), told


def same(table: Table, other: Table = EXPECTED) -> bool:
    return (table.features, table.samples, table.moments.products.tolist()) == (
        other.features, other.samples, other.moments.products.tolist())


def european(separator: str) -> str:
    return PLAIN.replace(",", separator).replace(".", ",")


READ: dict[str, tuple[bytes, dict[str, Any], list[str]]] = {
    "byte-order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), {}, []),
    "CRLF": (PLAIN.replace("\n", "\r\n").encode(), {}, []),
    "CR": (PLAIN.replace("\n", "\r").encode(), {}, []),
    "quoted": (('"' + PLAIN[:-1].replace(",", '","').replace("\n", '"\n"') + '"\n').encode(), {}, []),
    "gzip": (gzip.compress(PLAIN.encode()), {}, []),
    "gzip of semicolons": (gzip.compress(PLAIN.replace(",", ";").encode()), {}, ["separated by ';' (semicolons)"]),
    "semicolons": (PLAIN.replace(",", ";").encode(), {}, ["separated by ';' (semicolons)"]),
    "semicolons, given": (PLAIN.replace(",", ";").encode(), {"sep": ";"}, []),
    "tabs": (PLAIN.replace(",", "\t").encode(), {}, [r"separated by '\t' (tabs)"]),
    "tabs, given": (PLAIN.replace(",", "\t").encode(), {"sep": "tab"}, []),
    "bars": (PLAIN.replace(",", "|").encode(), {}, ["separated by '|' (vertical bars)"]),
    "blanks": ("  " + PLAIN.replace(",", "   ").replace("\n", " \n  ").encode().decode(), {}, ["(blanks)"]),
    "blanks and tabs": (PLAIN.replace(",", " \t").encode(), {"sep": "space"}, []),
    "a strange separator": (PLAIN.replace(",", "^").encode(), {"sep": "^"}, []),
    "European": (european(";").encode(), {}, ["separated by ';'", "read with decimal commas"]),
    "European, given": (european(";").encode(), {"sep": ";", "decimal": ","}, []),
    "European tabs": (european("\t").encode(), {}, ["tabs", "decimal commas"]),
    "decimal commas in quotes": (b'a,b,y\n"1,5",2,3\n-4,"5,25","6e-1"\n7,8,9\n', {}, ["decimal commas"]),
    "Excel's hint": (b"sep=;\n" + european(";").encode(), {}, ["separated by ';'", "decimal commas"]),
    "Latin-1": (PLAIN.replace("b", "größe").encode("latin-1"), {"encoding": "latin-1"}, []),
    "UTF-16": (PLAIN.encode("utf-16"), {}, ["read as UTF-16"]),
    "UTF-32": (PLAIN.encode("utf-32"), {}, ["read as UTF-32"]),
    "UTF-16 without mark": (PLAIN.encode("utf-16-le"), {"encoding": "utf-16-le"}, []),
    "comments": (b"# made by me\n#\n" + PLAIN.encode() + b"# the end\n", {}, ["Line 1 of", "and so are 2 more"]),
    "a comment with as many fields": (b"# made, by, me\n" + PLAIN.encode(), {}, ["Line 1 of"]),
    "a comment with a quote": (b'# the "best, "data\n' + PLAIN.encode(), {}, ["Line 1 of"]),
    "blank lines": (PLAIN.replace("\n", "\n\n \n").encode(), {}, []),
    "missing": (PLAIN.replace("7,", "7,8,\n NaN ,1,2\n7,", 1).replace("7,8,\n", "?,8,9\n7,NA,1\n", 1).encode(),
                {"missing": "drop"}, ["3 of 6 rows", "row 3 (line 4), row 4 (line 5), row 5 (line 6)"]),
    "chosen columns": (b"id,,a,when,b,when,y\nx,,1.5,,2,,3\ny,,-4,,5.25,,6e-1\nz,,7,,8,,9\n",
                       {"columns": ("a", "b")}, []),
    "one column has text": (b"a,b,note,y\n1.5,2,x,3\n-4,5.25,\"y, z\",6e-1\n7,8,,9\n",
                            {"columns": ("a", "b", "y")}, []),
    "a header of years": (PLAIN.replace("a,b", "2001,2002").encode(), {}, []),
    "no final line end": (PLAIN[:-1].encode(), {}, []),
}


@pytest.mark.parametrize("content, options, told", READ.values(), ids=READ.keys())
def test_it_is_read_and_what_was_found_out_is_said(
    tmp_path: Path, content: bytes | str, options: dict[str, Any], told: list[str]
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table, said = read(path, **options)
    assert table.moments.products.tolist() == EXPECTED.moments.products.tolist() and table.samples == 3
    assert len(said) == len([part for part in told if not part.startswith(("row ", "and "))])
    assert all(part in " ".join(said) for part in told), said
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in said)


REFUSED: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "two separators": (b"a;b|c;y\n1;2|3;4\n5;6|7;8\n", {"sep": ";"}, "'2|3' in row 1"),
    "two likely separators": (b"a\tb;y\n1\t2;3\n", {}, "name the separator by --sep"),
    "thousands or decimals": (b"a;y\n1,234;5\n2,345;6\n", {}, "give --decimal ',' if"),
    "thousands": (b"a;y\n1,234,567;5\n2,345;6\n", {}, "or take out those between thousands"),
    "mixed decimals": (b"a;y\n1,5;5.5\n2;6\n", {}, "or give --decimal ',' if all"),
    "points beside decimal commas": (b"a;y\n1,5;5.5\n2;6\n", {"decimal": ","}, "'5.5' in row 1 (line 2)"),
    "out of range with commas": (b"a;y\n1,5e999;5\n2;6\n", {"decimal": ","}, "out of range"),
    "Latin-1": ("größe,y\n1,2\n".encode("latin-1"), {}, "name its encoding by --encoding, often latin-1"),
    "another encoding": ("größe,y\n1,2\n".encode("latin-1"), {"encoding": "utf-16"}, "is no utf-16 text"),
    "no encoding": (b"", {"encoding": "hex"}, "There is no encoding 'hex'"),
    "no encoding of files": (b"", {"encoding": "idna"}, "There is no encoding 'idna'"),
    "no separator": (b"", {"sep": "1"}, "'1' cannot separate fields"),
    "two characters": (b"", {"sep": ";;"}, "give --sep one character"),
    "two commas": (b"", {"sep": ",", "decimal": ","}, "A comma cannot separate fields and decimals"),
    "no decimal sign": (b"", {"decimal": ";"}, "is no decimal sign"),
    "no way": (b"", {"missing": "zero"}, "is no way to treat missing numbers"),
    "no column": (b"", {"columns": ()}, "No column is chosen"),
    "an infinite number": (b"a,y\n1,2\ninf,3\n4,5\n", {"missing": "drop"}, "is inf: fill in a finite number or remove"),
    "missing": (b"a,y\n1,2\n,3\n4,5\n", {}, "leave out such rows by --missing drop"),
    "all are missing": (b"a,y\n1,\n,3\n", {"missing": "drop"}, "has no row of numbers"),
    "an unknown column": (PLAIN.encode(), {"columns": ("a", "c")}, "names no column 'c'"),
    "a column twice": (PLAIN.encode(), {"columns": ("a", "a")}, "'a' is chosen twice"),
    "the target alone": (PLAIN.encode(), {"columns": ("y",)}, "has no column but the target"),
    "a chosen name twice": (b"a,a,y\n1,2,3\n4,5,6\n", {"columns": ("a",)}, "names 'a' 2 times"),
    "damaged gzip": (gzip.compress(PLAIN.encode() * 99)[:-20], {}, "is a damaged gzip file"),
    "no gzip": (b"\x1f\x8bhello", {}, "is a damaged gzip file"),
    "a line without end": (gzip.compress(b"1" * (2**24 + 2**21)), {}, "has a line of more than"),
    "bzip2": (b"BZh91AY", {}, "compressed by bzip2"),
    "HDF5": (b"\x89HDF\r\n", {}, "is an HDF5 file"),
    "a pickle": (b"\x80\x04abc", {}, "may run any code"),
    "a damaged Parquet file": (b"PAR1" + bytes(99), {}, "is a damaged Parquet file"),
    "an empty archive": (b"PK\x05\x06" + bytes(18), {}, "holds no array"),
    "an array": (b"\x93NUMPY\x01\x00", {}, "holds one array, and no arrays by name: save its columns"),
    "null bytes": (b"a,y\n1,\0\n", {}, "holds binary data"),
    "null bytes below": (b"a,y\n" + b"1,2\n" * 10**5 + b"1,\0\n", {}, "holds binary data"),
}


@pytest.mark.parametrize("content, options, message", REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_is_one_sentence(tmp_path: Path, content: bytes, options: dict[str, Any], message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read(path, **options)
    sentence = str(caught.value)
    assert message in sentence, sentence
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400


ARRAYS = {"a": np.array([1.5, -4, 7]), "b": np.array([2, 5.25, 8]), "y": np.array([3, 0.625, 9])}
DYADIC = parse_table("a,b,y\n1.5,2,3\n-4,5.25,0.625\n7,8,9\n", "y")
FRAMES: dict[str, Callable[[], Any]] = {
    "arrays": lambda: ARRAYS,
    "lists": lambda: {key: list(values) for key, values in ARRAYS.items()},
    "texts": lambda: {key: [str(x) for x in values] for key, values in ARRAYS.items()},
    "decimals": lambda: {key: [Decimal(str(x)) for x in values] for key, values in ARRAYS.items()},
    "float32": lambda: {key: values.astype(np.float32) for key, values in ARRAYS.items()},
    "pandas": lambda: pd.DataFrame(ARRAYS),
    "pandas, nullable": lambda: pd.DataFrame(ARRAYS).convert_dtypes(),
    "pandas, text": lambda: pd.DataFrame(ARRAYS).astype(str),
    "polars": lambda: pl.DataFrame(ARRAYS),
    "polars, text": lambda: pl.DataFrame(ARRAYS).cast(pl.String),
    "polars, decimal": lambda: pl.DataFrame(ARRAYS).cast(pl.Decimal(20, 3)),
}


@pytest.mark.parametrize("made", FRAMES.values(), ids=FRAMES.keys())
def test_frames_and_mappings(made: Callable[[], Any]) -> None:
    said: Told = []
    assert same(read_source(made(), "y", Reading(), said.append), DYADIC)
    assert all("are floats, and read as the dyadic numbers that they are" in sentence for sentence in said)


@pytest.mark.parametrize("made", [FRAMES["pandas"], FRAMES["polars"]])
def test_bounds_takes_a_frame(made: Callable[[], Any]) -> None:
    assert bounds(made(), 3, "y").as_dict() == bounds(DYADIC, 3).as_dict()
    with pytest.raises(DataError, match="The target is not known"):
        bounds(made(), 3)


def test_a_matrix_of_an_npz_file_has_numbered_columns(tmp_path: Path) -> None:
    X = np.column_stack([ARRAYS["a"], ARRAYS["b"]])
    np.savez(tmp_path / "t.npz", X=X, y=ARRAYS["y"])
    table, said = read(tmp_path / "t.npz")
    assert table.features == ("X1", "X2") and table.moments.products.tolist() == DYADIC.moments.products.tolist()
    assert said == [f"All columns of {str(tmp_path / 't.npz')!r} are floats, and read as the dyadic numbers that they "
                    "are."]
    np.savez_compressed(tmp_path / "t.npz", **ARRAYS)
    assert same(read(tmp_path / "t.npz")[0], DYADIC)
    with pytest.raises(DataError, match="leave out --sep"):
        read(tmp_path / "t.npz", sep=";")


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    frame = pl.DataFrame({**ARRAYS, "count": [2**60 + 1, None, 3], "text": ["1.1", "2", "3e0"]})
    frame.with_columns(pl.col("text").cast(pl.String)).write_parquet(path)
    assert same(read(path, columns=("a", "b"))[0], DYADIC)
    table, said = read(path, "text", columns=("count",), missing="drop")
    assert table.moments.means.tolist() == [fmpq(2**60 + 4, 2), fmpq(41, 20)] and "1 of 3 rows" in said[0]
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match="is a damaged Parquet file"):
        read(path)


BAD_FRAMES: dict[str, tuple[Any, str]] = {
    "truth": ({"a": [True, False], "y": [1, 2]}, "holds other things than numbers"),
    "truth of NumPy": ({"a": np.array([True, False]), "y": [1, 2]}, "type bool"),
    "complex": ({"a": np.array([1j, 2]), "y": [1, 2]}, "type complex128"),
    "times": (pd.DataFrame({"a": pd.to_datetime(["2020", "2021"]), "y": [1, 2]}), "type datetime64"),
    "lengths": ({"a": [1, 2, 3], "y": [1, 2]}, "have 2 or 3 entries"),
    "nan": ({"a": [1.0, float("nan")], "y": [1, 2]}, "The cell in row 2, column 'a' of the table is nan"),
    "null": (pl.DataFrame({"a": [1, None], "y": [1, 2]}), "The cell in row 2, column 'a' of the table is empty"),
    "infinite": ({"a": [1.0, float("inf")], "y": [1, 2]}, "is inf: fill in a finite number or remove the row"),
    "tiny": ({"a": [1.0, 1e-200], "y": [1, 2]}, "is out of range"),
    "a mixture": ({"a": [1.0, "2"], "y": [1, 2]}, "mixes floats with other entries"),
    "same names": (pd.DataFrame([[1, 2, 3]], columns=["a", "a", "y"]), "two columns of the same name"),
    "axes": ({"a": np.ones((2, 2, 2)), "y": [1, 2]}, "has 3 axes"),
    "a number": (3, "cannot be read from a int"),
    "an array": (np.eye(2), "cannot be read from a ndarray"),
}


@pytest.mark.parametrize("frame, message", BAD_FRAMES.values(), ids=BAD_FRAMES.keys())
def test_frames_that_are_refused(frame: Any, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_source(frame, "y", Reading(), lambda said: None)
    assert message in str(caught.value)


cell = st.one_of(
    st.decimals(-10**6, 10**6, places=4).map(str), st.integers(-10**25, 10**25).map(str),
    st.floats(1e-99, 99).map(repr),
    st.sampled_from(["+1.", "-.5", "1e3", " 2 ", "0.000000000000000000000000001", "1" * 18, "9" * 19, "-0", "1E-12"]))


@given(st.lists(st.tuples(cell, cell), min_size=2, max_size=8), st.booleans(), st.integers(1, 5))
def test_sums_are_those_of_fractions(rows: list[tuple[str, str]], quoted: bool, size: int) -> None:
    """Whole columns by NumPy and FLINT, chunk by chunk, against the standard library's Fraction, row by row."""
    mark = '"' if quoted else ""
    text = "a,y\n" + "".join(f"{mark}{a}{mark},{y}\n" for a, y in rows) + "1,1\n"
    numbers = [(Fraction(a.strip()), Fraction(y.strip())) for a, y in [*rows, ("1", "1")]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flatcert.checks.data.csv_source.CELLS", 2 * size)
        products = parse_table(text, "y").moments.products
    for i in range(2):
        for j in range(2):
            mean = sum((row[i] * row[j] for row in numbers), Fraction(0)) / len(numbers)
            assert products[i, j] == fmpq(mean.numerator, mean.denominator)


def test_parquet_needs_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pl.DataFrame(ARRAYS).write_parquet(tmp_path / "t.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match=r"install it by pip install 'flatcert\[parquet\]'\."):
        read(tmp_path / "t.parquet")


@pytest.mark.parametrize("quoted", [False, True])
def test_the_memory_does_not_grow_with_the_rows(tmp_path: Path, quoted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five times as many rows take no more."""
    monkeypatch.setattr("flatcert.checks.data.csv_source.CELLS", 6000)
    monkeypatch.setattr("flatcert.checks.data.text_lines._PIECE", 2**16)
    row = '"{}","-1.25","3.5"\n' if quoted else "{},-1.25,3.5\n"
    path, peaks = tmp_path / "t.csv", []
    for rows in (20_000, 100_000):
        path.write_text("a,b,y\n" + "".join(row.format(k) for k in range(rows)))
        tracemalloc.start()
        table, _ = read(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert table.samples == rows and table.moments.means[0] == fmpq(rows - 1, 2)
    assert peaks[1] < 1.2 * peaks[0] + 10**5
