"""What an expression depends on: each word declares it, and what no word declares depends on everything.

Rules that bind a variable (an infimum over the weights, a limit, a direction) ask here whether something depends on
it without showing it. A *source* is ``problem``, ``depth``, ``weights``, ``initialization`` or the name of a variable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sympy as sp
from sympy.core.function import AppliedUndef

from ..algebra.layer_ranges import INDICES
from ..language.claim import Given
from ..language.hypotheses import HYPOTHESES, Hypothesis
from ..language.nodes import Largest, LayerMatrix, Maximum, Minimum, Relation, SubProduct, weighted_top, width
from ..language.norms import GramPower, weighted_bottom
from ..language.quantities import VOCABULARY, j, k
from ..language.symbols import OWN
from . import flow, residual
from . import initial_value as trajectories
from . import network as setting

__all__ = ["EVERYTHING", "FAMILIES", "FAMILIES_OF_PROOFS", "FUNCTIONS", "RESERVED", "SYMBOLS", "depends", "hidden",
           "source", "sources_of"]

Sources = frozenset[str]
_WEIGHTS = frozenset({"problem", "depth", "weights"})
_MOVED = _WEIGHTS | {"Xi", "t"}


def _own(*symbols: sp.Symbol) -> dict[sp.Basic, Sources]:
    return {x: frozenset({x.name}) for x in symbols}


_OF_PROOFS: Mapping[sp.Basic, Sources] = {
    **_own(*INDICES, setting.t, setting.s),
    **_own(trajectories.x_0, trajectories.sigma_0, trajectories.s, trajectories.T_0),
    setting.Sigma_half: frozenset({"problem"}), setting.top_vector: frozenset({"problem"}),
    setting.preimage: frozenset({"problem"}),
    setting.Z: frozenset({"Z"}), setting.alpha_Z: frozenset({"problem", "Z"}),
    setting.tau_Z: frozenset({"problem", "Z"}), setting.risk_min: frozenset({"problem"}),
    **dict.fromkeys((setting.risk, flow.risk_flow, flow.margin, flow.least, residual.factor), _WEIGHTS),
    flow.least_0: frozenset({"problem", "depth", "initialization"}),
    **dict.fromkeys((setting.risk_moved, setting.rest, setting.w_moved, setting.w_rest), _MOVED),
    **dict.fromkeys((setting.risk_layer, setting.rest_layer, setting.w_layer), _MOVED | {"k"}),
    setting.rest_adjoint: _MOVED | {"k", "u"},
    setting.M_rescaled: _WEIGHTS | {"gamma"}, setting.g_shrunk: _WEIGHTS | {"s"},
    **dict.fromkeys((setting.curvature_shrunk, setting.w_dot_shrunk, setting.w_ddot_shrunk), _WEIGHTS | {"Xi", "s"}),
}
"""The words that only proofs use, and the layer indices."""

SYMBOLS: Mapping[sp.Basic, Sources] = {
    **{x.symbol: x.depends for x in VOCABULARY.values() if not isinstance(x.symbol, LayerMatrix)}, **_OF_PROOFS,
}
"""The scalars, vectors and matrices that a derivation may speak of, and what each depends on."""

_USED = frozenset({*_OF_PROOFS, trajectories.SERIES_INDEX})
"""The symbols that proofs use beside the vocabulary."""

FAMILIES_OF_PROOFS: Mapping[str, Sources] = {
    **dict.fromkeys(("H", "G", "unit"), _WEIGHTS),
    **dict.fromkeys(("q_dot", "q_ddot"), _WEIGHTS | {"Xi"}), "q_rest": _MOVED,
    **dict.fromkeys(("D_rest", "W_rest"), _WEIGHTS | {"t"}),
    **dict.fromkeys(("P_scaled", "q_scaled"), _WEIGHTS | {"gamma"}),
    **dict.fromkeys(("W_shrunk", "P_shrunk", "q_shrunk"), _WEIGHTS | {"s"}),
}
"""The families that only proofs use."""

FAMILIES: Mapping[str, Sources] = {
    **{name: x.depends for name, x in VOCABULARY.items() if isinstance(x.symbol, LayerMatrix)}, **FAMILIES_OF_PROOFS,
}
"""The families of matrices that are indexed by the layer; each depends on its index as well."""

FUNCTIONS: Mapping[type, Sources] = {
    width: frozenset({"problem", "depth"}), flow.sine: _WEIGHTS,
    **dict.fromkeys((residual.move, residual.change), _WEIGHTS | {"initialization"}),
    **{y.func: frozenset({y.func.__name__}) for y in (trajectories.x, trajectories.phi, trajectories.sigma)},
}
"""The functions of a layer or of the time, and what they depend on beside their arguments."""

RESERVED: frozenset[str] = frozenset({
    *(x.name for x in _USED), *FAMILIES_OF_PROOFS, *(kind.__name__ for kind in FUNCTIONS), *residual.DEFINED,
}) - frozenset(VOCABULARY)
"""The names that mean something in proofs alone: no word may be declared under one of them."""

EVERYTHING: Sources = frozenset().union(*SYMBOLS.values(), *FAMILIES.values(), *FUNCTIONS.values())
"""All sources: what an unknown word may depend on."""

_TRANSPARENT = (
    sp.Number, sp.Add, sp.Mul, sp.Pow, sp.Function, sp.MatAdd, sp.MatMul, sp.MatPow, sp.Transpose, sp.Trace,
    sp.Identity, sp.ZeroMatrix, sp.Max, sp.Min, sp.Sum, sp.Product, sp.Derivative, sp.Tuple,
)
"""What depends on what its arguments depend on. (Functions without a body are looked up before.)"""


def sources_of(symbol: sp.Symbol | sp.MatrixSymbol) -> Sources | None:
    """What a word depends on, also one that was declared after the tables were made; None for what is no word.

    A symbol of a setting of one's own may depend on anything. A symbol with two meanings is no word: a declared one
    that proofs use for something else.
    """
    if isinstance(symbol, OWN):
        return EVERYTHING
    word = VOCABULARY.get(symbol.name)
    if word is not None and word.symbol in _USED - {j, k}:
        return None
    if symbol in SYMBOLS:
        return SYMBOLS[symbol]
    return word.depends if word is not None and word.symbol == symbol else None


def source(variable: sp.Basic) -> Sources:
    """What changes with a variable: the variable itself, and with the time the weights.

    >>> from ..language.quantities import gamma, time
    >>> sorted(source(gamma)), sorted(source(time))
    (['gamma'], ['time', 'weights'])
    """
    name = getattr(variable, "name", "")
    return frozenset({name, "weights"}) if name == "time" else frozenset({name})


def hidden(variable: sp.Basic, *parts: sp.Basic | Given) -> bool:
    """Whether something in the parts depends on the variable without showing it.

    >>> from ..language.quantities import S_rescaled, gamma, lambda_max
    >>> hidden(gamma, S_rescaled / gamma), hidden(gamma, lambda_max / gamma)
    (True, False)
    """
    return bool(source(variable) & depends(*parts, but=(variable,)))


def depends(*parts: sp.Basic | Given, but: Collection[sp.Basic] = ()) -> Sources:
    """All sources that expressions, relations and hypotheses depend on; ``but`` are variables to pass over.

    >>> from ..language.quantities import S, lambda_max
    >>> sorted(depends(lambda_max)), sorted(depends(S)), depends(sp.Symbol("S")) == EVERYTHING
    (['problem'], ['depth', 'problem', 'weights'], True)
    >>> sorted(depends("minimizer")), depends("very sharp") == EVERYTHING
    (['depth', 'problem', 'weights'], True)
    """
    return frozenset().union(*(_depends(part, frozenset(but)) for part in parts))


def _of_hypothesis(hypothesis: Hypothesis, but: frozenset[sp.Basic]) -> Sources:
    return hypothesis.depends.union(*(_depends(relation, but) for relation in hypothesis.relations))


def _depends(part: sp.Basic | Given, but: frozenset[sp.Basic]) -> Sources:
    if isinstance(part, str):
        return _of_hypothesis(HYPOTHESES[part], but) if part in HYPOTHESES else EVERYTHING
    if isinstance(part, Relation):
        return depends(part.lhs, part.rhs, but=but)
    if part in but:
        return frozenset()
    if part == width(0):
        return frozenset({"problem"})
    if isinstance(part, sp.Symbol | sp.MatrixSymbol):
        found = sources_of(part)
        return EVERYTHING if found is None else found
    if isinstance(part, LayerMatrix):
        indices = (part.index, part.exponent) if isinstance(part, GramPower) else (part.index,)
        return FAMILIES.get(part.name, EVERYTHING) | depends(*indices, but=but)
    if isinstance(part, SubProduct):
        return FAMILIES["W"] | depends(*part.args, but=but)
    if isinstance(part, AppliedUndef):
        return FUNCTIONS.get(part.func, EVERYTHING) | depends(*part.args, but=but)
    if isinstance(part, sp.Sum | sp.Product | Largest):
        body, *limits = part.args
        variables = [limit[0] for limit in limits]  # the first limit is innermost, and may name the later ones
        ends = (depends(*limit[1:], but=(*but, *variables[n + 1:])) for n, limit in enumerate(limits))
        return depends(body, but=(*but, *variables)).union(*ends)
    if isinstance(part, Minimum | Maximum | sp.Limit):  # the bound variable varies inside only
        return depends(part.args[0], but=but) - source(part.args[1])
    if isinstance(part, weighted_top | weighted_bottom):
        return depends(part.args[0], but=but) | {"problem"}
    if isinstance(part, _TRANSPARENT):
        return depends(*(x for x in part.args if not isinstance(x, sp.core.symbol.Str)), but=but)
    return EVERYTHING
