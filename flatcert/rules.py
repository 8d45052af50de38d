"""The rules of inference that are called with named arguments: ``weighted_means(p, x, y, 2)`` adds a step to ``p``.

Each rule computes its conclusion. Where the author chooses the form, the rule takes the wanted relation as ``to``,
and refuses a relation that does not follow.
"""

from .theory.proof.rules.calculus import convexity, differentiate, limit, minimize
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
from .theory.proof.rules.sums import exchange_sums, recursion, taylor_coefficient, telescope, term_by_term

__all__ = [
    "antisymmetry", "cases", "cauchy_schwarz", "chain", "convexity", "differentiate", "eigenvector_update",
    "every_direction", "exchange_sums", "gram", "hypothesis", "identity", "larger", "limit", "means", "minimize",
    "monotone", "monotone_eigenvalue", "multiple_of_identity", "pencil", "polarization", "positive_factor", "power",
    "rank_one_update", "rayleigh", "recursion", "rewrite", "root_kernel", "scale", "sign", "specialize",
    "taylor_coefficient", "telescope", "term_by_term", "trace_form", "weighted_means",
]
