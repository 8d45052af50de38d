"""A hook of MkDocs: pages that stand outside docs/, and links that lead to the same places as in the repository."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OUTSIDE = {
    "README.md": "project/overview.md",
    "ARCHITECTURE.md": "project/architecture.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "checks/CERTIFICATES.md": "project/certificates.md",
    "examples/README.md": "project/examples.md",
    "proofs/README.md": "project/proofs.md",
}
"""The pages outside docs/ that are in the site, and where."""
HOME = {place: name for name, place in OUTSIDE.items()}
FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
CELL = re.compile(r"<td[ >].*?</td>", re.DOTALL)
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages outside docs/, and the files that any of them links to."""
    for name, place in OUTSIDE.items():
        files.append(File.generated(config, place, content=(ROOT / name).read_text("utf-8")))
    for source in [*map(ROOT.joinpath, OUTSIDE), *DOCS.rglob("*.md")]:
        for part in FENCED.split(source.read_text("utf-8"))[::2]:
            for found in LINK.finditer(part):
                target = Path(os.path.normpath(source.parent / found[1]))
                if not target.is_file() or target.is_relative_to(DOCS) or _name(target) in OUTSIDE:
                    continue
                if files.get_file_from_path(_copy(target)) is None:
                    files.append(File.generated(config, _copy(target), abs_src_path=str(target),
                                                inclusion=InclusionLevel.INCLUDED))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Lead links to their places in the site. A link to a folder of the repository becomes its text."""
    here = page.file.src_uri
    home = ROOT / HOME[here] if here in HOME else DOCS / here
    if not home.exists():
        return markdown  # a page that is made, whose links are those of the site
    parts = FENCED.split(markdown)
    parts[::2] = [LINK.sub(lambda found: _link(home, here, found), part) for part in parts[::2]]
    return "".join(parts)


def on_page_content(html: str, **_: Any) -> str:
    """In a table a code host needs a backslash before each bar, also in code, where MkDocs would show it."""
    return CELL.sub(lambda found: found[0].replace("\\|", "|"), html)


def _link(home: Path, here: str, found: re.Match[str]) -> str:
    target = Path(os.path.normpath(home.parent / found[1]))
    if target == DOCS or target == DOCS / "index.md":
        place = "index.md"
    elif target.is_relative_to(DOCS):
        place = target.relative_to(DOCS).as_posix()
    else:
        place = OUTSIDE.get(_name(target), _copy(target))
    return posixpath.relpath(place, posixpath.dirname(here)) + (found[2] or "")


def _name(target: Path) -> str:
    return target.relative_to(ROOT).as_posix()


def _copy(target: Path) -> str:
    """Where the site has a file of the repository that is no page."""
    return f"files/{_name(target)}"
