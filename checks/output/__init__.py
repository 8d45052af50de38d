"""What users see and keep: sentences, numbers as text, tables, JSON, pictures, files.

This page hands on the words that load nothing but the standard library. The others are in modules named after them:
`intervals` and `json_values` load FLINT, `console` and `tables` Rich, `plotting` Matplotlib.
"""

from .exit_codes import INTERNAL, OK, REFUTED, UNDECIDED, USAGE, exit_code
from .messages import DataError, Inconclusive, plain, quoted, shortened

__all__ = [
    "INTERNAL", "OK", "REFUTED", "UNDECIDED", "USAGE", "DataError", "Inconclusive", "exit_code", "plain", "quoted",
    "shortened",
]
