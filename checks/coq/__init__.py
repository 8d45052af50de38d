"""The statements that are proved in Coq, and what their words mean."""
