"""flatcert: a verifier for the theory of flat minima in deep linear networks."""

__version__ = "0.1.0"
