"""Tokens: the texts that ``flatcert replay`` takes to repeat one decision."""

from __future__ import annotations


def token(claim_id: str, obligation: str, name: str) -> str:
    """The token ``claim/obligation@family:seed:index``; after the @ there may be an instance as JSON instead.

    >>> token("gradient", "layer", "field:0:3")
    'gradient/layer@field:0:3'
    """
    return f"{claim_id}/{obligation}@{name}"


def place(token: str) -> str:
    """The part of a token that names the instance: all after the last @, because no instance contains one."""
    return token.rpartition("@")[2]
