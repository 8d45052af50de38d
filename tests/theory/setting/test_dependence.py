"""What words depend on: declared on each, computed for expressions, everything where nothing is declared."""

from __future__ import annotations

import pytest
import sympy as sp

from flatcert.theory.language import quantities as Q
from flatcert.theory.language.hypotheses import HYPOTHESES as NAMED
from flatcert.theory.language.nodes import LayerMatrix, Minimum, Relation, SubProduct, width
from flatcert.theory.language.norms import GramPower
from flatcert.theory.language.quantities import VOCABULARY, Owner
from flatcert.theory.proof.rules.gradient_flow import FIXED
from flatcert.theory.proof.rules.infima import THE_SAME
from flatcert.theory.setting import flow
from flatcert.theory.setting import initial_value as trajectories
from flatcert.theory.setting import network as setting
from flatcert.theory.setting.dependence import EVERYTHING, FAMILIES, SYMBOLS, depends, hidden, source
from flatcert.theory.setting.residual import DEFINED

HYPOTHESES = sorted(NAMED)
WORDS = {x.name: x for x in SYMBOLS if isinstance(x, sp.Symbol | sp.MatrixSymbol)} | {
    name: LayerMatrix(name, Q.k) for name in FAMILIES if name not in ("H", "G")}


def owned(*owners: Owner) -> set[str]:
    return {name for name, x in VOCABULARY.items() if x.belongs in owners}


def among(*allowed: str) -> set[str]:
    """The words of the vocabulary that depend on nothing else."""
    return {name for name, x in VOCABULARY.items() if depends(x.symbol) <= set(allowed)}


def showing(variable: str) -> set[str]:
    """The words that depend on a variable, the variable itself and what carries its name as an index left out."""
    return {name for name, x in WORDS.items() if name != variable and variable in depends(x, but=(Q.k,))}


def test_what_is_the_same_for_all_weights() -> None:
    """The list of symbols that a bound on an infimum could contain, before dependence was declared."""
    before = owned("problem", "depth", "quantifier") - {"Xi"}
    assert {x for x in among(*THE_SAME) if x in VOCABULARY} == before
    assert {name for name in VOCABULARY if "weights" in depends(VOCABULARY[name].symbol)} == owned("weights", "layer")


def test_what_does_not_change_along_the_flow() -> None:
    initial = {"risk_gap_0", "alpha_sub_0", "beta_sub_0", "alpha_ends_0"}
    assert among(*FIXED) == owned("problem", "depth") | initial
    assert not depends(Q.Delta) <= FIXED  # conserved, but for a reason that the rules ask for


def test_which_hypotheses_are_about_some_weights() -> None:
    """The lists of names that the rules about infima and about the flow had, and ``minimizer`` and ``aligned``."""
    about = {name for name in HYPOTHESES if "weights" in depends(name)}
    assert about == {"q_1 != 0", "balanced", "w == w*", "w along w*", "W == 0", "W != 0", "minimizer", "aligned"}
    lasting = {name for name in HYPOTHESES if depends(name) <= FIXED}
    assert lasting == {"plain", "E > 0", "L == 1", "L >= 2", "L >= 3", "w* eigenvector", "square"}
    assert depends("very sharp") == EVERYTHING == depends(Relation(sp.Symbol("S"), ">", 0))


def test_what_hides_a_variable() -> None:
    """The lists of names that hid a layer, a direction, a vector, a factor or the time along a direction."""
    of_one_layer = {"w_layer", "risk_layer", "rest_layer", "rest_adjoint"}
    assert {name for name in showing("k") if not isinstance(WORDS[name], LayerMatrix)} == of_one_layer
    assert showing("u") == {"adjoint", "rest_adjoint"}
    assert showing("Xi") == {
        "w_dot", "w_ddot", "slope", "curvature", "q_dot", "q_ddot", "q_rest", "w_moved", "w_layer", "risk_moved",
        "risk_layer", "rest", "rest_layer", "rest_adjoint", "w_rest", "w_dot_shrunk", "w_ddot_shrunk",
        "curvature_shrunk"}
    remainders = {"rest", "rest_layer", "rest_adjoint", "w_rest", "q_rest", "D_rest", "W_rest"}
    assert showing("t") == remainders | {"risk_moved", "risk_layer", "w_moved", "w_layer"}
    rescaled = {"S_rescaled", "w_rescaled", "M_rescaled", "step_determinant"}
    assert showing("gamma") == rescaled | {"P_scaled", "q_scaled"}
    assert showing("s") == {"W_shrunk", "P_shrunk", "q_shrunk", "w_dot_shrunk", "w_ddot_shrunk", "curvature_shrunk",
                            "g_shrunk"}
    assert showing("z") == {"direction", "alpha", "tau"} and showing("Z") == {"alpha_Z", "tau_Z"}
    assert showing("eta") == {"S_flat", "step_determinant", "step_determinant_zero"}


@pytest.mark.parametrize("name", [name for name, x in DEFINED.items() if x.relation.op == "==" and isinstance(
    x.relation.lhs, sp.Symbol | sp.MatrixSymbol | LayerMatrix) and not {"aligned", "balanced"} & {*x.needs}])
def test_a_word_depends_on_what_its_definition_depends_on(name: str) -> None:
    """The aligned weights are chosen, so their definition says nothing of the word; and ``S_balanced`` is the sharpness
    of any balanced weights, whose hypotheses depend on the weights.
    """
    relation = DEFINED[name].relation
    assert depends(relation.rhs) <= depends(relation.lhs)


def test_bound_variables_do_not_vary_outside() -> None:
    assert "r" not in depends(Minimum(Q.r * Q.lambda_max + 1 / Q.r, Q.r))
    assert "k" not in depends(sp.Sum(sp.Trace(LayerMatrix("W", Q.k)), (Q.k, 1, Q.L)))
    assert hidden(Q.k, setting.risk_layer) and not hidden(Q.k, LayerMatrix("W", Q.k))
    assert hidden(Q.time, Q.risk_gap) and not hidden(Q.time, Q.risk_gap_0 * sp.exp(-Q.time))
    assert source(Q.time) == {"time", "weights"}


def test_what_nobody_declared_depends_on_everything() -> None:
    unknown = sp.Function("f")
    for expr in (sp.Symbol("E"), sp.MatrixSymbol("W", 2, 2), LayerMatrix("V", 1), unknown(Q.k), unknown(Q.r) + 1,
                 sp.Integral(Q.r, (Q.r, 0, 1)), sp.Symbol("lambda_max", real=True)):
        assert depends(expr) == EVERYTHING
    assert depends(SubProduct(1, Q.k)) == depends(LayerMatrix("W", Q.k)) == depends(GramPower("H", Q.k, 2))
    assert depends(width(0)) <= {"problem", "depth"}
    assert depends(trajectories.x) == {"x", "time", "problem", "depth", "weights"}
    assert depends(flow.margin) == depends(Q.theta)
