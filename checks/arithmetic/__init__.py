"""The kinds of number in which statements are evaluated: floats, balls, exact numbers, prime fields, stacks of floats.

A kind of number is a :class:`Ring`. ``decimals`` reads the decimals of data files.
"""

from .exact import Exact, Undecidable
from .exact_ring import ExactRing
from .field import PRIME, FieldRing, RationalRing
from .ring import AnyRing, Ring
from .rings import BallRing, FloatRing
from .stacks import Stack, StackRing

__all__ = ["PRIME", "AnyRing", "BallRing", "Exact", "ExactRing", "FieldRing", "FloatRing", "RationalRing", "Ring",
           "Stack", "StackRing", "Undecidable"]
