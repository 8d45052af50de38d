"""What the statements of every theory are made of, beside the words of its setting."""

from sympy import Abs, Max, Min, Rational, Sum, exp, log, sqrt

from .theory.language.calculus import Expectation, Gradient, Hessian
from .theory.language.matrices import Inverse, hadamard, kronecker, solve
from .theory.language.matrix_numbers import (
    determinant,
    dot,
    largest_eigenvalue,
    norm_squared,
    nuclear_norm,
    singular_value,
    smallest_eigenvalue,
    spectral_norm,
    trace,
)
from .theory.language.matrix_series import matrix_product, matrix_sum

__all__ = [
    "Abs", "Expectation", "Gradient", "Hessian", "Inverse", "Max", "Min", "Rational", "Sum", "determinant", "dot",
    "exp", "hadamard", "kronecker", "largest_eigenvalue", "log", "matrix_product", "matrix_sum", "norm_squared",
    "nuclear_norm", "singular_value", "smallest_eigenvalue", "solve", "spectral_norm", "sqrt", "trace",
]
