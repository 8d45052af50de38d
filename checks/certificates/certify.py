"""Certificates of decisions. The checker must accept a certificate before it is given out."""

from __future__ import annotations

from dataclasses import dataclass

from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN
from .. import checker
from ..deciding.decider import Case
from ..evaluation.abstract_scope import Values
from .form import Certificate
from .format import certificate
from .nodes import NoTree


@dataclass(frozen=True)
class Written:
    """A certificate, or the reason why there is none: the format lacks a node, or the checker does not decide it.

    ``disputed``: the checker finds the decision false, so one of the two has a defect.
    """

    name: str
    certificate: Certificate | None = None
    reason: str = ""
    disputed: bool = False


def rechecked(
    claim_id: str, obligation: Obligation, case: Case, verdict: str, choices: list[Values],
    reference: str = BUILT_IN.reference,
) -> Written:
    """The certificate of a verdict at one of several values of the quantifiers, if the checker accepts it.

    ``reference`` is that of the theory (see :mod:`..authoring.references`).
    """
    name = f"{claim_id}/{obligation.name}@{case.name}"
    undecided, rejected = "", ""
    for values in choices:
        try:
            made = certificate(reference, claim_id, obligation, case, verdict, values)
            checker.check(made)
            return Written(name, made)
        except checker.Undecided as error:
            undecided = f"the checker leaves it undecided ({error})"
        except NoTree as error:
            undecided = f"{error} is not in the format"
        except checker.Rejected as error:  # an identity that fails may do so at another layer
            rejected = f"the checker rejects it ({error})"
    return Written(name, reason=undecided or rejected, disputed=not undecided)
