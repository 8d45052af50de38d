(* `pl-inequality`: the gradient is large where the risk is above its minimum. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section PL.
Variables (R : realFieldType) (L : nat) (d : nat -> nat) (W : layers R d) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Local Notation w := (reg L W p).
Local Notation M := (Ker L W p).
Local Notation r k := (dot (q L W p k) (q L W p k)).
Hypotheses (sS : symm Sigma) (pS : psd Sigma) (L_gt0 : (0 < L)%N).

Lemma ker_ge u : r 1 * dot u u <= dot u (M *m u).
Proof.
rewrite kernel_matrix -(prednK L_gt0) big_ord_recl /= mul1mx ler_addl.
by apply: sumr_ge0 => k _; rewrite mulr_ge0 ?dot_ge0.
Qed.

(* singular S: it is enough that lam bounds S from below on its range (lam the
   smallest positive eigenvalue) *)
Lemma range_sq (x : 'cV_(d 0)) : exists y : 'cV_(d 0), Sigma *m x = Sigma *m (Sigma *m y).
Proof.
have SK : Sigma *m cokermx (Sigma *m Sigma) = 0.
  have /eqP : Sigma *m Sigma *m cokermx (Sigma *m Sigma) == 0 by rewrite -submxE submx_refl.
  move: (cokermx _) => K SSK; apply/matrixP => i j.
  suff SKj : Sigma *m (K *m delta_mx j 0) = 0 :> 'cV_(d 0).
    have := congr1 (fun A : 'cV_(d 0) => A i 0) SKj.
    by rewrite mulmxA -colE !mxE.
  by apply/eqP; rewrite -dot_eq0 dot_mull sS !mulmxA SSK mul0mx dot0r.
have /submxP[C eC] : ((Sigma *m x)^T <= Sigma *m Sigma)%MS.
  by rewrite submxE trmx_mul sS -mulmxA SK mulmx0.
by exists C^T; rewrite -[LHS]trmxK eC !trmx_mul sS mulmxA.
Qed.

Lemma quad_PL_range lam (x : 'cV_(d 0)) : 0 <= lam ->
  (forall y : 'cV_(d 0), lam * dot (Sigma *m y) (Sigma *m y) <= dot (Sigma *m y) (Sigma *m (Sigma *m y))) ->
  lam * dot x (Sigma *m x) <= dot (Sigma *m x) (Sigma *m x).
Proof.
move=> lam0 geS; have [y ey] := range_sq x; pose z := Sigma *m y.
have Sz : Sigma *m x = Sigma *m z by [].
have -> : dot x (Sigma *m x) = dot z (Sigma *m z) by rewrite Sz dotS // Sz.
rewrite Sz; have := pS z; rewrite le_eqVlt => /predU1P [<-|E0].
  by rewrite mulr0 dot_ge0.
rewrite -(ler_pmul2l E0) mulrCA -expr2.
apply: le_trans (_ : lam * (dot z z * dot (Sigma *m z) (Sigma *m z)) <= _).
  by rewrite ler_wpmul2l // cauchy1.
by rewrite mulrA ler_wpmul2r ?dot_ge0 // geS.
Qed.

(* `pl-inequality`, first: |grad R|^2 >= 4 lambda_+ |q_1|^2 (R - R_min), where lambda_+
   bounds the covariance from below on its range (the smallest positive eigenvalue does). *)
Theorem pl_inequality lam : 0 <= lam ->
  (forall y : 'cV_(d 0), lam * dot (Sigma *m y) (Sigma *m y) <= dot (Sigma *m y) (Sigma *m (Sigma *m y))) ->
  4%:R * lam * r 1 * risk L Sigma ws W p
  <= inner L (grad L Sigma ws W p) (grad L Sigma ws W p).
Proof.
move=> lam0 geS; rewrite grad_norm; apply: le_trans (ker_ge _).
rewrite -mulrA mulrCA ler_wpmul2l ?dot_ge0 // /gvec.
rewrite -scaler_nat dotZl dotZr [X in _ <= X]mulrA -natrM -mulrA.
by rewrite ler_wpmul2l ?ler0n //; apply: quad_PL_range.
Qed.

(* `pl-inequality`, second: |grad R|^2 >= 4 mu (R - R_min), where mu bounds Sigma M Sigma
   from below by Sigma: mu x^T Sigma x <= (Sigma x)^T M (Sigma x), which is
   mu <= lambda_min(Sigma^(1/2) M Sigma^(1/2)) on the range of Sigma. *)
Theorem pl_inequality_kernel mu :
  (forall x, mu * dot x (Sigma *m x) <= dot (Sigma *m x) (M *m (Sigma *m x))) ->
  4%:R * mu * risk L Sigma ws W p <= inner L (grad L Sigma ws W p) (grad L Sigma ws W p).
Proof.
move=> muP; rewrite grad_norm /gvec -scaler_nat -scalemxAr dotZl dotZr mulrA -natrM -mulrA.
by rewrite ler_wpmul2l ?ler0n //; apply: muP.
Qed.
End PL.

(* `pl-inequality` is attained at depth one and Sigma = I, at all weights. *)
Theorem pl_inequality_attained (R : realFieldType) (d : nat -> nat) (W : layers R d) (p : vecs R d)
    (ws : 'cV[R]_(d 0%N)) : let G := grad 1 1%:M ws W p in
  4%:R * 1 * dot (q 1 W p 1) (q 1 W p 1) * risk 1 1%:M ws W p = inner 1 G G.
Proof.
rewrite /= grad_norm kernel_matrix big_ord1 mul1mx /gvec /risk !mul1mx -scaler_nat dotZl dotZr mulr1.
by rewrite [2%:R * _]mulrA -natrM [RHS]mulrCA mulrA.
Qed.
