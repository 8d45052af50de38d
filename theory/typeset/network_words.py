"""How the words of the deep linear networks are introduced: sentences, in the order in which one reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """A sentence introduces some words, and names others that must come before.

    ``<word>`` stands for a word's definition as an equation. The words are names of quantities and hypotheses, or of
    nodes of the language, and a few that stand for what is said before any word: the network, the data, the risk.
    """

    introduces: frozenset[str]
    needs: frozenset[str]
    text: str


def _says(introduces: str, text: str, needs: str = "") -> Sentence:
    return Sentence(frozenset(introduces.split()), frozenset(needs.split()), text)


SENTENCES = (
    _says("network W L d p w norm_p norm_w_net width plain square SubProduct",
          r"A deep linear network of depth $L$ has layers $W_k \in \mathbb{R}^{d_k \times d_{k-1}}$ with $d_0 = d$, a "
          r"fixed read-out $p \ne 0$ ($p = 1$ for the plain model), and the regressor "
          r"$w = W_1^{\top} \cdots W_L^{\top} p$."),
    _says("data Sigma w_star norm_w",
          r"The data $X \in \mathbb{R}^{n \times d}$ and $y$ have the covariance $\Sigma = X^{\top} X / n$ and the "
          r"least-squares regressor $w^{*}$, of minimum norm."),
    _says("lambda_min", r"The smallest eigenvalue of $\Sigma$ is $\lambda$.", "data"),
    _says("lambda_max", r"The largest eigenvalue of $\Sigma$ is $\Lambda$.", "data"),
    _says("lambda_pos", r"The smallest positive eigenvalue of $\Sigma$ is $\lambda_{+}$.", "data"),
    _says("kappa", "The condition number is <kappa>.", "lambda_min lambda_max"),
    _says("E", "The energy of the signal is <E>.", "data"),
    _says("a", r"The Rayleigh quotient of $\Sigma$ at $w^{*}$ is <a>.", "E"),
    _says("b", "Moreover, <b>.", "E"),
    _says("e", r"Where $w^{*}$ is an eigenvector of $\Sigma$, $e$ is its eigenvalue.", "data"),
    _says("v tau", r"We write $v = \Sigma^{1/2} w^{*}$.", "data"),
    _says("risk risk_gap risk_gap_0 trace hessian_rank hessian_at_zero norm_gradient",
          r"The risk $R(W) = \lVert y - Xw \rVert^2 / n$ has the least value $R_{\min}$.", "network data"),
    _says("minimizer", r"A minimizer is any $W$ with $\Sigma w = \Sigma w^{*}$.", "network data"),
    _says("S", "The sharpness $S$ is the largest eigenvalue of the Hessian of $R$.", "risk"),
    _says("S_min", r"The least sharpness $S_{\min}$ is the infimum of $S$ over the minimizers.", "S minimizer"),
    _says("trace_min", r"$T_{\min}$ is the infimum of the trace of the Hessian of $R$ over the minimizers.",
          "risk minimizer"),
    _says("S_balanced", r"$S_{\mathrm{bal}}$ is the sharpness of the balanced minimizers with $w = w^{*}$.",
          "S minimizer balanced"),
    _says("gradient", r"The gradient of $R$ in $W_k$ is $\nabla_{W_k} R$.", "risk"),
    _says("g", "The gradient of the risk in $w$ is <g>.", "network data"),
    _says("P", r"$P_k = W_k \cdots W_1$ with $P_0 = I$.", "network"),
    _says("q norm_q1 aligned", r"$q_k = W_{k+1}^{\top} \cdots W_L^{\top} p$.", "network"),
    _says("h", "Furthermore, <h>.", "P g"),
    _says("M", r"The end-to-end kernel is $M = \sum_k \lVert q_k \rVert^2 P_{k-1}^{\top} P_{k-1}$.", "P q"),
    _says("adjoint", r"$(J^{*}u)_k$ is the gradient of $\langle u, w \rangle$ in $W_k$.", "network"),
    _says("Xi", r"A direction in the space of the weights is $\Xi = (\Xi_1, \dots, \Xi_L)$.", "network"),
    _says("w_dot w_ddot slope curvature",
          r"At $t = 0$, the first two derivatives of $w(W + t\Xi)$ are $\dot w$ and $\ddot w$.", "Xi"),
    _says("direction alpha", r"$z = \Sigma^{1/2} u / \lVert \Sigma^{1/2} u \rVert$ for some $u$ with "
                             r"$\Sigma u \ne 0$.", "data"),
    _says("S_flat", r"For $\eta < 2 / S_{\min}$, $S(W^{\flat}_{\eta})$ is the sharpness of a minimizer that is "
                    r"exhibited.", "S_min"),
    _says("S_rescaled w_rescaled step_determinant gamma",
          r"$W^{(\gamma)}$ are the weights with $W_1 / \gamma$ for $W_1$ and $\gamma W_2$ for $W_2$.", "risk"),
    _says("step_determinant", r"There $\gamma$ is the first of $2, 4, 8, \dots$ for which the determinant is not $0$.",
          "risk"),
    _says("time w_flow D_dot displacement layer_displacement", r"Gradient flow is $\dot W_k = -\nabla_{W_k} R$, "
                                                               "and a dot a derivative along it.", "gradient"),
    _says("spectral sigma_max sigma_min", r"The spectral norm is $\lVert \cdot \rVert_2$.", "network"),
    _says("second_singular", "The second singular value is $s_2$."),
    _says("left right", "Top left and right singular vectors of $W_k$ are $u_k$ and $v_k$.", "network"),
    _says("D", "The imbalance of adjacent layers is <D>.", "network"),
    _says("Delta theta balanced", r"Their imbalance in total is <Delta>.", "D spectral"),
    _says("theta", "Moreover, <theta>.", "Delta"),
    _says("sigma_max", "The largest norm is <sigma_max>.", "spectral"),
    _says("sigma_min", "The smallest norm is <sigma_min>.", "spectral"),
    _says("scale", r"Of a residual network all layers are square, and $W_k = I + s (d L)^{-1/2} N_k$ at the "
                   r"initialization with standard Gaussian $N_k$.", "network"),
    _says("alpha_sub beta_sub alpha_sub_0 beta_sub_0",
          r"The tightest bounds on the singular values of all products $W_k \cdots W_j$ of consecutive layers are "
          r"$\alpha \le 1 \le \beta$.", "network"),
    _says("alpha_ends alpha_ends_0",
          r"$\hat\alpha \le 1$ bounds those of $P_k$ for $k < L$ from below, and $\lVert q_k \rVert / \lVert p \rVert$ "
          r"for $k \ge 1$.", "P q"),
    _says("alpha_sub_0 beta_sub_0 alpha_ends_0", "An index $0$ says at the initialization."),
)
"""The sentences. The norms of vectors need none."""
