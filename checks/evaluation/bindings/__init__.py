"""The numbers that names of the built-in setting stand for."""
