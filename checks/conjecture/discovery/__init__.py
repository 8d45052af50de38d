"""Which bounds of a quantity hold that are a constant times a monomial: what follows, what is refuted, what is open."""
