"""Each inequality of the registry: instances screened in float64 and decided with certainty, a second of one core.

Screens evaluate both sides on instances whose quantifiers have their values. Of the instances only exact regressors and
backward vectors are remembered, so the conversion to float64 and what a statement takes in rationals (imbalances,
products of layers, dense Hessians, enclosures) are included:

- ``batched``: all instances in one batch; ``alone``: one at a time, as was done before;
- ``again``: the batch once more, when scalars and conversions are remembered: what a mutant costs;
- ``of_one_shape``, ``alone_of_one_shape``: the same on points around one instance, as a search meets them; null where
  such points do not satisfy the hypotheses.

``decided`` counts whole decisions of the same instances: hypotheses, quantifiers, balls or the exact route, and how
tight they look. ``speedup`` is batched over alone, ``ratio`` batched over decided. Run with
``python benchmarks/claims.py``; three minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from time import process_time
from typing import Any

import numpy as np
from flatcert.checks.attack.variations import Free
from measuring import seconds, show, store

from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.along_flow import AlongFlow
from flatcert.checks.deep_linear.deciding.on_instances import OnInstances
from flatcert.checks.deep_linear.deciding.quantifiers import expansions
from flatcert.checks.deep_linear.evaluation.batches import sides
from flatcert.checks.deep_linear.evaluation.optimum import enclosed
from flatcert.checks.deep_linear.instances.instance import Instance
from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.evaluation.abstract_scope import Pair
from flatcert.theory.language.claim import Obligation
from flatcert.theory.library import BUILT_IN

COUNT, POINTS = 160, 40


def applicable(obligation: Obligation) -> list[Instance]:
    """The first random instances of moderate size on which the hypotheses are supposed."""
    drawn = (instance(*key) for key in pool(obligation.space, 1) if not key[0].startswith("deep"))
    return list(islice((case for case in drawn if OnInstances(obligation).supposed(case)), COUNT))


def around(obligation: Obligation, cases: Sequence[Instance]) -> list[Instance]:
    """Points around the instance of middle size that satisfy the hypotheses; none where they are no open condition."""
    base = sorted(cases, key=lambda case: sum(layer.size for layer in case.weights))[len(cases) // 2]
    if "minimizer" in obligation.given:
        base = replace(base, stated=None)
    variation, random = Free(base), np.random.default_rng(0)
    near = [variation.at(variation.start + random.normal(size=len(variation.start)) / 64) for _ in range(POINTS)]
    found = [case for case in near if OnInstances(obligation).supposed(case)]
    return found if len(found) == POINTS else []


def forget(cases: Sequence[Instance]) -> None:
    enclosed.cache_clear()
    for case in cases:
        case.readings.clear()


def rate(cases: Sequence[Instance], run: Any, *, afresh: bool = True) -> float:
    """Instances a second of processor time."""

    def once() -> None:
        if afresh:
            forget(cases)
        run()

    return len(cases) / seconds(once, 0.25, 3, process_time)


def measured(obligation: Obligation) -> dict[str, Any]:
    cases = applicable(obligation)
    near = around(obligation, cases)
    row: dict[str, Any] = {}
    for some, together, apart in ((cases, "batched", "alone"), (near, "of_one_shape", "alone_of_one_shape")):
        pairs = [Pair(case, values) for case in some for values in expansions(obligation, case)]

        def batch(pairs: list[Pair] = pairs) -> None:
            sides(obligation.relation, pairs, obligation.direct)

        def singly(pairs: list[Pair] = pairs) -> None:
            for pair in pairs:
                sides(obligation.relation, [pair], obligation.direct)

        row[together] = rate(some, batch) if pairs else None
        if some is cases:
            row["again"] = rate(some, batch, afresh=False)
        row[apart] = rate(some, singly) if pairs else None
    row["decided"] = rate(cases, lambda: OnInstances(obligation).decide_all(cases))
    return row | {"speedup": row["batched"] / row["alone"], "ratio": row["batched"] / row["decided"]}


def main() -> None:
    found = [(claim, decider(obligation)) for claim in BUILT_IN for obligation in claim.obligations]
    rows = [{"claim": claim.id, "obligation": one.obligation.name, **measured(one.obligation)}
            for claim, one in found if isinstance(one, OnInstances) and not isinstance(one, AlongFlow)]
    show("instances screened in float64, and decided with certainty, a second of one core", rows)
    store("claims", rows)


if __name__ == "__main__":
    main()
