"""What a user brings: a table of numbers, weights, and the setup of a gradient flow made of both.

All input is read exactly. Input that cannot be used is refused by a DataError of one sentence.
"""

from .gaussian import GaussianData, gaussian_regression
from .reading import Reading, column_names
from .setup import Setup, gaussian_network, problem_of, set_up
from .table import Table, parse_table, read_source, read_table
from .text_files import read_text, there
from .weights import check_inputs, read_weights

__all__ = [
    "GaussianData", "Reading", "Setup", "Table", "check_inputs", "column_names", "gaussian_network",
    "gaussian_regression", "parse_table", "problem_of", "read_source", "read_table", "read_text", "read_weights",
    "set_up", "there",
]
