"""Named hypotheses decided exactly on an instance: each by evaluating its relations."""

from __future__ import annotations

import sympy as sp

from ....theory.language.hypotheses import HYPOTHESES
from ....theory.language.nodes import LayerMatrix
from ....theory.language.quantities import L
from ...arithmetic.exact_ring import sign_answers
from ..evaluation.scope import holds
from ..instances.instance import Instance


def predicate(name: str, instance: Instance) -> bool:
    """Whether a named hypothesis holds, decided exactly. Raises KeyError for one that has no relations."""
    relations = HYPOTHESES[name].relations
    if not relations:
        raise KeyError(name)
    return all(holds(relation, instance) for relation in relations)


def at_depth(name: str, depth: int) -> bool | None:
    """Whether a hypothesis about the depth alone holds at a depth; None for one that is about something else.

    >>> at_depth("L >= 3", 2), at_depth("E > 0", 2)
    (False, None)
    """
    relations = HYPOTHESES[name].relations
    named = {x for one in relations for side in (one.lhs, one.rhs) for x in side.atoms(
        sp.Symbol, sp.MatrixSymbol, LayerMatrix)}
    if named != {L}:
        return None
    return all(sign_answers(x.op, int((x.lhs - x.rhs).subs(L, depth))) for x in relations)
