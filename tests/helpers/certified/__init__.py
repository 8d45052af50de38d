"""The trees of certificates in float64, and certificates of theories of one's own."""
