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
    at_vector,
    commuting,
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
    semidefinite,
    trace_form,
    trace_of_eigenvalues,
    zero_vector,
)
from .theory.proof.rules.extremes import all_of_several, by_order, one_of_several
from .theory.proof.rules.generic_entries import generic_entries
from .theory.proof.rules.gradient_flow import flow_length, gronwall, sine_bound, square_root
from .theory.proof.rules.gram_powers import (
    any_order,
    gram_power,
    growth,
    largest,
    largest_root,
    part_of_sum,
    power_difference,
    smallest,
    split_sum,
    top_power,
    zero_or_not,
    zeroth_power,
)
from .theory.proof.rules.inequalities import (
    bernstein,
    cauchy_schwarz,
    means,
    monotone,
    positive_factor,
    power,
    product,
    scale,
    sign,
    sturm,
    weighted_means,
    weighted_sum,
)
from .theory.proof.rules.infima import (
    at_minimum,
    balanced_minimizers,
    choose_direction,
    exhibited_minimizer,
    infimum,
    least,
    minimax,
    minimum_is_below,
    nearly_flattest,
    no_eigenvalue_one,
    rank_one,
    top_direction,
    transfer,
    zero_form,
)
from .theory.proof.rules.logic import antisymmetry, cases, chain, cut, hypothesis, identity, rewrite, specialize
from .theory.proof.rules.power_series import (
    compare_series,
    gauss_series,
    geometric_series,
    squeeze,
    termwise_derivative,
)
from .theory.proof.rules.rank import hessian_rank
from .theory.proof.rules.singular_vectors import quadratic_form, spectral_split
from .theory.proof.rules.spectral_norms import (
    absolute_value,
    dimension_one,
    gram_difference,
    least_eigenvalue,
    least_positive,
    least_rayleigh,
    operator_norm,
    positive_spectrum,
    rank_one_layer,
    single_row,
)
from .theory.proof.rules.sub_products import (
    expansion,
    exponential,
    exponential_product,
    quadratic_mean,
    singular_values,
    stay_close,
    sub_product,
)
from .theory.proof.rules.sums import exchange_sums, recursion, taylor_coefficient, telescope, term_by_term

__all__ = [
    "absolute_value", "all_of_several", "antisymmetry", "any_order", "at_minimum", "at_vector", "balanced_minimizers",
    "bernstein", "by_order", "cases", "cauchy_schwarz", "chain", "choose_direction", "commuting", "compare_series",
    "convexity", "cut", "differentiate", "dimension_one", "eigenvector_update", "eliminate", "every_direction",
    "exchange_sums", "exhibited_minimizer", "expansion", "explicit_derivative", "exponential", "exponential_product",
    "flow_length", "gauss_series", "generic_entries", "geometric_series", "gram", "gram_difference", "gram_power",
    "gronwall", "growth", "half_angle", "hessian_rank", "hypothesis", "identity", "increasing", "infimum", "larger",
    "largest", "largest_root", "least", "least_eigenvalue", "least_positive", "least_rayleigh", "limit", "means",
    "minimax", "minimize", "minimum_is_below", "monotone", "monotone_eigenvalue", "multiple_of_identity",
    "nearly_flattest", "no_eigenvalue_one", "one_of_several", "operator_norm", "part_of_sum", "pencil", "polarization",
    "positive_factor", "positive_spectrum", "power", "power_difference", "product", "quadratic_form", "quadratic_mean",
    "rank_one", "rank_one_layer", "rank_one_update", "rayleigh", "recursion", "rewrite", "root_kernel", "scale",
    "semidefinite", "separate", "sign", "sine_bound", "single_row", "singular_values", "smallest", "solve",
    "specialize", "spectral_split", "split_sum", "square_root", "squeeze", "stay_close", "sturm", "sub_product",
    "taylor_coefficient", "telescope", "term_by_term", "termwise_derivative", "top_direction", "top_power",
    "trace_form", "trace_of_eigenvalues", "transfer", "uniqueness", "weighted_means", "weighted_sum", "zero_form",
    "zero_or_not", "zero_vector", "zeroth_power",
]
