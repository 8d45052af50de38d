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
Variables (W : layers R d) (p : vecs R d) (S : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Implicit Types D E : layers R d.
Local Notation hess D := ((risk_path L S ws W p D)`_2 *+ 2).
Local Notation M := (Ker L W p).

Lemma nF_ge0 m n (A : 'M[R]_(m, n)) : 0 <= nF A.
Proof.
rewrite /nF /mxtrace sumr_ge0 // => i _; rewrite mxE sumr_ge0 // => j _.
by rewrite mxE -expr2 sqr_ge0.
Qed.

Lemma lip_ge0 D : 0 <= lip L D D.
Proof. by apply: sumr_ge0 => k _; apply: nF_ge0. Qed.

Lemma lip_line D E t : lip L (fun k => D k + t *: E k) (fun k => D k + t *: E k)
  = lip L D D + t * lip L D E *+ 2 + t ^+ 2 * lip L E E.
Proof.
rewrite /lip mulr_sumr [t ^+ 2 * _]mulr_sumr -sumrMnl -!big_split /=.
apply: eq_bigr => k _.
have -> : (D k + t *: E k)^T = (D k)^T + t *: (E k)^T by rewrite linearD linearZ.
rewrite mulmxDl !mulmxDr -!scalemxAl -!scalemxAr.
rewrite !linearD !linearZ /= -[\tr ((E k)^T *m D k)]mxtrace_tr trmx_mul trmxK.
by rewrite mulr2n !mulrA -expr2 !addrA.
Qed.

Lemma lip_cauchy D E : lip L D E ^+ 2 <= lip L D D * lip L E E.
Proof.
by apply: discriminant (lip_ge0 E) _ => t; rewrite -lip_line; apply: lip_ge0.
Qed.

(* |J(D)|^2 <= mu |D|^2 for every bound mu of the kernel. *)
Lemma Jac_upper mu D : 0 <= mu -> (forall u, dot u (M *m u) <= mu * dot u u) ->
  dot (Jac L W p D) (Jac L W p D) <= mu * lip L D D.
Proof.
move=> mu0 muP; set u := Jac L W p D; have := dot_ge0 u.
rewrite le_eqVlt => /predU1P [<-|u_gt0]; first by rewrite mulr_ge0 ?lip_ge0.
have e : dot u u = lip L D (Jadj L W p u) by rewrite Jadj_adjoint.
rewrite -(ler_pmul2r u_gt0) -expr2 {1}e.
apply: le_trans (lip_cauchy _ _) _; rewrite kernel_norm -mulrA mulrCA.
by rewrite ler_wpmul2l ?lip_ge0.
Qed.

(* S <= 2 Lambda mu at a minimizer, for bounds Lambda of Sigma and mu of M: no Rayleigh
   quotient of the Hessian is larger. *)
Theorem sharpness_upper Lam mu D : symm S -> S *m reg L W p = S *m ws ->
  (forall y, dot y (S *m y) <= Lam * dot y y) -> 0 <= Lam ->
  (forall u, dot u (M *m u) <= mu * dot u u) -> 0 <= mu ->
  hess D <= 2%:R * Lam * mu * lip L D D.
Proof.
move=> sS min LamP Lam0 muP mu0; rewrite (hessian_min _ sS min) -!mulrA ler_wpmul2l ?ler0n //.
by apply: le_trans (LamP _) _; rewrite ler_wpmul2l // Jac_upper.
Qed.
End Upper.
