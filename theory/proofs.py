"""Every derivation, by the id of its claim."""

from __future__ import annotations

from collections.abc import Callable

from . import proofs_bounds, proofs_kernel, proofs_landscape, proofs_minimum
from .derivations import Derivation

PROOFS: dict[str, Callable[[], Derivation]] = {
    **proofs_kernel.PROOFS, **proofs_bounds.PROOFS, **proofs_minimum.PROOFS,
    **proofs_landscape.PROOFS,
}
