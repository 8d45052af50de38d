"""References to libraries, by which another process, a replay token or a certificate finds a theory again.

``flatcert`` is the built-in theory, ``file:PATH#DIGEST`` the theory in a file as it was, ``module:NAME`` the one in a
module or a package, and ``process:NAME`` one that no file holds: only this process knows it. Loading a theory runs its
Python, as pytest does with a test. A pack, a theory that comes with flatcert, is a module of ``flatcert.packs``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any
from weakref import WeakValueDictionary

from ...theory.library import BUILT_IN, Library
from ..output import DataError
from .mistakes import told

FILE, MODULE, PROCESS = "file:", "module:", "process:"
PACKS = f"{__name__.partition('.')[0]}.packs"
"""The package of the packs."""
DIGITS = 16
"""How many hexadecimal digits of a file's SHA-256 stand in a reference."""
_HERE: WeakValueDictionary[str, Library] = WeakValueDictionary()
"""The libraries that no file holds."""
_numbers = count(1)


class NotLoaded(DataError):
    """A reference leads to no theory. The message is a sentence."""


def reference_of(theory: object, module: Mapping[str, Any]) -> str:
    """The reference of the theory that a module's globals hold.

    A theory in a notebook, on standard input or inside a function is found in this process only.
    """
    file = module.get("__file__")
    if file and Path(file).is_file() and any(value is theory for value in module.values()):
        spec = module.get("__spec__")
        return MODULE + spec.name if module.get("__package__") and spec else file_reference(Path(file))
    return f"{PROCESS}{next(_numbers)}"


def keep(library: Library) -> Library:
    """The library, which :func:`load` finds in this process from now on if no file holds it."""
    if not travels(library.reference):
        _HERE[library.reference] = library
    return library


def travels(reference: str) -> bool:
    """Whether another process can load the library of a reference."""
    return not reference.startswith(PROCESS)


def file_reference(path: Path) -> str:
    """The reference of a file as it is now."""
    return f"{FILE}{path.resolve()}#{_digest(path)}"


def shown_reference(reference: str) -> str:
    """The reference as a command takes it, with a path from the current directory where that is shorter.

    >>> shown_reference("module:proofs.decay"), shown_reference("module:flatcert.packs.matrix_networks.words")
    ('proofs.decay', 'matrix-networks')
    """
    if reference.startswith(f"{MODULE}{PACKS}."):
        return _pack_name(reference.removeprefix(f"{MODULE}{PACKS}.").partition(".")[0])
    if reference.startswith(FILE) and Path(place := reference.removeprefix(FILE)).is_relative_to(Path.cwd()):
        return FILE + str(Path(place).relative_to(Path.cwd()))
    return reference.removeprefix(MODULE)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:DIGITS]


def load(reference: str) -> Library:
    """Return the library of a reference; each process loads a theory once.

    Raises NotLoaded with a sentence where there is no such file, module or theory, where the file has changed, or where
    its Python fails.

    >>> load("flatcert") is BUILT_IN
    True
    """
    if reference == BUILT_IN.reference:
        return BUILT_IN
    if reference in _HERE:
        return _HERE[reference]
    if not travels(reference):
        raise NotLoaded(f"The theory {reference} was in another process: save it in a file, and name that.")
    if reference.startswith(FILE):
        _check(*_parts(reference))
    return _loaded(reference)


def _parts(reference: str) -> tuple[Path, str]:
    """The file of a reference, and the digest that it had."""
    place, _, digest = reference.removeprefix(FILE).partition("#")
    return Path(place), digest


def _check(path: Path, digest: str) -> None:
    """Raise NotLoaded where a file is not there, or has another digest."""
    if not path.is_file():
        raise NotLoaded(f"There is no file {path}: name one that holds a theory.")
    if digest and digest != _digest(path):
        raise NotLoaded(f"The file {path} has changed since: leave out '#{digest}' to use it as it is now.")


@lru_cache
def _loaded(reference: str) -> Library:
    if reference.startswith(MODULE):
        return _library(_imported(reference.removeprefix(MODULE)), reference.removeprefix(MODULE))
    if not reference.startswith(FILE):
        raise NotLoaded(f"There is no theory {reference!r}: name a file of Python or a module.")
    path, _ = _parts(reference)
    return _library(_run(path), str(path))


def reference_of_text(text: str) -> str:
    """The reference that a user means: a file of Python, a module, the name of a pack or theory, or a reference.

    Raises NotLoaded with a sentence for a file that is not there.
    """
    if text == BUILT_IN.reference or text.startswith((MODULE, PROCESS)) or "#" in text:
        return text
    if text in installed():
        return MODULE + installed()[text]
    path = Path(text.removeprefix(FILE))
    if text.startswith(FILE) or path.suffix == ".py" or "/" in text or path.is_file():
        _check(path, "")
        return file_reference(path)
    return MODULE + text


@cache
def packs() -> dict[str, str]:
    """The modules of the packs by name, ``matrix-networks`` for ``matrix_networks``."""
    return {_pack_name(one.name): f"{PACKS}.{one.name}" for one in iter_modules(import_module(PACKS).__path__)}


def _pack_name(module: str) -> str:
    return module.replace("_", "-")


@cache
def installed() -> dict[str, str]:
    """The modules of the packs, and of the theories that installed packages bring, by name.

    A package brings theories by entry points of the group ``flatcert.theories``.
    """
    return packs() | {one.name: one.module for one in entry_points(group="flatcert.theories")}


def is_module(name: str) -> bool:
    """Whether there is a module of that name, installed or in the current directory, which is not Python's own."""
    parts = name.split(".")
    if parts[0] in sys.stdlib_module_names or not all(part.isidentifier() for part in parts):
        return False
    try:
        with _importing_from(Path.cwd()):
            return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _imported(name: str) -> ModuleType:
    try:
        with _importing_from(Path.cwd()):
            return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise NotLoaded(told(error, name)) from None
        raise NotLoaded(f"There is no module {name!r}, and no file of that name.") from None
    except Exception as error:
        raise NotLoaded(told(error, name)) from error


def _run(path: Path) -> ModuleType:
    """Run a file as a module of its own, whatever other modules are called. It may import files beside it."""
    name = f"_flatcert_theory_{sha256(str(path.resolve()).encode()).hexdigest()[:16]}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotLoaded(f"{path} is no file of Python: its name ends with .py.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _importing_from(path.resolve().parent):
            spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise NotLoaded(told(error, str(path))) from error
    return module


def _library(module: ModuleType, place: str) -> Library:
    """The library of the only theory that is declared in a module, or in a module of a package."""
    found = {id(one): one for one in vars(module).values()
             if hasattr(one, "library") and _declared_in(module, getattr(one, "module", {}))}
    if len(found) != 1:
        several = f"{len(found)} theories ({', '.join(one.name for one in found.values())})" if found else "no theory"
        raise NotLoaded(f"{place} holds {several}: let it hold one, theory = Theory(\"name\").")
    library: Library = next(iter(found.values())).library
    return library


def _declared_in(module: ModuleType, home: Mapping[str, Any]) -> bool:
    """Whether the globals of a theory's module are those of this module, or of one inside this package."""
    return home is vars(module) or str(home.get("__name__", "")).startswith(f"{module.__name__}.")
