"""Words are declared once: what a declaration computes, and what it refuses."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim, Obligation
from flatcert.theory.language.hypotheses import HYPOTHESES, stated
from flatcert.theory.language.nodes import Largest, LayerMatrix, Relation, dot
from flatcert.theory.language.norms import spectral
from flatcert.theory.language.quantifiers import QUANTIFIERS, VARIABLES
from flatcert.theory.language.quantities import VOCABULARY, quantity
from flatcert.theory.setting.dependence import depends
from flatcert.theory.typeset.notation import network_notation

DEFINED = [name for name, word in VOCABULARY.items() if word.definition is not None]


@pytest.fixture
def vocabulary(monkeypatch: pytest.MonkeyPatch) -> dict[str, Q.Quantity]:
    """A vocabulary of which nothing remains."""
    mine = dict(VOCABULARY)
    monkeypatch.setattr(Q, "VOCABULARY", mine)
    return mine


@pytest.mark.parametrize("name", DEFINED)
def test_a_word_depends_on_what_its_definition_depends_on(name: str) -> None:
    """The language computes it when the word is declared, the setting for any expression."""
    word = VOCABULARY[name]
    assert word.definition is not None
    own = {name} if word.belongs == "quantifier" else set()
    assert word.depends == depends(word.definition, but=(Q.k,) if isinstance(word.symbol, LayerMatrix) else ()) | own


def test_what_depends_on_what() -> None:
    of = {name: set(VOCABULARY[name].depends) for name in VOCABULARY}
    problem, weights = {"problem"}, {"problem", "depth", "weights"}
    assert [of[x] for x in ("a", "kappa", "lambda_max", "d")] == [problem] * 4
    assert [of[x] for x in ("norm_p", "S_min")] == [{"problem", "depth"}] * 2
    assert [of[x] for x in ("theta", "alpha_ends", "norm_gradient", "h", "D")] == [weights] * 5
    assert of["alpha_ends_0"] == of["risk_gap_0"] == {"problem", "depth", "initialization"}
    assert of["alpha"] == {"problem", "z", "alpha"}


def test_a_new_word(vocabulary: dict[str, Q.Quantity]) -> None:
    symbol = quantity("stretch", sp.Symbol("stretch"), "s", "largest norm of a layer over the norm of w*", "weights",
                      Largest(spectral(LayerMatrix("W", Q.k)), (Q.k, 1, Q.L)) / Q.norm_w)
    word = vocabulary["stretch"]
    assert (word.symbol, word.depends) == (symbol, {"problem", "depth", "weights"})
    assert word.stipulation.lhs == symbol * Q.norm_w and not word.in_conjectures
    assert word.spelled.has(dot(Q.w_star, Q.w_star)) and not word.spelled.has(Q.norm_w)


def test_what_is_no_declaration(vocabulary: dict[str, Q.Quantity]) -> None:
    before = dict(vocabulary)
    with pytest.raises(ValueError, match="'E' is declared twice"):
        quantity("E", sp.Symbol("E"), "E", "another", "problem")
    for unknown in (sp.Symbol("nobody"), LayerMatrix("V", Q.k), sp.Symbol("W"), sp.MatrixSymbol("E", 1, 1)):
        with pytest.raises(ValueError, match="is not declared"):
            quantity("new", sp.Symbol("new"), "n", "of an unknown word", "problem", Q.E + sp.Function("f")(unknown))
    assert vocabulary == before
    with pytest.raises(KeyError, match="S_min"):
        assert VOCABULARY["S_min"].spelled
    with pytest.raises(ValueError, match="S_min is a primitive"):
        assert VOCABULARY["S_min"].stipulation


def test_definitions_name_what_was_declared_before() -> None:
    """So there is no cycle."""
    order = list(VOCABULARY)
    for name in DEFINED:
        definition = VOCABULARY[name].definition
        assert definition is not None
        named = {x.name for x in definition.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix)}
        assert all(order.index(x) < order.index(name) for x in named)


def test_hypotheses_and_quantifiers() -> None:
    assert set(HYPOTHESES) - set(stated()) == {"W != 0", "W == 0", "aligned", "planted"}
    assert all(one.relations for one in stated().values())
    assert [name for name, one in stated().items() if one.meaning is None] == ["w along w*"]
    assert set(VOCABULARY) >= VARIABLES and "z" not in VARIABLES
    for quantifier in QUANTIFIERS.values():
        named = {x.name for one in quantifier.within for side in (one.lhs, one.rhs) for x in side.free_symbols}
        assert named <= {x.name for x in quantifier.binds} | {"L", "Sigma", "d"}


@pytest.mark.parametrize("what", [{"given": ("very sharp",)}, {"given": ("aligned",)}, {"over": ("q",)}])
def test_claims_speak_of_declared_words_only(what: dict[str, tuple[str, ...]]) -> None:
    obligation = Obligation("any", Relation(Q.S, ">", 0), **what)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown hypothesis or quantifier"):
        Claim("x", "title", (obligation,))


def test_the_notation_prints_the_definitions_of_the_words_that_occur() -> None:
    text = network_notation(set(VOCABULARY))
    assert r"$E = \langle w^{*},\, \Sigma w^{*} \rangle$" in text and r"$\kappa = \frac{\Lambda}{\lambda}$" in text
    assert r"\sigma_{\max} = \max_{1 \le k \le L} \lVert W_{k} \rVert_2" in text and not re.search(r"<\w+>", text)
    assert r"\sigma_{\min} = \min_{1 \le k \le L}" in text
    few = network_notation({"E"})
    assert "energy" in few and "covariance" in few and "network" not in few and "condition number" not in few
