"""What the definitions of the built-in setting say, and whether relations speak of weights: for those who cite them."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from ..algebra.algebra import Judgment
from ..language.claim import Given
from ..setting.dependence import depends
from ..setting.residual import DEFINED, definition_of
from .rules.infima import THE_SAME

__all__ = ["defined", "definition", "speaks_of_weights"]


def defined() -> tuple[str, ...]:
    """The names of all definitions."""
    return tuple(DEFINED)


def definition(name: str) -> Judgment | None:
    """What a definition says, under which hypotheses and for which layers; None where nothing has the name."""
    entry = definition_of(name)
    return None if entry is None else Judgment(entry.relation, frozenset(entry.needs), dict(entry.ranges))


def speaks_of_weights(said: Iterable[Given | sp.Expr]) -> bool:
    """Whether expressions or hypotheses depend on more than the problem and the depth."""
    return not depends(*said) <= THE_SAME
