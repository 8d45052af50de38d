"""The folder where flatcert keeps what makes a later run more pleasant. Nothing in it decides anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/flatcert``, or ``~/.cache/flatcert``. It need not exist."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "flatcert"


@contextmanager
def hypothesis_in_the_cache() -> Iterator[None]:
    """Keep the folder .hypothesis out of the folder in which the user works, unless the user has named a place."""
    if _STORAGE in os.environ:
        yield
        return
    os.environ[_STORAGE] = str(cache_folder() / "hypothesis")
    try:
        yield
    finally:
        del os.environ[_STORAGE]
