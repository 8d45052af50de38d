"""All claims, by id, in the order of theory, and their derivations."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from .deep_linear.flow import (
    aligned_flow,
    alignment,
    balanced_flow,
    balanced_sharpness,
    conservation,
    limit_sharpness,
    linear_convergence,
    near_rank_one,
    norm_control,
    pl_inequality,
    planar_flow,
    singular_values,
)
from .deep_linear.landscape import (
    kernel_inequality,
    learning_rate,
    min_sharpness,
    min_sharpness_bounds,
    min_sharpness_dual,
    min_sharpness_kink,
    min_trace,
    sharpness_lower,
    sharpness_unbounded,
)
from .deep_linear.network import gradient, hessian, hessian_reduction, kernel, sharpness
from .deep_linear.residual import convergence, convergence_sharp, initialization
from .deep_linear.residual import kernel as residual_kernel
from .deep_linear.residual import min_sharpness as residual_min_sharpness
from .deep_linear.residual import sharpness as residual_sharpness
from .language.claim import Claim
from .proof.derivation import Derivation

_THEOREMS: list[tuple[Claim, Callable[[], Derivation] | None]] = [
    theorem
    for module in (
        gradient, hessian, kernel, sharpness, hessian_reduction,
        kernel_inequality, sharpness_lower, min_sharpness, min_sharpness_dual, min_sharpness_bounds,
        min_sharpness_kink, min_trace, sharpness_unbounded, learning_rate,
        conservation, singular_values, near_rank_one, norm_control, alignment, pl_inequality, limit_sharpness,
        balanced_sharpness, linear_convergence, balanced_flow, aligned_flow, planar_flow,
        residual_min_sharpness, residual_kernel, residual_sharpness, convergence, convergence_sharp, initialization)
    for theorem in module.THEOREMS
]
CLAIMS: dict[str, Claim] = {claim.id: claim for claim, _proof in _THEOREMS}
_PROOFS = {claim.id: proof for claim, proof in _THEOREMS}


def claim(name: str) -> Claim:
    """The claim of that id. Raises KeyError naming the nearest ids."""
    if name in CLAIMS:
        return CLAIMS[name]
    from difflib import get_close_matches

    near = get_close_matches(name, CLAIMS, 3)
    if near:
        raise KeyError(f"There is no claim {name!r}: did you mean {' or '.join(near)}?")
    raise KeyError(f"There is no claim {name!r}: the claims are {', '.join(CLAIMS)}.")


@cache
def derivation(claim_id: str) -> Derivation | None:
    """The derivation of a claim; None when there is none. Raises KeyError for an unknown id."""
    make = _PROOFS.get(claim(claim_id).id)
    return None if make is None else make()
