"""The Hypothesis profile of all tests; ``FLATCERT_PROFILE`` chooses it."""

from flatcert.checks.instances.profiles import load

load()
