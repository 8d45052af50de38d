"""Any bytes as a table: an exact reading that agrees with an independent one, or one sentence; never much memory."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from flatcert.checks.cli.main import app
from flatcert.checks.data.reading import Reading
from flatcert.checks.data.table import Table, read_source
from flatcert.checks.output import DataError

SLOW = pytest.mark.slow
READING = """
import sys
from pathlib import Path
from flatcert.checks.data.table import read_table
from flatcert.checks.output import DataError
try:
    read_table(sys.argv[1], "y", standardize=True)
except DataError:
    pass
status = Path("/proc/self/status").read_text()  # getrusage knows the size of the parent, too
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""

numbers = st.one_of(
    st.integers(-99, 99).map(str), st.floats().map(repr), st.decimals().map(str),
    st.from_regex(r"[+-]?[0-9]{0,5}\.?[0-9]{0,5}([eE][+-]?0*[0-9]{1,3})?", fullmatch=True),
    st.builds("{}{}e{}{}".format, st.sampled_from(["", "-", "0."]), st.text("0123456789", max_size=400),
              st.sampled_from(["", "-", "+", "00"]), st.integers(0, 10**20)),
    st.sampled_from(["", "nan", "NA", "?", "1,5", "1_0", "٣", "0x1", "1/2", "1 000", "−5", "1d5", "+-1", "e5", ".", "∞",
                     "kg", "# x", "\u00a01", '"', "'1'", "1\t2", "1;2", "10**9", "1" * 5000, "1e" + "9" * 5000]))
names = st.one_of(st.sampled_from(["a", "y", "1", "2001", "", "body mass", "a;b", "#id", "nan", "größe", "\ufeff",
                                   "x,1", 'in"ch', "two\nlines", " y "]), st.text(max_size=5))
separators = st.sampled_from([",", ",", ",", ";", "\t", "|", " ", ", ", "  ", ",,"])
ends = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\u2028", ",\n", " \n", "\n#\n"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, str, bool]:
    """A table with things wrong here and there, in some encoding; a target; and whether there are names."""

    def rarely() -> bool:
        return draw(st.integers(0, 9)) == 0

    width, quoting = draw(st.integers(2, 5)), draw(st.integers(0, 2))
    separator, end = draw(separators) if rarely() else ",", draw(ends) if rarely() else draw(st.sampled_from("\r\n"))

    def line(cells: list[str]) -> str:
        if quoting:
            cells = ['"' + cell.replace('"', '""') + '"' if quoting == 2 or set(cell) & set('",;\n\t| ') else cell
                     for cell in cells]
        return (draw(separators) if rarely() else separator).join(cells)

    plain = st.one_of(st.decimals(-999, 999, places=2).map(str), st.sampled_from(["0e999999999", "1e-0002", "007.50"]))
    row = st.lists(st.one_of(plain, numbers) if rarely() else plain, min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=0 if rarely() else 2, max_size=6))
    if rows and rarely():
        rows[-1] = rows[-1][1:]
    header = draw(st.booleans())
    heads = [draw(st.lists(names, min_size=width, max_size=width, unique_by=None if rarely() else str.strip))]
    text = end.join(map(line, [*heads * header, *rows])) + draw(st.sampled_from(["", end]))
    encoding = draw(st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])) if rarely() else "utf-8"
    target = draw(st.sampled_from(heads[0])) if header else str(draw(st.integers(1, width)))
    return text.encode(encoding, "replace"), target, header != rarely()


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A good table of which some bytes are other ones."""
    made = bytearray(draw(st.sampled_from([b"a,y\n1,2\n3,4.5\n", b'"a","y"\r\n"1","2e-1"\r\n-3,4\r\n'])))
    for _ in range(draw(st.integers(0, 4))):
        place, count = draw(st.integers(0, len(made))), draw(st.integers(0, 2))
        made[place:place + count] = draw(st.one_of(
            st.binary(max_size=2), st.sampled_from([b",", b'"', b"\n", b";", b"e", b"0", b"-", b"\r", b"#", b"\0"])))
    return bytes(made)


def independent(content: bytes, told: str) -> pd.DataFrame:
    """The cells as texts, by pandas, with the encoding, the separator and the comments that were told."""
    found = re.search(r"separated by ('.'|'\\t') ", told)
    separator = "," if found is None else found[1][1:-1].replace("\\t", "\t")
    text = content.decode("utf-16" if "UTF-16" in told else "utf-32" if "UTF-32" in told else "utf-8-sig")
    if "as a comment" in told:
        lines = io.StringIO(text, newline="").readlines()
        sizes = [len(line.strip().split(separator)) for line in lines]
        usual = max((size for line, size in zip(lines, sizes, strict=True) if not line.startswith("#")), default=0)
        text = "".join(line for line, size in zip(lines, sizes, strict=True)
                       if not line.startswith("#") or (size == usual and line is not lines[0]))
    if text.startswith("\ufeff"):
        text = "\ufeff" + text  # pandas takes the first away
    table = pd.read_csv(io.StringIO(text, newline=""), header=None, dtype=str, keep_default_na=False,
                        na_filter=False, skipinitialspace=True, engine="python", skip_blank_lines=True,
                        sep=r"[ \t]+" if separator == " " else separator)
    if separator == " ":  # of blanks at the ends of lines
        table = table.loc[:, (table.map(str.strip) != "").any()]
    table = table[[len(row) > 1 or bool("".join(row).strip()) for row in table.to_numpy().tolist()]]
    return table.map(str.strip).reset_index(drop=True)


def value(cell: str) -> Fraction:
    """By the standard library, which would form the power of ten in ``0e999999999``."""
    cell = cell.replace(",", ".")
    return Fraction(cell) if Fraction(cell.lower().partition("e")[0]) else Fraction(0)


def agrees(table: Table, told: str, content: bytes, target: str, header: bool) -> None:
    """The moments are those of the cells that pandas reads."""
    cells = independent(content, told)
    titles = cells.iloc[0].tolist() if header else [str(k + 1) for k in range(cells.shape[1])]
    assert [title for title in titles if title != target] == list(table.features)
    columns = [[value(cell) for cell in column[int(header):]] for column in cells.to_numpy().T.tolist()]
    columns.append(columns.pop(titles.index(target)))
    assert {len(column) for column in columns} == {table.samples}
    for means, left in zip(table.moments.products, columns, strict=True):
        for mean, right in zip(means, columns, strict=True):
            assert Fraction(str(mean)) * table.samples == sum(x * y for x, y in zip(left, right, strict=True))


def attempt(content: bytes, target: str, header: bool) -> tuple[Table, str] | None:
    """Through the file, as a user would, with what was told; what is no table gets one sentence."""
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_bytes(content)
        try:
            return read_source(path, target, Reading(header=header), told.append), " ".join(told)
        except DataError as error:
            sentence = str(error)
            assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 3000
            assert not re.search(r"Error\b|Traceback", sentence)
            return None


targets = st.sampled_from(["y", "a", "1", "2", "", " y", "y" * 10**5])
anything = st.one_of(
    tables(), tables(), st.tuples(st.one_of(mutations(), st.binary(max_size=60)), targets, st.booleans()))


@SLOW
@settings(max_examples=1000)
@given(anything)
@example((b'"x,1",a,y\n1,2,3\n4,5,6', "x,1", True))
def test_any_bytes_are_read_rightly_or_refused(case: tuple[bytes, str, bool]) -> None:
    content, target, header = case
    found = attempt(content, target, header)
    event("refused" if found is None else "read" if not found[1] else "read, and something told")
    if found is not None:
        agrees(*found, content, target.strip(), header)


@SLOW
@settings(max_examples=100)
@given(anything)
def test_the_command_line_raises_nothing_else(case: tuple[bytes, str, bool]) -> None:
    content, target, header = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_bytes(content)
        options = [f"--target={target}", "--depth=2", *["--no-header"] * (not header)]
        done = CliRunner().invoke(app, ["bounds", str(path), *options])
        assert done.exit_code == 0 or isinstance(done.exception, DataError), done.exception


@SLOW
@pytest.mark.parametrize("content", [
    b"12," * 10**7, b'"' + b"1," * 2**23, b"a\n" * 2**23, b"a,y\n" + b"1" * 2**24, b'""' * 2**23,
    b"a,y\n" + b"-12345.6789,9876.5432101\n-1.2e-9,7e-9\n" * 370_000, ("\U0001f600" * 2**22).encode(),
    ], ids=lambda content: repr(content[:12]))
def test_large_tables_take_less_than_a_gigabyte(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", READING, path], capture_output=True, text=True, timeout=100,
                          check=True)
    assert int(done.stdout) < 10**6, done.stdout  # in kB
