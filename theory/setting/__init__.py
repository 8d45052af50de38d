"""The words of the built-in setting, what they depend on, and what a derivation may start from."""
