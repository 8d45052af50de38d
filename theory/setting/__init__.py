"""The words of the built-in setting, and what its derivations may suppose.

The symbols of each part of the setting are the names of the modules ``network``, ``flow``, ``residual`` and
``initial_value``. ``DEFINED`` holds the definitions of all parts.
"""

from .dependence import EVERYTHING, depends, hidden, source
from .network import Defined
from .residual import DEFINED

__all__ = ["DEFINED", "EVERYTHING", "Defined", "depends", "hidden", "source"]
