(* Inequalities over a real field: Cauchy-Schwarz, `kernel-agm`, `pl-inequality` and,
   raised to the power L, `sharpness-lower-tight` and `sharpness-lower`. No roots and
   no spectral theorem. S is the covariance Sigma, ws is w*. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Semi.
Variables (R : realFieldType) (n : nat).
Implicit Types (x y : 'cV[R]_n) (S : 'M[R]_n).

Definition psd S := forall x, 0 <= dot x (S *m x).

Lemma dot_ge0 x : 0 <= dot x x.
Proof. by rewrite /dot mxE sumr_ge0 // => i _; rewrite mxE -expr2 sqr_ge0. Qed.

Lemma dot_eq0 x : (dot x x == 0) = (x == 0).
Proof.
apply/idP/eqP => [|->]; last by rewrite dot0r.
rewrite /dot mxE psumr_eq0 => [|i _]; last by rewrite mxE -expr2 sqr_ge0.
move/allP => x0; apply/colP => i; rewrite mxE.
by have /eqP := x0 i (mem_index_enum i); rewrite mxE => /eqP; rewrite mulf_eq0 orbb => /eqP.
Qed.

(* A quadratic polynomial in t that is nowhere negative has no positive discriminant. *)
Lemma discriminant (a b c : R) : 0 <= c ->
  (forall t, 0 <= a + t * b *+ 2 + t ^+ 2 * c) -> b ^+ 2 <= a * c.
Proof.
rewrite le_eqVlt => /predU1P [c0|c_gt0] key; last first.
  have := key (- (b / c)); rewrite mulNr mulNrn sqrrN expr_div_n.
  rewrite -[0 <= _](ler_pmul2r c_gt0) mul0r mulrDl mulrBl -(subr_ge0 _ (a * c)).
  have -> : b / c * b *+ 2 * c = b ^+ 2 *+ 2.
    by rewrite mulrAC -mulrnAl mulfVK ?gt_eqF // mulrnAl.
  have -> : b ^+ 2 / c ^+ 2 * c * c = b ^+ 2.
    by rewrite -mulrA -expr2 mulfVK // expf_neq0 // gt_eqF.
  by rewrite mulr2n opprD !addrA subrK.
rewrite -c0 mulr0; case: (eqVneq b 0) => [->|b0]; first by rewrite expr0n.
have := key (- ((a + 1) / (b *+ 2))); rewrite -c0 mulr0 addr0 -mulrnAr mulNr.
rewrite mulfVK ?mulrn_eq0 //= opprD addrA subrr add0r oppr_ge0.
by rewrite leNgt ltr01.
Qed.

(* Cauchy-Schwarz for a symmetric positive semidefinite S:
   (x^T S y)^2 <= (x^T S x) (y^T S y). *)
Theorem cauchy S x y : symm S -> psd S ->
  dot x (S *m y) ^+ 2 <= dot x (S *m x) * dot y (S *m y).
Proof.
by move=> sS pS; apply: discriminant (pS y) _ => t; rewrite -quadDZ //; apply: pS.
Qed.

Lemma symm1 : symm (1%:M : 'M[R]_n). Proof. exact: trmx1. Qed.
Lemma psd1 : psd (1%:M : 'M[R]_n).
Proof. by move=> x; rewrite mul1mx dot_ge0. Qed.

Lemma cauchy1 x y : dot x y ^+ 2 <= dot x x * dot y y.
Proof. by have := cauchy x y symm1 psd1; rewrite !mul1mx. Qed.
End Semi.

(* AM-GM along a chain: if e <= F_k G_k for 0 < k < n, then the product of the n terms
   F_(k+1) G_k is at least F_n G_0 e^(n - 1). *)
Section ChainAGM.
Variables (R : realFieldType) (F G : nat -> R) (e : R) (n : nat).

Lemma prod_shift : (0 < n)%N ->
  (\prod_(k < n) F k.+1) * (\prod_(k < n) G k)
  = F n * G 0%N * \prod_(k < n.-1) (F k.+1 * G k.+1).
Proof.
case: n => // m _; rewrite big_split big_ord_recr big_ord_recl /=.
by rewrite [X in X * _]mulrC mulrACA.
Qed.

Lemma chain_AGM : (0 < n)%N -> (forall k, 0 <= F k) -> (forall k, 0 <= G k) -> 0 <= e ->
  (forall k, (0 < k < n)%N -> e <= F k * G k) ->
  n%:R ^+ n * (F n * G 0%N * e ^+ n.-1) <= (\sum_(k < n) F k.+1 * G k) ^+ n.
Proof.
move=> n_gt0 F0 G0 e0 eFG; pose t (k : 'I_n) := F k.+1 * G k.
have t0 : {in 'I_n, forall k, 0 <= t k *+ #|'I_n|}.
  by move=> k _; rewrite mulrn_wge0 // mulr_ge0.
have [AGM _] := leif_AGM_scaled t0.
rewrite prodrMn_const !card_ord in AGM; apply: le_trans AGM.
rewrite -[X in _ <= X]mulr_natl natrX ler_wpmul2l ?exprn_ge0 ?ler0n // /t big_split /=.
rewrite prod_shift // ler_wpmul2l ?mulr_ge0 // -[X in _ ^+ X <= _]card_ord -prodr_const.
apply: ler_prod => k _; rewrite e0 eFG //= -[X in (_ < X)%N](prednK n_gt0) ltnS.
exact: ltn_ord.
Qed.
End ChainAGM.

Section Sharp.
Variables (R : realFieldType) (L : nat) (d : nat -> nat).
Variables (W : layers R d) (p : vecs R d).
Implicit Types (u ws : 'cV[R]_(d 0)) (S : 'M[R]_(d 0)).

Local Notation w := (reg L W p).
Local Notation M := (Ker L W p).
Local Notation r k := (dot (q L W p k) (q L W p k)).
Local Notation N u k := (dot (fwd W k *m u) (fwd W k *m u)).

(* u^T M v = sum_k |q_k|^2 (P_(k-1) u)^T (P_(k-1) v), the kernel as a bilinear form. *)
Theorem kernel_form u v : dot u (M *m v)
  = \sum_(k < L) r k.+1 * dot (fwd W k *m u) (fwd W k *m v).
Proof.
rewrite mulmx_suml dot_sumr; apply: eq_bigr => k _.
by rewrite -scalemxAl dotZr -mulmxA dot_mulr trmxK.
Qed.

(* `kernel`, matrix: u^T M u = sum_k |q_k|^2 |P_(k-1) u|^2. *)
Theorem kerE u : dot u (M *m u) = \sum_(k < L) r k.+1 * N u k.
Proof. exact: kernel_form. Qed.

(* `kernel`, adjoint: |J^T u|^2 = sum_k |q_k|^2 |P_(k-1) u|^2. *)
Theorem adjoint_norm u : lip L (Jadj L W p u) (Jadj L W p u) = \sum_(k < L) r k.+1 * N u k.
Proof. by rewrite kernel_norm kerE. Qed.

(* `kernel`, gradient norm: |grad R|^2 = sum_k |q_k|^2 |P_(k-1) g|^2. *)
Theorem gradient_norm S ws : let g := gvec L S ws W p in
  lip L (grad L S ws W p) (grad L S ws W p) = \sum_(k < L) r k.+1 * N g k.
Proof. exact: adjoint_norm. Qed.

(* `kernel`, flow: u^T w' = - sum_k |q_k|^2 (P_(k-1) u)^T (P_(k-1) g) along the flow. *)
Theorem flow_form S ws u : let g := gvec L S ws W p in
  dot u (Jac L W p (fun k => - grad L S ws W p k))
  = - \sum_(k < L) r k.+1 * dot (fwd W k *m u) (fwd W k *m g).
Proof. by rewrite /= kernel_flow dotNr kernel_form. Qed.

Lemma layer_cauchy u k : (k <= L)%N -> dot w u ^+ 2 <= r k * N u k.
Proof. by move=> leKL; rewrite -(fwd_q W p leKL) dot_mull trmxK cauchy1. Qed.

(* `kernel-agm`: (u^T M u)^L >= L^L |p|^2 |u|^2 (w^T u)^(2 (L - 1)), for all weights
   and all u. *)
Theorem kernel_AGM u : (0 < L)%N ->
  L%:R ^+ L * (dot (p L) (p L) * dot u u * (dot w u ^+ 2) ^+ L.-1)
  <= dot u (M *m u) ^+ L.
Proof.
move=> L_gt0; rewrite kerE -(qL L W p) -{1 2}[u]mul1mx.
apply: (chain_AGM (F := fun k => r k) (G := fun k => N u k)) => // [k|k||k /andP[_ /ltnW ?]].
- exact: dot_ge0.
- exact: dot_ge0.
- exact: sqr_ge0.
- exact: layer_cauchy.
Qed.

Variables (S : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (sS : symm S) (pS : psd S) (L_gt0 : (0 < L)%N).

(* ---- `pl-inequality` ---- *)
Lemma ker_ge u : r 1 * dot u u <= dot u (M *m u).
Proof.
rewrite kerE -(prednK L_gt0) big_ord_recl /= mul1mx ler_addl.
by apply: sumr_ge0 => k _; rewrite mulr_ge0 ?dot_ge0.
Qed.

(* singular S: it is enough that lam bounds S from below on its range (lam the
   smallest positive eigenvalue) *)
Lemma range_sq (x : 'cV_(d 0)) : exists y : 'cV_(d 0), S *m x = S *m (S *m y).
Proof.
have SK : S *m cokermx (S *m S) = 0.
  have /eqP : S *m S *m cokermx (S *m S) == 0 by rewrite -submxE submx_refl.
  move: (cokermx _) => K SSK; apply/matrixP => i j.
  suff SKj : S *m (K *m delta_mx j 0) = 0 :> 'cV_(d 0).
    have := congr1 (fun A : 'cV_(d 0) => A i 0) SKj.
    by rewrite mulmxA -colE !mxE.
  by apply/eqP; rewrite -dot_eq0 dot_mull sS !mulmxA SSK mul0mx dot0r.
have /submxP[C eC] : ((S *m x)^T <= S *m S)%MS.
  by rewrite submxE trmx_mul sS -mulmxA SK mulmx0.
by exists C^T; rewrite -[LHS]trmxK eC !trmx_mul sS mulmxA.
Qed.

Lemma quad_PL_range lam (x : 'cV_(d 0)) : 0 <= lam ->
  (forall y : 'cV_(d 0), lam * dot (S *m y) (S *m y) <= dot (S *m y) (S *m (S *m y))) ->
  lam * dot x (S *m x) <= dot (S *m x) (S *m x).
Proof.
move=> lam0 geS; have [y ey] := range_sq x; pose z := S *m y.
have Sz : S *m x = S *m z by [].
have -> : dot x (S *m x) = dot z (S *m z) by rewrite Sz dotS // Sz.
rewrite Sz; have := pS z; rewrite le_eqVlt => /predU1P [<-|E0].
  by rewrite mulr0 dot_ge0.
rewrite -(ler_pmul2l E0) mulrCA -expr2.
apply: le_trans (_ : lam * (dot z z * dot (S *m z) (S *m z)) <= _).
  by rewrite ler_wpmul2l // cauchy1.
by rewrite mulrA ler_wpmul2r ?dot_ge0 // geS.
Qed.

(* `pl-inequality`, first: |grad R|^2 >= 4 lambda_+ |q_1|^2 (R - R_min), where lambda_+
   bounds the covariance from below on its range (the smallest positive eigenvalue does). *)
Theorem pl_inequality lam : 0 <= lam ->
  (forall y : 'cV_(d 0), lam * dot (S *m y) (S *m y) <= dot (S *m y) (S *m (S *m y))) ->
  4%:R * lam * r 1 * risk L S ws W p
  <= lip L (grad L S ws W p) (grad L S ws W p).
Proof.
move=> lam0 geS; rewrite grad_norm; apply: le_trans (ker_ge _).
rewrite -mulrA mulrCA ler_wpmul2l ?dot_ge0 // /gvec.
rewrite -scaler_nat dotZl dotZr [X in _ <= X]mulrA -natrM -mulrA.
by rewrite ler_wpmul2l ?ler0n //; apply: quad_PL_range.
Qed.

(* The same for a covariance bounded from below by lam everywhere. *)
Corollary pl_inequality_pd lam : 0 <= lam ->
  (forall y : 'cV_(d 0), lam * dot y y <= dot y (S *m y)) ->
  4%:R * lam * r 1 * risk L S ws W p
  <= lip L (grad L S ws W p) (grad L S ws W p).
Proof. by move=> lam0 geS; apply: pl_inequality => // y; apply: geS. Qed.

(* `pl-inequality`, second: |grad R|^2 >= 4 mu (R - R_min), where mu bounds Sigma M Sigma
   from below by Sigma: mu x^T Sigma x <= (Sigma x)^T M (Sigma x), which is
   mu <= lambda_min(Sigma^(1/2) M Sigma^(1/2)) on the range of Sigma. *)
Theorem pl_inequality_kernel mu :
  (forall x, mu * dot x (S *m x) <= dot (S *m x) (M *m (S *m x))) ->
  4%:R * mu * risk L S ws W p <= lip L (grad L S ws W p) (grad L S ws W p).
Proof.
move=> muP; rewrite grad_norm /gvec -scaler_nat -scalemxAr dotZl dotZr mulrA -natrM -mulrA.
by rewrite ler_wpmul2l ?ler0n //; apply: muP.
Qed.

(* ---- `sharpness-lower-tight` and `sharpness-lower`, raised to the power L ---- *)
Local Notation E := (dot ws (S *m ws)).
Hypotheses (minimizer : S *m w = S *m ws) (E_gt0 : 0 < E).

Lemma E_w : dot w (S *m w) = E.
Proof. by rewrite minimizer dotS // minimizer. Qed.

Lemma p_gt0 : 0 < dot (p L) (p L).
Proof.
rewrite lt_def dot_ge0 andbT dot_eq0; apply/eqP => p0.
have := E_gt0; rewrite -E_w -(fwd_q W p (leqnn L)) qL p0 mulmx0 mulmx0 dot0r.
by rewrite ltxx.
Qed.

Section Bound.
(* smax bounds the Rayleigh quotient of the Hessian 2 J^T S J at ONE explicit
   direction, D = J^T S ws; every upper bound on the sharpness does *)
Variable smax : R.
Let D : layers R d := Jadj L W p (S *m ws).
Hypothesis smaxP :
  2%:R * dot (Jac L W p D) (S *m Jac L W p D) <= smax * lip L D D.

Lemma dir_gt0 : 0 < lip L D D.
Proof.
pose u := S *m ws; have wu : dot w u = E by rewrite -E_w minimizer.
have u_gt0 : 0 < dot u u.
  rewrite lt_def dot_ge0 andbT dot_eq0; apply/eqP => u0.
  by have := E_gt0; rewrite -wu u0 dot0r ltxx.
rewrite /D kernel_norm -/u lt_def; apply/andP; split; last first.
  by rewrite kerE sumr_ge0 // => k _; rewrite mulr_ge0 ?dot_ge0.
apply/eqP => T0; have := kernel_AGM u L_gt0; rewrite T0 expr0n eqn0Ngt L_gt0 wu.
rewrite /= leNgt => /negP; apply.
by rewrite !mulr_gt0 ?exprn_gt0 ?ltr0n ?p_gt0.
Qed.

(* `sharpness-lower-tight`, to the power L: (2L)^L |p|^2 E^(L-1) b <= smax^L. *)
Theorem sharpness_lower_tight :
  (2 * L)%:R ^+ L * dot (p L) (p L) * E ^+ L.-1 * (dot (S *m ws) (S *m ws) / E)
  <= smax ^+ L.
Proof.
pose u := S *m ws; pose T := dot u (M *m u).
have wu : dot w u = E by rewrite -E_w minimizer.
have AGM := kernel_AGM u L_gt0; rewrite -/T wu in AGM.
have T_gt0 : 0 < T by have := dir_gt0; rewrite kernel_norm.
have step : 2%:R * T <= E * smax.
  have TN : T ^+ 2 <= E * dot (M *m u) (S *m (M *m u)).
    have -> : T = dot w (S *m (M *m u)) by rewrite dot_mulr sS minimizer.
    rewrite -E_w; exact: cauchy.
  have := smaxP; rewrite /D kernel kernel_norm -/u -/T => SN.
  rewrite -(ler_pmul2r T_gt0) -mulrA -expr2 -[E * _ * _]mulrA.
  apply: le_trans (_ : E * (2%:R * dot (M *m u) (S *m (M *m u))) <= _).
    by rewrite [X in _ <= X]mulrCA ler_wpmul2l ?ler0n.
  by rewrite ler_wpmul2l // ltW.
have stepL : (2%:R * T) ^+ L <= (E * smax) ^+ L.
  by rewrite ler_expn2r ?nnegrE // ?(le_trans _ step) // mulr_ge0 ?ler0n // ltW.
rewrite -(ler_pmul2l (exprn_gt0 L E_gt0)) -exprMn; apply: le_trans stepL.
rewrite exprMn.
apply: le_trans (_ : 2%:R ^+ L * (L%:R ^+ L *
   (dot (p L) (p L) * dot u u * (E ^+ 2) ^+ L.-1)) <= _); last first.
  by rewrite ler_wpmul2l ?exprn_ge0 ?ler0n.
rewrite natrM exprMn -/u; set c := 2%:R ^+ L; set l := L%:R ^+ L.
rewrite le_eqVlt; apply/orP; left; apply/eqP.
have {1}-> : E ^+ L = E ^+ L.-1 * E by rewrite -exprSr prednK.
rewrite exprAC expr2 -!mulrA; set e := E ^+ L.-1.
rewrite [E * _]mulrC -!mulrA mulVf ?gt_eqF // mulr1.
by do 3![rewrite [LHS]mulrCA; congr (_ * _)]; rewrite [LHS]mulrA [LHS]mulrC.
Qed.

(* `sharpness-lower`, to the power L: (2 L a)^L |w*|^(2 (L-1)) |p|^2 <= smax^L. *)
Theorem sharpness_lower : let a := E / dot ws ws in
  ((2 * L)%:R * a) ^+ L * dot ws ws ^+ L.-1 * dot (p L) (p L) <= smax ^+ L.
Proof.
set a := E / _ => /=; apply: le_trans sharpness_lower_tight.
have ws_gt0 : 0 < dot ws ws.
  rewrite lt_def dot_ge0 andbT dot_eq0; apply/eqP => ws0.
  by have := E_gt0; rewrite ws0 mulmx0 dot0r ltxx.
have ab : a <= dot (S *m ws) (S *m ws) / E.
  rewrite ler_pdivr_mulr // mulrAC ler_pdivl_mulr // -expr2 mulrC; exact: cauchy1.
have Ea : E = a * dot ws ws by rewrite /a mulfVK ?gt_eqF.
have a0 : 0 <= a by rewrite divr_ge0 ?dot_ge0 // ltW.
have eaL : a ^+ L = a ^+ L.-1 * a by rewrite -exprSr prednK.
clearbody a.
apply: le_trans (_ : (2 * L)%:R ^+ L * dot (p L) (p L) * E ^+ L.-1 * a <= _).
  rewrite exprMn eaL Ea exprMn le_eqVlt; apply/orP; left; apply/eqP.
  rewrite -!mulrA; congr (_ * _); rewrite [RHS]mulrC -!mulrA; congr (_ * _).
  by rewrite mulrCA.
by rewrite ler_wpmul2l // !mulr_ge0 ?exprn_ge0 ?ler0n ?dot_ge0 // ltW.
Qed.
End Bound.
End Sharp.
