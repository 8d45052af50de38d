"""The way of deciding an obligation about networks, chosen here and nowhere else."""

from __future__ import annotations

from typing import Any

from ....theory.language.claim import Obligation
from ....theory.language.setting import DEEP_LINEAR
from ...deciding.decider import Decider
from ...deciding.ways import WAYS
from .along_flow import AlongFlow, AtLimit
from .identities import Identity
from .initial_values import Comparison, InitialValue
from .on_instances import Exhibited, OnInstances
from .probabilities import Probability

_WAYS: dict[str | tuple[str, str], type[Decider[Any]]] = {
    "identity": Identity, "ordered": OnInstances, "exists": Exhibited, "enclosed": AlongFlow, "solution": InitialValue,
    "estimated": Probability, ("ordered", "solution"): Comparison, ("enclosed", "limit"): AtLimit,
}
"""By ``Obligation.decide``, or by that and the space."""


def way(obligation: Obligation) -> Decider[Any]:
    """The decider of an obligation about networks."""
    return (_WAYS.get((obligation.decide, obligation.space)) or _WAYS[obligation.decide])(obligation)


WAYS.register(DEEP_LINEAR, way)
