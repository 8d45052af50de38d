"""The numbers that primitives of the built-in setting stand for, and shortcuts: bound when they are imported."""

from . import flow as flow
from . import network as network
from . import residual as residual
