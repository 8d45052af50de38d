"""Property-based tests of any library: its obligations on drawn instances, its mutants and its derivations."""
