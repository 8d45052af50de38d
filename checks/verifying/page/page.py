"""The page of a run."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ..run import Run
from ..sentence import sentence
from ..terminal import title
from .cards import Card
from .graph import HEIGHT, graph


def page(run: Run) -> str:
    """The run as one page of HTML that needs no other file: what fails stands first."""
    cards = sorted((Card(report, run) for report in run.reports.values()), key=lambda card: card.urgency)
    standing = {card.claim.id: card.standing for card in cards}
    requires = {card.claim.id: card.claim.requires for card in cards}
    shown = requires | {below: () for found in requires.values() for below in found if below not in requires}
    return _template("page.html").render(
        run=run, title=title(run), sentence=sentence(run), cards=cards, standing=standing, node_height=HEIGHT,
        graph=graph(shown), decided=sum(card.total.decided for card in cards))


def summary(run: Run) -> str:
    """The sentence and a short table of claims, as a part of a page of somebody else."""
    cards = sorted((Card(report, run) for report in run.reports.values()), key=lambda card: card.urgency)
    return _template("summary.html").render(title=title(run), sentence=sentence(run), cards=cards)


@cache
def _template(name: str) -> Template:
    files = PackageLoader("flatcert.checks.verifying.page", "files")
    return Environment(loader=files, autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
                       undefined=StrictUndefined).get_template(name)
