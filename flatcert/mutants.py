"""False statements next to a true one: what a test of a theorem must notice."""

from .theory.language.mutants import AUTOMATIC, at_path, operator, scaled, swapped, without

__all__ = ["AUTOMATIC", "at_path", "operator", "scaled", "swapped", "without"]
