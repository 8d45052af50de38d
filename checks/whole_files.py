"""Files that are written whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all (a device or a pipe directly). Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    path = path.resolve()  # a link stays a link
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as scratch:
        written = Path(scratch, path.name)
        written.write_text(text, encoding="utf-8")
        written.replace(path)
