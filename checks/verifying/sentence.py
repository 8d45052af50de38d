"""A run in one sentence that a person can read."""

from __future__ import annotations

from collections.abc import Sequence

from .run import Run, Standing

NAMED = 3
"""How many claims of a kind the sentence names."""


def sentence(run: Run) -> str:
    """What holds, what was refuted, what was left undecided, and how many mutants were refuted.

    >>> sentence(Run("quick", 0, {}))
    'No claim was verified; nothing refuted, nothing undecided.'
    """
    of = {standing: [name for name, report in run.reports.items() if report.verdict is standing]
          for standing in Standing}
    held = [(standing, of[standing]) for standing in (Standing.PROVED, Standing.CERTIFIED, Standing.ESTIMATED)]
    counts = [f"{len(names)} {standing}" for standing, names in held if names]
    if counts:
        number, _, rest = counts[0].partition(" ")
        counts[0] = f"{number} {'claim' if number == '1' else 'claims'} {rest}"
    parts = [", ".join(counts) or ("no claim holds" if run.reports else "no claim was verified"),
             f"{_counted(of[Standing.REFUTED], 'refuted')}, {_counted(of[Standing.INCONCLUSIVE], 'undecided')}"]
    if of[Standing.NOT_APPLICABLE]:
        parts.append(_counted(of[Standing.NOT_APPLICABLE], "not applicable"))
    mutants = [mutant for report in run.reports.values() for mutant in report.near_misses]
    if mutants:
        refuted = sum(mutant.counterexample is not None for mutant in mutants)
        parts.append(f"{refuted} of {len(mutants)} {'mutant' if len(mutants) == 1 else 'mutants'} refuted")
    failing = [name for name, report in run.reports.items() if report.failures]
    if failing:
        parts.append(f"the run fails because of {_names(failing)}")
    said = "; ".join(parts)
    return f"Interrupted; so far: {said}." if run.interrupted else f"{said[0].upper()}{said[1:]}."


def _counted(names: Sequence[str], what: str) -> str:
    return f"{len(names)} {what} ({_names(names)})" if names else f"nothing {what}"


def _names(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
