"""A hook of MkDocs: the notebooks of examples/, run as the site is built, each a page with all that it prints."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

NOTEBOOKS = Path(__file__).parents[2] / "examples" / "notebooks"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the notebooks. A cell that fails stops the build."""
    for source in sorted(NOTEBOOKS.glob("*.ipynb")):
        files.append(File.generated(config, f"notebooks/{source.stem}.md", content=markdown(executed(source))))
    return files


def executed(source: Path) -> nbformat.NotebookNode:
    """The notebook with what its cells print, run in its folder. Raises CellExecutionError where a cell fails."""
    notebook = nbformat.read(source, as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3",
                   resources={"metadata": {"path": str(source.parent)}}).execute()
    return notebook


def markdown(notebook: nbformat.NotebookNode) -> str:
    """The notebook as a page. Tables and formulas are HTML, as in a notebook."""
    exporter = MarkdownExporter()
    text, _ = exporter.from_notebook_node(notebook)
    return re.sub(r"\n{3,}", "\n\n", text)
