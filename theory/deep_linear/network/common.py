"""The theorems about the network share the propagated gradient ``h``, and the regressor cut at any layer."""

from __future__ import annotations

from ...algebra.layer_ranges import i
from ...language.nodes import dot, family
from ...language.quantities import L, k, u, w
from ...proof.builder import Proof
from ...proof.rules.inequalities import scale
from ...proof.rules.logic import identity, specialize
from ...proof.rules.sums import telescope
from ...setting.network import P, q

h = family("h")
LAYERS = ((k, 1, L),)


def regressor(p: Proof) -> int:
    """Derive ``<q_k, P_k u> = <w, u>`` for ``k = 1..L``: the regressor can be cut at any layer."""
    forward, backward, q_0, P_0 = (p.define(x) for x in ("P", "q", "q_0", "P_0"))
    here, there = dot(q(k), P(k) * u), dot(q(i), P(i) * u)
    drop = identity(p.at(*LAYERS).note("moving one layer across changes nothing"),
                    (here.xreplace({k: k - 1}) - here, "==", 0), forward, backward)
    total = telescope(p.at((i, 1, L)), drop, here, (k, 1, i), to=(dot(q(0), P(0) * u) - there, "==", 0))
    cut = scale(p, total, 1, q_0, P_0, to=(there, "==", dot(w, u)))
    return specialize(p.at(*LAYERS).note("the regressor can be cut at any layer"), cut, i=k)
