(* `min-sharpness`: the least sharpness of a minimizer, exactly; the lower half of `min-sharpness-dual`. *)
From mathcomp Require Import all_ssreflect all_algebra ssrAC.
From flatcert Require Import defs ineq taylor lower upper eigenvalue aligned.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* If f_1, ..., f_(n+1) are positive and t^n f_1 = f_(n+1), then n t <= sum_k f_(k+1) / f_k. *)
Section Ratios.
Variables (R : realFieldType) (f : nat -> R) (t : R) (n : nat).
Hypotheses (f_gt0 : forall k, (k <= n)%N -> 0 < f k) (t0 : 0 <= t) (tP : t ^+ n * f 0%N = f n).

Lemma prod_ratios : \prod_(k < n) (f k.+1 / f k) = f n / f 0%N.
Proof.
elim: n f_gt0 => [|m IHm] pos; first by rewrite big_ord0 divff // gt_eqF // pos.
rewrite big_ord_recr /= IHm => [|k lekm]; last by rewrite pos // leqW.
by rewrite mulrC mulrA mulfVK // gt_eqF // pos.
Qed.

Lemma sum_ratios : n%:R * t <= \sum_(k < n) f k.+1 / f k.
Proof.
case: (posnP n) => [->|n_gt0]; first by rewrite mul0r big_ord0.
have ratio0 k : (k < n)%N -> 0 <= f k.+1 / f k by move=> ltkn; rewrite divr_ge0 // ltW // f_gt0 // ltnW.
have sum0 : 0 <= \sum_(k < n) f k.+1 / f k by apply: sumr_ge0 => k _; apply: ratio0.
have nn : {in 'I_n, forall k : 'I_n, 0 <= f k.+1 / f k *+ #|'I_n|}.
  by move=> k _; rewrite mulrn_wge0 // ratio0.
have [AGM _] := leif_AGM_scaled nn; rewrite prodrMn_const !card_ord prod_ratios in AGM.
rewrite -(ler_pexpn2r n_gt0) ?nnegrE ?mulr_ge0 ?ler0n // exprMn; apply: le_trans AGM.
by rewrite -tP mulfK ?gt_eqF ?f_gt0 // -[X in _ <= X]mulr_natl natrX.
Qed.
End Ratios.

Section Minimum.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (sS : symm Sigma) (pS : psd Sigma) (minimizer : is_minimizer L Sigma ws W p).
Local Notation w := (reg L W p).
Local Notation M := (Ker L W p).
Local Notation r k := (dot (q L W p k) (q L W p k)).

(* M >= r I + (L-1) t w w^T with r = |q_1|^2 and t = (|p|^2 / r)^(1 / (L-1)). *)
Lemma kernel_below t y : (1 < L)%N -> w != 0 -> 0 <= t -> t ^+ L.-1 * r 1 = dot (p L) (p L) ->
  r 1 * dot y y + L.-1%:R * t * dot w y ^+ 2 <= dot y (M *m y).
Proof.
move=> L_gt1 w0 t0 tP; have r_gt0 k : (k <= L)%N -> 0 < r k.
  move=> lekL; rewrite lt_def dot_ge0 dot_eq0 andbT; apply: contra_neq w0 => q0.
  by rewrite -(fwd_q W p lekL) q0 mulmx0.
have L_gt0 := ltnW L_gt1.
rewrite kernel_matrix -(big_mkord xpredT (fun k => r k.+1 * dot (fwd W k *m y) (fwd W k *m y))).
rewrite big_ltn // big_add1 big_mkord mul1mx ler_add2l.
have := @sum_ratios R (fun k => r k.+1) t L.-1; rewrite prednK // qL => /(_ _ t0 tP) AGM.
apply: le_trans (ler_wpmul2r (sqr_ge0 _) (AGM _)) _ => [k lek|].
  by rewrite r_gt0 // -(prednK L_gt0) ltnS.
rewrite mulr_suml; apply: ler_sum => k _; rewrite -mulrA ler_wpmul2l ?dot_ge0 //.
have ltkL : (k.+1 <= L)%N by apply: leq_trans (leq_pred L); case: k.
rewrite mulrC ler_pdivr_mulr ?r_gt0 // mulrC; exact: layer_cauchy.
Qed.

Hypothesis E_gt0 : 0 < dot ws (Sigma *m ws).

Lemma dot_minimizer x : dot w (Sigma *m x) = dot ws (Sigma *m x).
Proof. by rewrite !(dotS _ x sS) minimizer. Qed.

Lemma regressor_neq0 : w != 0.
Proof.
apply: contraTneq E_gt0 => w0; rewrite -(E_w sS minimizer) w0 mulmx0 dot0r.
by rewrite ltxx.
Qed.

(* `min-sharpness`, every minimizer: S >= 2 lambda_max(r Sigma + (L-1) t v v^T) with v = Sigma^(1/2) ws,
   r = |q_1|^2 and t = (|p|^2 / r)^(1 / (L-1)). With z = Sigma^(1/2) x, the quadratic form of that matrix at z is
   r |Sigma x|^2 + (L-1) t (ws^T Sigma x)^2, and |z|^2 is x^T Sigma x. *)
Theorem min_sharpness_every t s x : (1 < L)%N -> 0 <= t -> t ^+ L.-1 * r 1 = dot (p L) (p L) ->
  sharpness_le L Sigma ws W p s ->
  2%:R * (r 1 * dot (Sigma *m x) (Sigma *m x) + L.-1%:R * t * dot ws (Sigma *m x) ^+ 2)
  <= s * dot x (Sigma *m x).
Proof.
move=> L_gt1 t0 tP sP; have s0 := smax_ge0 (ltnW L_gt1) sS pS minimizer E_gt0 sP.
have [uP _] := sharpness_eigenvalue sS pS minimizer s0.
apply: le_trans (uP sP x); rewrite ler_wpmul2l ?ler0n // -dot_minimizer.
exact: kernel_below L_gt1 regressor_neq0 t0 tP.
Qed.

(* `min-sharpness-dual`, every direction: S >= 2 L |p|^(2/L) (z^T Sigma z)^(1/L) ((z^T v)^2)^(1 - 1/L) for every unit
   vector z, here z = Sigma^(1/2) u, normalized: |Sigma^(1/2) u|^2 is u^T Sigma u. (What of z is in the kernel of Sigma
   enlarges |z| and nothing else.) The product of the roots is x, given by its L-th power. *)
Theorem min_sharpness_dual u x s : (0 < L)%N -> 0 <= x -> 0 < dot u (Sigma *m u) ->
  x ^+ L = dot (p L) (p L) * (dot (Sigma *m u) (Sigma *m u) / dot u (Sigma *m u))
           * (dot ws (Sigma *m u) ^+ 2 / dot u (Sigma *m u)) ^+ L.-1 ->
  sharpness_le L Sigma ws W p s -> 2%:R * L%:R * x <= s.
Proof.
move=> L_gt0 x0 u_gt0 xP sP; have s0 := smax_ge0 L_gt0 sS pS minimizer E_gt0 sP.
have [uP _] := sharpness_eigenvalue sS pS minimizer s0.
rewrite -(ler_pmul2r u_gt0); apply: le_trans (uP sP u); rewrite -!mulrA ler_wpmul2l ?ler0n //.
rewrite -(ler_pexpn2r L_gt0) ?nnegrE ?mulr_ge0 ?ler0n ?(ltW u_gt0) //; last first.
  by rewrite -kernel_norm inner_ge0.
have uL : dot u (Sigma *m u) ^+ L = dot u (Sigma *m u) * dot u (Sigma *m u) ^+ L.-1 by rewrite -exprS prednK.
rewrite !exprMn xP expr_div_n uL -dot_minimizer; set c := dot u _.
have -> : dot (p L) (p L) * (dot (Sigma *m u) (Sigma *m u) / c) * (dot w (Sigma *m u) ^+ 2 ^+ L.-1 / c ^+ L.-1)
          * (c * c ^+ L.-1) = dot (p L) (p L) * dot (Sigma *m u) (Sigma *m u) * dot w (Sigma *m u) ^+ 2 ^+ L.-1.
  have c_neq0 : c != 0 by rewrite gt_eqF.
  by rewrite !mulrA (ACl ((1*2*4)*(3*6)*(5*7))) /= !mulVf ?expf_neq0 // !mulr1.
exact: kernel_AGM.
Qed.
End Minimum.

(* c |Sigma u|^2 <= s u^T Sigma u for all u if and only if c Sigma <= s I. *)
Lemma form_squared (R : realFieldType) n (Sigma : 'M[R]_n) (c s : R) : symm Sigma -> psd Sigma -> 0 <= c -> 0 <= s ->
  (forall u, c * dot (Sigma *m u) (Sigma *m u) <= s * dot u (Sigma *m u))
  <-> (forall y, c * dot y (Sigma *m y) <= s * dot y y).
Proof.
move=> sS pS c0 s0; split=> le x.
  have := pS x; rewrite le_eqVlt => /predU1P [<-|gt0]; first by rewrite mulr0 mulr_ge0 ?dot_ge0.
  rewrite -(ler_pmul2r gt0) -mulrA -expr2; apply: le_trans (ler_wpmul2l c0 (cauchy1 _ _)) _.
  by rewrite mulrCA [X in _ <= X]mulrAC [X in _ <= X]mulrC ler_wpmul2l ?dot_ge0.
have := dot_ge0 (Sigma *m x); rewrite le_eqVlt => /predU1P [<-|gt0]; first by rewrite mulr0 mulr_ge0.
rewrite -(ler_pmul2r gt0) -mulrA -expr2 {1}dot_mull sS.
apply: le_trans (ler_wpmul2l c0 (cauchy _ _ sS pS)) _.
by rewrite mulrCA [X in _ <= X]mulrAC [X in _ <= X]mulrC ler_wpmul2l.
Qed.

(* `min-sharpness`, depth one: S = 2 |p|^2 Lambda at L = 1. Both sides have the same bounds s. *)
Theorem min_sharpness_depth_one (R : realFieldType) (d : nat -> nat) (W : layers R d) (p : vecs R d)
    (Sigma : 'M[R]_(d 0%N)) (ws : 'cV[R]_(d 0%N)) s :
  symm Sigma -> psd Sigma -> is_minimizer 1 Sigma ws W p -> 0 <= s ->
  sharpness_le 1 Sigma ws W p s
  <-> (forall y, 2%:R * dot (p 1%N) (p 1%N) * dot y (Sigma *m y) <= s * dot y y).
Proof.
move=> sS pS min s0; have c0 : 0 <= 2%:R * dot (p 1%N) (p 1%N) by rewrite mulr_ge0 ?ler0n ?dot_ge0.
have ker y : dot y (Ker 1 W p *m y) = dot (p 1%N) (p 1%N) * dot y y.
  by rewrite kernel_matrix big_ord1 qL mul1mx.
have [to from] := sharpness_eigenvalue sS pS min s0; have [sq unsq] := form_squared sS pS c0 s0.
split=> [/to uP|/unsq uP]; first by apply: sq => u; have := uP u; rewrite ker mulrA.
by apply: from => u; rewrite ker mulrA.
Qed.

Section Attained.
Variables (R : rcfType) (d : nat -> nat) (L : nat) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (wide : forall k, (0 < k < L)%N -> (0 < d k)%N) (p0 : p L != 0).
Hypotheses (sS : symm Sigma) (pS : psd Sigma).

(* `min-sharpness`, attained: for every r > 0 some aligned minimizer has |q_1|^2 = r and
   S = 2 lambda_max(r Sigma + (L-1) t v v^T), t = (|p|^2 / r)^(1 / (L-1)): both sides have the same bounds s. *)
Theorem min_sharpness_attained (r t : R) : (1 < L)%N -> 0 <= t -> t ^+ L.-1 * r = dot (p L) (p L) ->
  exists W : layers R d, [/\ is_aligned L ws W p, is_minimizer L Sigma ws W p, dot (q L W p 1) (q L W p 1) = r &
    forall s, 0 <= s -> sharpness_le L Sigma ws W p s <->
      (forall x, 2%:R * (r * dot (Sigma *m x) (Sigma *m x) + L.-1%:R * t * dot ws (Sigma *m x) ^+ 2)
                 <= s * dot x (Sigma *m x))].
Proof.
move=> L_gt1 t0 tP; have t_neq0 : t != 0.
  apply: contra_neq p0 => z; apply/eqP; rewrite -dot_eq0 -tP z expr0n.
  by rewrite -subn1 subn_eq0 leqNgt L_gt1 mul0r.
have t_gt0 : 0 < t by rewrite lt_def t_neq0.
have [W [al reg rP kerP]] := aligned_exists ws (ltnW L_gt1) wide p0 t_gt0.
have rt : dot (p L) (p L) / t ^+ L.-1 = r by rewrite -tP mulrAC mulfV ?mul1r // expf_neq0.
have min : is_minimizer L Sigma ws W p by rewrite /is_minimizer reg.
exists W; rewrite rt in rP kerP; split=> // s s0; have [to from] := sharpness_eigenvalue sS pS min s0.
by split=> [/to uP x|uP]; [have := uP x|apply: from => x; have := uP x]; rewrite kerP rank_one_form mulrA.
Qed.

Hypotheses (L_gt0 : (0 < L)%N) (E_gt0 : 0 < dot ws (Sigma *m ws)).
Variable Lam : R.
Hypothesis LamP : forall y, dot y (Sigma *m y) <= Lam * dot y y.

(* `min-sharpness-bracket`, above, and so `min-sharpness-ladder` and `residual-min-sharpness`:
   S_min <= 2 L E^(1 - 1/L) Lambda^(1/L) |p|^(2/L), as some minimizer is as flat as that. The product of the
   roots is x, given by its L-th power. *)
Theorem min_sharpness_above x : 0 <= x ->
  x ^+ L = dot ws (Sigma *m ws) ^+ L.-1 * Lam * dot (p L) (p L) ->
  exists W : layers R d, is_minimizer L Sigma ws W p /\ sharpness_le L Sigma ws W p (2%:R * L%:R * x).
Proof.
move: E_gt0; set E := dot ws _; set P := dot (p L) (p L) => E_pos x0 xP.
have P_gt0 : 0 < P by rewrite lt_def dot_ge0 dot_eq0 p0.
have Lam_gt0 : 0 < Lam.
  rewrite ltNge; apply/negP => Lam0; have := LamP ws; rewrite leNgt => /negP; apply.
  by apply: le_lt_trans E_pos; rewrite mulr_le0_ge0 ?dot_ge0.
have [x_gt0 rx] := best_rate L_gt0 E_pos Lam_gt0 P_gt0 x0 xP.
have [W [_ reg _ kerP]] := aligned_exists ws L_gt0 wide p0 (divr_gt0 x_gt0 E_pos).
have min : is_minimizer L Sigma ws W p by rewrite /is_minimizer reg.
exists W; split=> //; have s0 : 0 <= 2%:R * L%:R * x by rewrite !mulr_ge0 ?ler0n.
have [_ from] := sharpness_eigenvalue sS pS min s0; apply: from => u.
rewrite kerP rank_one_form -/P -!mulrA ler_wpmul2l ?ler0n //.
have -> : L%:R * (x * dot u (Sigma *m u)) = x * dot u (Sigma *m u) + L.-1%:R * (x * dot u (Sigma *m u)).
  by rewrite -{1}(prednK L_gt0) -[in LHS]add1n natrD mulrDl mul1r.
apply: ler_add.
  have [_ unsq] := form_squared sS pS (@ler01 R) (ltW Lam_gt0).
  have := unsq _ u; rewrite mul1r => le.
  rewrite mulrA -[X in _ <= X * _]rx -[X in _ <= X]mulrA ler_wpmul2l ?le // => [|y]; last by rewrite mul1r.
  by rewrite divr_ge0 ?exprn_ge0 ?divr_ge0 // ltW.
rewrite ler_wpmul2l ?ler0n // ler_wpmul2l // mulrC ler_pdivr_mulr // mulrC.
exact: cauchy.
Qed.
End Attained.
