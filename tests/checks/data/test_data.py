"""Tables are read exactly, and every bad input ends in one sentence."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from time import perf_counter

import pytest
from exact_rows import exact_rows
from flint import fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

from flatcert.checks.data.table import parse_table, read_table
from flatcert.checks.output import DataError

GOOD = "a,b,y\n1,2,3\n4,5.5,-6e-1\n"
DIABETES = Path(__file__).parents[3] / "examples" / "diabetes.csv"
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)

decimals = st.decimals(-10**6, 10**6, places=7).map(str)
scientific = st.builds(
    lambda sign, digits, point, mark, exponent: f"{sign}{digits[:point]}.{digits[point:]}{mark}{exponent}",
    st.sampled_from(["", "+", "-"]), st.text("0123456789", min_size=1, max_size=30), st.integers(0, 30),
    st.sampled_from(["e", "E", "e+", "e-"]), st.integers(0, 99),
)


def exact(number: fmpq) -> Fraction:
    return Fraction(int(number.p), int(number.q))


@given(st.lists(st.tuples(decimals, scientific), min_size=2, max_size=9))
def test_numbers_are_the_decimals_written(rows: list[tuple[str, str]]) -> None:
    """Read by our parser and by the standard library's `Fraction`."""
    text = "a,b,y\n" + "".join(f"{a},{b},1\n" for a, b in rows)
    assert [[exact(x) for x in row] for row in exact_rows(text)[1]] == [[Fraction(a), Fraction(b), 1] for a, b in rows]


@given(st.floats(1e-120, 1e120), st.sampled_from([1, -1]))
def test_float_noise_is_kept_as_written(size: float, sign: int) -> None:
    """`0.30000000000000004` is that decimal, neither 3/10 nor the float64."""
    cell = repr(sign * size)
    assert exact(exact_rows(f"a,y\n1,{cell}\n1,7\n")[1][0, 1]) == Fraction(Decimal(cell))


@given(st.lists(NAMES, min_size=2, unique=True), st.data())
def test_any_name_survives_quoting(names: list[str], data: st.DataObject) -> None:
    assume(any(name[0].isalpha() for name in names))  # numbers only may be a sample
    target = data.draw(st.sampled_from(names))
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    table = parse_table(f"{quoted}\n" + 2 * (",".join("1" for _ in names) + "\n"), target)
    assert table.target == target
    assert list(table.features) == [name for name in names if name != target]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.removesuffix("\n"),
        GOOD.replace("\n", "\n\n") + "  \n",
        ' a , "b",y \n"1", 2,+3\n 4,+5.50,-0.6e0\n',
        "a,b,y\n1.,2,3\n4E0,.55e1,-6e-01\n",
    ],
    ids=["BOM", "CRLF", "CR", "no final newline", "blank lines", "quotes and blanks", "other spellings"],
)
def test_spellings_of_one_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    table = read_table(path, "y")
    assert (table.features, table.samples) == (("a", "b"), 2)
    assert exact_rows(text)[1].tolist() == [[1, 2, 3], [4, fmpq(11, 2), fmpq(-3, 5)]]
    assert table.moments.means.tolist() == [fmpq(5, 2), fmpq(15, 4), fmpq(6, 5)]
    assert table.moments.products[-1].tolist() == [fmpq(3, 10), fmpq(27, 20), fmpq(117, 25)]


@given(st.lists(decimals, min_size=2, max_size=9), st.lists(decimals, min_size=2, max_size=9))
def test_centring_is_exact_and_standardizing_nearly(a: list[str], y: list[str]) -> None:
    """Means are 0 exactly; variances are 1 up to the rounding of the deviation."""
    rows = [*zip(a, y, strict=False), ("1", "2"), ("-3", "1")]
    numbers = [(Fraction(left), Fraction(right)) for left, right in rows]
    text = "a,y\n" + "".join(f"{left},{right}\n" for left, right in rows)
    raw, centered, scaled = (parse_table(text, "y", **options).moments
                             for options in ({}, {"center": True}, {"standardize": True}))
    means = [sum(column) / len(rows) for column in zip(*numbers, strict=True)]
    for j in range(2):
        assert exact(raw.means[j]) == means[j] and centered.means[j] == scaled.means[j] == 0
        assert abs(exact(scaled.products[j, j]) - 1) < Fraction(1, 2**51)
        for k in range(2):
            assert exact(raw.products[j, k]) == sum(row[j] * row[k] for row in numbers) / len(rows)
            assert exact(centered.products[j, k]) == sum(
                (row[j] - means[j]) * (row[k] - means[k]) for row in numbers) / len(rows)


@given(st.lists(st.integers(-10**9, 10**9), min_size=2, max_size=9, unique=True))
def test_deviation_is_rounded_to_the_nearest_float64(values: list[int]) -> None:
    """The exact deviation lies between the midpoints to the two neighbouring floats."""
    text = "a,y\n" + "".join(f"{value},{i}\n" for i, value in enumerate(values))
    centered, scaled = (parse_table(text, "y", center=True), parse_table(text, "y", standardize=True))
    variance = exact(centered.moments.products[0, 0])
    correlations = (made.moments.products[0, 1] ** 2 / made.moments.products[1, 1] for made in (centered, scaled))
    square = exact(next(correlations) / next(correlations))  # of a deviation that is rational
    deviation = Fraction(math.isqrt(square.numerator), math.isqrt(square.denominator))
    assert deviation**2 == square
    assert float(deviation) == deviation
    below, above = (
        (deviation + Fraction(math.nextafter(float(deviation), end))) / 2 for end in (0.0, math.inf)
    )
    assert below**2 <= variance <= above**2


def test_diabetes() -> None:
    table = read_table(DIABETES, "target")
    assert table.features == ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    assert table.samples == 442
    assert [str(x) for x in exact_rows(DIABETES.read_text())[1][0]] == [
        "59", "2", "321/10", "101", "157", "466/5", "38", "4", "24299/5000", "87", "151"
    ]
    assert table.moments.means[-1] * 442 == 67243  # the mean of 152.133 that the literature gives
    assert all(len(cell) <= 6 for line in DIABETES.read_text().splitlines()[1:] for cell in line.split(","))


def test_ten_thousand_rows_are_read_in_seconds() -> None:
    cells = [str(math.sin(i)) for i in range(200_000)]
    lines = [",".join(cells[20 * i : 20 * i + 20]) for i in range(10_000)]
    start = perf_counter()
    table = parse_table("\n".join([",".join(f"c{j}" for j in range(20)), *lines]), "c0", standardize=True)
    assert (table.samples, len(table.features)) == (10_000, 19)
    assert perf_counter() - start < 20


BAD = {
    "empty": ("", "y", {}, "'t.csv' is empty: give a line of column names"),
    "blank": (" \n\n", "y", {}, "is empty"),
    "missing column": (GOOD, "B2", {}, "names no column 'B2': choose from 'b', 'a', 'y'."),
    "many columns": (",".join(f"c{i}" for i in range(999)), "c99x", {}, "choose from 'c99', 'c199', "),
    "no header": ("59,2\n48,1\n", "y", {}, "The first line of 't.csv' holds numbers and no names: give --no-header"),
    "no header, and a number missing": ("59,?,nan\n48,1,1\n", "59", {}, "give --no-header"),
    "quoted numbers are no names": ('"1","2"\n3,4\n', "2", {}, "give --no-header"),
    "names without header": ("a,y\n1,2\n", "2", {"header": False}, "leave out --no-header"),
    "target without header": ("1,2\n3,4\n", "y", {"header": False}, "columns are called 1 to 2, and none 'y'"),
    "duplicate": ("a,a ,y\n1,2,3\n", "y", {}, "names 'a' 2 times"),
    "unnamed": (",a,y\n0,1,2\n1,3,4\n", "y", {}, "Column 1 of 't.csv' has no name"),
    "semicolons, text": ("a;b;y\nfoo;1;2\n", "y", {}, "'foo' in row 1 (line 2), column 'a'"),
    "row names of R": ('"a" "y"\n"1" 1 2\n"2" 3 4\n', "y", {}, "give the column of row names a name, too"),
    "one column": ("body mass\n1\n2\n", "y", {}, "names no column 'y': choose from 'body mass'"),
    "text in a comma file": ("a;b,y\nx;z,2\n", "y", {}, "'x;z' in row 1 (line 2), column 'a;b'"),
    "text with blanks": ("my note,y\nvery tall,2\n", "y", {}, "'very tall' in row 1"),
    "units": ("a,y\nkg,m\n1,2\n", "y", {}, "or remove the row, or choose other columns by --columns"),
    "trailing comma": ("a,y,\n1,2,\n", "y", {}, "or a separator too many"),
    "trailing comma below": ("a,y\n1,2,\n", "y", {}, "remove the comma at the end of the line"),
    "thousands": ('a,y\n"1,500.5",2\n', "y", {}, "with a point and nothing between thousands"),
    "columns": (",".join(["a"] * 5000), "a", {}, "has 5000 fields, and at most 1000 columns"),
    "text": ("a,y\n1,2\ntall,4\n", "y", {}, "'tall' in row 2 (line 3), column 'a' of 't.csv' is no number"),
    "blank lines count": ("a,y\n\n1,2\n\nx,4\n", "y", {}, "row 2 (line 5)"),
    "underscore": ("a,y\n1_0,2\n3,4\n", "y", {}, "'1_0' in row 1"),
    "foreign digits": ("a,y\n٣,2\n3,4\n", "y", {}, "is no number"),
    "sign only": ("a,y\n-,2\n3,4\n", "y", {}, "is no number"),
    "point only": ("a,y\n.,2\n3,4\n", "y", {}, "is no number"),
    "long text": ("a,y\n" + "x" * 9999 + ",2\n3,4\n", "y", {}, "is no number"),
    "NaN": ("a,y\n1,NaN\n3,4\n", "y", {}, "The cell in row 1 (line 2), column 'y' of 't.csv' is NaN: fill"),
    "infinity": ("a,y\n1,2\n-inf,4\n", "y", {}, "row 2 (line 3), column 'a' of 't.csv' is -inf"),
    "empty cell": ("a,y\n1,2\n ,4\n", "y", {}, "row 2 (line 3), column 'a' of 't.csv' is empty"),
    "ragged": ("a,y\n1,2\n3\n", "y", {}, "Row 2 (line 3) of 't.csv' has 1 fields and the header 2"),
    "decimal comma": ("a,y\n1,5,2\n", "y", {}, "has 3 fields"),
    "one row": ("a,y\n1,2\n", "y", {}, "has one row of numbers: give at least two"),
    "no row": ("a,y\n", "y", {}, "has no row of numbers"),
    "no feature": ("y\n1\n2\n", "y", {}, "has no column but the target 'y'"),
    "zero target": ("a,y\n1,0\n2,0.00\n", "y", {}, "The target 'y' is zero in every row"),
    "centred target": ("a,y\n1,0.3\n2,3e-1\n", "y", {"center": True}, "is constant, so it is zero once"),
    "standardized target": ("a,y\n1,7\n2,7\n", "y", {"standardize": True}, "is constant, so it is zero"),
    "constant column": ("a,y\n1,7\n1,8\n", "y", {"standardize": True}, "Column 'a' of 't.csv' is constant"),
    "huge": ("a,y\n1e999999999,2\n3,4\n", "y", {}, "'1e999999999' in row 1 (line 2), column 'a'"),
    "tiny": ("a,y\n1e-999999999999,2\n3,4\n", "y", {}, "is out of range: rescale the column"),
    "exponent of exponents": ("a,y\n1e" + "9" * 5000 + ",2\n3,4\n", "y", {}, "is out of range"),
    "too many digits": ("a,y\n" + "7" * 5000 + "e-4999,2\n3,4\n", "y", {}, "is out of range"),
    "open quote": ('a,y\n1,2\n"3,4\n', "y", {}, "is not well-formed CSV near line 3"),
    "huge field": ("a,y\n" + "1" * 200_000 + ",2\n", "y", {}, "is not well-formed CSV"),
}


def test_the_value_decides_not_how_it_is_written() -> None:
    cells = ["1e-000005", "0e-400", "0e999999999999999999", "1000e-3", "1e+0000000003", "0." + "0" * 400,
             "0." + "0" * 200 + "1e201", "1" + "0" * 200 + "e-200", "-1." + "0" * 999]
    numbers = exact_rows("a,y\n" + "".join(f"{cell},1\n" for cell in cells))[1]
    assert [*map(exact, numbers[:, 0])] == [Fraction(1, 10**5), 0, 0, 1, 1000, 0, 1, 1, -1]


def test_without_header_every_row_is_a_sample() -> None:
    text = "1,2\n3,5\n6,7\n"
    table = parse_table(text, "2", header=False)
    named = parse_table("1st,2nd\n" + text, "2nd")
    assert (table.features, table.target) == (("1",), "2")
    assert table.moments.products.tolist() == named.moments.products.tolist()


@pytest.mark.parametrize("header", ["2001,2002,y", "a;b,c|d,y", '"a;b","c\td",y', "body mass,lean mass,y", "# a,b,y"])
def test_unusual_names_are_names(header: str) -> None:
    table = parse_table(f"{header}\n1,2,3\n4,5,6\n", "y")
    assert (table.moments.means * 2).tolist() == [5, 7, 9] and len(table.features) == 2


@pytest.mark.parametrize("text, target, options, message", BAD.values(), ids=BAD.keys())
def test_bad_tables_get_one_sentence(
    text: str, target: str, options: dict[str, bool], message: str
) -> None:
    with pytest.raises(DataError) as caught:
        parse_table(text, target, name="'t.csv'", **options)
    sentence = str(caught.value)
    assert message in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 500


def test_bad_files_get_one_sentence(tmp_path: Path) -> None:
    for encoding in ("latin-1", "utf-16-le", "utf-16-be"):
        (tmp_path / f"{encoding}.csv").write_bytes("groß,y\n1,2\n3,4\n".encode(encoding))
    with (tmp_path / "large.csv").open("wb") as sparse:
        sparse.truncate(2**40)
    for name, message in {
        "absent.csv": "There is no file",
        "latin-1.csv/t.csv": "cannot be read",
        "": "is a directory",
        "latin-1.csv": r"is not UTF-8 text \(line 1 holds the byte 0xdf\)",
        "utf-16-le.csv": "is UTF-16 text: save it in UTF-8, or give --encoding utf-16-le",
        "utf-16-be.csv": "is UTF-16 text: save it in UTF-8, or give --encoding utf-16-be",
        "large.csv": "holds binary data",
        "a\0": "is no path",
        "x" * 9999: "cannot be read",
        "/dev/zero": "holds binary data",
    }.items():
        with pytest.raises(DataError, match=message) as caught:
            read_table(tmp_path / name, "y")
        assert len(str(caught.value)) < 300


def test_constant_column_may_be_centred() -> None:
    """Only its scaling is undefined; the covariance becomes singular, which is allowed."""
    table = parse_table("one,a,y\n1,2,3\n1,5,8\n", "y", center=True)
    assert not any(table.moments.products[0])
