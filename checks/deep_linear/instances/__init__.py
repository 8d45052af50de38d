"""Exact instances of networks: random and written down, by name, and as text.

An instance has a family, a seed and an index. An obligation draws from a space, which is a list of families.
``strategies`` serves property-based tests. The functions ``instance`` and ``pool`` are in the module ``pool``: handed
on here, they would hide the modules of their names.
"""

from .as_text import named, read
from .instance import Instance, make
from .spaces import FAMILIES, SPACES

__all__ = ["FAMILIES", "SPACES", "Instance", "make", "named", "read"]
