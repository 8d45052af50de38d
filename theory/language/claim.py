"""What people cite: a claim, which is a list of obligations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .mutants import assuming, at_path, operator, scaled, swapped, without
from .obligation import Given, Mutant, Obligation
from .relation import Relation

__all__ = ["Claim", "Given", "Kind", "Mutant", "Obligation", "Origin", "assuming", "at_path", "operator",
           "scaled", "swapped", "without"]

Kind = Literal["identity", "inequality", "dynamics", "probabilistic"]
Origin = Literal["paper", "ours", "standard"]


@dataclass(frozen=True)
class Claim:
    """A citable statement: id, origins, what it rests on, and its obligations.

    ``statement`` is what is printed when it is not simply the obligations in a row
    (``S_min`` is an infimum: it is printed as an equation and decided in two halves).
    ``beyond_coq`` says what of it the theorems in Coq do not reach, although each obligation has one.
    """

    id: str
    title: str
    kind: Kind = field(default="inequality", kw_only=True)
    origins: tuple[Origin, ...] = field(default=("ours",), kw_only=True)
    obligations: tuple[Obligation, ...]
    requires: tuple[str, ...] = ()
    statement: Relation | None = None
    note: str = ""
    beyond_coq: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a claim needs an id")
        names = [obligation.name for obligation in self.obligations]
        if len(set(names)) != len(names):
            raise ValueError(f"claim {self.id!r} has two obligations of one name")
        for obligation in self.obligations:
            known = obligation.setting
            unknown = [g for g in obligation.given if isinstance(g, str) and g not in known.stated]
            unknown += [q for q in obligation.over if q not in known.quantifiers]
            if unknown:
                raise ValueError(f"claim {self.id!r}: unknown hypothesis or quantifier {unknown[0]!r}")

    @property
    def theorems(self) -> dict[str, str]:
        """The theorem in Coq of each obligation that has one."""
        return {o.name: o.formal for o in self.obligations if o.formal}

    @property
    def machine_checked(self) -> str:
        """How much of the claim is stated and proved in Coq: ``statement`` when all of it is.

        >>> from ..library import BUILT_IN
        >>> BUILT_IN.claim("kernel-agm").machine_checked, BUILT_IN.claim("planar-flow-2").machine_checked
        ('statement', '-')
        """
        found, of = len(self.theorems), len(self.obligations)
        if self.beyond_coq:
            return f"{found} of {of}, not all"
        return "statement" if found == of else f"{found} of {of}" if found else "-"

    def machine_checked_json(self) -> dict[str, object]:
        """Whether the whole statement is machine-checked, the theorem of each obligation that is, and what is not."""
        return {"statement": self.machine_checked == "statement", "theorems": self.theorems,
                "beyond": self.beyond_coq}

    def obligation(self, name: str) -> Obligation:
        """The obligation of that name. Raises KeyError."""
        for obligation in self.obligations:
            if obligation.name == name:
                return obligation
        known = ", ".join(o.name for o in self.obligations)
        raise KeyError(f"claim {self.id!r} has no obligation {name!r}; it has {known}")

    def _repr_html_(self) -> str:
        from ..typeset.notebook import claim_html

        return claim_html(self)

    def _repr_latex_(self) -> str:
        from ..typeset.notebook import claim_formula

        return claim_formula(self)
