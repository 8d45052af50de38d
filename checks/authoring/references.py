"""References to libraries, by which another process, a replay token or a certificate finds a theory again.

``flatcert`` is the built-in theory, ``file:PATH#sha256`` the theory in a file, ``module:NAME`` the one in a module.
Loading a theory runs its Python, as pytest does with a test.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from ...theory.library import BUILT_IN, Library

FILE, MODULE = "file:", "module:"


class NotLoaded(ValueError):
    """A reference leads to no theory. The message is a sentence without its full stop."""


def reference_of(module: Mapping[str, Any]) -> str:
    """The reference of the theory that a module's globals hold; empty where no file holds them (in a notebook)."""
    file = module.get("__file__")
    return "" if not file or not Path(file).is_file() else file_reference(Path(file))


def file_reference(path: Path) -> str:
    """The reference of a file as it is now."""
    return f"{FILE}{path.resolve()}#{_digest(path)}"


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@lru_cache
def load(reference: str) -> Library:
    """Return the library of a reference; each process loads a theory once.

    Raises NotLoaded with a sentence where there is no such file, module or theory, or where the file has changed.

    >>> load("flatcert") is BUILT_IN
    True
    """
    if reference == BUILT_IN.reference:
        return BUILT_IN
    if reference.startswith(MODULE):
        return _library(_imported(reference.removeprefix(MODULE)), reference)
    if not reference.startswith(FILE):
        raise NotLoaded(f"there is no library {reference!r}: use flatcert, file:PATH or module:NAME")
    place, _, digest = reference.removeprefix(FILE).partition("#")
    path = Path(place)
    if not path.is_file():
        raise NotLoaded(f"there is no file {place}")
    if digest and digest != _digest(path):
        raise NotLoaded(f"the file {place} has changed since")
    return _library(_run(path), place)


def reference_of_text(text: str) -> str:
    """The reference that a user means: a file of Python, or the name of a module.

    Raises NotLoaded with a sentence for what is neither.
    """
    if text == BUILT_IN.reference or text.startswith((FILE, MODULE)):
        return text
    path = Path(text)
    if path.suffix == ".py" or "/" in text or path.is_file():
        if not path.is_file():
            raise NotLoaded(f"there is no file {text}")
        return file_reference(path)
    return MODULE + text


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise NotLoaded(f"there is no module {name!r}, and no file of that name") from None


def _run(path: Path) -> ModuleType:
    """Run a file as a module of its own, whatever other modules are called."""
    name = f"_flatcert_theory_{sha256(str(path.resolve()).encode()).hexdigest()[:16]}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotLoaded(f"{path} is no file of Python")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _library(module: ModuleType, place: str) -> Library:
    """The library of the only theory in a module."""
    found = {id(one): one for one in vars(module).values()
             if hasattr(one, "library") and getattr(one, "_module", None) is vars(module)}
    if len(found) != 1:
        several = f"{len(found)} theories ({', '.join(one.name for one in found.values())})" if found else "no theory"
        raise NotLoaded(f"{place} holds {several}: let it hold one, theory = Theory(\"name\")")
    library: Library = next(iter(found.values())).library
    return library
