"""A campaign as JSON."""

from __future__ import annotations

from dataclasses import asdict

from ...output.json_values import JsonObject, json_object
from .campaign import Campaign
from .text import SHARES
from .totals import Totals, over_shapes


def as_dict(made: Campaign) -> JsonObject:
    """The settings, the totals of each obligation, and those at each shape."""
    return json_object({
        "theory": made.settings.theory, "claims": list(made.settings.claims), "instances": made.settings.instances,
        "seed": made.settings.seed, "sources": made.settings.sources, "chunks": made.chunks, "wanted": made.wanted,
        "complete": made.complete, "exit_code": made.exit_code,
        "obligations": [{"claim": claim, "obligation": name, **_totals(found)}
                        for (claim, name), found in over_shapes(made.summary).items()],
        "shapes": [{**asdict(key), **_totals(found)} for key, found in made.summary.items()],
    })


def _totals(found: Totals) -> dict[str, object]:
    return {
        "instances": found.instances, "held": found.held, "by_floats": found.by_floats, "ties": found.ties,
        "refuted": found.refuted, "inconclusive": found.inconclusive, "not_applicable": found.not_applicable,
        "slack_at_most": {name: found.quantile(share) for name, share in SHARES.items()},
        "tightest": [{"ratio": ratio, "token": token} for ratio, token in found.tightest],
        "undecided": list(found.undecided), "counterexamples": list(found.counterexamples),
    }
