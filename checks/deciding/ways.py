"""The way of deciding an obligation, chosen by its setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...theory.language.claim import Obligation
from ..authoring.rooms import Own
from .decider import Certifiable, Decider
from .on_data import OnData

WAYS: Own[Callable[[Obligation], Decider[Any]]] = Own("deciding.ways", OnData)


def decider(obligation: Obligation) -> Decider[Any]:
    """The decider of an obligation.

    >>> from ...theory.library import BUILT_IN
    >>> type(decider(BUILT_IN.claim("gradient").obligation("layer"))).__name__
    'Identity'
    """
    return WAYS.of(obligation.setting)(obligation)


class NotCertifiable(TypeError):
    """Decisions on an obligation have no certificates, because it is not about exact instances."""


def certifiable(obligation: Obligation) -> Certifiable[Any]:
    """The decider of an obligation whose decisions have certificates. Raises NotCertifiable for any other one."""
    found = decider(obligation)
    if not isinstance(found, Certifiable):
        raise NotCertifiable(f"{found.about} are not in the format")
    return found
