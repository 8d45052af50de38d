"""A hook of MkDocs: the notebooks of examples/, run as the site is built, each a page with all that it prints."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

from flatcert.checks.verifying.page.formulas import mathml

NOTEBOOKS = Path(__file__).parents[2] / "examples" / "notebooks"
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


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
    """The notebook as a page. Its pictures are part of the page, and its formulas are MathML."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data:
                shown = _FORMULA.sub(lambda found: mathml(unescape(found[1] or found[2])), data["text/html"])
                output["data"] = {"text/html": f'<div class="cell-out">{shown}</div>'}
            elif "image/png" in data:
                picture = data["image/png"].replace("\n", "")
                shown = f'<p><img alt="What the cell draws" src="data:image/png;base64,{picture}"></p>'
                output["data"] = {"text/html": shown}
    text: str = MarkdownExporter().from_notebook_node(notebook)[0]
    return text
