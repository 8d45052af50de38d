"""Tokens: the texts that ``flatcert replay`` takes to repeat one decision."""

from __future__ import annotations

from ...theory.library import BUILT_IN
from ..authoring.references import shown_reference, travels


def token(claim_id: str, obligation: str, name: str) -> str:
    """The token ``claim/obligation@family:seed:index``; after the @ there may be an instance as JSON instead.

    >>> token("gradient", "layer", "field:0:3")
    'gradient/layer@field:0:3'
    """
    return f"{claim_id}/{obligation}@{name}"


def place(token: str) -> str:
    """The part of a token that names the instance: all after the last @, because no instance contains one."""
    return token.rpartition("@")[2]


def command(token: str, reference: str = BUILT_IN.reference) -> str:
    """What repeats the decision of a token on a claim of the library of that reference.

    >>> command("bound/any@classics:0:1", "module:proofs.decay")
    "flatcert replay --theory 'proofs.decay' 'bound/any@classics:0:1'"
    """
    if not travels(reference):
        return f"flatcert.replay({token!r}, theory)"
    theory = "" if reference == BUILT_IN.reference else f"--theory '{shown_reference(reference)}' "
    return f"flatcert replay {theory}'{token}'"
