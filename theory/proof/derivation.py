"""Derivations: lists of statements, each re-computed from earlier ones by a named rule.

A step is accepted only when its rule recomputes it. A derivation proves an obligation when the
step that it yields says what the obligation says, and rests on exactly its hypotheses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

import sympy as sp

from ..algebra.algebra import Algebra, Judgment, replaced
from ..algebra.layer_ranges import INDICES, bound, first_layer, i
from ..algebra.normal_form import NotNormal
from ..language import quantities as Q
from ..language.claim import Claim, Given
from ..language.nodes import Maximum, Minimum, Relation
from ..language.obligation import Obligation
from ..language.setting import DEEP_LINEAR
from ..setting.dependence import depends, hidden, source
from .citable import Citable
from .context import context
from .own_words import no_such_member, own_words_mean_something, spelled, stipulated
from .rule import Refused, Rule, Step, require
from .step_form import check_meaning, check_types
from .well_defined import foreign, meaningless, undefined

__all__ = ["INDICES", "NO_CLAIM", "Derivation", "Refused", "Rule", "Step", "StepResult", "i", "require"]

NO_CLAIM = ""
"""Stands for the name of a claim where a derivation leads to a conjecture: nothing can cite it, so it may cite all."""
OVER = {"k": {Q.k: (1, Q.L)}, "k < L": {Q.k: (1, Q.L - 1)}, "j <= k": {Q.j: (1, Q.L), Q.k: (Q.j, Q.L)}}
"""The ranges of layer indices that the quantifiers of an obligation name."""


_STEP = "step "


@dataclass(frozen=True)
class StepResult:
    """Whether a step was recomputed, and if not, why."""

    index: int
    ok: bool
    message: str = ""


_Checked: TypeAlias = tuple[StepResult, Judgment | None]
"""Whether a step was recomputed, and what it says."""


@dataclass(frozen=True, eq=False)
class Derivation:
    """The steps that lead to the obligations of a claim.

    A derivation is data. Whoever checks it says from which library it may cite.

    ``yields`` maps each obligation (and ``statement``, for a claim that has one) to its step;
    ``again`` maps obligations to the conclusion of a second, independent route, which may use
    ``L >= 2``; ``partial`` maps an obligation that is not derived to the reason.
    """

    claim: str
    steps: tuple[Step, ...]
    yields: Mapping[str, int]
    again: Mapping[str, int] = field(default_factory=dict)
    partial: Mapping[str, str] = field(default_factory=dict)
    _known: list[tuple[Citable, dict[int, _Checked]]] = field(default_factory=list, init=False, repr=False)
    """What each library that checked the derivation found. A library is itself only, whatever it says it equals."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))  # what was checked cannot change afterwards
        for name in ("yields", "again", "partial"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def check(self, library: Citable) -> list[StepResult]:
        """Recompute every step by its rule from its premises, and look up in the library what is cited."""
        done = self._checked(library)
        return [done[index][0] for index in range(len(self.steps))]

    def ok(self, library: Citable) -> bool:
        """Whether every step was recomputed."""
        return all(result.ok for result in self.check(library))

    def judgments(self, library: Citable) -> list[Judgment | None]:
        """What each step says, under which hypotheses and for which layers; None for a step that is refused."""
        done = self._checked(library)
        return [done[index][1] for index in range(len(self.steps))]

    def _checked(self, library: Citable, wanted: Iterable[int] | None = None) -> Mapping[int, _Checked]:
        """The result and the judgment of each step, or of those wanted; a step is computed once for each library."""
        done = next((found for known, found in self._known if known is library), None)
        if done is None:
            done = {}
            self._known.append((library, done))
        for index in range(len(self.steps)) if wanted is None else wanted:
            if index in done:
                continue
            try:
                done[index] = StepResult(index, True), self._infer(index, self.steps[index], done, library)
            except (Refused, NotNormal) as error:
                done[index] = StepResult(index, False, f"{self.steps[index].rule.name}: {error}"), None
        return done

    def then(self, *steps: Step) -> Derivation:
        """The derivation with further steps; what is known of the earlier ones is not computed again."""
        longer = replace(self, steps=(*self.steps, *steps))
        longer._known.extend((library, dict(found)) for library, found in self._known)
        return longer

    def _infer(
        self, index: int, step: Step, done: Mapping[int, _Checked], library: Citable
    ) -> Judgment:
        try:
            check_types(step)
        except TypeError as error:
            raise Refused(str(error)) from error
        require(all(0 <= n < index for n in step.using), "a premise must be an earlier step")
        premises = []
        for n in step.using:
            judgment = done[n][1]
            if judgment is None:
                raise Refused(f"its premise, step {n + 1}, was refused")
            premises.append(judgment)
        if step.rule.name == "claim":
            premises = [self._cited(step, library)]
        if step.rule.name == "own word":
            premises = [Judgment(stipulated(step.data, library.setting))]
        inherited = frozenset[Given]().union(*(p.facts for p in premises))
        facts = inherited | frozenset(step.hypotheses)
        try:
            own_words_mean_something(step, premises, facts - step.discharges, library.setting)
        except (TypeError, ValueError, AttributeError) as error:
            raise Refused(f"the rule cannot read {step.data}: {error}") from error
        self._check_form(step, premises, facts)
        self._check_indices(step, premises, facts)
        self._verify(step, premises, facts)
        for hypothesis in step.hypotheses:
            require(hypothesis not in inherited, "the hypothesis {} is already in force", hypothesis)
            try:
                self._verify(step, premises, facts - {hypothesis})
            except (Refused, NotNormal):
                continue
            raise Refused(f"the hypothesis {hypothesis} is not used")
        return Judgment(step.statement, facts - step.discharges, step.ranges)

    @staticmethod
    def _verify(step: Step, premises: Sequence[Judgment], facts: frozenset[Given]) -> None:
        """That statement and data mean something under the hypotheses, and then the rule."""
        try:
            check_meaning(step, premises, facts)
            computed = step.rule.infer(step, premises, facts, step.statement)
            require(computed == step.statement, "the conclusion is {}", computed)
        except (Refused, NotNormal):
            raise
        except Exception as error:  # whatever keeps a step from being recomputed refuses it
            raise Refused(f"could not be recomputed ({type(error).__name__}: {error})") from error

    @staticmethod
    def _check_form(step: Step, premises: Sequence[Judgment], facts: frozenset[Given]) -> None:
        algebra, where = Algebra(facts - step.discharges), context(facts - step.discharges, (), step.ranges)
        for index, (low, high) in step.ranges.items():
            require(index in INDICES, "{} is no layer", index)
            require(index not in low.free_symbols | high.free_symbols, "the range of {} depends on it", index)
            require(bool(algebra.prepare(low).is_integer and algebra.prepare(high).is_integer),
                    "{}..{} are no layers", low, high)
            reason = undefined(low, where) or undefined(high, where)
            require(not reason, "{}", reason)
            require(algebra.throughout(low - first_layer(index), step.ranges),
                    "{} starts before the first layer", index)
        everything = [side for x in (*(p.relation for p in premises), step.statement) for side in x.sides]
        inside = bound(*everything)
        for node in (x for side in everything for x in side.atoms(Minimum, Maximum, sp.Limit)):
            require(not source(node.args[1]) & depends(*(facts - step.discharges)),
                    "a hypothesis is about {}, which is bound", node.args[1])
        relations = [fact for fact in facts if isinstance(fact, Relation)]
        about = {x for fact in relations for x in fact.free_symbols & INDICES}
        require(about <= set(step.ranges) and not about & inside, "a hypothesis is about the layer")
        require(not (hidden(Q.k, *everything) and inside & INDICES), "what belongs to one layer stands beside a sum")

    @staticmethod
    def _check_indices(step: Step, premises: Sequence[Judgment], facts: frozenset[Given]) -> None:
        free = step.statement.free_symbols & INDICES
        require(free == set(step.ranges), "the ranges of the layer indices are not those of the statement")
        kept = facts - step.discharges
        inside = bound(*step.statement.sides, *(side for p in premises for side in p.relation.sides))
        lost_anywhere: set[sp.Symbol] = set()
        for number, premise in enumerate(premises):
            algebra = Algebra(kept | premise.facts)  # not under what other cases suppose
            if step.rule.indices:
                try:
                    bound_here = step.rule.binds(step.data, number)
                except Exception as error:
                    raise Refused(f"the rule cannot read {step.data}") from error
                lost = set(premise.ranges) - set(step.ranges) - bound_here
                _nowhere_empty(algebra, lost, premise, step)
                lost_anywhere |= lost
                continue
            # Equalities that only rewrite may be used inside a sum, which then binds their index.
            rewrites = premise.relation.op == "==" and number >= step.rule.linked
            lost = set() if rewrites else set(premise.ranges) - set(step.ranges)
            require(not lost, "a premise about the layers {} would lose its range", lost)
            gone = set(premise.ranges) - set(step.ranges)
            if gone & inside:  # what is replaced inside a sum shows the index that the sum binds
                gone -= inside & replaced(algebra, premise.relation)
            _nowhere_empty(algebra, gone, premise, step)
            lost_anywhere |= gone
            for index, (low, high) in step.ranges.items():
                require(algebra.covers(premise.ranges, index, low, high, {}),
                        "a premise does not hold for all {} = {}..{}", index, low, high)
        _at_one_layer(Algebra(kept), premises, lost_anywhere, step)

    def _cited(self, step: Step, library: Citable) -> Judgment:
        """What the library's own derivation of the cited claim yields: never what another library says."""
        require(type(step.data) is tuple and len(step.data) == 2 and all(type(x) is str for x in step.data),
                "a claim and an obligation are cited by their names")
        name, obligation = step.data
        if self.claim != NO_CLAIM:
            required = _requirements(self.claim, library)
            require(name in required or library.is_borrowed(name, self.claim), "{} does not require {}",
                    repr(self.claim), repr(name))
            require(self.claim not in required, "{} requires itself", repr(self.claim))
        if (taken := library.published(name)) is not None:
            return taken
        cited = library.derivation(name)
        if cited is None:
            raise Refused(f"{name!r} has no derivation")
        require(cited.claim == name, "the derivation of {} is that of {}", repr(name), repr(cited.claim))
        return cited.conclusion(obligation, library)

    def would_accept(self, index: int, step: Step, library: Citable) -> StepResult:
        """Whether another step would be accepted in place of the one at ``index``."""
        try:
            self._infer(index, step, self._checked(library), library)
        except (Refused, NotNormal) as error:
            return StepResult(index, False, f"{step.rule.name}: {error}")
        return StepResult(index, True)

    def place(self, part: str) -> int:
        """The index of the step that yields an obligation, or that is named by its number as ``step 12``."""
        index = self.yields.get(part)
        if index is None and part.startswith(_STEP) and part.removeprefix(_STEP).isdecimal():
            index = int(part.removeprefix(_STEP)) - 1
        if index is None:
            raise Refused(f"{self.claim!r} does not yield {part!r}")
        require(0 <= index < len(self.steps), "there is no step {}", index + 1)
        return index

    def conclusion(self, obligation: str, library: Citable) -> Judgment:
        """The relation that the steps yield, with its hypotheses; or that of a step. Raises Refused when they fail."""
        index = self.place(obligation)
        judgment = self._checked(library, self._below(index))[index][1]
        if judgment is None:
            raise Refused(f"the derivation of {self.claim!r} ({obligation}) fails")
        require(not self._special(index), "the derivation of {} certifies some shapes only", repr(self.claim))
        return judgment

    def _below(self, index: int) -> list[int]:
        """The steps that have to be checked for one, in order: that one, and whatever earlier steps it names."""
        found, todo = {index}, [index]
        while todo:
            at = todo.pop()
            using = self.steps[at].using
            new = {n for n in using if type(n) is int and 0 <= n < at} - found if type(using) is tuple else set[int]()
            found |= new
            todo += new
        return sorted(found)

    def _special(self, index: int) -> list[int]:
        """The steps under a step that hold for some shapes only."""
        return [n for n in self.ancestors(index) if not self.steps[n].rule.general]

    def ancestors(self, index: int) -> list[int]:
        """The steps that a step rests on, itself included, in order."""
        found, todo = {index}, [index]
        while todo:
            new = set(self.steps[todo.pop()].using) - found
            found |= new
            todo += new
        return sorted(found)

    def matches(self, claim: Claim, library: Citable) -> list[str]:
        """Where the derivation and the claim disagree; empty when it proves every obligation.

        Obligations listed in ``partial`` are not mismatches, and not proved.
        """
        if claim.id != self.claim:
            return [f"this is the derivation of {self.claim!r}"]
        if type(claim) is not Claim or any(type(one) is not Obligation for one in claim.obligations):
            return [f"{claim.id!r} is not made of obligations"]  # what may say something else at each look
        known = {o.name for o in claim.obligations} | ({"statement"} if claim.statement else set())
        named = [*self.yields, *self.again, *self.partial]
        found = [f"{name}: the claim has no such obligation" for name in named if name not in known]
        for obligation in claim.obligations:
            name = obligation.name
            if name in self.yields:
                extra = {obligation.space} & {"aligned", "planted"}
                expected = frozenset[Given]({*spelled(obligation.given, obligation.setting), *extra})
                found += self._mismatch(name, library, self.yields[name], obligation.relation, expected)
                found += self._narrower(name, self.yields[name], obligation.over)
                if name in self.again:
                    found += self._mismatch(
                        name, library, self.again[name], obligation.relation, expected | {"L >= 2"})
                    found += self._narrower(name, self.again[name], obligation.over)
            elif name not in self.partial:
                found.append(f"{name}: no step yields it")
        if claim.statement is not None and "statement" not in self.partial:
            if "statement" not in self.yields:
                found.append("statement: no step yields it")
            else:
                # It may need no more than some one obligation does.
                each = [self._mismatch("statement", library, self.yields["statement"], claim.statement,
                                       frozenset[Given](o.given), exactly=False) for o in claim.obligations]
                found += [] if [] in each else each[0]
        return found

    def _mismatch(
        self, name: str, library: Citable, index: int, relation: Relation, given: frozenset[Given],
        exactly: bool = True,
    ) -> list[str]:
        if not 0 <= index < len(self.steps):
            return [f"{name}: there is no step {index + 1}"]
        stated = [relation, *(x for x in given if not isinstance(x, str))]
        if any(type(x) is not Relation for x in stated) or foreign(side for x in stated for side in x.sides):
            return [f"{name}: the statement is not made of the nodes of the language"]
        judgment = self._checked(library)[index][1]
        if judgment is None:
            return [f"{name}: step {index + 1} was refused"]
        special = self._special(index)
        if special:
            return [f"{name}: step {special[0] + 1} certifies some shapes only"]
        if not judgment.facts <= given or (exactly and judgment.facts != given):
            return [f"{name}: derived under {_listed(judgment.facts)}, stated under {_listed(given)}"]
        try:
            where = context(judgment.facts, [judgment], judgment.ranges)
            reason = "" if relation == judgment.relation else meaningless(relation, where, where)
            if relation != judgment.relation and library.setting is not DEEP_LINEAR:
                reason = reason or no_such_member(sp.Tuple(*relation.sides), where, library.setting)
            if reason:  # its normal form may be that of the derived relation all the same
                return [f"{name}: {reason}"]
            agrees = Algebra(judgment.facts).same(judgment.relation, relation)
        except NotNormal as error:
            return [f"{name}: {error}"]
        if not agrees:
            return [f"{name}: derived is {judgment.relation}, stated is {relation}"]
        return []

    def _narrower(self, name: str, index: int, over: tuple[str, ...]) -> list[str]:
        """Whether a step holds for all layers that its obligation ranges over."""
        if not 0 <= index < len(self.steps):
            return []
        wanted = {x: ends for quantifier in over for x, ends in OVER.get(quantifier, {}).items()}
        found = {x: (low, high) for x, (low, high) in self.steps[index].ranges.items()}
        return [] if found == wanted else [f"{name}: derived for the layers {found}, stated for {wanted}"]

    def _repr_latex_(self) -> str:
        from ..typeset.proofs import proof

        return proof(self)


def _nowhere_empty(algebra: Algebra, indices: set[sp.Symbol], premise: Judgment, step: Step) -> None:
    """What holds for all layers of a range holds at all only if there is one."""
    for index in indices:
        low, high = premise.ranges[index]
        require(algebra.throughout(high - low, {**premise.ranges, **step.ranges}),
                "a premise could be about no {} at all", index)


def _at_one_layer(algebra: Algebra, premises: Sequence[Judgment], lost: set[sp.Symbol], step: Step) -> None:
    """Premises that have an index that one of them loses are used at one layer: there is one at which all hold."""
    for premise in premises:
        for other in premises:
            for index in lost & set(premise.ranges) & set(other.ranges):
                ranges = {**other.ranges, **premise.ranges, **step.ranges}
                require(algebra.throughout(other.ranges[index][1] - premise.ranges[index][0], ranges)
                        and algebra.throughout(premise.ranges[index][1] - other.ranges[index][0], ranges),
                        "two premises may hold of no {} in common", index)


def _listed(facts: frozenset[Given]) -> str:
    return "; ".join(sorted(map(str, facts))) or "no hypothesis"


def _requirements(claim_id: str, library: Citable) -> set[str]:
    """The claims that a claim requires, and those that they require in turn."""
    found: set[str] = set()
    todo = list(library.claim(claim_id).requires)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += library.claim(name).requires
    return found
