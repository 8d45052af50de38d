"""The engine makes the decision of a certificate again, from the exact instance in the file."""

from __future__ import annotations

from ...theory.language.claim import Obligation
from ..certificates.form import Certificate
from ..certificates.format import form
from ..deciding.verdicts import Verdict
from ..deciding.ways import certifiable


def decided_again(obligation: Obligation, data: Certificate) -> Verdict:
    """The verdict of the engine at the instance and the values of a certificate that the checker accepts."""
    decides = certifiable(obligation)
    case, values = form(obligation).read(data)
    return decides.decide_at(case, values).verdict if decides.supposed(case) else Verdict.NOT_APPLICABLE
