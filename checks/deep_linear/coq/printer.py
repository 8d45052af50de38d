"""From an obligation to a statement in Coq: variables, what is supposed of them, and a conclusion.

The sharpness is the largest Rayleigh quotient of the Hessian, and Coq speaks of its bounds: ``sharpness_le ... s`` says
``S <= s``. So ``c <= S`` reads *every bound s of S has c <= s*, and ``S == c`` reads *S and c have the same bounds*.
The infimum over the minimizers is at least ``c`` if the sharpness of every minimizer is, and at most ``c`` if that of
some minimizer is. Where something exists, the field has roots, and the widths and the read-out are as everywhere in the
theory: positive, and not zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import sympy as sp

from ....theory.language import quantities as Q
from ....theory.language.hypotheses import HYPOTHESES
from ....theory.language.nodes import Relation, weighted_top
from ....theory.language.norms import second_singular
from ....theory.language.obligation import Given, Obligation
from .needs import Binder, NotInCoq
from .terms import REGRESSOR, Terms, of_depth, operand

_WEIGHTS = (Binder("W", "layers R d", False),)
_STANDING = (Binder("L_gt0", "(0 < L)%N"), Binder("sS", "symm Sigma"), Binder("pS", "psd Sigma"))
_EXISTENCE = (Binder("wide", "forall k, (0 < k < L)%N -> (0 < d k)%N"), Binder("p_neq0", "p L != 0"))
_MINIMIZER = Binder("minimizer", f"Sigma *m {REGRESSOR} = Sigma *m ws")
_QUANTIFIED: dict[str, tuple[Binder, ...]] = {
    "W": (), "Xi": (Binder("Xi", "layers R d", False),), "u": (Binder("u", "'cV[R]_(d 0%N)", False),),
    "k": (Binder("k", "nat", False), Binder("ltkL", "(k < L)%N")),
    "k < L": (Binder("k", "nat", False), Binder("ltkL", "(k.+1 < L)%N")),
    "j <= k": (Binder("j", "nat", False), Binder("k", "nat", False), Binder("lejk", "(j <= k)%N"),
               Binder("ltkL", "(k < L)%N")),
    "r": (Binder("r", "R", False), Binder("r_gt0", "0 < r")),
    "gamma": (Binder("gamma", "R", False), Binder("gamma_gt0", "0 < gamma")),
    "z": (Binder("u", "'cV[R]_(d 0%N)", False), Binder("u_gt0", "0 < dot u (Sigma *m u)")),
}
_HYPOTHESES: dict[str, tuple[Binder, ...]] = {
    "minimizer": (_MINIMIZER,),
    "plain": (Binder("width1", "d L = 1%N"), Binder("readout1", "dot (p L) (p L) = 1")),
    "square": (Binder("square", "forall k, (k <= L)%N -> d k = d 0%N"),),
}
"""The hypotheses whose relations are about the shapes, or are not to be read by their entries."""
_ORDER = {"<=": "<=", "<": "<", "==": "="}


@dataclass(frozen=True)
class Statement:
    """A statement in Coq over the field ``R`` of the kind ``field``."""

    field: str
    binders: tuple[Binder, ...]
    conclusion: str

    def __str__(self) -> str:
        lines = [f"forall (R : {self.field})"]
        for binder in self.binders:
            if binder.supposed:
                lines.append(f"  ({binder.type}) ->" if re.match("forall|exists", binder.type)
                             else f"  {binder.type} ->")
            elif lines[-1].endswith("->"):
                lines.append(f"  forall ({binder.name} : {binder.type})")
            else:
                lines[-1] += f" ({binder.name} : {binder.type})"
        text = "\n".join([*lines, f"  {self.conclusion}"])
        return re.sub(r"(forall .*\))\n", r"\1,\n", text)

    @property
    def names(self) -> str:
        """What the proof calls the variables and suppositions."""
        return " ".join(["R", *(binder.name for binder in self.binders)])


def statement(obligation: Obligation, like: Obligation | None = None) -> Statement:
    """The statement of an obligation. Raises NotInCoq for a word that the printer does not know.

    For a mutant, ``like`` is the true obligation: a hypothesis that the mutant drops reads ``True``, so that the proof
    still finds a supposition of that name.
    """
    given = (like or obligation).given
    deep = any(str(one) == "L >= 2" for one in given)
    terms = Terms(2 if deep else 1)
    supposed: list[Binder] = []
    for index, one in enumerate(given):
        found = _supposed(terms, one, f"given{index}")
        supposed += found if one in obligation.given else [replace(binder, type="True") for binder in found]
    supposed += [binder for index, one in enumerate(obligation.given) if one not in given
                 for binder in _supposed(terms, one, f"more{index}")]
    quantified = [binder for name in obligation.over for binder in _quantified(name)]
    relation = obligation.relation
    small, op, large = ((relation.rhs, relation.flipped().op, relation.lhs) if relation.op in (">=", ">")
                        else (relation.lhs, relation.op, relation.rhs))
    if op not in _ORDER:
        raise NotInCoq(f"the relation {relation.op} has no translation")
    exists = obligation.decide == "exists" or small == Q.S_min
    more, conclusion = _conclusion(terms, small, op, large)
    if large == Q.S_min:
        supposed.append(_MINIMIZER)
    if exists:
        supposed = [binder for binder in supposed if binder.name != "minimizer"]
        conclusion = _witnessed(obligation, conclusion)
    needed = [binder for binders in terms.needed.values() for binder in binders]
    header = (Binder("L", "nat", False), Binder("d", "nat -> nat", False), *(() if exists else _WEIGHTS),
              Binder("p", "vecs R d", False), Binder("Sigma", "'M[R]_(d 0%N)", False),
              Binder("ws", "'cV[R]_(d 0%N)", False), *_STANDING, *(_EXISTENCE if exists else ()))
    binders = (*header, *quantified, *needed, *supposed, *more)
    return Statement("rcfType" if exists else "realFieldType", _once(binders), conclusion)


def _once(binders: tuple[Binder, ...]) -> tuple[Binder, ...]:
    return tuple(dict.fromkeys(binders))


def _quantified(name: str) -> tuple[Binder, ...]:
    if name not in _QUANTIFIED:
        raise NotInCoq(f"the quantifier {name} has no translation")
    return _QUANTIFIED[name]


def _supposed(terms: Terms, given: Given, label: str) -> list[Binder]:
    """The suppositions of a hypothesis, each by its relation."""
    if isinstance(given, str):
        if given in _HYPOTHESES:
            return list(_HYPOTHESES[given])
        name = re.sub(r"\W+", "_", given.replace(">=", "ge").replace("==", "eq").replace(">", "gt").replace("*", "s"))
        return [Binder(name, _relation(terms, one)) for one in HYPOTHESES[given].relations]
    return [Binder(label, _relation(terms, given))]


def _relation(terms: Terms, relation: Relation) -> str:
    """A relation between numbers, between natural numbers, or an equation between matrices."""
    left, op, right = ((relation.rhs, relation.flipped().op, relation.lhs) if relation.op in (">=", ">")
                       else (relation.lhs, relation.op, relation.rhs))
    if op not in _ORDER:
        raise NotInCoq(f"the relation {relation.op} has no translation")
    if getattr(left, "is_Matrix", False) or isinstance(left, sp.MatrixExpr):
        return f"{terms.matrix(left)} {_ORDER[op]} {terms.matrix(right)}"
    if of_depth(left) and of_depth(right):
        return f"({terms.natural(left)} {_ORDER[op]} {terms.natural(right)})%N"
    return f"{terms.scalar(left)} {_ORDER[op]} {terms.scalar(right)}"


_SHARPNESS = {Q.S: "sharpness_le L Sigma ws W p", Q.S_min: "sharpness_le L Sigma ws W p",
              Q.S_rescaled: "sharpness_le L Sigma ws (rescale gamma W) p"}


def _conclusion(terms: Terms, small: sp.Basic, op: str, large: sp.Basic) -> tuple[list[Binder], str]:
    """What is concluded, and the variables and suppositions that the reading by bounds adds."""
    if small in _SHARPNESS and op == "<=":
        return [], f"{_SHARPNESS[small]} {operand(terms.scalar(large), ' ')}"
    if large in _SHARPNESS and op == "<=":
        bound = [Binder("s", "R", False), Binder("s_ge0", "0 <= s"), Binder("sP", f"{_SHARPNESS[large]} s")]
        found = _rayleigh(terms, small)
        if found is None:
            return [bound[0], bound[2]], f"{terms.scalar(small)} <= s"
        return [*bound, Binder("x", "'cV[R]_(d 0%N)", False)], found
    if small in _SHARPNESS and op == "==":
        found = _rayleigh(terms, large)
        bounded = f"{terms.scalar(large)} <= s" if found is None else f"(forall x, {found})"
        return [], f"forall s, 0 <= s -> ({_SHARPNESS[small]} s <-> {bounded})"
    if isinstance(small, sp.Pow) and isinstance(small.base, second_singular) and small.exp == 2 and op == "<=":
        return _second_singular(terms, small.base.args[0], large)
    return [], _relation(terms, Relation(small, op, large))


def _rayleigh(terms: Terms, x: sp.Expr) -> str | None:
    """That ``s`` is a bound of ``x``, if ``x`` is a multiple of one largest eigenvalue: by its Rayleigh quotients.

    ``lambda_max(Sigma^{1/2} A Sigma^{1/2})`` has at ``z = Sigma^{1/2} x`` the form ``(Sigma x)^T A (Sigma x)``, and
    ``|z|^2`` is ``x^T Sigma x``.
    """
    tops = [*x.atoms(weighted_top), *(x.free_symbols & {Q.lambda_max})]
    if len(tops) != 1 or (x / tops[0]).has(tops[0]):
        return None
    factor = x / tops[0]
    count = "" if factor == 1 else f"{operand(terms.scalar(factor), '+-')} * "
    if tops[0] == Q.lambda_max:
        return f"{count}dot x (Sigma *m x) <= s * dot x x"
    return f"{count}{terms.form(tops[0].args[0], '(Sigma *m x)')} <= s * dot x (Sigma *m x)"


def _second_singular(terms: Terms, matrix: sp.Basic, large: sp.Basic) -> tuple[list[Binder], str]:
    """The second largest singular value is the largest ``t`` with ``t |v| <= |A v|`` on a plane, here squared."""
    columns = operand(terms.matrix(matrix), "*")
    vector = "'cV[R]_(d k)"
    return [Binder("t", "R", False), Binder("x", vector, False), Binder("y", vector, False),
            Binder("plane", "forall a b, a *: x + b *: y = 0 -> a = 0 /\\ b = 0"),
            Binder("tP", "forall a b, let v := a *: x + b *: y in "
                         f"t * dot v v <= dot ({columns} *m v) ({columns} *m v)")], f"t <= {terms.scalar(large)}"


def _witnessed(obligation: Obligation, conclusion: str) -> str:
    """That some minimizer exists with that property; of the aligned ones, one with ``|q_1|^2 = r``."""
    parts = [f"Sigma *m {REGRESSOR} = Sigma *m ws", conclusion]
    if obligation.space == "aligned":
        parts = ["is_aligned L ws W p", parts[0], "dot (q L W p 1) (q L W p 1) = r", conclusion]
    return f"exists W : layers R d, [/\\ {', '.join(parts[:-1])} & {parts[-1]}]"
