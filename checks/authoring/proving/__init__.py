"""The search for proofs: `auto` looks for a derivation by the public rules, and the kernel alone accepts it."""
