"""What the engine asks of a setting. It has an answer for every setting of one's own; a room registers others.

The room of a setting is a package (:attr:`.Setting.room`). Its modules register answers for the setting, and the engine
imports such a module when it first asks for its answer, in every process anew.
"""

from __future__ import annotations

from importlib import import_module
from typing import Generic, TypeVar

from ...theory.language.setting import Setting

T = TypeVar("T")


class Own(Generic[T]):
    """One thing that settings may have of their own.

    >>> from ...theory.language.kinds import real
    >>> Own("deciding.ways", "by balls").of(Setting("numbers", x=real()))
    'by balls'
    """

    def __init__(self, part: str, general: T) -> None:
        """``part`` is the module of a room that registers the room's answer; ``general`` answers without a room."""
        self.part, self.general = part, general
        self._registered: dict[Setting, T] = {}

    def register(self, setting: Setting, own: T) -> None:
        """Let a setting with a room have this answer."""
        self._registered[setting] = own

    def of(self, setting: Setting) -> T:
        """The answer for a setting."""
        if not setting.room:
            return self.general
        if setting not in self._registered:
            import_module(f"{setting.room}.{self.part}")
        return self._registered[setting]
