"""What the derivations of section 4 may start from, beside the setting of the sections before."""

from __future__ import annotations

import sympy as sp

from ..algebra.algebra import POSITIVE_ENERGY
from ..language import quantities as Q
from ..language.claim import Given
from ..language.nodes import Relation
from ..language.quantities import VOCABULARY
from .flow import DEFINED as FLOW
from .network import Defined
from .residual_constants import middle

k, L = Q.k, Q.L

move = sp.Function("delta", nonnegative=True)
"""``move(k)`` is the Frobenius norm of ``W_k(t) - W_k(0)``."""
change = sp.Function("epsilon", nonnegative=True)
"""``change(j, k)`` is the spectral norm of ``W_k ... W_j``, less the same product at the initialization."""

factor = sp.Symbol("c_2", positive=True)
"""The bound on the kernel from above; positive, as ``beta >= 1``."""

DEFINED: dict[str, Defined] = {
    **FLOW,
    "alpha_sub": Defined(Relation(Q.alpha_sub, "<=", 1)),
    "kernel above": Defined(Relation(factor, "==", middle(Q.beta_sub) * Q.norm_p**2), needs=("L >= 2",)),
    "layer displacement": Defined(Relation(move(k), "<=", Q.layer_displacement), {k: (sp.S.One, L)}),
    "displacement": Defined(Relation(Q.displacement**2, "==", sp.Sum(move(k) ** 2, (k, 1, L)))),
}
"""The stipulations, by name: those of the sections before, and those of residual networks."""


def definition_of(name: str) -> Defined | None:
    """Return what a name stipulates: an entry of the table, or else the definition of a number declared since.

    A number that exists only under a condition, or whose definition names one that is positive only because
    ``E > 0``, is defined under that condition. None when nothing is defined under the name.
    """
    word = VOCABULARY.get(name)
    if name in DEFINED or word is None or word.definition is None or not isinstance(word.symbol, sp.Symbol):
        return DEFINED.get(name)
    needs: tuple[Given, ...] = () if word.exists is None else (word.exists,)
    energy = word.definition.free_symbols & {word.symbol, *POSITIVE_ENERGY}
    return Defined(word.stipulation, needs=(*needs, "E > 0") if energy else needs)
