"""The theorems about the network share the propagated gradient ``h``, and the regressor cut at any layer."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.nodes import dot, family
from ...language.quantities import L, k, u, w
from ...proof.builder import Proof, define
from ...proof.rules.inequalities import SCALING
from ...proof.rules.logic import IDENTITY, INSTANCE
from ...proof.rules.sums import TELESCOPING
from ...setting.network import P, q

h = family("h")
LAYERS = ((k, 1, L),)


def regressor(proof: Proof) -> int:
    """Derive ``<q_k, P_k u> = <w, u>`` for ``k = 1..L``: the regressor can be cut at any layer."""
    forward, backward = define(proof, "P"), define(proof, "q")
    q_0, P_0 = define(proof, "q_0"), define(proof, "P_0")
    drop = proof.step(
        IDENTITY, (dot(q(k - 1), P(k - 1) * u) - dot(q(k), P(k) * u), "==", 0), forward, backward,
        scope=LAYERS, note="moving one layer across changes nothing")
    total = proof.step(
        TELESCOPING, (dot(q(0), P(0) * u) - dot(q(i), P(i) * u), "==", 0), drop,
        data=(dot(q(k), P(k) * u), (k, 1, i)), scope=((i, 1, L),))
    cut = proof.step(SCALING, (dot(q(i), P(i) * u), "==", dot(w, u)), total, q_0, P_0,
                     data=sp.S.One, scope=((i, 1, L),))
    return proof.step(INSTANCE, (dot(q(k), P(k) * u), "==", dot(w, u)), cut, data=((i, k),),
                      scope=LAYERS, note="the regressor can be cut at any layer")
