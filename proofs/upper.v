(* An upper bound for the sharpness of a minimizer: 2 Lambda times any bound of the kernel. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Upper.
Variables (R : realFieldType) (d : nat -> nat) (L : nat).
Variables (W : layers R d) (p : vecs R d) (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Implicit Types D E : layers R d.
Local Notation M := (Ker L W p).

Lemma frob_ge0 m n (A : 'M[R]_(m, n)) : 0 <= frob A.
Proof.
rewrite /frob /mxtrace sumr_ge0 // => i _; rewrite mxE sumr_ge0 // => j _.
by rewrite mxE -expr2 sqr_ge0.
Qed.

Lemma inner_ge0 D : 0 <= inner L D D.
Proof. by apply: sumr_ge0 => k _; apply: frob_ge0. Qed.

Lemma inner_line D E t : inner L (fun k => D k + t *: E k) (fun k => D k + t *: E k)
  = inner L D D + t * inner L D E *+ 2 + t ^+ 2 * inner L E E.
Proof.
rewrite /inner mulr_sumr [t ^+ 2 * _]mulr_sumr -sumrMnl -!big_split /=.
apply: eq_bigr => k _.
have -> : (D k + t *: E k)^T = (D k)^T + t *: (E k)^T by rewrite linearD linearZ.
rewrite mulmxDl !mulmxDr -!scalemxAl -!scalemxAr.
rewrite !linearD !linearZ /= -[\tr ((E k)^T *m D k)]mxtrace_tr trmx_mul trmxK.
by rewrite mulr2n !mulrA -expr2 !addrA.
Qed.

Lemma inner_cauchy D E : inner L D E ^+ 2 <= inner L D D * inner L E E.
Proof.
by apply: discriminant (inner_ge0 E) _ => t; rewrite -inner_line; apply: inner_ge0.
Qed.

(* |J(D)|^2 <= mu |D|^2 for every bound mu of the kernel. *)
Lemma Jac_upper mu D : 0 <= mu -> (forall u, dot u (M *m u) <= mu * dot u u) ->
  dot (Jac L W p D) (Jac L W p D) <= mu * inner L D D.
Proof.
move=> mu0 muP; set u := Jac L W p D; have := dot_ge0 u.
rewrite le_eqVlt => /predU1P [<-|u_gt0]; first by rewrite mulr_ge0 ?inner_ge0.
have e : dot u u = inner L D (Jadj L W p u) by rewrite Jadj_adjoint.
rewrite -(ler_pmul2r u_gt0) -expr2 {1}e.
apply: le_trans (inner_cauchy _ _) _; rewrite kernel_norm -mulrA mulrCA.
by rewrite ler_wpmul2l ?inner_ge0.
Qed.

(* S <= 2 Lambda mu at a minimizer, for bounds Lambda of Sigma and mu of M. *)
Lemma sharpness_upper Lam mu : symm Sigma -> is_minimizer L Sigma ws W p ->
  (forall y, dot y (Sigma *m y) <= Lam * dot y y) -> 0 <= Lam ->
  (forall u, dot u (M *m u) <= mu * dot u u) -> 0 <= mu ->
  sharpness_le L Sigma ws W p (2%:R * Lam * mu).
Proof.
move=> sS min LamP Lam0 muP mu0 D; rewrite (hessian_min _ sS min) -!mulrA ler_wpmul2l ?ler0n //.
by apply: le_trans (LamP _) _; rewrite ler_wpmul2l // Jac_upper.
Qed.
End Upper.
