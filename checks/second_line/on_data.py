"""The second line for a setting of one's own: judgments decided on the first instances of its kinds."""

from __future__ import annotations

from itertools import islice

from ...theory.algebra.algebra import Judgment
from ...theory.language.obligation import Obligation
from ..deciding.on_data import OnData
from ..deciding.verdicts import Verdict, shown
from ..evaluation.evaluate import UnknownNode
from ..instances.data_pool import ANY, named
from .decision import Contradiction, Decision, Judge

ENOUGH = 60
"""On how many instances with its hypotheses a judgment is decided: among them are numbers of every sign."""
TRIED = 400
"""Among how many instances those with the hypotheses of a judgment are looked for."""


class OfData(Judge):
    """Judgments about data, decided as obligations are."""

    def decided(self, judgment: Judgment, at: str = "") -> Decision:
        """Decide a judgment on :data:`ENOUGH` instances where its hypotheses hold, or on the one that ``at`` names."""
        given = tuple(sorted((fact for fact in judgment.facts if not isinstance(fact, str)), key=str))
        decides = OnData(Obligation("step", judgment.relation, on=(ANY,), given=given, setting=self.setting))
        agreed, reason = 0, "no instance satisfies its hypotheses"
        cases = [decides.named(at)] if at else islice(decides.cases(0), TRIED)
        for case in cases:
            try:
                outcome = decides.decide(case)
            except UnknownNode as error:
                return Decision(reason=str(error))
            if outcome.verdict is Verdict.REFUTED:
                return Decision(agreed, Contradiction(str(judgment.relation), case.describe(), shown(outcome.values),
                                                      "by balls or exact numbers"))
            agreed += outcome.verdict is Verdict.HELD
            if outcome.verdict is Verdict.INCONCLUSIVE:
                reason = "the precision does not decide it"
            if agreed == ENOUGH:
                break
        return Decision(agreed) if agreed else Decision(reason=reason)

    def described(self, name: str) -> dict[str, object]:
        return named(self.setting, name).describe()
