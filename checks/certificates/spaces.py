"""What an instance, and the values of quantifiers, satisfy by construction: hypotheses that a certificate spells out.

A claim about aligned minimizers is about those weights only. Its certificate says so by relations, which the checker
decides: else an instance of another kind would be a counterexample.
"""

from __future__ import annotations

import sympy as sp

from ...theory.deep_linear.landscape.formulas import PRIMAL
from ...theory.language.nodes import Relation, dot, family, frobenius
from ...theory.language.quantities import L, Sigma, norm_p, r, time, w_star, z

_i, _j, _k = (sp.Symbol(name, integer=True, positive=True) for name in "ijk")
_W, _q = family("W"), family("q")


def _square(k: sp.Expr) -> sp.Expr:
    return dot(_q(k), _q(k))


_ALIGNED = (
    # W_k is a multiple of q_k q_{k-1}^T (q_0 = w), and the norms of the q_k are a geometric sequence.
    Relation(_square(sp.S.One), "==", r),
    Relation(sp.Sum(frobenius(_square(_i) * _W(_i) - _q(_i) * _q(_i - 1).T), (_i, 1, L)), "==", sp.S.Zero),
    Relation(sp.Sum((_square(_i) ** 2 - _square(_i - 1) * _square(_i + 1)) ** 2, (_i, 2, L - 1)), "==", sp.S.Zero),
)
_share = (norm_p**2 / r) ** (1 / (L - 1))
_image, _pull = dot(Sigma * z, Sigma * z), dot(z, Sigma * w_star) ** 2
_PLANTED = (
    # Half of PRIMAL is the largest eigenvalue of a matrix. The direction attains it, and its derivative in r vanishes.
    Relation(PRIMAL * dot(z, Sigma * z), "==", 2 * (r * _image + (L - 1) * _share * _pull)),
    Relation(r * _image, "==", _share * _pull),
)
SUPPOSED: dict[str, tuple[Relation, ...]] = {
    "aligned": _ALIGNED,
    "planted": _PLANTED,
    **dict.fromkeys(("weights", "dense", "problem", "eigenvector", "layers", "starts", "balanced", "products",
                     "product-starts", "singled-out", "singled-out-readouts", "singled-out-starts"), ()),
    **dict.fromkeys(("pairs", "trajectory", "limit", "residual-paths"), ()),
}
"""By space. Nothing where any weights with a problem will do, nor where the enclosure says the rest. A space that is
missing here has no certificates."""
RANGES: dict[str, tuple[Relation, ...]] = {
    "k": (Relation(_k, "<=", L),),
    "k < L": (Relation(_k, "<", L),),
    "j <= k": (Relation(_j, "<=", _k), Relation(_k, "<=", L)),
    "t": (Relation(time, ">=", sp.S.Zero),),
    "z": (Relation(dot(z, Sigma * z), ">", sp.S.Zero),),
}
"""By quantifier, beyond what the checker asks of every value: that numbers are positive, indices whole."""
