"""The site builds without a warning, its links lead somewhere, it asks no server for anything, and it fits a phone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Page
from programs.browser import browser  # noqa: F401  a fixture

from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.rules.table import RULES

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
SHOWN = {
    "data_set": ("5.21514", "0.9 times 2/S_min"),
    "three_answers": ("refuted: ", "proved: ", "not refuted: "),
    "own_theory": ("1 claim certified", "1 claim proved", "1 refuted (wrong)", "2 claims proved"),
}
"""What the page of each notebook says, among other things."""


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_kept_without_what_it_prints(file: Path) -> None:
    """The site runs it. Outputs that are kept would grow old, and hide what changes in a diff."""
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells and not any(cell.outputs or cell.execution_count for cell in cells)


class Links(HTMLParser):
    """The ids of a page, where its links lead, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.links, self.loads = set[str](), list[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in ("img", "script", "iframe", "source") and "src" in found:
            self.loads.append(found["src"])
        if tag == "link" and "href" in found and found.get("rel") != "canonical":
            self.loads.append(found["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as ``make docs`` builds it: a warning is an error, and so is a cell that fails."""
    folder = tmp_path_factory.mktemp("site")
    found = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)], cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    return {file: Links(file.read_text("utf-8")) for file in site.rglob("*.html")}


@pytest.mark.slow
def test_links_lead_to_a_page_and_to_a_place_on_it(site: Path, pages: dict[Path, Links]) -> None:
    lost = []
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or file.name == "404.html":
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            anchor = unquote(parts.fragment)
            checked = anchor and not anchor.startswith("__") and target.suffix == ".html"
            if not target.is_file() or (checked and anchor not in pages[target].ids):
                lost.append(f"{file.relative_to(site)}: {link}")
    assert lost == []


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Links]) -> None:
    loaded = {load for page in pages.values() for load in page.loads}
    assert len(loaded) > 10 and [load for load in loaded if load.startswith(("http:", "https:", "//"))] == []


@pytest.mark.slow
def test_every_claim_and_every_rule_has_its_place(site: Path, pages: dict[Path, Links]) -> None:
    for claim in BUILT_IN:
        text = (site / "claims" / f"{claim.id}.html").read_text("utf-8")
        assert text.count('<div class="formula') >= len(claim.obligations)
        derivation = BUILT_IN.derivation(claim.id)
        assert text.count("<li><math") == (len(derivation.steps) if derivation else 0), claim.id
    rules = (site / "rules.html").read_text("utf-8")
    assert rules.count("<h3") == len(RULES)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHOWN)
def test_a_notebook_was_run(site: Path, name: str) -> None:
    text = (site / "notebooks" / f"{name}.html").read_text("utf-8")
    assert [said for said in SHOWN[name] if said not in text] == []
    assert "$" not in text.partition("<article")[2].partition("</article")[0].replace("<code>$", "")


@pytest.fixture
def opened(browser: Browser) -> Iterator[Page]:  # noqa: F811
    """A page of a phone's size, which asks for files only."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []


@pytest.mark.slow
def test_pages_fit_a_phone_and_ask_for_files_only(site: Path, opened: Page) -> None:
    for name in ("index", "start", "theory", "data", "gallery", "roles/author", "claims/map", "claims/min-sharpness",
                 "notebooks/data_set", "api/flatcert", "api/deep_linear"):
        opened.goto((site / f"{name}.html").as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390, name


@pytest.mark.slow
def test_the_search_finds_without_a_server(site: Path, opened: Page) -> None:
    opened.set_viewport_size({"width": 1400, "height": 1000})
    opened.goto((site / "index.html").as_uri())
    opened.locator("input.md-search__input").fill("conservation")
    opened.wait_for_selector(".md-search-result__link", timeout=60_000)
    assert "conservation" in opened.locator(".md-search-result__list").inner_text().lower()
