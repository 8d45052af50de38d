"""Exact instances: random and written down, by name, and as text.

An instance has a family, a seed and an index. An obligation draws from a space, which is a list of families.
``strategies`` and ``profiles`` serve property-based tests. The functions ``instance`` and ``pool`` are in the module
``pool``: handed on here, they would hide the modules of their names.
"""

from .as_text import named, read
from .family import Family
from .instance import Instance, make
from .spaces import FAMILIES, SPACES
from .spelling import spelled

__all__ = ["FAMILIES", "SPACES", "Family", "Instance", "make", "named", "read", "spelled"]
