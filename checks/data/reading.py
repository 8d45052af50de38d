"""How a table is to be read: what the options of the commands and of `read_table` say."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable
from dataclasses import dataclass

from ..output import DataError, quoted

Tell = Callable[[str], None]
"""Is given each sentence about something that was guessed, skipped or rounded."""
Progress = Callable[[float, float], None]
"""Is given how much of a table is read, and how much there is, or 0 where that is not known."""

MISSING = ("refuse", "drop")
_SEPARATORS = {"tab": "\t", "\\t": "\t", "space": " ", "blank": " "}
_NOT_OF_FILES = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}


@dataclass(frozen=True)
class Reading:
    """The options of a table. What is None is found out from the table, or is the default of its kind."""

    header: bool = True
    sep: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    missing: str = "refuse"
    columns: tuple[str, ...] | None = None
    center: bool = False
    standardize: bool = False

    def __post_init__(self) -> None:
        """Raise DataError for an option that no table can be read by."""
        if self.sep is not None:
            sep = _SEPARATORS.get(self.sep, self.sep)
            if len(sep) != 1 or sep.isalnum() or sep in "\"'.+-#\r\n\0":
                raise DataError(f"{quoted(self.sep)} cannot separate fields: give --sep one character such as , or ; "
                                "or |, or the word tab or space.")
            object.__setattr__(self, "sep", sep)
        if self.decimal not in (None, ".", ","):
            raise DataError(f"{quoted(str(self.decimal))} is no decimal sign: give --decimal '.' or --decimal ','.")
        if self.decimal == "," and self.sep == ",":
            raise DataError("A comma cannot separate fields and decimals: give --sep ';' or another separator.")
        if self.missing not in MISSING:
            raise DataError(f"{quoted(self.missing)} is no way to treat missing numbers: give --missing drop, which "
                            "leaves out the rows that have one, or --missing refuse.")
        if self.encoding is not None:
            _check_encoding(self.encoding)
        if self.columns is not None and not self.columns:
            raise DataError("No column is chosen: name one or more, or leave out --columns.")


def column_names(text: str) -> tuple[str, ...]:
    """The names in a list separated by commas, where a name with a comma stands in quotes.

    >>> column_names('a, "b, c"')
    ('a', 'b, c')
    """
    return tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))


def _check_encoding(encoding: str) -> None:
    try:
        known = codecs.lookup(encoding).name.replace("-", "_") not in _NOT_OF_FILES
        b"0".decode(encoding)  # refuses what is no encoding of text
    except UnicodeDecodeError:
        pass
    except (LookupError, ValueError):
        known = False
    if not known:
        raise DataError(f"There is no encoding {quoted(encoding)}: give --encoding utf-8, latin-1, cp1252, utf-16, or "
                        "another that Python knows.")
