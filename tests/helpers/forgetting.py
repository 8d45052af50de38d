"""What the engine remembers, to be forgotten: a planted fault must neither be hidden by it, nor survive in it."""

from __future__ import annotations

import gc
from functools import _lru_cache_wrapper

KEPT = "flatcert.checks.authoring"
"""Theories that are loaded stay what they are."""


def forget_everything() -> None:
    """Clear the caches of all functions of the engine; what instances remember goes with the instances."""
    for found in gc.get_objects():
        if isinstance(found, _lru_cache_wrapper) and _of_the_engine(found.__module__):
            found.cache_clear()


def _of_the_engine(module: str) -> bool:
    return module.startswith("flatcert.checks.") and not module.startswith(KEPT)
