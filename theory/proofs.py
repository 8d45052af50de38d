"""Every derivation, by the id of its claim."""

from __future__ import annotations

from collections.abc import Callable

from .deep_linear.flow import (
    alignment_proofs as proofs_alignment,
)
from .deep_linear.flow import (
    balance_proofs as proofs_balance,
)
from .deep_linear.flow import (
    balanced_flow_proofs as proofs_balanced_flow,
)
from .deep_linear.flow import (
    balanced_proofs as proofs_balanced,
)
from .deep_linear.flow import (
    closed_forms_proofs as proofs_closed_forms,
)
from .deep_linear.flow import (
    convergence_proofs as proofs_convergence,
)
from .deep_linear.flow import (
    limit_proofs as proofs_limit,
)
from .deep_linear.flow import (
    linear_convergence_proofs as proofs_rate,
)
from .deep_linear.flow import (
    norm_control_proofs as proofs_norm_control,
)
from .deep_linear.landscape import (
    bounds_proofs as proofs_bounds,
)
from .deep_linear.landscape import (
    kink_proofs as proofs_kink,
)
from .deep_linear.landscape import (
    landscape_proofs as proofs_landscape,
)
from .deep_linear.landscape import (
    minimum_proofs as proofs_minimum,
)
from .deep_linear.landscape import (
    stability_proofs as proofs_stability,
)
from .deep_linear.network import hessian_reduction_proofs as proofs_hessian_reduction
from .deep_linear.network import kernel_proofs as proofs_kernel
from .deep_linear.residual import (
    convergence_proofs as proofs_residual_flow,
)
from .deep_linear.residual import (
    convergence_sharp_proofs as proofs_residual_sharp,
)
from .deep_linear.residual import (
    residual_proofs as proofs_residual,
)
from .proof.derivation import Derivation

PROOFS: dict[str, Callable[[], Derivation]] = {
    claim_id: make
    for module in (
        proofs_kernel, proofs_hessian_reduction, proofs_bounds, proofs_minimum, proofs_landscape, proofs_kink,
        proofs_stability, proofs_balance, proofs_alignment, proofs_norm_control, proofs_convergence,
        proofs_limit, proofs_balanced, proofs_rate, proofs_balanced_flow, proofs_closed_forms, proofs_residual,
        proofs_residual_flow, proofs_residual_sharp)
    for claim_id, make in module.PROOFS.items()
}
