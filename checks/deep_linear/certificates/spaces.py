"""Relations that instances and values of quantifiers satisfy by construction. A certificate spells them out.

A claim about aligned minimizers is about those weights only. Its certificate says so by relations, which the checker
decides. Without them an instance of another kind would be a counterexample.
"""

from __future__ import annotations

import sympy as sp

from ....theory.deep_linear.landscape.formulas import PRIMAL
from ....theory.language.nodes import Relation, dot, family, norm_squared
from ....theory.language.quantities import L, Sigma, direction, k, norm_p, r, w_star
from ..instances.spaces import is_family

_W, _q = family("W"), family("q")


def _square(layer: sp.Expr) -> sp.Expr:
    return dot(_q(layer), _q(layer))


_ALIGNED = (
    # W_k is a multiple of q_k q_{k-1}^T (q_0 = w), and the norms of the q_k are a geometric sequence.
    Relation(_square(sp.S.One), "==", r),
    Relation(sp.Sum(norm_squared(_square(k) * _W(k) - _q(k) * _q(k - 1).T), (k, 1, L)), "==", sp.S.Zero),
    Relation(sp.Sum((_square(k) ** 2 - _square(k - 1) * _square(k + 1)) ** 2, (k, 2, L - 1)), "==", sp.S.Zero),
)
_share = (norm_p**2 / r) ** (1 / (L - 1))
_image, _pull = dot(Sigma * direction, Sigma * direction), dot(direction, Sigma * w_star) ** 2
_PLANTED = (
    # Half of PRIMAL is the largest eigenvalue of a matrix. The direction attains it, and its derivative in r vanishes.
    Relation(PRIMAL * dot(direction, Sigma * direction), "==", 2 * (r * _image + (L - 1) * _share * _pull)),
    Relation(r * _image, "==", _share * _pull),
)
_ENCLOSED = ("pairs", "trajectory", "limit", "residual-paths")
SUPPOSED: dict[str, tuple[Relation, ...]] = {
    "aligned": _ALIGNED,
    "planted": _PLANTED,
    **dict.fromkeys(("weights", "dense", "problem", "eigenvector", "layers", "starts", "balanced", "products",
                     "product-starts", "singled-out", "singled-out-readouts", "singled-out-starts", *_ENCLOSED), ()),
}
"""The relations by space: none where any weights with a problem will do, or where the enclosure says the rest. A space
that is missing here has no certificates."""


def supposed(space: str) -> tuple[Relation, ...] | None:
    """What the instances of a space or family satisfy; None when there are no certificates of it.

    A family that an obligation names supposes nothing: the hypotheses of the obligation say all. Names joined by ``+``
    suppose nothing where one of them does.

    >>> supposed("aligned+weights"), supposed("aligned+planted")
    ((), None)
    """
    parts = space.split("+")
    if len(parts) == 1:
        return () if is_family(space) else SUPPOSED.get(space)
    found = [None if part in _ENCLOSED else supposed(part) for part in parts]
    return () if () in found and None not in found else None
