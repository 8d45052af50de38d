"""Why nothing was decided about a conjecture: the obstacles on the instances that were tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...theory.language.nodes import Relation
from ..attack.question import Question
from ..deciding.balls import compare
from ..deciding.decider import Case
from ..deciding.verdicts import Verdict
from .reading import Conjecture


def reason(stated: Conjecture, tried: Sequence[Case]) -> str:
    """A sentence that counts the obstacles: a hypothesis that fails, or a part that is not defined or not decided.

    >>> from .reading import read_conjecture
    >>> from ..deep_linear.instances.pool import instance
    >>> reason(read_conjecture("a <= b", "L == 1, L >= 2"), [instance("classics", 0, i) for i in (0, 1, 15)])
    "Nothing is decided on 3 instances: 'E > 0' fails on 1, 'L == 1' fails on 1, 'L >= 2' fails on 1."
    """
    question = Question(stated.obligation)
    found = Counter(_obstacle(stated, question, case) for case in tried)
    listed = ", ".join(f"{what} on {number}" for what, number in sorted(found.items(), key=lambda x: (-x[1], x[0])))
    return f"Nothing is decided on {len(tried)} instances: {listed}."


def _obstacle(stated: Conjecture, question: Question, case: Case) -> str:
    obligation = stated.obligation
    for name in (g for g in obligation.given if isinstance(g, str)):
        if not question.decides.holds(name, case):
            return f"{name!r} fails"
    unmet = len(obligation.given) - len(stated.given)  # the conditions come first, then the hypotheses
    for number, hypothesis in enumerate(obligation.given):
        if isinstance(hypothesis, Relation):
            found = _verdict(hypothesis, question, case)
            if number < unmet and found is not Verdict.HELD:
                return f"a part of the text is not defined ({hypothesis} fails)"
            if found is not Verdict.HELD:
                return f"{str(stated.given[number - unmet])!r} {_SAID[found]}"
    return f"the conclusion {_SAID[_verdict(obligation.relation, question, case)]}"


_SAID = {Verdict.NOT_APPLICABLE: "is not defined", Verdict.INCONCLUSIVE: "is beyond the precision",
         Verdict.REFUTED: "fails", Verdict.HELD: "holds"}


def _verdict(relation: Relation, question: Question, case: Case) -> Verdict:
    try:
        return compare(relation, lambda ring: question.decides.scope(case, ring, {})).verdict
    except ZeroDivisionError:
        return Verdict.NOT_APPLICABLE
