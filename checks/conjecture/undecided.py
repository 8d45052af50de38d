"""Why nothing was decided of a conjecture: what stands in the way on the instances that were tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...theory.language.nodes import Relation
from ..deciding.decide import compare
from ..deciding.hypotheses import predicate
from ..instances.instance import Instance
from .reading import Conjecture


def reason(stated: Conjecture, tried: Sequence[Instance]) -> str:
    """One sentence: how many instances each hypothesis rules out, and what is not defined or not decided on the others.

    >>> from .reading import read_conjecture
    >>> from ..instances.pool import instance
    >>> reason(read_conjecture("a <= b", "L == 1, L >= 2"), [instance("classics", 0, i) for i in (0, 1, 15)])
    "Nothing is decided on 3 instances: 'E > 0' fails on 1, 'L == 1' fails on 1, 'L >= 2' fails on 1."
    """
    found = Counter(_obstacle(stated, case) for case in tried)
    listed = ", ".join(f"{what} on {number}" for what, number in sorted(found.items(), key=lambda x: (-x[1], x[0])))
    return f"Nothing is decided on {len(tried)} instances: {listed}."


def _obstacle(stated: Conjecture, case: Instance) -> str:
    obligation = stated.obligation
    for name in (g for g in obligation.given if isinstance(g, str)):
        if not predicate(name, case):
            return f"{name!r} fails"
    unmet = len(obligation.given) - len(stated.given)  # first come the conditions, then what is supposed
    for number, hypothesis in enumerate(obligation.given):
        if isinstance(hypothesis, Relation):
            holds = _holds(hypothesis, case)
            if number < unmet and holds is not True:
                return f"a part of the text is not defined ({hypothesis} fails)"
            if holds is not True:
                return f"{str(stated.given[number - unmet])!r} {_SAID[holds]}"
    return f"the conclusion {_SAID[_holds(obligation.relation, case)]}"


_SAID: dict[bool | str, str] = {"undefined": "is not defined", "open": "is beyond the precision", False: "fails",
                                True: "holds"}


def _holds(relation: Relation, case: Instance) -> bool | str:
    try:
        answer, _, _ = compare(relation, case, {})
    except ZeroDivisionError:
        return "undefined"
    return "open" if answer is None else answer
