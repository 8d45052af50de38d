"""Formulas and exact matrices as MathML, which browsers show without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from html import escape

from latex2mathml.converter import convert
from markupsafe import Markup

LARGEST = 64
"""A matrix of more entries is named by its size: nobody reads it, and replay prints it."""
LONGEST = 24
"""A longer number is shown in decimals: the exact one is in the JSON, and replay prints it."""

_REFERENCE = re.compile("&#x((?!000[0-7])[0-9A-F]{5});")
"""A character reference to a character that is not ASCII. The page has the characters themselves."""
_ROW_OF_ONE = re.compile(r"<mrow>(<(m[ino])>[^<]*</\2>)</mrow>")
"""A row of one sign, which is the same without the row: many indices are such rows."""


@cache
def mathml(latex: str) -> Markup:
    """A formula in LaTeX as MathML.

    >>> str(mathml("a"))
    '<math><mi>a</mi></math>'
    """
    made = convert(latex).replace(' xmlns="http://www.w3.org/1998/Math/MathML" display="inline"', "", 1)
    made = _ROW_OF_ONE.sub(r"\1", made)
    made = _REFERENCE.sub(lambda found: chr(int(found[1], 16)), made)
    # A browser cannot tell which bars are a pair, and makes some of them larger.
    return Markup(made.replace("<mo>‖</mo>", '<mo stretchy="false">‖</mo>'))


def instance(parts: Mapping[str, object]) -> list[tuple[str, Markup]]:
    """The parts of an exact instance, each with its name: numbers, vectors as columns, matrices, lists of matrices."""
    found = []
    for name, value in parts.items():
        if name == "name" or value is None or value == []:
            continue
        if depth(value) == 3 and isinstance(value, Sequence):
            found += [(f"{name} {number}", array(one)) for number, one in enumerate(value, 1)]
        else:
            found.append((name, array(value)))
    return found


def depth(value: object) -> int:
    """How deeply lists are nested.

    >>> depth("1/2"), depth(["1"]), depth([["1"]])
    (0, 1, 2)
    """
    if isinstance(value, str) or not isinstance(value, Sequence):
        return 0
    return 1 + max((depth(one) for one in value), default=0)


def array(value: object) -> Markup:
    """A number, a vector as a column, or a matrix.

    >>> str(array(["1", "1/2"]).striptags())
    '( 1 1/2 )'
    """
    if depth(value) == 0:
        return Markup("<math>{}</math>").format(_number(value))
    rows = [one if depth(one) else [one] for one in value] if isinstance(value, Sequence) else []
    size = f"{len(rows)} × {len(rows[0]) if rows else 0} matrix"
    if sum(map(len, rows)) > LARGEST or depth(value) > 2:
        return Markup("<span>a {}</span>").format(size)
    cells = Markup("").join(
        Markup("<mtr>{}</mtr>").format(Markup("").join(Markup("<mtd>{}</mtd>").format(_number(x)) for x in row))
        for row in rows)
    return Markup('<math><mrow><mo fence="true">(</mo> <mtable>{}</mtable> <mo fence="true">)</mo></mrow></math>'
                  ).format(cells)


def _number(value: object) -> Markup:
    text = str(value)
    if len(text) > LONGEST:
        try:
            text = f"≈ {float(Fraction(text)):.6g}"
        except (ValueError, ZeroDivisionError, OverflowError):
            text = f"{text[:LONGEST]}…"
    return Markup("<mn>" + escape(text) + "</mn> ")
