"""The search for a derivation of a conjecture. It proposes steps; the kernel alone accepts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ....theory.algebra.normal_form import NotNormal
from ....theory.language import quantities as Q
from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import BUILT_IN, Library
from ....theory.proof.derivation import Derivation
from ....theory.proof.own_words import spelled
from ....theory.proof.refusal import Refused
from ....theory.proof.rules.logic import antisymmetry, cases, rewrite
from ..reading import Conjecture
from .growing import CONCLUSION, Growing
from .known import Known, known, stated, upward
from .numbers import proposals
from .products import product_for
from .sums import sum_for
from .world import World, world_of

__all__ = ["Proved", "prove", "supposed"]


@dataclass(frozen=True)
class Proved:
    """A derivation of a conjecture that the kernel accepts, and the hypotheses that it uses."""

    derivation: Derivation
    used: frozenset[Given]


def prove(conjecture: Conjecture, library: Library = BUILT_IN) -> Proved | None:
    """A derivation of the conjecture from what the library proves; None where the search finds none."""
    goal, given = _plain(conjecture.relation), supposed(conjecture)
    if goal.op == "!=":
        return None
    given = frozenset(spelled(tuple(given), library.setting))
    if library.setting is DEEP_LINEAR:
        proposed: Iterable[Derivation] = _found(goal, given, library)
    else:
        proposed = proposals(goal, given, library)
    accepted = (_accepted(derivation, goal, given, library) for derivation in proposed)
    return next((one for one in accepted if one is not None), None)


def _found(goal: Relation, given: frozenset[Given], library: Library) -> Iterator[Derivation]:
    """Derivations from what claims state, and then also from what their steps say, which takes longer."""
    for facts in (stated, known):
        found = _Search(library, facts(library)).found(goal, given)
        if found is not None:
            yield found


def _plain(relation: Relation) -> Relation:
    return Relation(relation.lhs, relation.op, relation.rhs)


def supposed(conjecture: Conjecture) -> frozenset[Given]:
    """All hypotheses, the conditions under which the text says something included, and that all words exist."""
    conditions = [one for comparison in conjecture.comparisons for one in comparison.conditions]
    conditions += [one for name in sorted(conjecture.named) if (one := conjecture.language.needs(name)) is not None]
    return frozenset(one if isinstance(one, str) else _plain(one) for one in (*conditions, *conjecture.given))


def _accepted(derivation: Derivation, goal: Relation, given: frozenset[Given], library: Library) -> Proved | None:
    """What the kernel says of a derivation that the search proposes: the answer, or None where it refuses."""
    if not derivation.ok(library):
        return None
    judgment = derivation.conclusion(CONCLUSION, library)
    if judgment.relation not in (goal, goal.flipped()) or judgment.ranges or not judgment.facts <= given:
        return None
    return Proved(derivation, judgment.facts)


@dataclass(frozen=True)
class _Search:
    """The search with what is known."""

    library: Library
    known: tuple[Known, ...]

    def found(self, goal: Relation, given: frozenset[Given]) -> Derivation | None:
        """A derivation of the goal, of whose steps the kernel has accepted each; None where none is found."""
        least = 3 if "L >= 3" in given else 2 if "L >= 2" in given else 1
        p = Growing(self.library)
        world = world_of(given, least, self.known, goal)
        step = self._case(p, goal, world)
        if step is None and not world.depths.alone and least == 1:
            step = self._cases(p, goal, given)
        return None if step is None else p.pruned(step)

    def _cases(self, p: Growing, goal: Relation, given: frozenset[Given]) -> int | None:
        """Add the steps of the goal for one layer and for several; None where one of these is not found."""
        parts = []
        for name in ("L == 1", "L >= 2"):
            step = self._case(p, goal, world_of(given | {name}, 2, self.known, goal))
            if step is None:
                return None
            parts.append(step)
        p.suppose((), {})
        one, other = parts
        try:
            return cases(p, one, other, to=goal)
        except (Refused, NotNormal):
            return None

    def _case(self, p: Growing, goal: Relation, world: World) -> int | None:
        """Add the steps of the goal in one case, and return the last one; None where none are found."""
        if goal.op == "==":
            below, above = (self._case(p, Relation(goal.lhs, op, goal.rhs), world) for op in ("<=", ">="))
            return None if below is None or above is None else antisymmetry(p, below, above, to=goal)
        for way in (product_for, sum_for):
            about_theta = way is sum_for and any(x.has(Q.theta) for x in (goal, *world.relations))
            for spells in (False, True) if about_theta else (False,):
                try:
                    here = replace(world, spells_theta=spells)
                    up = upward(goal)
                    put = Relation(here.put(up.lhs), up.op, here.put(up.rhs))
                    p.suppose(here.free(), here.positive)
                    found = way(put, here)
                    if found is None:
                        continue
                    step = found.write(p, put)
                    p.suppose(here.free(), here.positive)
                    return step if p[step] == goal else rewrite(p, goal, step, *here.rewriting(p, goal))
                except Exception:  # whatever the search cannot do proves nothing, and leaves the conjecture open
                    continue
        return None

