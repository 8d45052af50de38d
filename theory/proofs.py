"""Every derivation, by the id of its claim."""

from __future__ import annotations

from collections.abc import Callable

from . import (
    proofs_alignment,
    proofs_balance,
    proofs_balanced,
    proofs_balanced_flow,
    proofs_bounds,
    proofs_closed_forms,
    proofs_convergence,
    proofs_hessian_reduction,
    proofs_kernel,
    proofs_kink,
    proofs_landscape,
    proofs_limit,
    proofs_minimum,
    proofs_norm_control,
    proofs_rate,
    proofs_residual,
    proofs_residual_flow,
    proofs_residual_sharp,
    proofs_stability,
)
from .derivations import Derivation

PROOFS: dict[str, Callable[[], Derivation]] = {
    claim_id: make
    for module in (
        proofs_kernel, proofs_hessian_reduction, proofs_bounds, proofs_minimum, proofs_landscape, proofs_kink,
        proofs_stability, proofs_balance, proofs_alignment, proofs_norm_control, proofs_convergence,
        proofs_limit, proofs_balanced, proofs_rate, proofs_balanced_flow, proofs_closed_forms, proofs_residual,
        proofs_residual_flow, proofs_residual_sharp)
    for claim_id, make in module.PROOFS.items()
}
