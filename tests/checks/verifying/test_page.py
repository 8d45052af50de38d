"""The page of a run: one file that asks for nothing, what fails first, and every text of a user as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from flatcert import Obligation, Setting, Theory, verify
from flatcert.checks.verifying.page import page
from flatcert.checks.verifying.page.formulas import array, instance, mathml
from flatcert.checks.verifying.page.graph import HEIGHT, graph
from flatcert.checks.verifying.run import ClaimReport, Run
from flatcert.checks.verifying.sentence import sentence
from flatcert.kinds import positive
from flatcert.mutants import AUTOMATIC
from flatcert.theory.library import BUILT_IN
from flatcert.theory.typeset.formulas import statement
from flatcert.theory.typeset.tex_text import tex_text

VOID = {"meta", "input", "link", "br", "hr", "img"}


class Tags(HTMLParser):
    """The tags of a page; each must be closed where its parent is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def pages(runs: tuple[Run, Run]) -> Iterator[tuple[str, str]]:
    good, bad = runs
    yield page(good), page(bad)


def test_a_page_is_one_file_that_asks_for_nothing(pages: tuple[str, str]) -> None:
    for text in pages:
        for tag, attributes in Tags(text).found:
            assert "src" not in attributes and tag not in ("link", "img", "iframe", "object", "base")
            assert (attributes.get("href") or "#").startswith("#")
            assert not any(name.startswith("on") for name in attributes)
        assert "url(" not in text and "@import" not in text and "fetch(" not in text
        assert "default-src 'none'" in text


def test_every_link_leads_to_a_part_of_the_page(pages: tuple[str, str]) -> None:
    for text in pages:
        tags = Tags(text).found
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert {str(attributes["href"])[1:] for _, attributes in tags if "href" in attributes} <= set(ids)


def test_the_sentence_is_the_heading_and_what_fails_comes_first(runs: tuple[Run, Run], pages: tuple[str, str]) -> None:
    for run, text in zip(runs, pages, strict=True):
        assert f"<h1>{sentence(run)}</h1>" in text
    good, bad = pages
    assert "What is wrong or open" not in good
    assert bad.index("What is wrong or open") < bad.index("sharpness-lower</a>") < bad.index('id="table"')
    rows = re.findall('<tr data-claim="(.*?)"', bad)
    assert rows == ["sharpness-lower", "kernel"]
    assert re.findall('<tr data-claim="(.*?)"', good) == ["kernel", "sharpness-lower"]


def test_a_counterexample_is_shown_as_matrices_with_its_replay(
    runs: tuple[Run, Run], pages: tuple[str, str],
) -> None:
    report = runs[1].reports["sharpness-lower"]
    wrong = pages[1].partition("What is wrong or open")[2].partition('id="table"')[0]
    assert "<dt>covariance</dt><dd><math>" in wrong
    assert f"flatcert replay &#39;{report.counterexamples[0].token}&#39;".replace('"', "&#34;") in wrong
    assert "mutant survives: minimizers: &lt;half&gt; &amp; true" in wrong


def test_a_notebook_shows_the_sentence_and_the_claims(runs: tuple[Run, Run]) -> None:
    for run in runs:
        shown = run._repr_html_()
        Tags(shown)
        assert f"<strong>{sentence(run)}</strong>" in shown
        assert all(f"<td>{name}</td><td>{report.verdict}" in shown for name, report in run.reports.items())
        formula = run._repr_latex_()
        assert formula.startswith(tex_text(sentence(run)))
        assert all(rf"\text{{{name}}} & \text{{{report.verdict}" in formula for name, report in run.reports.items())


def test_bars_count_every_decision_that_has_a_ratio(runs: tuple[Run, Run]) -> None:
    tally = runs[0].reports["sharpness-lower"].tallies["minimizers"]
    assert 0 < sum(tally.slacks.values()) <= tally.held
    assert (tally.slacks[0] > 0) == (tally.ratio == 1)


def test_what_a_user_wrote_is_text() -> None:
    setting = Setting("numbers", x=positive())
    theory = Theory("<b>&</b>", setting=setting)
    theory.claim("tag", "<script>alert(1)</script>", Obligation("any", (setting["x"], ">", 0), mutants=AUTOMATIC),
                 note="a < b & c", origins=("</script>",))
    text = page(verify(theory))
    tags = Tags(text).found
    assert [tag for tag, _ in tags].count("script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "a &lt; b &amp; c" in text
    assert "flatcert.verify([&#39;tag&#39;], library=theory)" in text


@pytest.mark.parametrize("claim", list(BUILT_IN), ids=lambda claim: claim.id)
def test_every_statement_becomes_mathml(claim: object) -> None:
    for obligation in claim.obligations:  # type: ignore[attr-defined]
        made = str(mathml(statement(obligation.relation)))
        Tags(made)
        assert "\\" not in made and not re.search("&#x(?!000[0-7])", made)


def test_bars_of_a_norm_are_all_of_one_size() -> None:
    assert mathml(r"\lVert p \rVert^{2}").count('<mo stretchy="false">‖</mo>') == 2


def test_a_sign_is_no_tag() -> None:
    assert "&#x0003C;" in mathml("a < b") or "&lt;" in mathml("a < b")


def test_numbers_vectors_matrices_and_layers() -> None:
    parts = dict(instance({"name": "x:0:0", "d": 2, "w": ["1", "1/2"], "W": [[["1"]], [["2"]]], "none": None}))
    assert list(parts) == ["d", "w", "W 1", "W 2"]
    assert parts["w"].count("<mtr>") == 2
    assert "a 9 × 9 matrix" in array([["1"] * 9] * 9)
    assert "≈ 0.333333" in array("3333333333333333333333/10000000000000000000000")
    assert "&lt;" in array("<")


def test_a_claim_stands_to_the_right_of_all_that_it_rests_on() -> None:
    requires = {claim.id: claim.requires for claim in BUILT_IN}
    made = graph(requires)
    nodes = {node.id: node for node in made.nodes}
    assert set(nodes) == set(requires) and len(made.curves) == sum(map(len, requires.values()))
    assert all(nodes[below].x + nodes[below].width < nodes[name].x for name in requires for below in requires[name])
    boxes = sorted((node.x, node.y) for node in made.nodes)
    assert all(a[0] < b[0] or b[1] - a[1] > HEIGHT for a, b in pairwise(boxes))
    assert all(n.x >= 0 and n.x + n.width <= made.width and 0 <= n.y <= made.height - HEIGHT for n in made.nodes)


def test_the_sentence_counts_every_verdict(runs: tuple[Run, Run]) -> None:
    good, bad = runs
    none = ClaimReport(BUILT_IN.claim("gradient"))
    assert sentence(replace(good, reports={**good.reports, "gradient": none})).startswith(
        "2 claims proved; nothing refuted, 1 undecided (gradient); ")
    assert sentence(replace(bad, interrupted=True)).startswith("Interrupted; so far: 1 claim proved; 1 refuted (sh")
    many = {str(i): replace(none, claim=replace(none.claim, id=str(i))) for i in range(5)}
    assert "5 undecided (0, 1, 2 and 2 more)" in sentence(Run("quick", 0, many))


@pytest.mark.slow
def test_the_page_of_all_claims_is_small() -> None:
    """With all derivations; mutants and instances, which are missing here, are small: they take some 0.4 MB."""
    run = Run("quick", 0, {claim.id: ClaimReport(claim) for claim in BUILT_IN})
    assert len(page(run).encode()) < 1_500_000
