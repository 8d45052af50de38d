"""A file in the user's cache directory that keeps what the built-in derivations say, for one state of theory/.

What the file says decides nothing: the kernel looks up and checks whatever a derivation cites.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from .... import theory

__all__ = ["Texts", "forget", "place", "remembered"]

Texts = list[tuple[str, list[str], str, str]]
"""A relation, its hypotheses, the claim and its part, each as a text."""


def remembered(compute: Callable[[], Texts]) -> Texts:
    """The texts of the file; where there is none that can be read, they are computed and written."""
    path = place()
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        return [(str(relation), [str(one) for one in facts], str(claim), str(part))
                for relation, facts, claim, part in json.loads(path.read_text(encoding="utf-8"))]
    found = compute()
    with suppress(OSError):  # a directory that cannot be written costs time, and nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            json.dump(found, file)
        Path(file.name).replace(path)
    return found


def forget() -> None:
    """Remove the file, so that all is computed."""
    with suppress(OSError):
        place().unlink(missing_ok=True)


def place() -> Path:
    """The file for the sources of theory/ as they are: a change to any of them leads to another file."""
    digest, root = sha256(), Path(theory.__file__).parent
    for source in sorted(root.rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return _directory() / "flatcert" / f"facts-{digest.hexdigest()[:32]}.json"


def _directory() -> Path:
    """The user's cache directory."""
    named = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return Path(named) if named else Path.home() / ".cache"
