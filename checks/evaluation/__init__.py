"""An expression, evaluated on one instance or on many.

A word of the vocabulary is evaluated by its definition; what has none, or a shortcut, is in :mod:`.bindings`.
"""

from . import bindings as bindings
