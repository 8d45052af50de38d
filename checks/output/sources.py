"""A digest of everything in this installation that a result could depend on."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("mpmath", "numpy", "python-flint", "scipy", "sympy")


@cache
def sources_digest() -> str:
    """Sixteen digits of a SHA-256 of every source file of flatcert, of the versions of what it computes with, and of
    Python and the machine.

    >>> len(sources_digest())
    16
    """
    root = Path(__file__).parents[2]
    found = sha256(" ".join([platform.python_version(), platform.machine(), *map(version, _PACKAGES)]).encode())
    for folder in ("theory", "numeric", "checks", "packs"):
        for file in sorted((root / folder).rglob("*.py")):
            found.update(f"{folder}/{file.relative_to(root / folder).as_posix()}\n".encode() + file.read_bytes())
    return found.hexdigest()[:16]
