"""What people cite (a claim) and what a machine decides (its obligations)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import sympy as sp

from .hypotheses import stated
from .nodes import Relation
from .quantifiers import QUANTIFIERS

Kind = Literal["identity", "inequality", "dynamics", "probabilistic"]
Origin = Literal["paper", "ours", "standard"]
Given = str | Relation
"""A hypothesis: the name of one in :data:`.HYPOTHESES`, or a relation."""


@dataclass(frozen=True)
class Obligation:
    """One relation that a machine decides on an instance.

    ``space`` names what instances are drawn from: a space of ``checks.instances.spaces``, the name of one of its
    families, ``solution`` (the parameters of an initial value problem) or ``ensemble`` (a scale, a dimension and a
    depth, at which initializations are drawn); ``over`` names the quantifiers that the decider
    expands; ``given`` the hypotheses; ``decide`` is ``identity`` (polynomial, over a
    prime field), ``ordered`` (a comparison of real numbers), ``exists`` (the instance
    is the exhibited witness), ``enclosed`` (the weights are known as balls only),
    ``solution`` (put into the differential equations supposed) or ``estimated`` (an event, held by random
    draws with at least the ``probability`` stated). ``direct`` demands the
    quantities by definition (the dense Hessian), not by a reduction that is itself a claim.
    ``tight`` says that equality is attained. ``formal`` names the theorem of ``proofs/`` that states the same
    in Coq, ``file.theorem``; a weaker theorem is never named.
    """

    name: str
    relation: Relation
    space: str = "weights"
    over: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    decide: Literal["identity", "ordered", "exists", "enclosed", "solution", "estimated"] = "ordered"
    direct: bool = False
    tight: bool = False
    probability: sp.Expr | None = None
    mutants: tuple[Mutant, ...] = ()
    formal: str = ""


@dataclass(frozen=True)
class Mutant:
    """A false near-miss of an obligation: an edited side, operator or hypothesis."""

    label: str
    edit: Callable[[Obligation], Obligation] = field(repr=False)

    def of(self, obligation: Obligation) -> Obligation:
        """The false statement. Raises ValueError when the edit changes nothing."""
        changed = self.edit(obligation)
        if (changed.relation, changed.given) == (obligation.relation, obligation.given):
            raise ValueError(f"mutant {self.label!r} of {obligation.name!r} changes nothing")
        return replace(changed, name=f"{obligation.name}~{self.label}", mutants=(), formal="")


def scaled(label: str, factor: sp.Expr | int, side: Literal["lhs", "rhs"] = "rhs") -> Mutant:
    """One side multiplied by ``factor``."""
    return _sided(label, side, lambda expr: sp.sympify(factor) * expr)


def swapped(
    label: str, exchange: dict[sp.Basic, sp.Basic], side: Literal["lhs", "rhs"] = "rhs"
) -> Mutant:
    """Nodes of one side exchanged for others (all at once)."""
    return _sided(label, side, lambda expr: expr.xreplace(exchange))


def at_path(
    label: str, path: tuple[int, ...], new: sp.Basic, side: Literal["lhs", "rhs"] = "rhs"
) -> Mutant:
    """The single node at ``path`` (argument positions from the root) replaced."""

    def put(expr: sp.Basic, rest: tuple[int, ...]) -> sp.Basic:
        if not rest:
            return new
        args = list(expr.args)
        args[rest[0]] = put(args[rest[0]], rest[1:])
        return expr.func(*args)

    return _sided(label, side, lambda expr: put(expr, path))


def operator(label: str, op: str) -> Mutant:
    """The operator of the conclusion changed."""
    return Mutant(label, lambda o: replace(o, relation=Relation(o.relation.lhs, op, o.relation.rhs)))


def without(hypothesis: Given) -> Mutant:
    """A hypothesis dropped."""
    return Mutant(
        f"without {hypothesis}", lambda o: replace(o, given=tuple(x for x in o.given if x != hypothesis))
    )


def assuming(label: str, edit: Callable[[Relation], Relation]) -> Mutant:
    """The hypotheses that are relations changed."""

    def change(obligation: Obligation) -> Obligation:
        given = tuple(edit(x) if isinstance(x, Relation) else x for x in obligation.given)
        return replace(obligation, given=given)

    return Mutant(label, change)


def _sided(label: str, side: str, edit: Callable[[sp.Basic], sp.Basic]) -> Mutant:
    def change(obligation: Obligation) -> Obligation:
        relation = obligation.relation
        lhs, rhs = relation.lhs, relation.rhs
        edited = Relation(edit(lhs), relation.op, rhs) if side == "lhs" else Relation(
            lhs, relation.op, edit(rhs))
        return replace(obligation, relation=edited)

    return Mutant(label, change)


@dataclass(frozen=True)
class Claim:
    """A citable statement: id, origins, what it rests on, and its obligations.

    ``statement`` is what is printed when it is not simply the obligations in a row
    (``S_min`` is an infimum: it is printed as an equation and decided in two halves).
    ``beyond_coq`` says what of it the theorems in Coq do not reach, although each obligation has one.
    """

    id: str
    title: str
    kind: Kind
    origins: tuple[Origin, ...]
    obligations: tuple[Obligation, ...]
    requires: tuple[str, ...] = ()
    statement: Relation | None = None
    note: str = ""
    beyond_coq: str = ""

    def __post_init__(self) -> None:
        names = [obligation.name for obligation in self.obligations]
        if len(set(names)) != len(names):
            raise ValueError(f"claim {self.id!r} has two obligations of one name")
        for obligation in self.obligations:
            unknown = [g for g in obligation.given if isinstance(g, str) and g not in stated()]
            unknown += [q for q in obligation.over if q not in QUANTIFIERS]
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

    def _repr_latex_(self) -> str:
        from ..typeset.document import theorem

        return theorem(self)
