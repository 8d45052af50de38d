(* Layers of width 1, and the network W = (t, 0) that attains `singular-values` and, at
   depth 2, `norm-control`. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Scalar.
Variable R : realFieldType.
Definition ones : nat -> nat := fun=> 1%N.
(* Layers of width 1 with entries c. *)
Definition scalar (c : nat -> R) : layers R ones := fun k => (c k)%:M.
Definition unit_readout : vecs R ones := fun=> 1%:M.
Variable c : nat -> R.

Lemma scalar_norm k : norm_sq (scalar c k) (c k ^+ 2).
Proof.
have eq x : dot (scalar c k *m x) (scalar c k *m x) = c k ^+ 2 * dot x x.
  by rewrite mul_scalar_mx dotZl dotZr mulrA expr2.
split=> [|x|t t0 /(_ (const_mx 1))]; first exact: sqr_ge0.
  by rewrite eq.
rewrite eq; have -> : dot (const_mx 1 : 'cV[R]_1) (const_mx 1) = 1.
  by rewrite /dot mxE big_ord1 !mxE mulr1.
by rewrite !mulr1.
Qed.

Lemma scalar_imbalance k : imbalance (scalar c) k = (c k ^+ 2 - c k.+1 ^+ 2)%:M.
Proof.
by rewrite /imbalance /scalar !tr_scalar_mx -!scalar_mxM -!expr2 raddfB.
Qed.

Lemma scalar_form del (e : R) : `|e| <= del -> form_bound (e%:M : 'M[R]_1) del.
Proof.
rewrite ler_norml => /andP[lo hi] y; rewrite mul_scalar_mx dotZr.
by rewrite !ler_wpmul2r ?dot_ge0.
Qed.

End Scalar.

Section Tightness.
Variable R : realFieldType.

(* One layer t, the others 0. *)
Definition first_only (t : R) : nat -> R := fun k => if k is 0 then t else 0.

(* `singular-values` is attained by W = (t, 0): |W_1|^2 = t^2, |W_2|^2 = 0 and |D_1| <= t^2. *)
Theorem singular_values_tight (t : R) :
  let W := scalar (first_only t) in
  [/\ norm_sq (W 0%N) (t ^+ 2), norm_sq (W 1%N) 0,
      form_bound (imbalance W 0) (t ^+ 2) & `|t ^+ 2 - 0| = \sum_(i < 1) t ^+ 2].
Proof.
split.
- exact: scalar_norm.
- by have := scalar_norm (first_only t) 1; rewrite expr0n.
- rewrite scalar_imbalance; apply: scalar_form.
  by rewrite expr0n subr0 ger0_norm ?sqr_ge0.
- by rewrite subr0 big_ord1 ger0_norm ?sqr_ge0.
Qed.

(* `norm-control` is attained by W = (t, 0), m = Delta = t^2: m^L - (L-1) Delta m^(L-1) = |w|^2 at L = 2. *)
Theorem norm_control_tight (t : R) :
  let W := scalar (first_only t) in
  let w := reg 2 W (@unit_readout R) in
  (t ^+ 2) ^+ 2 - 1%:R * (\sum_(k < 1) t ^+ 2) * (t ^+ 2) ^+ 1 = dot w w.
Proof.
move=> W w; have q1 : q 2 W (@unit_readout R) 1 = 0.
  by rewrite qS // /W /scalar tr_scalar_mx raddf0 mul0mx.
have -> : w = 0 by rewrite /w /reg qS // q1 mulmx0.
by rewrite dot0r big_ord1 mul1r expr1 -expr2 subrr.
Qed.
End Tightness.
