"""Certificates: trees, witnesses, their format, how they are made."""
