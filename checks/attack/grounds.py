"""The ground of an obligation, chosen by its setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...theory.language.obligation import Obligation
from ..authoring.rooms import Own
from .ground import Ground
from .of_data.ground import DataGround

GROUNDS: Own[Callable[[Obligation], Ground[Any]]] = Own("attack.ground", DataGround)


def ground(obligation: Obligation) -> Ground[Any]:
    """What an adversary of the obligation knows of its instances."""
    return GROUNDS.of(obligation.setting)(obligation)
