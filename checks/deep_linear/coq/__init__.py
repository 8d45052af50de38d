"""The claims of the paper beside the theorems in Coq."""
