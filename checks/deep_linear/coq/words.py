"""What a theorem in Coq supposes of the words for which Coq has no term: each translation once, and why it is sound.

Over an arbitrary real field there is no spectral theorem and there are no suprema. So a word becomes a variable, and
the theorem supposes of the variable only what is true of the word: it then holds for the true value.
"""

from __future__ import annotations

from collections.abc import Callable

from .needs import Needed


def _lambda_max(terms: Needed) -> str:
    """The largest eigenvalue of Sigma bounds its Rayleigh quotients from above."""
    return terms.need("Lam", "R", ("Lam_ge0", "0 <= Lam"),
                      ("LamP", "forall y : 'cV_(d 0%N), dot y (Sigma *m y) <= Lam * dot y y"))


def _lambda_min(terms: Needed) -> str:
    """The smallest eigenvalue of Sigma bounds its Rayleigh quotients from below."""
    return terms.need("lam", "R", ("lam_ge0", "0 <= lam"),
                      ("lamP", "forall y : 'cV_(d 0%N), lam * dot y y <= dot y (Sigma *m y)"))


def _lambda_pos(terms: Needed) -> str:
    """The smallest positive eigenvalue of Sigma bounds the Rayleigh quotients of vectors in its range from below."""
    return terms.need("lam_pos", "R", ("lam_pos_ge0", "0 <= lam_pos"),
                      ("lam_posP", "forall y : 'cV_(d 0%N), lam_pos * dot (Sigma *m y) (Sigma *m y) "
                                   "<= dot (Sigma *m y) (Sigma *m (Sigma *m y))"))


def _norms(terms: Needed) -> str:
    """``sig k`` is the spectral norm of a layer: its square is the least bound of ``|W_k x|^2 / |x|^2``."""
    return terms.need("sig", "nat -> R", ("sig_ge0", "forall k, 0 <= sig k"),
                      ("sigP", "forall k, (k < L)%N -> norm_sq (W k) (sig k ^+ 2)"))


def _imbalances(terms: Needed) -> str:
    """``del k`` is the spectral norm of ``D_k``, which is symmetric: it bounds the absolute Rayleigh quotients.

    The norms of the layers are supposed to be in the field, too, as they are in the reals.
    """
    _norms(terms)
    return terms.need("del", "nat -> R", ("del_ge0", "forall k, 0 <= del k"),
                      ("delP", "forall k, (k.+1 < L)%N -> form_bound (imbalance W k) (del k)"))


def _sigma_max(terms: Needed) -> str:
    """The largest norm of a layer is that of some layer, and no other is larger."""
    _norms(terms)
    return terms.need("sig_max", "R", ("sig_maxE", "exists2 i, (i < L)%N & sig_max = sig i"),
                      ("sig_maxP", "forall k, (k < L)%N -> sig k <= sig_max"))


def _beta(terms: Needed) -> str:
    """beta is at least 1 and at least the spectral norm of every sub-product ``sub W j m = W_(j+m) ... W_(j+1)``."""
    return terms.need("beta", "R", ("beta_ge1", "1 <= beta"),
                      ("betaP", "forall j m, (0 < m)%N -> (m + j <= L)%N -> upper (sub W j m) (beta ^+ 2)"))


def _alpha(terms: Needed) -> str:
    """alpha is at most 1 and at most the least singular value of every sub-product."""
    return terms.need("alpha", "R", ("alpha_ge0", "0 <= alpha"), ("alpha_le1", "alpha <= 1"),
                      ("alphaP", "forall j m, (0 < m)%N -> (m + j <= L)%N -> lower (sub W j m) (alpha ^+ 2)"))


def _infimum(terms: Needed) -> str:
    """On the larger side, the infimum of the sharpness is any bound ``s`` of that of any other minimizer ``W'``.

    The other network has any widths with the same number of features, the same depth, and a read-out of the same norm.
    """
    terms.need("e", "nat -> nat")
    terms.need("W'", "layers R (widths d e)")
    terms.need("p'", "vecs R (widths d e)", ("readout'", "dot (p' L) (p' L) = dot (p L) (p L)"),
               ("minimizer'", "Sigma *m reg L W' p' = Sigma *m ws"))
    return terms.need("s'", "R", ("s'P", "sharpness_le L Sigma ws W' p' s'"))


VARIABLES: dict[str, Callable[[Needed], str]] = {
    "lambda_max": _lambda_max, "lambda_min": _lambda_min, "lambda_pos": _lambda_pos, "sigma_max": _sigma_max,
    "beta_sub": _beta, "alpha_sub": _alpha, "S_min": _infimum,
}
NORMS: dict[str, Callable[[Needed], str]] = {"W": _norms, "D": _imbalances}


def _gradient(terms: Needed, k: str) -> str:
    """The gradient ``G`` represents the first derivative of the risk along every ``D``."""
    return terms.need("G", "layers R d", ("GP", "forall D, (risk_path L Sigma ws W p D)`_1 = inner L G D")) + f" {k}"


def _adjoint(terms: Needed, k: str) -> str:
    """The adjoint ``A`` represents the first derivative of ``u^T w`` along every ``D``."""
    return terms.need("A", "layers R d", ("AP", "forall D, dot u (reg_dot L W p D) = inner L A D")) + f" {k}"


def _imbalance_dot(terms: Needed, k: str) -> str:
    """A derivative along gradient flow is any derivation under which every layer moves along minus its gradient."""
    moving = terms.need("dlt", "{additive R -> R}", ("Leibniz", "forall a b, dlt (a * b) = dlt a * b + a * dlt b"),
                        ("flow", "forall j, (j < L)%N -> map_mx dlt (W j) = - grad L Sigma ws W p j"))
    return f"map_mx {moving} (imbalance W {k})"


FAMILIES: dict[str, Callable[[Needed, str], str]] = {
    "W": lambda _, k: f"W {k}", "P": lambda _, k: f"fwd W {k}", "q": lambda _, k: f"q L W p {k}",
    "Xi": lambda _, k: f"Xi {k}", "D": lambda _, k: f"imbalance W {k}",
    "gradient": _gradient, "adjoint": _adjoint, "D_dot": _imbalance_dot,
}
"""The families of matrices at a layer, which is already numbered as in Coq."""
