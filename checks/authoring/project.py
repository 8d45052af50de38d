"""The theories of a project: ``theories`` in the table ``[tool.flatcert]`` of its pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from .mistakes import BadTheory


def project_theories(folder: Path) -> list[str]:
    """The theories that the nearest pyproject.toml names, from a folder upwards: paths of files, or other references.

    Raises BadTheory with a sentence where the file cannot be read.
    """
    for parent in (folder, *folder.parents):
        file = parent / "pyproject.toml"
        if file.is_file():
            return [_placed(parent, text) for text in _named(file)]
    return []


def _named(file: Path) -> list[str]:
    try:
        found = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("flatcert", {}).get("theories", [])
    except (OSError, ValueError) as error:
        raise BadTheory(f"{file} cannot be read: {str(error).removesuffix('.')}.") from None
    if not (isinstance(found, list) and all(isinstance(text, str) for text in found)):
        raise BadTheory(f'{file}: theories under [tool.flatcert] is a list of texts, say ["proofs/decay.py"].')
    return found


def _placed(folder: Path, text: str) -> str:
    return str(folder / text) if text.endswith(".py") else text
