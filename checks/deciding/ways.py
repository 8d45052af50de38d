"""The way of deciding an obligation, chosen here and nowhere else."""

from __future__ import annotations

from typing import Any

from ...theory.language.claim import Obligation
from .along_flow import AlongFlow, AtLimit
from .decider import Decider, OfInstances
from .identities import Identity
from .initial_values import Comparison, Solution
from .on_instances import Exhibited, OnInstances
from .probabilities import Probability


def decider(obligation: Obligation) -> Decider[Any]:
    """The decider of an obligation.

    >>> from ...theory.library import claim
    >>> type(decider(claim("gradient").obligation("layer"))).__name__
    'Identity'
    """
    match obligation.decide, obligation.space:
        case "identity", _:
            return Identity(obligation)
        case "estimated", _:
            return Probability(obligation)
        case "solution", _:
            return Solution(obligation)
        case _, "solution":
            return Comparison(obligation)
        case _, "limit":
            return AtLimit(obligation)
        case "enclosed", _:
            return AlongFlow(obligation)
        case "exists", _:
            return Exhibited(obligation)
    return OnInstances(obligation)


class NoInstances(TypeError):
    """An obligation is not about exact instances, so its decisions have no certificates."""


def of_instances(obligation: Obligation) -> OfInstances[Any]:
    """The decider of an obligation about exact instances. Raises NoInstances for any other one."""
    found = decider(obligation)
    if not isinstance(found, OfInstances):
        raise NoInstances(f"{found.about} are not in the format")
    return found
