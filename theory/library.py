"""All claims, by id, in the order of theory."""

from __future__ import annotations

from functools import cache

from .deep_linear.flow import (
    aligned_flow as closed_forms,
)
from .deep_linear.flow import (
    balance,
    balanced_flow,
    convergence,
)
from .deep_linear.flow import (
    linear_convergence as convergence_rate,
)
from .deep_linear.landscape import landscape, least_sharpness, stability
from .deep_linear.network import hessian_reduction, kernel
from .deep_linear.residual import (
    convergence as residual_flow,
)
from .deep_linear.residual import (
    convergence_sharp as residual_sharp,
)
from .deep_linear.residual import (
    initialization as residual_init,
)
from .deep_linear.residual import (
    residual,
)
from .language.claim import Claim
from .proof.derivation import Derivation

CLAIMS: dict[str, Claim] = {
    claim.id: claim
    for module in (kernel, hessian_reduction, landscape, least_sharpness, stability, balance, convergence,
                   convergence_rate, balanced_flow, closed_forms, residual, residual_flow, residual_sharp,
                   residual_init)
    for claim in module.CLAIMS
}


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
    from . import proofs

    make = proofs.PROOFS.get(claim(claim_id).id)
    return None if make is None else make()
