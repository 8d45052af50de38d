"""How a step is refused."""

from __future__ import annotations

__all__ = ["Refused", "require"]


class Refused(Exception):
    """A step that its rule does not give; the message says why."""


def require(condition: bool, reason: str, *about: object) -> None:
    """Refuse the step unless the condition holds; ``about`` fills the reason. Raises Refused."""
    if not condition:
        raise Refused(reason.format(*about))  # only now: printing a formula is slow
