"""The property-based tests of all claims."""
