"""The Hypothesis profile of the property-based suite, for ``pytest --pyargs flatcert`` too."""

from ..instances.profiles import load

load()
