(* `residual-sharpness`: the sharpness of a minimizer whose products of layers keep lengths. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor norms subprod residual upper.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section ResidualSharpness.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)) (Lam beta : R).
Hypotheses (sS : symm Sigma) (minimizer : is_minimizer L Sigma ws W p).
Hypotheses (Lam0 : 0 <= Lam) (LamP : forall y, dot y (Sigma *m y) <= Lam * dot y y).
Hypothesis aboveP : forall j m, (0 < m)%N -> (m + j <= L)%N -> upper (sub W j m) (beta ^+ 2).

(* `residual-sharpness`, every minimizer: S <= 2 L Lambda beta^4 |p|^2. *)
Theorem residual_sharpness : 1 <= beta ->
  sharpness_le L Sigma ws W p (2%:R * L%:R * Lam * beta ^+ 4 * dot (p L) (p L)).
Proof.
move=> beta1; have beta0 : 0 <= beta by apply: le_trans beta1.
have := @sharpness_upper _ _ _ W p Sigma ws Lam (L%:R * beta ^+ 4 * dot (p L) (p L)) sS minimizer LamP Lam0.
have -> : 2%:R * Lam * (L%:R * beta ^+ 4 * dot (p L) (p L))
    = 2%:R * L%:R * Lam * beta ^+ 4 * dot (p L) (p L).
  by rewrite -!mulrA; congr (_ * _); rewrite mulrCA.
apply=> [u|]; last by rewrite !mulr_ge0 ?dot_ge0 ?exprn_ge0 ?ler0n.
by have := residual_kernel_simple_above p aboveP u beta1; rewrite mulrA.
Qed.

(* `residual-sharpness`, sharper: S <= 2 Lambda (2 beta^2 + (L-2) beta^4) |p|^2 for L >= 2. *)
Theorem residual_sharpness_sharper : (1 < L)%N ->
  sharpness_le L Sigma ws W p
    (2%:R * Lam * ((2%:R * beta ^+ 2 + (L - 2)%:R * beta ^+ 4) * dot (p L) (p L))).
Proof.
move=> L_gt1; apply: sharpness_upper => // [u|].
  by have := residual_kernel_above p aboveP u L_gt1; rewrite mulrA.
rewrite mulr_ge0 ?dot_ge0 // addr_ge0 // mulr_ge0 ?ler0n ?sqr_ge0 //.
by rewrite (exprM _ 2 2) sqr_ge0.
Qed.
End ResidualSharpness.
