"""This package holds statements and their proofs: the language, the rules, the theory of the paper, LaTeX.

Each room imports only from rooms before it: language, algebra, setting, proof, deep_linear, library, typeset.
"""
