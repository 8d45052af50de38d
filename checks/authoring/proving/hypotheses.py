"""The hypotheses of an obligation as facts, their products, and words put in by their definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import sympy as sp

from ....theory.language.obligation import Obligation
from ....theory.language.relation import Relation
from ....theory.language.setting import Setting
from ....theory.proof.builder import Proof
from ....theory.proof.own_words import spelled
from ....theory.proof.rules.extremes import all_of_several, one_of_several
from ....theory.proof.rules.inequalities import scale, sign
from ....theory.proof.rules.logic import antisymmetry, hypothesis, rewrite
from .extremes import members
from .fact import Fact
from .polynomials import Monomials, times

__all__ = ["Spelled", "facts_of", "given", "numerator", "products_of"]


@dataclass(frozen=True)
class Spelled:
    """A relation, and the same with every word put in by its definition; ``words`` are the words that were."""

    relation: Relation
    plain: Relation
    words: tuple[str, ...]

    @classmethod
    def of(cls, relation: Relation, setting: Setting) -> Spelled:
        """Put in the definitions of the words in a relation, and of the words in these."""
        plain, words = relation, dict[str, None]()
        while True:
            found = {x: setting.words[x.name] for x in plain.free_symbols if getattr(x, "name", None) in setting.words}
            found = {x: word.definition for x, word in found.items() if word.definition is not None}
            if not found:
                return cls(relation, plain, tuple(words))
            words |= {x.name: None for x in sorted(found, key=str)}
            plain = plain.xreplace(found)

    def write(self, p: Proof) -> int:
        """Suppose the relation, and return the step that says it in plain words."""
        step = hypothesis(p, self.relation)
        return rewrite(p, self.plain, step, *self.defined(p)) if self.words else step

    def defined(self, p: Proof) -> list[int]:
        """Add the definitions of the words, and return the steps."""
        return [p.define(name) for name in self.words]


def given(obligation: Obligation) -> list[Spelled]:
    """The hypotheses of an obligation."""
    return [Spelled.of(one, obligation.setting) for one in spelled(obligation.given, obligation.setting)
            if isinstance(one, Relation)]


def numerator(relation: Relation) -> tuple[sp.Expr, sp.Expr]:
    """Larger side minus smaller side as a numerator and a denominator; a plain sum has the denominator 1."""
    less = relation.op in ("<", "<=", "==")
    difference = relation.rhs - relation.lhs if less else relation.lhs - relation.rhs
    over = sp.denom(sp.together(difference))
    if not any(base.is_Add for base in (factor.as_base_exp()[0] for factor in sp.Mul.make_args(over))):
        return difference, sp.S.One
    top, bottom = sp.fraction(sp.together(difference))
    return sp.expand(top), bottom


def facts_of(hypotheses: Sequence[Spelled], space: Monomials) -> list[Fact]:
    """The hypotheses as facts. Raises Unreadable."""
    found = []
    for one in hypotheses:
        top, bottom = numerator(one.plain)
        op = one.plain.op if one.plain.op[0] == "<" or one.plain.op == "==" else one.plain.flipped().op
        found.append(Fact(space.read(top), op, partial(
            _step, one=one, wanted=Relation(sp.S.Zero, op, top), bottom=bottom)))
    return found


def _step(p: Proof, one: Spelled, wanted: Relation, bottom: sp.Expr) -> int:
    step = one.write(p)
    return scale(p, step, bottom, to=wanted) if bottom != 1 else step


def products_of(pairs: Iterable[tuple[Fact, Fact]], space: Monomials) -> Iterator[Fact]:
    """The products of pairs of facts."""
    for one, other in pairs:
        if "==" in (one.op, other.op):
            continue
        plain, strict = (one, other) if other.op == "<" else (other, one)
        yield Fact(times(plain.polynomial, strict.polynomial), plain.op,
                   partial(_product, plain=plain, strict=strict, space=space))


def _product(p: Proof, plain: Fact, strict: Fact, space: Monomials) -> int:
    factor = space.written(strict.polynomial)
    if strict.op == "<=":
        return _product_of_absolute(p, plain, strict, factor, space)
    positive = scale(p, strict.write(p), 1, to=(factor, ">", 0))
    whole = space.written(times(plain.polynomial, strict.polynomial))
    return scale(p, plain.write(p), factor, positive, to=(0, plain.op, whole))


def _product_of_absolute(p: Proof, one: Fact, other: Fact, factor: sp.Expr, space: Monomials) -> int:
    """The product with a factor that may vanish: it equals its absolute value, which is nonnegative by itself."""
    whole = space.written(times(one.polynomial, other.polynomial))
    size, step = sp.Abs(factor), other.write(p)
    below = [scale(p, step, 2, to=(number, "<=", factor)) if sp.expand(number - factor) != 0
             else sign(p, (number, "<=", factor)) for number in members(size)]
    equal = antisymmetry(p, all_of_several(p, size, factor, *below), one_of_several(p, size, factor))
    scaled = scale(p, one.write(p), size, to=(0, "<=", sp.expand(size * space.written(one.polynomial))))
    return rewrite(p, (0, "<=", whole), scaled, equal)
