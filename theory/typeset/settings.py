"""What the words of a document mean: the section on the deep linear networks, and one for each theory of one's own."""

from __future__ import annotations

import re

import sympy as sp

from ..language.hypotheses import Hypothesis
from ..language.kinds import Entries, Kind, Structure
from ..language.quantities import VOCABULARY, Quantity
from ..language.setting import DEEP_LINEAR
from ..library import Library
from .formulas import formula, prose, statement
from .tex_text import tex_text

_SETTING = r"""\section*{Setting}
$R(W) = \lVert y - Xw \rVert^2 / n$ for a deep linear network of depth $L$ with layers
$W_k \in \mathbb{R}^{d_k \times d_{k-1}}$, $d_0 = d$, a fixed read-out $p \ne 0$ ($p = 1$ for the plain model)
and regressor $w = W_1^{\top} \cdots W_L^{\top} p$;
$\Sigma = X^{\top} X / n$ with extreme eigenvalues $\lambda \le \Lambda$; $w^{*}$ is the least-squares regressor of
minimum norm, $v = \Sigma^{1/2} w^{*}$, <E>, <a>, <b>; $P_k = W_k \cdots W_1$,
$q_k = W_{k+1}^{\top} \cdots W_L^{\top} p$, <g>, <h>;
$M = \sum_k \lVert q_k \rVert^2 P_{k-1}^{\top} P_{k-1}$. $S$ is the largest eigenvalue of the Hessian of $R$; a
minimizer is any $W$ with $\Sigma w = \Sigma w^{*}$, and $S_{\min}$ is the infimum of $S$ over the minimizers.

Gradient flow is $\dot W_k = -\nabla_{W_k} R$, and a dot a derivative along it. $\lambda_{+}$ is the smallest
positive eigenvalue of $\Sigma$, <kappa>; $\lVert \cdot \rVert_2$ is the spectral norm and
$s_2$ the second singular value, <sigma_max>, and $u_k$, $v_k$ are top left and right singular vectors of $W_k$;
<D>, <Delta>, <theta>. Where $w^{*}$ is an eigenvector of $\Sigma$, $e$ is its eigenvalue.

Of residual networks all layers are square, $W_k = I + s (d L)^{-1/2} N_k$ with standard Gaussian $N_k$ at the
initialization, and $p$ is fixed. $\alpha \le 1 \le \beta$ are the tightest bounds on the singular values of all
products $W_k \cdots W_j$ of consecutive layers, $\hat\alpha \le 1$ that from below of $P_k$ for $k < L$ and of
$\lVert q_k \rVert / \lVert p \rVert$ for $k \ge 1$; an index $0$ says at the initialization.
$\delta(k) = \lVert W_k(t) - W_k(0) \rVert_F$, and $\epsilon(j, k)$ is the spectral norm of the change of
$W_k \cdots W_j$.
"""
CHECKED = "Where a theorem in Coq is named, the statement is machine-checked; the implementation is not."


def setting() -> str:
    """What the words mean: the text of :data:`_SETTING`, with the definition of each word that it names."""
    return re.sub(r"<(\w+)>", lambda found: _definition(VOCABULARY[found[1]]), _SETTING)


def _definition(word: Quantity) -> str:
    return f"${formula(word.symbol)} = {formula(word.definition)}$"


def own_words(library: Library) -> str:
    """The section on a theory of one's own: its data, and its words and hypotheses with their definitions."""
    setting, about = library.setting, library.about
    data = [] if setting is DEEP_LINEAR else [
        f"The data are {'; '.join(_datum(name, kind, setting[name]) for name, kind in setting.data.items())}."]
    words = [_word(setting.words[name]) for name in about.words]
    hypotheses = [_hypothesis(setting.hypotheses[name]) for name in about.hypotheses]
    parts = [rf"\section*{{{prose(about.name[:1].upper() + about.name[1:])}}}", *data]
    for title, items in (("Words", words), ("Hypotheses", hypotheses)):
        if items:
            parts += [rf"\paragraph{{{title}}}", r"\begin{description}", *items, r"\end{description}"]
    return "\n".join(parts) if data or words or hypotheses else ""


def _word(word: Quantity) -> str:
    """A word with its definition and its meaning."""
    symbol = formula(word.symbol)
    equation = "" if word.definition is None else rf"\fit[0.9\linewidth]{{{symbol} = {formula(word.definition)}}}: "
    return rf"\item[${symbol}$] {equation}{prose(word.meaning)}."


def _hypothesis(one: Hypothesis) -> str:
    """A hypothesis with the relations that it states."""
    return rf"\item[{tex_text(one.name)}] " + ", ".join(f"${statement(relation)}$" for relation in one.relations) + "."


_ENTRIES = {Entries.REAL: "", Entries.INTEGER: "integers", Entries.NONNEGATIVE: "at least $0$",
            Entries.POSITIVE: "above $0$", Entries.SIGN: "signs"}


def _datum(name: str, kind: Kind, symbol: object) -> str:
    """A datum with its shape, what its entries are and what it satisfies."""
    index = kind.index
    shown = formula(symbol(index.symbol) if index is not None and callable(symbol) else sp.sympify(symbol))
    sizes = r" \times ".join(map(formula, kind.sizes))
    where = rf"${shown} \in \mathbb{{R}}" + (rf"^{{{sizes}}}$" if sizes else "$")
    rest = [_ENTRIES[kind.entries], "" if kind.structure is Structure.NONE else str(kind.structure)]
    if index is not None:
        rest.append(rf"for ${formula(index.symbol)} = {formula(index.low)}, \dots, {formula(index.high)}$")
    return ", ".join([where, *filter(None, rest)])
