"""What a statement is made of: nodes, relations, quantities, hypotheses, quantifiers, obligations and claims.

The symbols of the built-in theory (``E``, ``L``, ``S_min`` ...) are the names of the module ``quantities``.
"""

from . import quantities
from .claim import Claim, Kind, Origin
from .hypotheses import HYPOTHESES, Hypothesis, meaning, stated
from .mutants import Side, assuming, at_path, operator, scaled, swapped, without
from .nodes import (
    Largest,
    LayerMatrix,
    Maximum,
    Minimum,
    OfMatrix,
    SubProduct,
    dot,
    family,
    norm_squared,
    weighted_top,
    width,
)
from .norms import GramPower, least_singular, second_singular, spectral, weighted_bottom
from .obligation import Given, Mutant, Obligation
from .quantifiers import QUANTIFIERS, VARIABLES, Quantifier
from .quantities import SYMBOL_NAMES, VOCABULARY, Owner, Quantity, kernel_form, quantity
from .relation import FLIPPED, LATEX_OPS, Relation

__all__ = [
    "FLIPPED",
    "HYPOTHESES",
    "LATEX_OPS",
    "QUANTIFIERS",
    "SYMBOL_NAMES",
    "VARIABLES",
    "VOCABULARY",
    "Claim",
    "Given",
    "GramPower",
    "Hypothesis",
    "Kind",
    "Largest",
    "LayerMatrix",
    "Maximum",
    "Minimum",
    "Mutant",
    "Obligation",
    "OfMatrix",
    "Origin",
    "Owner",
    "Quantifier",
    "Quantity",
    "Relation",
    "Side",
    "SubProduct",
    "assuming",
    "at_path",
    "dot",
    "family",
    "kernel_form",
    "least_singular",
    "meaning",
    "norm_squared",
    "operator",
    "quantities",
    "quantity",
    "scaled",
    "second_singular",
    "spectral",
    "stated",
    "swapped",
    "weighted_bottom",
    "weighted_top",
    "width",
    "without",
]
