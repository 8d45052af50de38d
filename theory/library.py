"""A library is claims and their proofs; `BUILT_IN` holds those of the theory of the paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache

from .deep_linear.flow import (
    aligned_flow,
    alignment,
    balanced_flow,
    balanced_sharpness,
    conservation,
    limit_sharpness,
    linear_convergence,
    near_rank_one,
    norm_control,
    pl_inequality,
    planar_flow,
    singular_values,
)
from .deep_linear.landscape import (
    kernel_inequality,
    learning_rate,
    min_sharpness,
    min_sharpness_bounds,
    min_sharpness_dual,
    min_sharpness_kink,
    min_trace,
    sharpness_lower,
    sharpness_unbounded,
)
from .deep_linear.network import gradient, hessian, hessian_reduction, kernel, sharpness
from .deep_linear.residual import convergence, convergence_sharp, initialization
from .deep_linear.residual import kernel as residual_kernel
from .deep_linear.residual import min_sharpness as residual_min_sharpness
from .deep_linear.residual import sharpness as residual_sharpness
from .language.claim import Claim
from .proof.builder import Proof, ProofFunction, Theorem
from .proof.derivation import Derivation


class Library:
    """A library holds claims by id, in the order in which they are given, and builds their derivations.

    A claim of the library is all that its derivations may cite. The reference is a short text by which another process
    finds the library (see :func:`load`); a library without a reference stays in its process.

    >>> [claim.id for claim in Library(gradient.THEOREMS)]
    ['gradient']
    """

    def __init__(self, theorems: Iterable[Theorem], reference: str = "") -> None:
        """Raises ValueError when two claims have one id."""
        self.reference = reference
        self.claims: dict[str, Claim] = {}
        self._proofs: dict[str, ProofFunction | None] = {}
        self._derivations: dict[str, Derivation | None] = {}
        for claim, proof in theorems:
            if claim.id in self.claims:
                raise ValueError(f"there are two claims {claim.id!r}")
            self.claims[claim.id] = claim
            self._proofs[claim.id] = proof

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims.values())

    def claim(self, name: str) -> Claim:
        """Return the claim of that id. Raises KeyError naming the nearest ids."""
        if name in self.claims:
            return self.claims[name]
        near = get_close_matches(name, self.claims, 3)
        if near:
            raise KeyError(f"There is no claim {name!r}: did you mean {' or '.join(near)}?")
        raise KeyError(f"There is no claim {name!r}: the claims are {', '.join(self.claims)}.")

    def derivation(self, claim_id: str) -> Derivation | None:
        """Return the derivation of a claim, or None when it has no proof. Raises KeyError for an unknown id.

        The derivation is built at the first call and kept.
        """
        name = self.claim(claim_id).id
        if name not in self._derivations:
            self._derivations[name] = self._built(name)
        return self._derivations[name]

    def _built(self, name: str) -> Derivation | None:
        """Run the proof of a claim; the proof may cite this library only."""
        write = self._proofs[name]
        if write is None:
            return None
        proof = Proof(name, self)
        return proof.done(write(proof))


BUILT_IN = Library((
    theorem
    for module in (
        gradient, hessian, kernel, sharpness, hessian_reduction,
        kernel_inequality, sharpness_lower, min_sharpness, min_sharpness_dual, min_sharpness_bounds,
        min_sharpness_kink, min_trace, sharpness_unbounded, learning_rate,
        conservation, singular_values, near_rank_one, norm_control, alignment, pl_inequality, limit_sharpness,
        balanced_sharpness, linear_convergence, balanced_flow, aligned_flow, planar_flow,
        residual_min_sharpness, residual_kernel, residual_sharpness, convergence, convergence_sharp, initialization)
    for theorem in module.THEOREMS), reference="flatcert")
"""The library of the theory of the paper."""


@lru_cache
def load(reference: str) -> Library:
    """Return the library of a reference. Raises KeyError for an unknown reference.

    Work units carry the reference in place of the library: each process loads the library once.

    >>> load("flatcert") is BUILT_IN
    True
    """
    if reference == BUILT_IN.reference:
        return BUILT_IN
    raise KeyError(f"There is no library {reference!r}: use {BUILT_IN.reference!r}.")
