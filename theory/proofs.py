"""Every derivation, by the id of its claim."""

from __future__ import annotations

from collections.abc import Callable

from . import proofs_bounds, proofs_kernel, proofs_kink, proofs_landscape, proofs_minimum, proofs_stability
from .derivations import Derivation

PROOFS: dict[str, Callable[[], Derivation]] = {
    **proofs_kernel.PROOFS, **proofs_bounds.PROOFS, **proofs_minimum.PROOFS,
    **proofs_landscape.PROOFS,
    **proofs_kink.PROOFS,
    **proofs_stability.PROOFS,
}
