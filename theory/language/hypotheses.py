"""The hypotheses that have a name, each declared once: what it says, exactly, and how it is printed.

``checks`` decides a hypothesis by evaluating its relations over the rationals; derivations read off what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from . import quantities as Q
from .nodes import LayerMatrix, Relation, dot, norm_squared, width

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hypothesis:
    """A name, the relations that hold together exactly where the hypothesis does, and its LaTeX.

    ``in_proofs`` is a relation that follows, in the words that derivations use; by default it is the only relation.
    ``restated`` says that the hypothesis follows from that relation, too.
    A hypothesis without LaTeX occurs in derivations only. ``depends`` is declared where there is no relation.
    """

    name: str
    relations: tuple[Relation, ...] = ()
    latex: str = ""
    in_proofs: Relation | None = None
    depends: frozenset[str] = field(default=_NOTHING)
    restated: bool = False

    @property
    def meaning(self) -> Relation | None:
        """What a derivation may conclude from the hypothesis."""
        return self.in_proofs or (self.relations[0] if len(self.relations) == 1 else None)

    @property
    def sufficient(self) -> tuple[Relation, ...]:
        """The relations that each give the hypothesis."""
        restated = (self.in_proofs,) if self.restated and self.in_proofs else ()
        return (*self.relations, *restated) if len(self.relations) == 1 else restated


_k, _ZERO = Q.k, sp.S.Zero
_q, _D = LayerMatrix("q", sp.S.One), LayerMatrix("D", _k)
_weights = frozenset({"problem", "depth", "weights"})

_ALL = (
    Hypothesis("minimizer", (Relation(Q.Sigma * Q.w, "==", Q.Sigma * Q.w_star),), r"\Sigma w = \Sigma w^{*}"),
    Hypothesis("E > 0", (Relation(Q.E, ">", 0),), r"E > 0"),
    Hypothesis("L >= 2", (Relation(Q.L, ">=", 2),), r"L \ge 2"),
    Hypothesis("L >= 3", (Relation(Q.L, ">=", 3),), r"L \ge 3"),
    Hypothesis("L == 1", (Relation(Q.L, "==", 1),), r"L = 1"),
    Hypothesis("w* eigenvector", (Relation(Q.E, ">", 0), Relation(Q.Sigma * Q.w_star, "==", Q.e * Q.w_star)),
               r"\Sigma w^{*} = e\, w^{*}", in_proofs=Relation(Q.Sigma * Q.w_star, "==", Q.e * Q.w_star)),
    Hypothesis("q_1 != 0", (Relation(dot(_q, _q), ">", 0),), r"q_1 \ne 0", in_proofs=Relation(Q.norm_q1, ">", 0),
               restated=True),
    Hypothesis("plain", (Relation(Q.p, "==", sp.Identity(1)),), r"d_L = 1,\ p = 1",
               in_proofs=Relation(Q.norm_p, "==", 1)),
    Hypothesis("w == w*", (Relation(Q.w, "==", Q.w_star),), r"w = w^{*}"),
    Hypothesis("balanced", (Relation(sp.Sum(norm_squared(_D), (_k, 1, Q.L - 1)), "==", 0),), r"\Delta = 0",
               in_proofs=Relation(Q.Delta, "==", 0), restated=True),
    Hypothesis("w along w*", (  # equality in the Cauchy-Schwarz inequality, and no angle of 180 degrees
        Relation(dot(Q.w, Q.w_star), ">=", 0),
        Relation(dot(Q.w, Q.w_star) ** 2, "==", dot(Q.w, Q.w) * dot(Q.w_star, Q.w_star))),
        r"\lVert w^{*} \rVert\, w = \lVert w \rVert\, w^{*}"),
    Hypothesis("square", (Relation(sp.Sum((width(_k) - width(_k - 1)) ** 2, (_k, 1, Q.L)), "==", 0),),
               r"d_0 = \dots = d_L"),
    Hypothesis("W != 0", (Relation(Q.sigma_max, ">", 0),)),
    Hypothesis("W == 0", (Relation(Q.sigma_max, "==", 0),)),
    Hypothesis("aligned", depends=_weights | {"r"}),
    Hypothesis("planted", depends=frozenset({"problem", "depth", "r", "z"})),
)
HYPOTHESES: dict[str, Hypothesis] = {one.name: one for one in _ALL}
"""By name. The last four of these occur in derivations only."""


def hypothesis(name: str, *relations: Relation, latex: str) -> str:
    """Declare a hypothesis beside the claim that supposes it, and return its name.

    A proof may use a hypothesis of one relation: nobody has checked that another relation follows.

    Raises ValueError when the name is declared twice, when no relation says what is supposed, when a relation contains
    a word that is not declared, or when it is about one layer only: a hypothesis by name shows no layer.
    """
    if name in HYPOTHESES or not relations:
        raise ValueError(f"the hypothesis {name!r} is declared twice, or without a relation")
    if {Q.j.name, Q.k.name} & {x for relation in relations for side in relation.sides for x in Q.sources_in(side)}:
        raise ValueError(f"the hypothesis {name!r} is about one layer only")
    HYPOTHESES[name] = Hypothesis(name, relations, latex)
    return name


def stated() -> dict[str, Hypothesis]:
    """The hypotheses that claims and conjectures may suppose."""
    return {name: one for name, one in HYPOTHESES.items() if one.latex}


def sufficient(name: str) -> tuple[Relation, ...]:
    """The relations that each give the hypothesis of that name.

    >>> [str(x) for x in sufficient("L >= 2")], sufficient("w along w*"), sufficient("aligned")
    (['L >= 2'], (), ())
    >>> [str(x) for x in sufficient("q_1 != 0")]
    ['dot(q[1], q[1]) > 0', 'norm_q1 > 0']
    """
    return HYPOTHESES[name].sufficient if name in HYPOTHESES else ()


def meaning(name: str) -> Relation | None:
    """What a derivation may conclude from the hypothesis of that name; None when there is no such relation.

    >>> str(meaning("balanced")), meaning("aligned"), meaning("very sharp")
    ('Delta == 0', None, None)
    """
    return HYPOTHESES[name].meaning if name in HYPOTHESES else None
