(* `limit-sharpness`: a nearly balanced minimizer is nearly as flat as possible.
   x stands for |w|^(2/L), z for (1 - theta)^(-(1 - 1/L)): non-negative numbers whose L-th
   powers are what they have to be; theta is (L - 1) Delta / x, Lam any bound of Sigma. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms taylor lower normcontrol upper.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LayerNorms.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d) (m : R).
Hypothesis readout1 : dot (p L) (p L) = 1.
Hypothesis m0 : 0 <= m.
Hypothesis mP : forall k, (k < L)%N -> upper (W k) m.

Lemma forward_norm u k : (k <= L)%N -> dot (fwd W k *m u) (fwd W k *m u) <= m ^+ k * dot u u.
Proof.
elim: k => [|k IHk] lekL; first by rewrite /= mul1mx mul1r.
rewrite /= -mulmxA exprS -mulrA; apply: le_trans (mP lekL _) _.
by rewrite ler_wpmul2l // IHk // ltnW.
Qed.

(* u^T M u <= L m^(L-1) |u|^2 *)
Lemma kernel_upper u : dot u (Ker L W p *m u) <= L%:R * m ^+ L.-1 * dot u u.
Proof.
rewrite kernel_matrix -mulrA mulr_natl -[X in _ *+ X]card_ord -sumr_const; apply: ler_sum => k _.
have eL : (k.+1 + (L - k.+1) = L)%N by rewrite subnKC.
have -> : m ^+ L.-1 * dot u u = m ^+ (L - k.+1) * (m ^+ k * dot u u).
  have <- : (L - k.+1 + k = L.-1)%N by rewrite -[in RHS]eL addnC.
  by rewrite exprD mulrA.
apply: ler_pmul; rewrite ?dot_ge0 //; last by apply: forward_norm; apply: ltnW.
exact: backward_norm eL.
Qed.
End LayerNorms.

Section Limit.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (sigma2 del : nat -> R) (i : nat).
Hypothesis out1 : d L = 1%N.
Hypothesis readout1 : dot (p L) (p L) = 1.
Hypothesis sigma2P : forall k, (k < L)%N -> norm_sq (W k) (sigma2 k).
Hypothesis del0 : forall k, 0 <= del k.
Hypothesis delP : forall k, (k.+1 < L)%N -> form_bound (imbalance W k) (del k).
Hypothesis ltiL : (i < L)%N.
Hypothesis largest : forall k, (k < L)%N -> sigma2 k <= sigma2 i.
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)) (Lam x : R).
Hypotheses (sS : symm Sigma) (pS : psd Sigma) (minimizer : is_minimizer L Sigma ws W p).
Hypothesis LamP : forall y, dot y (Sigma *m y) <= Lam * dot y y.
Hypothesis E_gt0 : 0 < dot ws (Sigma *m ws).
Hypotheses (x0 : 0 <= x) (xP : x ^+ L = dot (reg L W p) (reg L W p)).
Local Notation m := (sigma2 i).
Local Notation Delta := (\sum_(k < L.-1) del k).
Let theta := L.-1%:R * Delta / x.
Let widths (e : nat -> nat) k := if k is 0 then d 0 else e k.
Let L_gt0 : (0 < L)%N. Proof. exact: leq_ltn_trans ltiL. Qed.
Let m0 : 0 <= m. Proof. by case: (sigma2P ltiL). Qed.

Lemma x_gt0 : 0 < x.
Proof.
rewrite lt_def x0 andbT; apply/eqP => z; have := xP; rewrite z expr0n eqn0Ngt L_gt0.
move/esym/eqP; rewrite dot_eq0 => /eqP w0; move: E_gt0.
by rewrite -(E_w sS minimizer) w0 mulmx0 dot0r ltxx.
Qed.

Lemma Lam_ge0 : 0 <= Lam.
Proof.
have ws_gt0 : 0 < dot ws ws.
  by rewrite dot_gt0; apply/eqP => z; move: E_gt0; rewrite z mulmx0 dot0r ltxx.
by rewrite -(pmulr_lge0 _ ws_gt0); apply: le_trans (LamP ws); apply: ltW.
Qed.

(* (1 - theta) m^L <= |w|^2 *)
Lemma largest_below : (1 - theta) * m ^+ L <= x ^+ L.
Proof.
have x_gt0 := x_gt0.
have xm : x <= m.
  rewrite -(ler_pexpn2r L_gt0) ?nnegrE // xP.
  exact: (backward_norm readout1 m0 (largest_upper sigma2P largest) (add0n L)).
have nc := norm_control out1 readout1 sigma2P del0 delP ltiL largest.
rewrite xP; apply: le_trans nc.
rewrite mulrBl mul1r ler_add2l ler_opp2.
have -> : L.-1%:R * Delta = theta * x by rewrite mulfVK // gt_eqF.
rewrite -{2}(prednK L_gt0) exprS mulrA ler_wpmul2r ?exprn_ge0 // ler_wpmul2l //.
by rewrite divr_ge0 // mulr_ge0 ?ler0n // sumr_ge0.
Qed.

Lemma power_below c z : 0 < c -> 0 <= z -> 1 <= z ^+ L * c ^+ L.-1 -> c * m ^+ L <= x ^+ L ->
  m ^+ L.-1 <= z * x ^+ L.-1.
Proof.
move=> c0 z0 zc cm; rewrite -(ler_pexpn2r L_gt0) ?nnegrE ?mulr_ge0 ?exprn_ge0 //.
rewrite exprMn ![(_ ^+ L.-1) ^+ L]exprAC.
have cL : 0 < c ^+ L.-1 by rewrite exprn_gt0.
rewrite -(ler_pmul2l cL) -exprMn.
apply: le_trans (_ : (x ^+ L) ^+ L.-1 <= _).
  by rewrite ler_expn2r ?nnegrE ?mulr_ge0 ?exprn_ge0 // ltW.
by rewrite mulrA ler_pemull ?exprn_ge0 // mulrC.
Qed.

Lemma sharpness_at z : 0 <= z -> m ^+ L.-1 <= z * x ^+ L.-1 ->
  sharpness_le L Sigma ws W p (2%:R * L%:R * Lam * x ^+ L.-1 * z).
Proof.
move=> z0 mz D; apply: le_trans (sharpness_upper sS minimizer LamP Lam_ge0 _ _ _) _.
- exact: kernel_upper readout1 m0 (largest_upper sigma2P largest).
- by rewrite mulr_ge0 ?ler0n ?exprn_ge0.
rewrite ler_wpmul2r ?inner_ge0 // -!mulrA ler_wpmul2l ?ler0n //.
by rewrite mulrCA ler_wpmul2l ?ler0n // ler_wpmul2l ?Lam_ge0 // mulrC.
Qed.

(* `limit-sharpness`, every minimizer: S <= 2 L Lambda |w|^(2 - 2/L) (1 - theta)^(-(1 - 1/L)) when
   theta < 1. With w = w* it is the obligation target. *)
Theorem limit_sharpness z : theta < 1 -> 0 <= z -> z ^+ L * (1 - theta) ^+ L.-1 = 1 ->
  sharpness_le L Sigma ws W p (2%:R * L%:R * Lam * x ^+ L.-1 * z).
Proof.
move=> th1 z0 zP; apply: sharpness_at => //; apply: power_below z0 _ largest_below.
  by rewrite subr_gt0.
by rewrite zP.
Qed.

Let eight : (8%:R : R) = 4%:R * 2%:R. Proof. by rewrite -natrM. Qed.

(* `limit-sharpness`, eight: S <= 8 L Lambda |w|^(2 - 2/L) when theta <= 3/4. *)
Theorem limit_sharpness_eight : theta <= 3%:R / 4%:R ->
  sharpness_le L Sigma ws W p (8%:R * L%:R * Lam * x ^+ L.-1).
Proof.
move=> th; have four_gt0 : (0 : R) < 4%:R by rewrite ltr0n.
have -> : 8%:R * L%:R * Lam * x ^+ L.-1 = 2%:R * L%:R * Lam * x ^+ L.-1 * 4%:R.
  by rewrite [RHS]mulrC eight !mulrA.
apply: sharpness_at; rewrite ?ler0n //; apply: (@power_below (4%:R)^-1); rewrite ?ler0n ?invr_gt0 //.
  rewrite -{1}(prednK L_gt0) exprS -mulrA -exprMn mulfV ?gt_eqF // expr1n mulr1.
  by rewrite ler1n.
apply: le_trans largest_below; rewrite ler_wpmul2r ?exprn_ge0 // ler_subr_addl.
rewrite -ler_subr_addr; apply: le_trans th _; rewrite ler_pdivr_mulr // mulrBl mul1r.
by rewrite mulVf ?gt_eqF // ler_subr_addr -(natrD _ 3 1).
Qed.

(* `limit-sharpness`, ratio: S <= (4 Lambda / a) S_min when theta <= 3/4 and w = w*. As S_min is an
   infimum, this is S(W) <= (4 Lambda / a) s for every s >= S(W'), for every minimizer W' of any widths e. *)
Theorem limit_sharpness_ratio (e : nat -> nat) (W' : layers R (widths e)) (p' : vecs R (widths e)) s :
  reg L W p = ws -> theta <= 3%:R / 4%:R ->
  dot (p' L) (p' L) = 1 -> is_minimizer L Sigma ws W' p' -> sharpness_le L Sigma ws W' p' s ->
  sharpness_le L Sigma ws W p (4%:R * Lam / (dot ws (Sigma *m ws) / dot ws ws) * s).
Proof.
move=> ew th readout' minimizer' sP D; apply: le_trans (limit_sharpness_eight th D) _.
rewrite ler_wpmul2r ?inner_ge0 //; set a := _ / dot ws ws.
have ws_gt0 : 0 < dot ws ws.
  by rewrite dot_gt0; apply/eqP => z; move: E_gt0; rewrite z mulmx0 dot0r ltxx.
have a_gt0 : 0 < a by rewrite divr_gt0.
have : 2%:R * L%:R * a * x ^+ L.-1 <= s.
  apply: (sharpness_lower L_gt0 sS pS minimizer' E_gt0 sP); first by rewrite exprn_ge0.
  by rewrite readout' mulr1 -exprM mulnC exprM xP ew.
move=> low; clearbody a; apply: le_trans (_ : 4%:R * Lam / a * (2%:R * L%:R * a * x ^+ L.-1) <= _).
  rewrite le_eqVlt; apply/orP; left; apply/eqP.
  have -> : 2%:R * L%:R * a * x ^+ L.-1 = a * (2%:R * (L%:R * x ^+ L.-1)).
    by rewrite -!mulrA [RHS]mulrCA; congr (_ * _); apply: mulrCA.
  rewrite -[4%:R * Lam / a * _]mulrA mulKf ?gt_eqF // eight -!mulrA; congr (_ * _).
  by rewrite [RHS]mulrCA; congr (_ * _); rewrite mulrCA.
by rewrite ler_wpmul2l // !mulr_ge0 ?ler0n ?Lam_ge0 // invr_ge0 ltW.
Qed.

(* `limit-sharpness`, condition: S <= 4 kappa S_min when theta <= 3/4, w = w* and lambda > 0. *)
Theorem limit_sharpness_condition (e : nat -> nat) (W' : layers R (widths e)) (p' : vecs R (widths e)) s lam :
  reg L W p = ws -> theta <= 3%:R / 4%:R ->
  0 < lam -> (forall y : 'cV_(d 0), lam * dot y y <= dot y (Sigma *m y)) ->
  dot (p' L) (p' L) = 1 -> is_minimizer L Sigma ws W' p' -> sharpness_le L Sigma ws W' p' s ->
  sharpness_le L Sigma ws W p (4%:R * (Lam / lam) * s).
Proof.
move=> ew th lam_gt0 lamP readout' minimizer' sP D.
apply: le_trans (limit_sharpness_ratio ew th readout' minimizer' sP D) _.
have ws_gt0 : 0 < dot ws ws.
  by rewrite dot_gt0; apply/eqP => z; move: E_gt0; rewrite z mulmx0 dot0r ltxx.
have s0 : 0 <= s := smax_ge0 L_gt0 sS pS minimizer' E_gt0 sP.
rewrite ler_wpmul2r ?inner_ge0 // ler_wpmul2r // -mulrA ler_wpmul2l ?ler0n //.
rewrite ler_wpmul2l ?Lam_ge0 // ler_pinv ?inE ?unitfE ?gt_eqF ?divr_gt0 //=.
by rewrite ler_pdivl_mulr.
Qed.
End Limit.
