"""The normal form of matrix words and powers, and what hypotheses allow."""
