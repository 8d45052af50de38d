"""The exit codes of the command line."""

from __future__ import annotations

OK, REFUTED, USAGE, UNDECIDED, INTERNAL = range(5)
_OF_VERDICTS = {"refuted": REFUTED, "violated": REFUTED, "inconclusive": UNDECIDED, "undecided": UNDECIDED,
                "vacuous": UNDECIDED}


def exit_code(verdict: str) -> int:
    """The exit code that a verdict asks for: 0 for every verdict that neither refutes nor leaves open.

    >>> exit_code("certified"), exit_code("refuted"), exit_code("inconclusive")
    (0, 1, 3)
    """
    return _OF_VERDICTS.get(verdict, OK)
