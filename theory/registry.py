"""All claims, by id, in the order of theory."""

from __future__ import annotations

from . import kernel, landscape, stability
from .claims import Claim

CLAIMS: dict[str, Claim] = {
    claim.id: claim for claim in (*kernel.CLAIMS, *landscape.CLAIMS, *stability.CLAIMS)
}


def claim(name: str) -> Claim:
    """The claim of that id. Raises KeyError naming the nearest ids."""
    if name in CLAIMS:
        return CLAIMS[name]
    from difflib import get_close_matches

    near = get_close_matches(name, CLAIMS, 3) or list(CLAIMS)
    raise KeyError(f"no claim {name!r}; did you mean {', '.join(near)}?")
