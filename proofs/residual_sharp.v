(* `residual-sharpness`: the sharpness of a minimizer whose products of layers keep lengths. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor lower norms subprod residual upper.
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

Hypotheses (L_gt0 : (0 < L)%N) (pS : psd Sigma) (E_gt0 : 0 < dot ws (Sigma *m ws)).
Variables alpha lam : R.
Hypotheses (alpha_gt0 : 0 < alpha) (alpha1 : alpha <= 1).
Hypothesis belowP : forall j m, (0 < m)%N -> (m + j <= L)%N -> lower (sub W j m) (alpha ^+ 2).
Hypothesis square : forall k, (k <= L)%N -> d k = d 0.
Hypotheses (lam_gt0 : 0 < lam) (lamP : forall y : 'cV_(d 0), lam * dot y y <= dot y (Sigma *m y)).
Let widths (e : nat -> nat) k := if k is 0 then d 0 else e k.
Local Notation P := (dot (p L) (p L)).

Lemma regressor_is_target : reg L W p = ws.
Proof.
apply/eqP; rewrite -subr_eq0 -dot_eq0 eq_le dot_ge0 andbT -(ler_pmul2l lam_gt0) mulr0.
by apply: le_trans (lamP _) _; rewrite mulmxBr minimizer subrr dot0r.
Qed.

(* S(W') >= 2 L lambda alpha^2 |p|^2 for every minimizer, as |w*| >= alpha |p|. *)
Lemma residual_sharpness_below (e : nat -> nat) (W' : layers R (widths e)) (p' : vecs R (widths e)) s :
  dot (p' L) (p' L) = P -> is_minimizer L Sigma ws W' p' -> sharpness_le L Sigma ws W' p' s ->
  (2 * L)%:R * (lam * (alpha ^+ 2 * P)) <= s.
Proof.
move=> readout' min' sP; have s0 := smax_ge0 L_gt0 sS pS min' E_gt0 sP.
have low := sharpness_lower_hessian L_gt0 sS pS min' E_gt0 sP; rewrite readout' in low.
have ws_ge : alpha ^+ 2 * P <= dot ws ws.
  by rewrite -{1}regressor_is_target -[in X in _ <= X]regressor_is_target; apply: (backward_below p belowP square L_gt0).
have ws_gt0 : 0 < dot ws ws.
  by rewrite dot_gt0; apply: contraTneq E_gt0 => ->; rewrite mulmx0 dot0r ltxx.
have aP : lam <= dot ws (Sigma *m ws) / dot ws ws by rewrite ler_pdivl_mulr.
move: (_ / _) aP low => a aP low; have a0 : 0 <= a by apply: le_trans aP; apply: ltW.
have AP : alpha ^+ 2 * P <= P by rewrite ler_pimull ?dot_ge0 // exprn_ile1 // ltW.
have : 0 <= alpha ^+ 2 * P by rewrite mulr_ge0 ?sqr_ge0 ?dot_ge0.
move: (alpha ^+ 2 * P) ws_ge AP => A ws_ge AP A0; have lam0 := ltW lam_gt0.
have nn : 0 <= (2 * L)%:R * (lam * A) by rewrite mulr_ge0 ?ler0n // mulr_ge0.
rewrite -(ler_pexpn2r L_gt0) ?nnegrE //; apply: le_trans low.
rewrite !exprMn -!mulrA ler_wpmul2l ?exprn_ge0 ?ler0n //.
have -> : A ^+ L = A ^+ L.-1 * A by rewrite -exprSr prednK.
apply: ler_pmul; rewrite ?exprn_ge0 ?mulr_ge0 ?exprn_ge0 //; first by rewrite ler_expn2r ?nnegrE.
by apply: ler_pmul; rewrite ?exprn_ge0 // ler_expn2r ?nnegrE ?dot_ge0.
Qed.

(* `residual-sharpness`, ratio: S <= (beta^4 / alpha^2) kappa S_min, S_min through every minimizer W' of any widths e
   with a read-out as long as p: S(W) <= (beta^4 / alpha^2) kappa s for every s >= S(W'). *)
Theorem residual_sharpness_ratio (e : nat -> nat) (W' : layers R (widths e)) (p' : vecs R (widths e)) s :
  1 <= beta -> dot (p' L) (p' L) = P -> is_minimizer L Sigma ws W' p' -> sharpness_le L Sigma ws W' p' s ->
  sharpness_le L Sigma ws W p (beta ^+ 4 / alpha ^+ 2 * (Lam / lam) * s).
Proof.
move=> beta1 readout' min' sP D; apply: le_trans (residual_sharpness beta1 D) _.
rewrite ler_wpmul2r ?inner_ge0 //; have low := residual_sharpness_below readout' min' sP.
have beta0 : 0 <= beta by apply: le_trans beta1.
have [a2 l0] : alpha ^+ 2 != 0 /\ lam != 0 by rewrite expf_neq0 ?gt_eqF.
have c0 : 0 <= beta ^+ 4 / alpha ^+ 2 * (Lam / lam).
  by rewrite !mulr_ge0 ?invr_ge0 ?exprn_ge0 ?(ltW lam_gt0) ?(ltW alpha_gt0).
apply: le_trans (ler_wpmul2l c0 low); rewrite le_eqVlt; apply/orP; left; apply/eqP.
rewrite [RHS]mulrCA natrM [lam * _]mulrCA.
have -> : beta ^+ 4 / alpha ^+ 2 * (Lam / lam) * (alpha ^+ 2 * (lam * P)) = beta ^+ 4 * (Lam * P).
  by rewrite mulrACA mulfVK // [Lam / lam * _]mulrA mulfVK.
by rewrite -[LHS]mulrA -[LHS]mulrA; congr (_ * _); rewrite mulrCA.
Qed.
End ResidualSharpness.
