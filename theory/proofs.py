"""Every derivation, by the id of its claim."""

from __future__ import annotations

from collections.abc import Callable

from . import proofs_kernel
from .derivations import Derivation

PROOFS: dict[str, Callable[[], Derivation]] = {**proofs_kernel.PROOFS}
