"""A hook of MkDocs: pages that are made from the registry, so that no statement, rule or name is typed by hand."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

import sympy as sp
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pymdownx.slugs import slugify

import flatcert
from flatcert import deep_linear, draw, kinds, language, mutants, rules, testing
from flatcert.checks.authoring.references import load, packs, reference_of_text
from flatcert.checks.verifying.page import formulas
from flatcert.checks.verifying.page.graph import HEIGHT, graph
from flatcert.theory.language.claim import Claim, Obligation
from flatcert.theory.language.quantities import VOCABULARY
from flatcert.theory.language.relation import Relation
from flatcert.theory.library import BUILT_IN, Library
from flatcert.theory.proof.rule import Rule
from flatcert.theory.proof.rules.table import RULES
from flatcert.theory.typeset.formulas import formula, statement

slug = slugify(case="lower")
_TEMPLATE = Environment(loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, lstrip_blocks=True,
                        undefined=StrictUndefined).get_template("claim.md.jinja")
_CODE = re.compile(r"<code>([a-z0-9-]+)</code>(?!</a>)")
PUBLIC: tuple[tuple[ModuleType, str], ...] = (
    (flatcert, "Functions and classes"), (deep_linear, "Words of the deep linear networks"), (language, "The language"),
    (kinds, "Kinds of data"), (mutants, "Near misses"), (rules, "Rules of proofs"), (draw, "Random instances"),
    (testing, "Tests in pytest"),
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each claim, the map and the list of claims, those of the packs, the rules, and the API."""
    libraries = {"": BUILT_IN, **{name: load(reference_of_text(name)) for name in packs()}}
    made = {"claims/all.md": _statements(BUILT_IN), "claims/map.md": _map(BUILT_IN), "rules.md": _rules(),
            "packs/statements.md": _packs(libraries)}
    for pack, library in libraries.items():
        made |= {place(claim.id): _claim(claim, library, pack) for claim in library}
    for module, title in PUBLIC:
        made[f"api/{module.__name__.removeprefix('flatcert.')}.md"] = _api(module, title)
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_content(html: str, *, page: Page, files: Files, **_: Any) -> str:
    """Make each id of a claim that stands in code a link to the claim."""
    def linked(found: re.Match[str]) -> str:
        target = files.get_file_from_path(place(found[1]))
        if target is None or target.page is page:
            return found[0]
        return f'<a href="{target.url_relative_to(page.file)}">{found[0]}</a>'

    return _CODE.sub(linked, html)


def place(claim: str) -> str:
    """Where the page of a claim is."""
    return f"claims/{claim}.md"


def mathml(relation: Relation) -> Markup:
    return Markup(formulas.mathml(statement(relation)))


def prose(text: str) -> str:
    """Plain text as Markdown, in which no sign makes a formula, a link, a column or emphasis."""
    return re.sub(r"([\\`*_{}\[\]#])", r"\\\1", escape(text, quote=False)).replace("|", "&#124;")


def _hypothesis(given: str | Relation, obligation: Obligation) -> Markup:
    if isinstance(given, Relation):
        return mathml(given)
    latex = obligation.setting.hypotheses[given].latex
    return formulas.mathml(latex) if latex else Markup(escape(given))


def _claim(claim: Claim, library: Library, pack: str) -> str:
    derivation = library.home(claim.id).derivation(claim.id)
    above = [other.id for other in library if claim.id in other.requires]
    return _TEMPLATE.render(
        claim=claim, library=library, steps=derivation.steps if derivation else (), above=above, mathml=mathml,
        prose=prose, slug=lambda text: slug(text, "-"), place=lambda name: f"{name}.md", hypothesis=_hypothesis,
        option=f" --theory {pack}" if pack else "", argument=f"{pack} " if pack else "", pack=pack)


def _statements(library: Library) -> str:
    mutants = sum(len(one.mutants) for claim in library for one in claim.obligations)
    return "\n\n".join([
        "# The statements",
        f"The {len(library.claims)} claims of the theory of deep linear networks, as the program has them. Each leads"
        f" to its hypotheses, its near misses ({mutants} in all) and its derivation. [The setting](../theory.md) says"
        " what the symbols mean, [the map](map.md) what rests on what.",
        *_listed(library)])


def _listed(library: Library, depth: str = "") -> Iterator[str]:
    folder = depth and f"{depth}claims/"
    for claim in library:
        yield f"### [{prose(claim.title)}]({folder}{claim.id}.md)"
        shown = [claim.statement] if claim.statement else [one.relation for one in claim.obligations]
        yield "\n".join(f'<div class="formula">{mathml(relation)}</div>' for relation in shown)


def _packs(libraries: dict[str, Library]) -> str:
    parts = ["# The statements of the packs",
             "[Packs](matrix-networks.md) are theories that come with flatcert. `flatcert verify PACK` verifies one, "
             "and `flatcert claims --packs` lists the claims of all."]
    for pack, library in libraries.items():
        if pack:
            parts += [f"## [{pack}]({pack}.md)", *_listed(library, "../")]
    return "\n\n".join(parts)


def _map(library: Library) -> str:
    """The picture of what rests on what. Claims that no other claim touches are listed below it."""
    made = graph({claim.id: claim.requires for claim in library})
    kinds = {claim.id: "estimated" if claim.kind == "probabilistic" else
             "machine" if claim.machine_checked == "statement" else "derived" for claim in library}
    nodes = "".join(
        f'<a href="{node.id}.html" class="{kinds[node.id]}"><rect x="{node.x:.0f}" y="{node.y:.0f}" '
        f'width="{node.width:.0f}" height="{HEIGHT}" rx="6"/><text x="{node.x + node.width / 2:.0f}" '
        f'y="{node.middle + 4:.0f}">{node.id}</text></a>' for node in made.nodes)
    curves = "".join(f'<path d="{curve}"/>' for curve in made.curves)
    return (
        "---\nhide: [toc]\n---\n\n"
        "# What rests on what\n\nA claim rests on those to its left that a curve joins to it. Each leads to its page."
        "\n\n"
        '<p class="key"><span class="machine">derived, and the statement is a theorem in Coq</span> '
        '<span class="derived">derived</span> <span class="estimated">estimated</span></p>\n\n'
        f'<div class="map" tabindex="0" role="region" aria-label="What rests on what">'
        f'<svg viewBox="-4 -4 {made.width + 8:.0f} {made.height + 8:.0f}" width="{made.width + 8:.0f}" '
        f'height="{made.height + 8:.0f}"><g aria-hidden="true">{curves}</g>{nodes}</svg></div>\n')


def _rules() -> str:
    parts = ["# The rules",
             f"A derivation uses these {len(RULES)} rules and no other. *Proved* rests on them: [what the proofs rest "
             "on](soundness.md) says how they are tested. flatcert computes the conclusion of each step by its rule."]
    for name, rule in RULES.items():
        parts += [f"### {prose(name)}", prose(rule.text)]
    return "\n\n".join(parts)


def _api(module: ModuleType, title: str) -> str:
    """The public names of a module: words and names of SymPy in a table, the others as their docstrings say."""
    documented, others = [], []
    for name in module.__all__:
        value = getattr(module, name)
        home = getattr(value, "__module__", "") or ""
        if isinstance(value, Rule):
            wanted = list(inspect.signature(value.conclude).parameters)[1:]
            documented.append(f"### {name}\n\n`{name}({', '.join(['p', *wanted])})`: {prose(value.text)}")
        elif name in VOCABULARY or home.startswith("sympy") or isinstance(value, sp.Basic):
            others.append(_row(name, value))
        elif callable(value):
            documented.append(f"::: {home}.{value.__qualname__}\n    options:\n      heading: {name}")
    table = ["| name | symbol | meaning |", "|---|---|---|", *others] if others else []
    said = (module.__doc__ or "").strip().replace("``", "`")
    return "\n\n".join([f"# {title}", said, f"`from {module.__name__} import ...`", "\n".join(table), *documented])


def _row(name: str, value: Any) -> str:
    known = VOCABULARY.get(name)
    symbol = formulas.mathml(formula(value)) if isinstance(value, sp.Symbol | sp.MatrixSymbol) else ""
    return f"| `{name}` | {symbol} | {prose(known.meaning) if known else 'of SymPy'} |"
