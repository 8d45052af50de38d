"""The normal form of matrix words and powers, and what hypotheses allow."""

from .algebra import POSITIVE_ENERGY, Algebra, Judgment, oriented, preparation
from .layer_ranges import INDICES, Ranges, bound, first_layer, i, throughout
from .normal_form import Normalizer, NotNormal
from .powers import cancelled, is_nonnegative, is_positive, is_zero, power_form
from .words import SYMMETRIC, M_rescaled, Sigma_half, Z, is_matrix

__all__ = [
    "INDICES", "POSITIVE_ENERGY", "SYMMETRIC", "Algebra", "Judgment", "M_rescaled", "Normalizer", "NotNormal", "Ranges",
    "Sigma_half", "Z", "bound", "cancelled", "first_layer", "i", "is_matrix", "is_nonnegative", "is_positive",
    "is_zero", "oriented", "power_form", "preparation", "throughout",
]
