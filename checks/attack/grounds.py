"""The ground of an obligation, chosen here and nowhere else."""

from __future__ import annotations

from typing import Any

from ...theory.language.obligation import Obligation
from ...theory.language.setting import DEEP_LINEAR
from ..deep_linear.attack.ground import Networks
from .ground import Ground
from .of_data.ground import DataGround


def ground(obligation: Obligation) -> Ground[Any]:
    """What an adversary of the obligation knows of its instances."""
    return Networks(obligation) if obligation.setting is DEEP_LINEAR else DataGround(obligation)
