(* `min-trace`: the trace of the Hessian of a minimizer, and its least value. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor lower upper aligned.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Trace.
Variables (R : comRingType) (d : nat -> nat) (L : nat).
Implicit Types (W : layers R d) (p : vecs R d) (Sigma : 'M[R]_(d 0)).

(* The direction that changes the entry (i, j) of layer k only, at unit speed. *)
Definition entry k i j : layers R d := fun l => \matrix_(a, b) [&& l == k, a == i :> nat & b == j :> nat]%:R.
(* The trace of the Hessian: the second derivatives along all entries of all layers, summed. *)
Definition trace_hessian Sigma ws W p : R :=
  \sum_(k < L) \sum_(i < d k.+1) \sum_(j < d k) curvature L Sigma ws W p (entry k i j).

Lemma entry_outer (k : 'I_L) (i : 'I_(d k.+1)) (j : 'I_(d k)) :
  entry k i j k = delta_mx i 0 *m (delta_mx j 0 : 'cV_(d k))^T.
Proof.
rewrite trmx_delta mul_delta_mx; apply/matrixP => a b; rewrite !mxE eqxx.
by rewrite -!val_eqE.
Qed.

Lemma entry_other (k l : nat) i j : l != k -> entry k i j l = 0.
Proof. by move=> /negPf neq; apply/matrixP => a b; rewrite !mxE neq. Qed.

Lemma delta_dot n (i : 'I_n) (x : 'cV[R]_n) : dot (delta_mx i 0) x = x i 0.
Proof.
rewrite /dot mxE (bigD1 i) //= big1 ?addr0 => [|j neq]; first by rewrite !mxE !eqxx mul1r.
by rewrite !mxE (negPf neq) mul0r.
Qed.

Lemma Jac_entry W p (k : 'I_L) (i : 'I_(d k.+1)) (j : 'I_(d k)) :
  Jac L W p (entry k i j) = q L W p k.+1 i 0 *: ((fwd W k)^T *m delta_mx j 0).
Proof.
rewrite /Jac (bigD1 k) //= big1 ?addr0 => [|l neq]; last by rewrite entry_other // trmx0 mulmx0 mul0mx.
by rewrite entry_outer trmx_mul trmxK -!mulmxA mx11_dot delta_dot mul_mx_scalar -scalemxAr.
Qed.

Lemma trace_quadratic m n (A : 'M[R]_(m, n)) (Sigma : 'M[R]_n) :
  \sum_(j < m) dot (A^T *m delta_mx j 0) (Sigma *m (A^T *m delta_mx j 0)) = \tr (A *m Sigma *m A^T).
Proof.
apply: eq_bigr => j _; rewrite dot_mull trmxK delta_dot !mulmxA.
by rewrite -colE mxE.
Qed.

Lemma trace_minimizer Sigma ws W p : symm Sigma -> is_minimizer L Sigma ws W p ->
  trace_hessian Sigma ws W p
  = 2%:R * \sum_(k < L) dot (q L W p k.+1) (q L W p k.+1) * \tr (fwd W k *m Sigma *m (fwd W k)^T).
Proof.
move=> sS min; rewrite mulr_sumr; apply: eq_bigr => k _.
rewrite {1}/dot mxE mulr_suml mulr_sumr; apply: eq_bigr => i _.
rewrite -trace_quadratic !mulr_sumr; apply: eq_bigr => j _.
rewrite (hessian_min _ sS min) Jac_entry -scalemxAr dotZl dotZr mxE.
by rewrite -mulrA.
Qed.

(* `min-trace`, formula: the trace of the Hessian of a minimizer is 2 tr(Sigma M). *)
Theorem trace_formula Sigma ws W p : symm Sigma -> is_minimizer L Sigma ws W p ->
  trace_hessian Sigma ws W p = 2%:R * \tr (Sigma *m Ker L W p).
Proof.
move=> sS min; rewrite trace_minimizer //; congr (_ * _).
rewrite mulmx_sumr linear_sum; apply: eq_bigr => k _ /=.
by rewrite -scalemxAr linearZ /= mulmxA [in RHS]mxtrace_mulC mulmxA.
Qed.
End Trace.

Section MinTrace.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (L_gt0 : (0 < L)%N) (sS : symm Sigma) (pS : psd Sigma).
Hypotheses (minimizer : is_minimizer L Sigma ws W p) (E_gt0 : 0 < dot ws (Sigma *m ws)).
Local Notation r k := (dot (q L W p k) (q L W p k)).
Local Notation T k := (\tr (fwd W k *m Sigma *m (fwd W k)^T)).

Lemma trace_delta n (A : 'M[R]_n) : \tr A = \sum_i dot (delta_mx i 0) (A *m delta_mx i 0).
Proof. by apply: eq_bigr => i _; rewrite delta_dot -colE mxE. Qed.

Lemma trace_ge0 n (A : 'M[R]_n) : psd A -> 0 <= \tr A.
Proof. by move=> pA; rewrite trace_delta sumr_ge0. Qed.

(* x^T A x <= |x|^2 tr A: Cauchy-Schwarz in A against every unit vector gives |A x|^2 <= (x^T A x) tr A. *)
Lemma quadratic_trace n (A : 'M[R]_n) x : symm A -> psd A -> dot x (A *m x) <= dot x x * \tr A.
Proof.
move=> sA pA; have := pA x; rewrite le_eqVlt => /predU1P [<-|gt0].
  by rewrite mulr_ge0 ?dot_ge0 ?trace_ge0.
have Ax : dot (A *m x) (A *m x) <= dot x (A *m x) * \tr A.
  have -> : dot (A *m x) (A *m x) = \sum_i dot (delta_mx i 0) (A *m x) ^+ 2.
    by rewrite {1}/dot mxE; apply: eq_bigr => i _; rewrite delta_dot mxE expr2.
  rewrite trace_delta mulr_sumr; apply: ler_sum => i _; rewrite [X in _ <= X]mulrC.
  exact: cauchy.
rewrite -(ler_pmul2l gt0) -expr2; apply: le_trans (cauchy1 _ _) _.
by rewrite [X in _ <= X]mulrCA ler_wpmul2l ?dot_ge0.
Qed.

(* `min-trace`, every minimizer: the trace of the Hessian is at least 2 L E^(1 - 1/L) (tr Sigma)^(1/L) |p|^(2/L). The
   product of the roots is x, given by its L-th power. *)
Theorem trace_lower x : 0 <= x ->
  x ^+ L = dot ws (Sigma *m ws) ^+ L.-1 * \tr Sigma * dot (p L) (p L) ->
  2%:R * L%:R * x <= trace_hessian L Sigma ws W p.
Proof.
move=> x0 xP; rewrite trace_minimizer // -mulrA ler_wpmul2l ?ler0n //.
have psdT k : psd (fwd W k *m Sigma *m (fwd W k)^T).
  by move=> y; rewrite -!mulmxA dot_mulr; apply: pS.
have sum0 : 0 <= \sum_(k < L) r k.+1 * T k.
  by apply: sumr_ge0 => k _; rewrite mulr_ge0 ?dot_ge0 ?trace_ge0.
rewrite -(ler_pexpn2r L_gt0) ?nnegrE ?mulr_ge0 ?ler0n // exprMn xP.
set E := dot ws _; set P := dot (p L) _.
have -> : E ^+ L.-1 * \tr Sigma * P = P * \tr Sigma * E ^+ L.-1 by rewrite mulrC [_ ^+ _ * _]mulrC mulrA.
have := @chain_AGM R (fun k => r k) (fun k => T k) E L L_gt0.
rewrite qL /= mul1mx trmx1 mulmx1; apply=> [k|k||k /andP[_ ltkL]].
- exact: dot_ge0.
- exact: trace_ge0.
- exact: ltW.
rewrite /E -(E_w sS minimizer) -(fwd_q W p (ltnW ltkL)) dot_mull trmxK !mulmxA -!mulmxA.
rewrite !mulmxA; apply: quadratic_trace => //.
by rewrite /symm !trmx_mul trmxK sS mulmxA.
Qed.
End MinTrace.

Section Attained.
Variables (R : rcfType) (d : nat -> nat) (L : nat) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (L_gt0 : (0 < L)%N) (wide : forall k, (0 < k < L)%N -> (0 < d k)%N) (p0 : p L != 0).
Hypothesis sS : symm Sigma.

(* `min-trace`, attained: for every r > 0 some aligned minimizer has |q_1|^2 = r and trace
   2 (r tr Sigma + (L-1) t E), t = (|p|^2 / r)^(1 / (L-1)). *)
Theorem trace_attained (r t : R) : (1 < L)%N -> 0 <= t -> t ^+ L.-1 * r = dot (p L) (p L) ->
  exists W : layers R d, [/\ is_aligned L ws W p, is_minimizer L Sigma ws W p, dot (q L W p 1) (q L W p 1) = r &
    trace_hessian L Sigma ws W p = 2%:R * (r * \tr Sigma + L.-1%:R * t * dot ws (Sigma *m ws))].
Proof.
move=> L_gt1 t0 tP; have t_neq0 : t != 0.
  apply: contra_neq p0 => z; apply/eqP; rewrite -dot_eq0 -tP z expr0n.
  by rewrite -subn1 subn_eq0 leqNgt L_gt1 mul0r.
have t_gt0 : 0 < t by rewrite lt_def t_neq0.
have [W [al reg rP kerP]] := aligned_exists ws L_gt0 wide p0 t_gt0.
have rt : dot (p L) (p L) / t ^+ L.-1 = r by rewrite -tP mulrAC mulfV ?mul1r // expf_neq0.
have min : is_minimizer L Sigma ws W p by rewrite /is_minimizer reg.
exists W; rewrite rt in rP kerP; split=> //; rewrite trace_formula // kerP mulmxDr linearD /=.
rewrite mul_mx_scalar linearZ /= -!scalemxAr !linearZ /= mulmxA mxtrace_mulC trace_mx11.
by rewrite -/(dot ws _) [_ * (t * _)]mulrA.
Qed.

(* `min-trace` is attained: some minimizer has trace 2 L E^(1 - 1/L) (tr Sigma)^(1/L) |p|^(2/L), exactly the bound of
   trace_lower. *)
Theorem trace_least x : psd Sigma -> 0 < dot ws (Sigma *m ws) -> 0 <= x ->
  x ^+ L = dot ws (Sigma *m ws) ^+ L.-1 * \tr Sigma * dot (p L) (p L) ->
  exists W : layers R d, is_minimizer L Sigma ws W p /\ trace_hessian L Sigma ws W p = 2%:R * L%:R * x.
Proof.
move=> pS; set E := dot ws _; set P := dot (p L) _ => E_gt0 x0 xP.
have P_gt0 : 0 < P by rewrite lt_def dot_ge0 dot_eq0 p0.
have tr_gt0 : 0 < \tr Sigma.
  rewrite lt_def trace_ge0 // andbT; apply: contraTneq E_gt0 => z.
  by rewrite -leNgt; apply: le_trans (quadratic_trace ws sS pS) _; rewrite z mulr0.
have [x_gt0 rx] := best_rate L_gt0 E_gt0 tr_gt0 P_gt0 x0 xP.
have [W [_ reg _ kerP]] := aligned_exists ws L_gt0 wide p0 (divr_gt0 x_gt0 E_gt0).
have min : is_minimizer L Sigma ws W p by rewrite /is_minimizer reg.
exists W; split=> //; rewrite trace_formula // kerP -mulrA; congr (_ * _).
rewrite mulmxDr linearD /= mul_mx_scalar linearZ /= -!scalemxAr !linearZ /= mulmxA mxtrace_mulC trace_mx11.
rewrite -/(dot ws _) -/P rx -/E mulfVK ?gt_eqF //.
by rewrite -[in RHS](prednK L_gt0) -[in RHS]add1n natrD mulrDl mul1r.
Qed.
End Attained.
