"""The way of deciding an obligation, chosen here and nowhere else."""

from __future__ import annotations

from typing import Any

from ...theory.language.claim import Obligation
from ...theory.language.setting import DEEP_LINEAR
from ..deep_linear.deciding.along_flow import AlongFlow, AtLimit
from ..deep_linear.deciding.identities import Identity
from ..deep_linear.deciding.initial_values import Comparison, InitialValue
from ..deep_linear.deciding.on_instances import Exhibited, OnInstances
from ..deep_linear.deciding.probabilities import Probability
from .decider import Certifiable, Decider
from .on_data import OnData

_WAYS: dict[str | tuple[str, str], type[Decider[Any]]] = {
    "identity": Identity, "ordered": OnInstances, "exists": Exhibited, "enclosed": AlongFlow, "solution": InitialValue,
    "estimated": Probability, ("ordered", "solution"): Comparison, ("enclosed", "limit"): AtLimit,
}
"""By ``Obligation.decide``, or by that and the space."""


def decider(obligation: Obligation) -> Decider[Any]:
    """The decider of an obligation.

    >>> from ...theory.library import BUILT_IN
    >>> type(decider(BUILT_IN.claim("gradient").obligation("layer"))).__name__
    'Identity'
    """
    if obligation.setting is not DEEP_LINEAR:
        return OnData(obligation)
    return (_WAYS.get((obligation.decide, obligation.space)) or _WAYS[obligation.decide])(obligation)


class NotCertifiable(TypeError):
    """Decisions on an obligation have no certificates, because it is not about exact instances."""


def certifiable(obligation: Obligation) -> Certifiable[Any]:
    """The decider of an obligation whose decisions have certificates. Raises NotCertifiable for any other one."""
    found = decider(obligation)
    if not isinstance(found, Certifiable):
        raise NotCertifiable(f"{found.about} are not in the format")
    return found
