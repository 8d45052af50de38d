"""Tests of a theory for pytest: ``test_theory = property_tests(theory)``."""

from .checks.verifying.pytest_items import property_tests

__all__ = ["property_tests"]
