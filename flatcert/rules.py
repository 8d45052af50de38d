"""The rules of inference that are called with named arguments: ``weighted_means(p, x, y, 2)`` adds a step to ``p``.

Each rule computes its conclusion. Where the author chooses the form, the rule takes the wanted relation as ``to``,
and refuses a relation that does not follow.
"""

from .theory.proof.rules.calculus import convexity, differentiate, limit, minimize
from .theory.proof.rules.differential_equations import (
    eliminate,
    explicit_derivative,
    half_angle,
    increasing,
    separate,
    solve,
    uniqueness,
)
from .theory.proof.rules.eigenvalues import (
    eigenvector_update,
    every_direction,
    gram,
    larger,
    monotone_eigenvalue,
    multiple_of_identity,
    pencil,
    polarization,
    rank_one_update,
    rayleigh,
    root_kernel,
    trace_form,
)
from .theory.proof.rules.generic_entries import generic_entries
from .theory.proof.rules.gradient_flow import flow_length, gronwall, positive_product, sine_bound, square_root
from .theory.proof.rules.inequalities import (
    cauchy_schwarz,
    means,
    monotone,
    positive_factor,
    power,
    scale,
    sign,
    weighted_means,
)
from .theory.proof.rules.logic import antisymmetry, cases, chain, hypothesis, identity, rewrite, specialize
from .theory.proof.rules.power_series import (
    compare_series,
    gauss_series,
    geometric_series,
    squeeze,
    termwise_derivative,
)
from .theory.proof.rules.rank import hessian_rank
from .theory.proof.rules.sums import exchange_sums, recursion, taylor_coefficient, telescope, term_by_term

__all__ = [
    "antisymmetry", "cases", "cauchy_schwarz", "chain", "compare_series", "convexity", "differentiate",
    "eigenvector_update", "eliminate", "every_direction", "exchange_sums", "explicit_derivative", "flow_length",
    "gauss_series", "generic_entries", "geometric_series", "gram", "gronwall", "half_angle", "hessian_rank",
    "hypothesis", "identity", "increasing", "larger", "limit", "means", "minimize", "monotone", "monotone_eigenvalue",
    "multiple_of_identity", "pencil", "polarization", "positive_factor", "positive_product", "power",
    "rank_one_update", "rayleigh", "recursion", "rewrite", "root_kernel", "scale", "separate", "sign", "sine_bound",
    "solve", "specialize", "square_root", "squeeze", "taylor_coefficient", "telescope", "term_by_term",
    "termwise_derivative", "trace_form", "uniqueness", "weighted_means",
]
