"""The page as people use it: in Chromium, at two widths, light and dark, by keyboard, by ear, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from programs.browser import browser  # noqa: F401  a fixture

from flatcert.checks.verifying.page import page as page_of
from flatcert.checks.verifying.run import Run

SIZES = ((1400, 1000), (390, 844))


@pytest.fixture(scope="module")
def files(runs: tuple[Run, Run], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("pages")
    good, bad = folder / "good.html", folder / "bad.html"
    for file, run in zip((good, bad), runs, strict=True):
        file.write_text(page_of(run), encoding="utf-8")
    return good, bad


@pytest.fixture
def opened(browser: Browser, files: tuple[Path, Path]) -> Iterator[Page]:  # noqa: F811
    """The good page. Nothing is asked for but the file, and nothing complains."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    asked, said = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(files[0].as_uri())
    yield page
    assert (asked, said) == ([files[0].as_uri()], [])
    page.close()


def order(page: Page) -> list[str]:
    return page.locator("#table tbody tr:visible").evaluate_all("rows => rows.map(row => row.dataset.claim)")  # type: ignore[no-any-return]


def test_it_sorts_by_a_column_and_back(opened: Page) -> None:
    assert order(opened) == ["kernel", "sharpness-lower"]
    heading = opened.get_by_role("button", name="instances")
    heading.click()
    assert order(opened) == ["kernel", "sharpness-lower"]  # 8 before 40: as numbers
    heading.click()
    assert order(opened) == ["sharpness-lower", "kernel"]
    assert opened.locator("th[aria-sort=descending]").inner_text().startswith("instances")
    assert opened.locator("th[aria-sort=ascending]").count() == 0


def test_it_searches(opened: Page) -> None:
    opened.get_by_label("Search").fill("PAPER lower")
    assert order(opened) == ["sharpness-lower"]
    assert opened.locator("#found").inner_text() == "1 of 2"
    assert opened.locator("article.claim:visible").count() == 1
    opened.get_by_label("Search").fill("")
    assert len(order(opened)) == 2


def test_a_node_of_the_graph_leads_to_its_claim(opened: Page) -> None:
    opened.locator("svg.graph a", has_text="kernel").first.click()
    assert opened.url.endswith("#claim-kernel")
    assert opened.locator("#claim-kernel").evaluate("claim => claim.getBoundingClientRect().top") < 700


def test_it_works_without_a_mouse(opened: Page) -> None:
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.innerText") == "To the claims"
    opened.keyboard.press("Enter")
    assert opened.url.endswith("#claims")
    summary = opened.locator("summary", has_text="Mutants").first
    summary.focus()
    opened.keyboard.press("Enter")
    assert opened.locator(".mutant").first.is_visible()
    opened.get_by_role("button", name="verdict").focus()
    opened.keyboard.press("Enter")
    assert opened.locator("th[aria-sort=ascending]").count() == 1


def test_paper_shows_what_is_folded(opened: Page) -> None:
    assert not opened.locator("ol.steps").first.is_visible()
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.emulate_media(media="print")
    assert opened.locator("ol.steps").first.is_visible()
    assert not opened.get_by_label("Search").is_visible()
    opened.evaluate("dispatchEvent(new Event('afterprint'))")
    opened.emulate_media(media="screen")
    assert not opened.locator("ol.steps").first.is_visible()


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", [0, 1], ids=["good", "bad"])
def test_it_is_accessible_and_no_wider_than_the_screen(
    browser: Browser, files: tuple[Path, Path], size: tuple[int, int], scheme: str, which: int,  # noqa: F811
) -> None:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(files[which].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.wait_for_timeout(200)  # toggling is told a little later
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [(found["id"], [node["html"] for node in found["nodes"]])
            for found in Axe().run(page).response["violations"]] == []
    page.close()


def test_a_failure_is_seen_without_scrolling(browser: Browser, files: tuple[Path, Path]) -> None:  # noqa: F811
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(files[1].as_uri())
    assert page.title().startswith("Failed: ")
    problem = page.locator("article.problem").first
    assert problem.evaluate("one => one.getBoundingClientRect().top") < 500
    assert "sharpness-lower" in problem.inner_text()
    page.close()
