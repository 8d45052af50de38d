"""Exact arithmetic has no steady pace, so Hypothesis must not time single examples."""

from hypothesis import settings

settings.register_profile("exact", settings(), deadline=None)
settings.load_profile("exact")
