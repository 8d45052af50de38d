(* `sharpness-unbounded`: W_1 <- W_1 / c, W_2 <- c W_2 keeps the regressor, and the
   Hessian gets a direction with Rayleigh quotient 2 c^2 |q_1|^2 x^T Sigma x / x^T x. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Unbounded.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (sS : symm Sigma) (L_gt1 : (1 < L)%N).
Implicit Type W : layers R d.

(* W_1 / c, c W_2, W_3, ... *)
Definition rescale (c : R) W : layers R d := fun k =>
  match k return 'M_(d k.+1, d k) with
  | 0 => c^-1 *: W 0%N | 1 => c *: W 1%N | k'.+2 => W k'.+2 end.
(* A change of the first layer only. *)
Definition only_first (A : 'M[R]_(d 1, d 0)) : layers R d := fun k =>
  match k return 'M_(d k.+1, d k) with 0 => A | k'.+1 => 0 end.

Lemma rescale_q2 c W : q L (rescale c W) p 2 = q L W p 2.
Proof.
have H m k : bwd (rescale c W) p m k.+2 = bwd W p m k.+2.
  by elim: m k => //= m IHm k; rewrite IHm.
exact: H.
Qed.

Lemma rescale_q1 c W : q L (rescale c W) p 1 = c *: q L W p 1.
Proof.
rewrite !(qS _ _ L_gt1) /= rescale_q2.
have -> : (c *: W 1%N)^T = c *: (W 1%N)^T by rewrite linearZ.
by rewrite -scalemxAl. Qed.

(* `sharpness-unbounded`, same regressor: W_1 <- W_1 / c, W_2 <- c W_2 keeps w. *)
Theorem same_regressor c W : c != 0 -> reg L (rescale c W) p = reg L W p.
Proof.
move=> c0; rewrite /reg !(qS _ _ (ltnW L_gt1)) rescale_q1 /=.
have -> : (c^-1 *: W 0%N)^T = c^-1 *: (W 0%N)^T by rewrite linearZ.
by rewrite -scalemxAl -scalemxAr scalerA mulVf // scale1r.
Qed.

Lemma Jac_first W x : let D := only_first (q L W p 1 *m x^T) in
  Jac L W p D = dot (q L W p 1) (q L W p 1) *: x /\
  inner L D D = dot (q L W p 1) (q L W p 1) * dot x x.
Proof.
have eL : L = L.-1.+1 by rewrite prednK // ltnW.
move=> D; rewrite /Jac /inner; split.
  rewrite (bigD1 (Ordinal (ltnW L_gt1))) //= big1 ?addr0 => [|[[|k] kL] //= _].
    by rewrite trmx1 mul1mx trmx_mul trmxK -mulmxA mx11_dot mul_mx_scalar.
  by rewrite trmx0 mulmx0 mul0mx.
rewrite (bigD1 (Ordinal (ltnW L_gt1))) //= big1 ?addr0 => [|[[|k] kL] //= _].
  by rewrite tr_outer -mulmxA mx11_dot mul_mx_scalar dotZr mulrC.
by rewrite mulmx0 mxtrace0.
Qed.

(* `sharpness-unbounded`, grows: the sharpness of the rescaled minimizer is at least
   2 c^2 |q_1|^2 Lambda. Here s >= S, and any x stands in for the top eigenvector of Sigma. *)
Theorem sharpness_unbounded c W x s : c != 0 -> is_minimizer L Sigma ws W p ->
  0 <= s -> sharpness_le L Sigma ws (rescale c W) p s ->
  2%:R * c ^+ 2 * dot (q L W p 1) (q L W p 1) * dot x (Sigma *m x) <= s * dot x x.
Proof.
move=> c0 min s0 sP; have min' : is_minimizer L Sigma ws (rescale c W) p.
  by rewrite /is_minimizer same_regressor.
have [eJ el] := Jac_first (rescale c W) x; have := sP (only_first (q L (rescale c W) p 1 *m x^T)).
rewrite (hessian_min _ sS min') {}eJ {}el -scalemxAr dotZl dotZr.
have -> : dot (q L (rescale c W) p 1) (q L (rescale c W) p 1) = c ^+ 2 * dot (q L W p 1) (q L W p 1).
  by rewrite rescale_q1 dotZl dotZr mulrA -expr2.
rewrite -[2%:R * c ^+ 2 * _]mulrA.
have : 0 <= c ^+ 2 * dot (q L W p 1) (q L W p 1) by rewrite mulr_ge0 ?sqr_ge0 ?dot_ge0.
rewrite le_eqVlt => /predU1P [<- _|r_gt0]; first by rewrite mulr0 mul0r mulr_ge0 ?dot_ge0.
move: (c ^+ 2 * _) r_gt0 => r r_gt0.
by rewrite [2%:R * (r * _)]mulrCA [X in _ <= X -> _]mulrCA ler_pmul2l // mulrA.
Qed.
End Unbounded.
