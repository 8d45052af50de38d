"""The words of the vocabulary on one network or on many. What has no definition, or a shortcut, is in ``bindings``."""

from . import bindings as bindings
