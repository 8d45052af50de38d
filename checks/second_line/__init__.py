"""The second line: no step of a derivation contradicts an exact instance."""
