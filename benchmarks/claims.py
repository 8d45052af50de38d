"""Each inequality of the registry: instances screened in float64 and decided by balls, a second and a core.

The same instances for both, made beforehand, and what is remembered of them forgotten before each. The ratio is that
of a decision to a screen, which evaluates the same tree in float64. The screen takes one instance at a time, not
a batch. Run with ``python benchmarks/claims.py``; a minute or two.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from measuring import seconds, show, store

from flatcert.checks.decide import decide, screen, supposed
from flatcert.checks.instances import Instance, instance, pool
from flatcert.checks.quantifiers import expansions
from flatcert.theory.claims import Obligation
from flatcert.theory.registry import CLAIMS

COUNT = 40


def applicable(obligation: Obligation) -> list[Instance]:
    """The first random instances of moderate size on which the hypotheses are supposed."""
    drawn = (instance(*key) for key in pool(obligation.space, 1) if not key[0].startswith("deep"))
    return list(islice((case for case in drawn if supposed(obligation, case)), COUNT))


def afresh(cases: list[Instance], once: Callable[[Instance], Any]) -> Callable[[], None]:
    def run() -> None:
        for case in cases:
            case.readings.clear()
            once(case)

    return run


def main() -> None:
    rows = []
    for claim in CLAIMS.values():
        for obligation in claim.obligations:
            if obligation.decide not in ("ordered", "exists") or obligation.space == "solution":
                continue
            cases = applicable(obligation)
            values = {case.name: list(expansions(obligation, case)) for case in cases}

            def screened(case: Instance, o: Obligation = obligation, known: Any = values) -> None:
                for at in known[case.name]:
                    screen(o, case, at)

            def decided(case: Instance, o: Obligation = obligation) -> None:
                decide(o, case)

            looked, known = seconds(afresh(cases, screened), 0.3, 2), seconds(afresh(cases, decided), 0.3, 2)
            rows.append({"claim": claim.id, "obligation": obligation.name, "screened_per_second": len(cases) / looked,
                         "decisions_per_second": len(cases) / known, "ratio": known / looked})
    show("instances screened in float64, and decided with certainty, one core", rows)
    store("claims", rows)


if __name__ == "__main__":
    main()
