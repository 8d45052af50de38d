"""Texts that pdflatex compiles: nothing runs over a margin, and no reference is left open."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

needs_pdflatex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


def has_package(name: str) -> bool:
    """Whether TeX finds a package."""
    return subprocess.run(["kpsewhich", f"{name}.sty"], capture_output=True, check=False).returncode == 0


def compiled(folder: Path, text: str, bibtex: bool = False) -> str:
    """The log of the last run of pdflatex."""
    (folder / "paper.tex").write_text(text, encoding="utf-8")
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    for command in (latex, *([["bibtex", "paper"]] if bibtex else []), latex, latex):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=120,
                              check=False)
        assert done.returncode == 0, done.stdout[-2000:]
    log = (folder / "paper.log").read_text(errors="replace")
    assert "Overfull" not in log, log[log.index("Overfull"):][:400]
    assert not re.search(r"(?:Reference|Citation) [^\n]* undefined|multiply defined", log), log
    return log
