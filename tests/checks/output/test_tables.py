"""Tables at every width: nothing broken that must stay whole, columns left out in their order, or row by row."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from flatcert.checks.output.console import PlainConsole
from flatcert.checks.output.tables import Table, table

NAMES = ("claim", "verdict", "what it says", "number", "seconds")
ROWS = (("min-sharpness-bracket", "[green]not refuted[/]", "a sentence of several short words, which may be broken",
         "572888.2788503641", "1.5"),
        ("a", "proved", "short", "1", "100.25"))


def shown(made: Table, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(made)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def example() -> Table:
    return table("title", NAMES, ROWS, right=("number", "seconds"), prose=("what it says",),
                 dropped=("seconds", "number"))


@pytest.mark.parametrize("width", range(24, 140))
def test_ids_verdicts_and_numbers_are_whole_at_every_width(width: int) -> None:
    text = shown(example(), width)
    assert all(len(line) <= width for line in text.splitlines())
    said = re.sub(r"no room here for: (.*)", "", text)
    left_out = (re.findall(r"no room here for: (.*)", text) or [""])[0].split(", ")
    for name, cell in (*zip(NAMES, ROWS[0], strict=True), *zip(NAMES, ROWS[1], strict=True)):
        plain = re.sub(r"\[.*?\]", "", cell)
        if name == "what it says":
            assert all(word in said for word in plain.split())
        elif width >= 40 or " " not in plain:  # a verdict of two words has two lines in a very narrow terminal
            assert (plain in said) != (name in left_out), (name, text)


def test_columns_are_left_out_in_the_order_that_is_stated() -> None:
    texts = "".join(shown(example(), width) for width in range(24, 140))
    orders = set(re.findall(r"no room here for: (.*)", texts))
    assert orders == {"seconds", "seconds, number"}


def test_a_narrow_terminal_gets_lists() -> None:
    text = shown(example(), 30)
    assert "┃" not in text
    assert "  number: 572888.2788503641\n" in text


def test_columns_without_content_go_first_and_silently() -> None:
    made = table(None, ("claim", "note"), [("min-sharpness-bracket", "-"), ("kernel", "")])
    assert "note" in shown(made, 40)
    assert shown(made, 26).splitlines()[1].strip("┃ ") == "claim"


def test_a_table_without_rows() -> None:
    assert "claim" in shown(table("none", ("claim", "verdict")), 80)


@given(st.lists(st.tuples(st.from_regex(r"[a-z-]{1,30}", fullmatch=True), st.integers().map(str),
                          st.text("ab ", max_size=60)), min_size=1, max_size=4), st.integers(45, 160))
def test_any_table_keeps_its_ids_and_numbers(rows: list[tuple[str, str, str]], width: int) -> None:
    text = shown(table(None, ("id", "number", "prose"), rows, prose=("prose",)), width)
    assert all(len(line) <= width for line in text.splitlines())
    assert all(cell in text for row in rows for cell in row[:2])


def test_a_pipe_breaks_nothing_unless_it_is_told_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert PlainConsole(file=io.StringIO()).width == 1000
    monkeypatch.setenv("COLUMNS", "90")
    assert PlainConsole(file=io.StringIO()).width == 90
