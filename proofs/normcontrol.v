(* `norm-control`: the end-to-end regressor controls the norms of the layers.

   With m the largest |W_k|^2, attained by layer i, H_k = W_k W_k^T and
   G_k = W_k^T W_k = H_(k-1) - D_(k-1), two chains meet at layer i:
     below it, q_i^T H_i^i q_i <= |w|^2 + m^(L-1) sum_(j<i) j |D_j|;
     above it, y^T H_i^(L-i) y <= (q_i^T y)^2 + m^(L-i-1) sum_(j>=i) (L-j) |D_j| |y|^2.
   Their links are |A^n - B^n| <= n |A - B| max(|A|, |B|)^(n-1) (norms.v). With y replaced by
   H_i^i y and Cauchy-Schwarz in the form H_i^i they give
     y^T H_i^(L+i) y <= B y^T H_i^i y,  B = |w|^2 + m^(L-1) (both sums),
   and log-convexity (moments.v) turns that into m^L <= B. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms moments.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section NormControl.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (sigma2 del : nat -> R) (m : R).
Hypothesis out1 : d L = 1%N.
Hypothesis readout1 : dot (p L) (p L) = 1.
Hypothesis m0 : 0 <= m.
Hypothesis mP : forall k, (k < L)%N -> upper (W k) m.
Hypothesis del0 : forall k, 0 <= del k.
Hypothesis delP : forall k, (k.+1 < L)%N -> form_bound (imbalance W k) (del k).
Local Notation w := (reg L W p).
Local Notation q k := (q L W p k).
Local Notation H k := (W k *m (W k)^T).
Local Notation G k := ((W k)^T *m W k).

Lemma backward_norm k n : (k + n = L)%N -> dot (q k) (q k) <= m ^+ n.
Proof.
elim: n k => [|n IHn] k e; first by rewrite addn0 in e; rewrite e qL readout1.
have ltkL : (k < L)%N by rewrite -e addnS ltnS leq_addr.
rewrite qS // exprS; apply: le_trans (upper_tr m0 (mP ltkL) _) _.
by rewrite ler_wpmul2l // IHn // addSnnS.
Qed.

Lemma moment_next k (y : 'cV[R]_(d k.+1)) n :
  moment (W k.+1)^T y n.+1 = moment (W k.+1) (W k.+1 *m y) n.
Proof. by rewrite moment_gram trmxK. Qed.

Lemma moment_back k n : (k < L)%N -> moment (W k) (q k.+1) n.+1 = moment (W k)^T (q k) n.
Proof. by move=> ltkL; rewrite moment_gram -qS // /moment trmxK. Qed.

Lemma power_gap k n (y : 'cV[R]_(d k.+1)) : (k.+1 < L)%N ->
  `|moment (W k) y n - moment (W k.+1)^T y n| <= n%:R * del k * m ^+ n.-1 * dot y y.
Proof.
move=> ltkL; have c0 : 0 <= n%:R * del k * m ^+ n.-1.
  by rewrite !mulr_ge0 ?exprn_ge0 ?ler0n.
apply: le_of_sqr; first by rewrite mulr_ge0 ?dot_ge0.
rewrite real_normK ?num_real // /moment trmxK -dotNr -dotDr -mulNmx -mulmxDl.
apply: le_trans (cauchy1 _ _) _; rewrite exprMn mulrC expr2 [X in _ <= X]mulrA.
rewrite ler_wpmul2r ?dot_ge0 //; apply: upper_mpowB => //.
- by apply: upper_gram => //; apply: mP; apply: ltnW.
- have := upper_gram m0 (upper_tr m0 (mP ltkL)).
  by rewrite trmxK.
- apply: form_upper => //; last exact: delP.
  by rewrite /symm linearB /= !trmx_mul !trmxK.
Qed.

Lemma gap_up k n (y : 'cV[R]_(d k.+1)) : (k.+1 < L)%N ->
  moment (W k) y n <= moment (W k.+1)^T y n + n%:R * del k * m ^+ n.-1 * dot y y.
Proof. by move=> /(power_gap n y); rewrite ler_norml ler_subl_addl => /andP[]. Qed.

Lemma gap_down k n (y : 'cV[R]_(d k.+1)) : (k.+1 < L)%N ->
  moment (W k.+1)^T y n <= moment (W k) y n + n%:R * del k * m ^+ n.-1 * dot y y.
Proof.
by move=> /(power_gap n y); rewrite distrC ler_norml ler_subl_addl => /andP[].
Qed.

(* q_i^T H_i^i q_i <= |w|^2 + m^(L-1) sum_(j<i) j |D_j| *)
Lemma chain_down i : (i < L)%N ->
  moment (W i) (q i.+1) i.+1 <= dot w w + m ^+ L.-1 * \sum_(k < i) k.+1%:R * del k.
Proof.
elim: i => [|i IHi] ltiL; first by rewrite moment1 -qS // big_ord0 mulr0 addr0.
rewrite moment_back // big_ord_recr /= mulrDr addrA; apply: le_trans (gap_down _ _ ltiL) _.
apply: ler_add; first exact: IHi (ltnW ltiL).
have eL : (i.+1 + (L - i.+1) = L)%N by rewrite subnKC // ltnW.
have -> : L.-1 = (i + (L - i.+1))%N by rewrite -[in LHS]eL.
rewrite exprD -mulrA [X in _ <= X]mulrC ler_wpmul2l ?mulr_ge0 ?ler0n //.
by rewrite ler_wpmul2l ?exprn_ge0 // backward_norm.
Qed.

(* y^T H_i^n y <= (q_i^T y)^2 + m^(n-1) sum_(j>=i) (L-j) |D_j| |y|^2, multiplied by m. *)
Lemma chain_up n i (y : 'cV[R]_(d i.+1)) : (i + n.+1 = L)%N ->
  m * moment (W i) y n
  <= m * dot (q i.+1) y ^+ 2 + m ^+ n * (\sum_(i <= k < L.-1) (L - k.+1)%:R * del k) * dot y y.
Proof.
elim: n i y => [|n IHn] i y e.
  rewrite addn1 in e; rewrite big_geq; last by rewrite -e.
  rewrite mulr0 mul0r addr0 moment0 dot_dim1 ?e ?out1 //.
  have -> : dot (q i.+1) (q i.+1) = 1 by rewrite e qL readout1.
  by rewrite mul1r.
have ltiL : (i.+1 < L)%N by rewrite -e !addnS !ltnS leq_addr.
have ltiL' : (i < L.-1)%N by rewrite -ltnS prednK // (leq_trans _ ltiL).
have eLi : (L - i.+1 = n.+1)%N by rewrite -e addnS subSS addKn.
have IH : _ := IHn i.+1 (W i.+1 *m y) _; rewrite addSnnS in IH; have {IH} := IH e.
have -> : dot (q i.+2) (W i.+1 *m y) = dot (q i.+1) y by rewrite (qS _ _ ltiL) dot_mulr.
rewrite (big_ltn ltiL') eLi.
have : 0 <= \sum_(i.+1 <= k < L.-1) (L - k.+1)%:R * del k.
  by rewrite sumr_ge0 // => k _; rewrite mulr_ge0 ?ler0n.
move: (\sum_(i.+1 <= k < L.-1) _) => s s0 IH.
apply: le_trans (ler_wpmul2l m0 (gap_up _ _ ltiL)) _; rewrite moment_next [X in X <= _]mulrDr.
apply: le_trans (ler_add IH (lexx _)) _; rewrite -addrA ler_add2l addrC mulrDr mulrDl /=.
move: (n.+1%:R * del i) => c; apply: ler_add.
  by rewrite exprS !mulrA [m * c * _]mulrAC.
rewrite exprSr -!mulrA ler_wpmul2l ?exprn_ge0 // [X in _ <= X]mulrCA ler_wpmul2l //.
exact: mP.
Qed.

Hypothesis L_gt0 : (0 < L)%N.

(* m^L <= |w|^2 + m^(L-1) [sum_(j<i) j |D_j| + sum_(j>=i) (L-j) |D_j|], layer i being the largest. *)
Lemma norm_control_weighted i : (i < L)%N -> norm_sq (W i) m ->
  m ^+ L <= dot w w + m ^+ L.-1 *
    (\sum_(k < i) k.+1%:R * del k + \sum_(i <= k < L.-1) (L - k.+1)%:R * del k).
Proof.
move=> ltiL normW; have [m_0|m_neq0] := eqVneq m 0.
  rewrite {1}m_0 expr0n eqn0Ngt L_gt0 addr_ge0 ?dot_ge0 //.
  rewrite mulr_ge0 ?exprn_ge0 // addr_ge0 ?sumr_ge0 // => k _; rewrite mulr_ge0 ?ler0n //.
have m_gt0 : 0 < m by rewrite lt_def m_neq0.
set B := _ + _.
have B0 : 0 <= B.
  rewrite addr_ge0 ?dot_ge0 // mulr_ge0 ?exprn_ge0 // addr_ge0 ?sumr_ge0 // => k _;
    by rewrite mulr_ge0 ?ler0n.
apply: (least_root (j := i.+1) normW L_gt0 B0) => y.
pose n := (L - i.+1)%N; have e : (i + n.+1 = L)%N by rewrite addnS -addSn subnKC.
pose Y := mpow (H i) i.+1 *m y.
have up := chain_up Y e; rewrite moment_in addSnnS e -(moment0 (W i) Y) moment_in addn0 in up.
have meet : dot (q i.+1) Y ^+ 2
    <= (dot w w + m ^+ L.-1 * \sum_(k < i) k.+1%:R * del k) * moment (W i) y i.+1.
  apply: le_trans (cauchy _ _ (symm_H (W i) i.+1) (fun z => moment_ge0 (W i) z i.+1)) _.
  by rewrite ler_wpmul2r ?moment_ge0 // chain_down.
rewrite -(ler_pmul2l m_gt0); apply: le_trans up _.
have := moment_upper_exp y i.+1 i.+1 m0 (mP ltiL).
move: (moment_ge0 (W i) y i.+1) meet; rewrite {B0}/B.
move: (moment _ _ i.+1) (moment _ _ (i.+1 + i.+1)) => mu mu2 mu_ge0 meet down.
have : 0 <= \sum_(i <= k < L.-1) (L - k.+1)%:R * del k.
  by rewrite sumr_ge0 // => k _; rewrite mulr_ge0 ?ler0n.
move: (\sum_(i <= k < L.-1) _) => s s0.
rewrite [m ^+ L.-1 * (_ + _)]mulrDr [dot w w + _]addrA mulrDl mulrDr.
apply: ler_add; first by rewrite ler_wpmul2l.
have -> : m * (m ^+ L.-1 * s * mu) = m ^+ n * s * (m ^+ i.+1 * mu).
  rewrite !mulrA -exprS prednK // [m ^+ n * s * _]mulrAC -exprD.
  by rewrite addnC addSnnS e.
by rewrite ler_wpmul2l // mulr_ge0 ?exprn_ge0.
Qed.

Lemma weights_le i : (i < L)%N ->
  \sum_(k < i) k.+1%:R * del k + \sum_(i <= k < L.-1) (L - k.+1)%:R * del k
  <= L.-1%:R * \sum_(k < L.-1) del k.
Proof.
move=> ltiL; have leiL : (i <= L.-1)%N by rewrite -ltnS prednK.
rewrite -(big_mkord xpredT (fun k => k.+1%:R * del k)) -(big_mkord xpredT del).
rewrite (big_cat_nat _ _ _ (leq0n i) leiL) /= mulrDr !mulr_sumr.
apply: ler_add; rewrite big_nat_cond [X in _ <= X]big_nat_cond; apply: ler_sum => k /andP[/andP[lek ltk] _].
  by rewrite ler_wpmul2r // ler_nat (leq_trans ltk).
by rewrite ler_wpmul2r // ler_nat -[X in (_ <= X)%N]subn1 leq_sub2l.
Qed.

End NormControl.

Section Main.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (sigma2 del : nat -> R) (i : nat).
Hypothesis out1 : d L = 1%N.
Hypothesis readout1 : dot (p L) (p L) = 1.
Hypothesis sigma2P : forall k, (k < L)%N -> norm_sq (W k) (sigma2 k).
Hypothesis del0 : forall k, 0 <= del k.
Hypothesis delP : forall k, (k.+1 < L)%N -> form_bound (imbalance W k) (del k).
Hypothesis ltiL : (i < L)%N.
Hypothesis largest : forall k, (k < L)%N -> sigma2 k <= sigma2 i.
Local Notation w := (reg L W p).
Local Notation m := (sigma2 i).
Local Notation Delta := (\sum_(k < L.-1) del k).

Lemma largest_upper k : (k < L)%N -> upper (W k) m.
Proof.
move=> ltkL; have [_ us _] := sigma2P ltkL.
exact: upper_leq (largest ltkL) us.
Qed.

(* `norm-control`, polynomial: m^L - (L-1) Delta m^(L-1) <= |w|^2 with m = max_k |W_k|^2. *)
Theorem norm_control : m ^+ L - L.-1%:R * Delta * m ^+ L.-1 <= dot w w.
Proof.
have [m0 _ _] := sigma2P ltiL; have L_gt0 := leq_ltn_trans (leq0n i) ltiL.
have := norm_control_weighted out1 readout1 m0 largest_upper del0 delP L_gt0 ltiL (sigma2P ltiL).
rewrite ler_subl_addr => /le_trans; apply.
by rewrite ler_add2l [X in _ <= X]mulrC ler_wpmul2l ?exprn_ge0 ?weights_le.
Qed.

(* `norm-control`, norm: m <= |w|^(2/L) + (L-1) Delta, where x is the number |w|^(2/L). *)
Theorem norm_control_root x : 0 <= x -> x ^+ L = dot w w ->
  m <= x + L.-1%:R * Delta.
Proof.
move=> x0 ex; have L_gt0 := leq_ltn_trans (leq0n i) ltiL.
have Del0 : 0 <= L.-1%:R * Delta by rewrite mulr_ge0 ?ler0n // sumr_ge0.
rewrite leNgt; apply/negP; rewrite -ltr_subr_addr => ltx; set c := _ * _ in Del0 ltx.
have := norm_control; rewrite -/c -ex leNgt => /negP; apply.
have xm : x < m by apply: lt_le_trans ltx _; rewrite ler_subl_addr ler_addl.
have m_gt0 : 0 < m by apply: le_lt_trans xm.
rewrite -(prednK L_gt0) !exprS -mulrBl /=.
apply: le_lt_trans (_ : x * m ^+ L.-1 < _).
  by rewrite ler_wpmul2l // ler_expn2r ?nnegrE // ltW.
by rewrite ltr_pmul2r ?exprn_gt0.
Qed.
End Main.
