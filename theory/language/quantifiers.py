"""What an obligation ranges over beyond its instance: each quantifier is declared once.

``checks`` chooses exact values of the words that a quantifier binds; what they satisfy by construction is ``within``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from . import quantities as Q
from .nodes import LayerMatrix, Relation, dot


@dataclass(frozen=True)
class Quantifier:
    """A name, its LaTeX, the words that it gives values to, and the relations that all its values satisfy.

    Every number among the values is positive, and every layer at least 1; ``within`` says what holds beyond that.
    ``values`` gives the exact values to try on an instance; the built-in quantifiers leave that to the decider.
    """

    name: str
    latex: str
    binds: tuple[sp.Basic, ...]
    within: tuple[Relation, ...] = ()
    values: Callable[[Any], Iterable[Any]] | None = None


_ALL = (
    Quantifier("k", r"k = 1, \dots, L", (Q.k,), (Relation(Q.k, "<=", Q.L),)),
    Quantifier("k < L", r"k = 1, \dots, L - 1", (Q.k,), (Relation(Q.k, "<", Q.L),)),
    Quantifier("j <= k", r"1 \le j \le k \le L", (Q.j, Q.k), (Relation(Q.j, "<=", Q.k), Relation(Q.k, "<=", Q.L))),
    Quantifier("top vectors", r"\text{all top singular vectors}",
               (LayerMatrix("left", Q.k), LayerMatrix("right", Q.k))),
    Quantifier("u", r"u \in \mathbb{R}^{d}", (Q.u,)),
    Quantifier("z", r"\lVert z \rVert = 1", (Q.direction,),
               (Relation(dot(Q.direction, Q.Sigma * Q.direction), ">", 0),)),
    Quantifier("Xi", r"\Xi_k \in \mathbb{R}^{d_k \times d_{k-1}}", (LayerMatrix("Xi", Q.k),)),
    Quantifier("r", r"r > 0", (Q.r,)),
    Quantifier("gamma", r"\gamma > 0", (Q.gamma,)),
    Quantifier("eta", r"\eta > 0", (Q.eta,)),
    Quantifier("W", r"W", ()),
    Quantifier("t", r"t \ge 0", (Q.time,), (Relation(Q.time, ">=", 0),)),
    Quantifier("rho", r"\rho > 0", (Q.rho,)),
)
QUANTIFIERS: dict[str, Quantifier] = {one.name: one for one in _ALL}
"""By name."""
VARIABLES: frozenset[str] = frozenset(word.name for one in _ALL for word in one.binds)
"""The names of all words that some quantifier gives values to."""
