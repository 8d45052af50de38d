"""The JSON of one certificate, see CERTIFICATES.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import __version__
from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN
from .. import checker
from ..authoring.rooms import Own
from ..deciding.decider import Case
from ..evaluation.abstract_scope import Values
from .data_form import DataForm
from .form import Certificate, Form

FORMS: Own[Callable[[Obligation], Form[Any]]] = Own("certificates.form", DataForm)


def form(obligation: Obligation) -> Form[Any]:
    """The form of the certificates of an obligation."""
    return FORMS.of(obligation.setting)(obligation)


def sealed(certificate: Certificate) -> Certificate:
    """The certificate with the right hash of its statement and the right digest of everything else."""
    body = {key: value for key, value in certificate.items() if key != "digest"}
    body["hash"] = checker.digest(body["statement"])
    return {**body, "digest": checker.digest(body)}


def certificate(
    reference: str, claim_id: str, obligation: Obligation, case: Case, verdict: str, values: Values
) -> Certificate:
    """The JSON of a decision at given values of the quantifiers. Raises :class:`.nodes.NoTree`.

    The reference of the theory stands in it, unless this is the built-in one.
    """
    writes = form(obligation)
    made = writes.statement()
    return sealed({
        "format": checker.FORMAT,
        "package": f"flatcert {__version__}",
        **({} if reference == BUILT_IN.reference else {"theory": reference}),
        "id": f"{claim_id}/{obligation.name}",
        "statement": made,
        **writes.written(case, values, made),
        "verdict": verdict,
    })
