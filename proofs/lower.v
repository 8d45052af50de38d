(* `sharpness-lower` and `sharpness-lower-tight`: no minimizer is flatter. Both are raised to the power L
   first, where they need no roots. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Lower.
Variables (R : realFieldType) (L : nat) (d : nat -> nat) (W : layers R d) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Local Notation w := (reg L W p).
Local Notation M := (Ker L W p).
Local Notation r k := (dot (q L W p k) (q L W p k)).
Hypotheses (sS : symm Sigma) (pS : psd Sigma) (L_gt0 : (0 < L)%N).
Local Notation E := (dot ws (Sigma *m ws)).
Hypotheses (minimizer : is_minimizer L Sigma ws W p) (E_gt0 : 0 < E).

Lemma E_w : dot w (Sigma *m w) = E.
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
Let D : layers R d := Jadj L W p (Sigma *m ws).
Hypothesis smaxP :
  2%:R * dot (Jac L W p D) (Sigma *m Jac L W p D) <= smax * inner L D D.

Lemma dir_gt0 : 0 < inner L D D.
Proof.
pose u := Sigma *m ws; have wu : dot w u = E by rewrite -E_w minimizer.
have u_gt0 : 0 < dot u u.
  rewrite lt_def dot_ge0 andbT dot_eq0; apply/eqP => u0.
  by have := E_gt0; rewrite -wu u0 dot0r ltxx.
rewrite /D kernel_norm -/u lt_def; apply/andP; split; last first.
  by rewrite kernel_matrix sumr_ge0 // => k _; rewrite mulr_ge0 ?dot_ge0.
apply/eqP => T0; have := kernel_AGM W p u L_gt0; rewrite T0 expr0n eqn0Ngt L_gt0 wu.
rewrite /= leNgt => /negP; apply.
by rewrite !mulr_gt0 ?exprn_gt0 ?ltr0n ?p_gt0.
Qed.

(* `sharpness-lower-tight`, to the power L: (2L)^L |p|^2 E^(L-1) b <= smax^L. *)
Lemma sharpness_lower_tight_power :
  (2 * L)%:R ^+ L * dot (p L) (p L) * E ^+ L.-1 * (dot (Sigma *m ws) (Sigma *m ws) / E)
  <= smax ^+ L.
Proof.
pose u := Sigma *m ws; pose T := dot u (M *m u).
have wu : dot w u = E by rewrite -E_w minimizer.
have AGM := kernel_AGM W p u L_gt0; rewrite -/T wu in AGM.
have T_gt0 : 0 < T by have := dir_gt0; rewrite kernel_norm.
have step : 2%:R * T <= E * smax.
  have TN : T ^+ 2 <= E * dot (M *m u) (Sigma *m (M *m u)).
    have -> : T = dot w (Sigma *m (M *m u)) by rewrite dot_mulr sS minimizer.
    rewrite -E_w; exact: cauchy.
  have := smaxP; rewrite /D kernel kernel_norm -/u -/T => SN.
  rewrite -(ler_pmul2r T_gt0) -mulrA -expr2 -[E * _ * _]mulrA.
  apply: le_trans (_ : E * (2%:R * dot (M *m u) (Sigma *m (M *m u))) <= _).
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
Lemma sharpness_lower_power : let a := E / dot ws ws in
  ((2 * L)%:R * a) ^+ L * dot ws ws ^+ L.-1 * dot (p L) (p L) <= smax ^+ L.
Proof.
set a := E / _ => /=; apply: le_trans sharpness_lower_tight_power.
have ws_gt0 : 0 < dot ws ws.
  rewrite lt_def dot_ge0 andbT dot_eq0; apply/eqP => ws0.
  by have := E_gt0; rewrite ws0 mulmx0 dot0r ltxx.
have ab : a <= dot (Sigma *m ws) (Sigma *m ws) / E.
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
End Lower.

Section Main.
Variables (R : realFieldType) (d : nat -> nat) (L : nat).
Variables (W : layers R d) (p : vecs R d) (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (L_gt0 : (0 < L)%N) (sS : symm Sigma) (pS : psd Sigma).
Hypotheses (minimizer : is_minimizer L Sigma ws W p) (E_gt0 : 0 < dot ws (Sigma *m ws)).
Local Notation hess D := (curvature L Sigma ws W p D).
Let a := dot ws (Sigma *m ws) / dot ws ws.
Let b := dot (Sigma *m ws) (Sigma *m ws) / dot ws (Sigma *m ws).

Variable smax : R.
Hypothesis sharpness : sharpness_le L Sigma ws W p smax.

Lemma sharpness_lower_hessian :
  ((2 * L)%:R * a) ^+ L * dot ws ws ^+ L.-1 * dot (p L) (p L) <= smax ^+ L.
Proof.
apply: (sharpness_lower_power sS pS L_gt0 minimizer E_gt0).
by rewrite -(hessian_min _ sS minimizer).
Qed.

Lemma sharpness_lower_tight_hessian :
  (2 * L)%:R ^+ L * dot (p L) (p L) * dot ws (Sigma *m ws) ^+ L.-1 * b <= smax ^+ L.
Proof.
apply: (sharpness_lower_tight_power sS pS L_gt0 minimizer E_gt0).
by rewrite -(hessian_min _ sS minimizer).
Qed.

Lemma smax_ge0 : 0 <= smax.
Proof.
have D_gt0 := dir_gt0 sS L_gt0 minimizer E_gt0.
rewrite -(pmulr_lge0 _ D_gt0); apply: le_trans (sharpness _).
by rewrite (hessian_min _ sS minimizer) mulr_ge0 ?ler0n.
Qed.

(* `sharpness-lower-tight`, and so below in `min-sharpness-bracket` and `min-sharpness-ladder`: every minimizer has
   S >= 2 L E^(1 - 1/L) b^(1/L) |p|^(2/L). The product of the roots is x, given by its L-th power. *)
Theorem sharpness_lower_tight x : 0 <= x ->
  x ^+ L = dot ws (Sigma *m ws) ^+ L.-1 * b * dot (p L) (p L) -> 2%:R * L%:R * x <= smax.
Proof.
have := sharpness_lower_tight_hessian; move: (b) => c low x0 ex.
have nn : 0 <= 2%:R * L%:R * x by rewrite -natrM mulr_ge0 ?ler0n.
rewrite -(ler_pexpn2r L_gt0) ?nnegrE ?smax_ge0 // -natrM exprMn ex.
by rewrite [X in _ * X <= _]mulrC !mulrA.
Qed.

(* `sharpness-lower`, Theorem 1 of the paper, with a read-out, and so `residual-min-sharpness`: every
   minimizer has S >= 2 L |w*|^(2 - 2/L) a |p|^(2/L), and so has their infimum.
   The product of the roots is x, given by its L-th power. *)
Theorem sharpness_lower x : 0 <= x ->
  x ^+ L = dot ws ws ^+ L.-1 * dot (p L) (p L) -> 2%:R * L%:R * a * x <= smax.
Proof.
move=> x0 ex; have a0 : 0 <= a by rewrite divr_ge0 ?dot_ge0 // ltW.
have smax0 := smax_ge0.
have nn : 0 <= 2%:R * L%:R * a * x by do 2!rewrite mulr_ge0 //; rewrite -natrM ler0n.
rewrite -(ler_pexpn2r L_gt0) ?nnegrE //.
by rewrite exprMn ex mulrA -natrM sharpness_lower_hessian.
Qed.
End Main.
