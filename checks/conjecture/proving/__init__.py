"""The third answer: a conjecture that follows from proved claims, by a derivation that the kernel accepts."""
