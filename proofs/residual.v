(* `residual-kernel`: the kernel between multiples of the identity when the singular
   values of all products of consecutive layers lie between alpha and beta.
   P is |p|^2. The widths are arbitrary above, all equal below. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms subprod.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section ResidualKernel.
Variable R : realFieldType.

(* a square matrix stretches by at least what its transpose does *)
Lemma lower_tr m n (A : 'M[R]_(m, n)) s : m = n -> 0 <= s -> lower A s -> lower A^T s.
Proof.
move=> e; rewrite e in A * => {m e}.
rewrite le_eqVlt => /predU1P [<- _ y|s_gt0 lA y]; first by rewrite mul0r dot_ge0.
have unitA : A \in unitmx.
  rewrite -unitmx_tr -row_free_unit -kermx_eq0; apply/eqP; rewrite -[kermx _]trmxK.
  set K := (kermx _)^T.
  have AK : A *m K = 0 by rewrite -[A]trmxK -trmx_mul mulmx_ker trmx0.
  suff -> : K = 0 by rewrite trmx0.
  apply/matrixP => i j; suff -> : K = 0 by rewrite !mxE.
  apply/matrixP => a b; rewrite mxE.
  have /eqP : dot (K *m delta_mx b 0) (K *m delta_mx b 0) = 0.
    apply/eqP; rewrite eq_le dot_ge0 andbT -(ler_pmul2l s_gt0) mulr0.
    by apply: le_trans (lA _) _; rewrite mulmxA AK mul0mx dot0r.
  by rewrite dot_eq0 -colE => /eqP /colP /(_ a); rewrite !mxE.
have ey : A *m (invmx A *m y) = y by rewrite mulKVmx.
move: (invmx A *m y) ey => x ey.
have := dot_ge0 y; rewrite le_eqVlt => /predU1P [<-|y_gt0]; first by rewrite mulr0 dot_ge0.
rewrite -(ler_pmul2r y_gt0) -mulrA -expr2.
have {1}-> : dot y y = dot x (A^T *m y) by rewrite -dot_mull ey.
apply: le_trans (_ : s * (dot x x * dot (A^T *m y) (A^T *m y)) <= _).
  by rewrite ler_pmul2l // cauchy1.
rewrite mulrA [X in X <= _]mulrC ler_wpmul2l ?dot_ge0 //.
by apply: le_trans (lA x) _; rewrite ey.
Qed.

Variables (d : nat -> nat) (W : layers R d) (p : vecs R d) (L : nat).
Local Notation M := (Ker L W p).
Local Notation r k := (dot (q L W p k) (q L W p k)).
Local Notation N u k := (dot (fwd W k *m u) (fwd W k *m u)).
Local Notation P := (dot (p L) (p L)).
Implicit Type u : 'cV[R]_(d 0).

Lemma peel (F : nat -> R) n : (1 < n)%N ->
  \sum_(k < n) F k = F 0%N + \sum_(k < n - 2) F k.+1 + F n.-1.
Proof.
move=> n_gt1; rewrite -[in LHS](subnK n_gt1) addn2 big_ord_recl big_ord_recr /= addrA.
by rewrite -subn1 -(subnSK n_gt1).
Qed.

Lemma kernel_peel u : (1 < L)%N ->
  dot u (M *m u) = r 1 * dot u u + \sum_(k < L - 2) r k.+2 * N u k.+1 + P * N u L.-1.
Proof.
move=> L_gt1; rewrite kernel_matrix (peel (fun k => r k.+1 * N u k) L_gt1) /= mul1mx.
by rewrite [L.-1.+1 in X in _ + X](prednK (ltnW L_gt1)) qL.
Qed.

Section Above.
Variable beta : R.
Hypothesis aboveP : forall j m, (0 < m)%N -> (m + j <= L)%N -> upper (sub W j m) (beta ^+ 2).

Lemma backward_above k : (k < L)%N -> r k <= beta ^+ 2 * P.
Proof.
move=> ltkL; rewrite q_sub.
have -> : P = dot (p (L - k + k)%N) (p (L - k + k)%N) by rewrite subnK // ltnW.
apply: upper_tr; rewrite ?sqr_ge0 //.
by apply: aboveP; rewrite ?subn_gt0 // subnK // ltnW.
Qed.

Lemma forward_above u k : (0 < k <= L)%N -> N u k <= beta ^+ 2 * dot u u.
Proof. by case/andP=> ? ?; rewrite dot_fwd_sub; apply: aboveP; rewrite ?addn0. Qed.

(* `residual-kernel`, above: u^T M u <= (2 beta^2 + (L-2) beta^4) |p|^2 |u|^2 for L >= 2. *)
Theorem residual_kernel_above u : (1 < L)%N ->
  dot u (M *m u) <= (2%:R * beta ^+ 2 + (L - 2)%:R * beta ^+ 4) * (P * dot u u).
Proof.
move=> L_gt1; rewrite kernel_peel // mulrDl mulr_natl mulr2n mulrDl.
rewrite [X in _ <= X]addrAC; apply: ler_add; [apply: ler_add|].
- by rewrite mulrA ler_wpmul2r ?dot_ge0 // backward_above.
- rewrite -mulrA mulr_natl -[X in _ *+ X]card_ord -sumr_const; apply: ler_sum => k _.
  have ltkL : (k.+2 < L)%N by have := ltn_ord k; rewrite ltn_subRL.
  have -> : beta ^+ 4 * (P * dot u u) = beta ^+ 2 * P * (beta ^+ 2 * dot u u).
    by rewrite [RHS]mulrACA -exprD.
  apply: ler_pmul; rewrite ?mulr_ge0 ?sqr_ge0 ?dot_ge0 //; first exact: backward_above.
  by apply: forward_above; rewrite /= ltnW // ltnW.
- by rewrite [X in _ <= X]mulrCA ler_wpmul2l ?dot_ge0 //; apply: forward_above;
  rewrite -subn1 subn_gt0 L_gt1 leq_subr.
Qed.
(* `residual-kernel`, simple: u^T M u <= L beta^4 |p|^2 |u|^2; the empty products need
   beta >= 1. *)
Theorem residual_kernel_simple_above u : 1 <= beta ->
  dot u (M *m u) <= L%:R * beta ^+ 4 * (P * dot u u).
Proof.
move=> beta1; rewrite kernel_matrix -mulrA mulr_natl -[X in _ *+ X]card_ord -sumr_const.
have sq1 : 1 <= beta ^+ 2 by rewrite exprn_ege1.
apply: ler_sum => k _.
have -> : beta ^+ 4 * (P * dot u u) = beta ^+ 2 * P * (beta ^+ 2 * dot u u).
  by rewrite [RHS]mulrACA -exprD.
apply: ler_pmul; rewrite ?dot_ge0 //.
  have [eL|ltL|eL] := ltngtP k.+1 L; first exact: backward_above.
    by have := leq_trans ltL (ltn_ord k); rewrite ltnn.
  by rewrite eL qL ler_pemull ?dot_ge0.
case: (k : nat) (ltn_ord k) => [_|j ltjL]; first by rewrite /= mul1mx ler_pemull ?dot_ge0.
by apply: forward_above; rewrite /= ltnW.
Qed.
End Above.

Section Below.
Variable alpha : R.
Hypothesis belowP : forall j m, (0 < m)%N -> (m + j <= L)%N -> lower (sub W j m) (alpha ^+ 2).
Hypothesis square : forall k, (k <= L)%N -> d k = d 0.

Lemma alpha_dot_ge0 n (x : 'cV[R]_n) : 0 <= alpha ^+ 2 * dot x x.
Proof. by apply: mulr_ge0; rewrite ?sqr_ge0 ?dot_ge0. Qed.

Lemma backward_below k : (k < L)%N -> alpha ^+ 2 * P <= r k.
Proof.
move=> ltkL; rewrite q_sub.
have -> : P = dot (p (L - k + k)%N) (p (L - k + k)%N) by rewrite subnK // ltnW.
apply: lower_tr; rewrite ?sqr_ge0 //; first by rewrite subnK ?(ltnW ltkL) // !square // ltnW.
by apply: belowP; rewrite ?subn_gt0 // subnK // ltnW.
Qed.

Lemma forward_below u k : (0 < k <= L)%N -> alpha ^+ 2 * dot u u <= N u k.
Proof. by case/andP=> ? ?; rewrite dot_fwd_sub; apply: belowP; rewrite ?addn0. Qed.

(* `residual-kernel`, below: u^T M u >= (2 alpha^2 + (L-2) alpha^4) |p|^2 |u|^2 for L >= 2. *)
Theorem residual_kernel_below u : (1 < L)%N ->
  (2%:R * alpha ^+ 2 + (L - 2)%:R * alpha ^+ 4) * (P * dot u u) <= dot u (M *m u).
Proof.
move=> L_gt1; rewrite kernel_peel // mulrDl mulr_natl mulr2n mulrDl.
rewrite [X in X <= _]addrAC; apply: ler_add; [apply: ler_add|].
- by rewrite mulrA ler_wpmul2r ?dot_ge0 // backward_below.
- rewrite -mulrA mulr_natl -[X in _ *+ X]card_ord -sumr_const; apply: ler_sum => k _.
  have ltkL : (k.+2 < L)%N by have := ltn_ord k; rewrite ltn_subRL.
  have -> : alpha ^+ 4 * (P * dot u u) = alpha ^+ 2 * P * (alpha ^+ 2 * dot u u).
    by rewrite [RHS]mulrACA -exprD.
  apply: ler_pmul; rewrite ?alpha_dot_ge0 //; first exact: backward_below.
  by apply: forward_below; rewrite /= ltnW // ltnW.
- by rewrite [X in X <= _]mulrCA ler_wpmul2l ?dot_ge0 //; apply: forward_below;
  rewrite -subn1 subn_gt0 L_gt1 leq_subr.
Qed.
(* `residual-kernel`, simple: u^T M u >= L alpha^4 |p|^2 |u|^2; the empty products need
   alpha <= 1. *)
Theorem residual_kernel_simple_below u : 0 <= alpha <= 1 ->
  L%:R * alpha ^+ 4 * (P * dot u u) <= dot u (M *m u).
Proof.
case/andP=> alpha0 alpha1; rewrite kernel_matrix -mulrA mulr_natl -[X in _ *+ X]card_ord -sumr_const.
have sq1 : alpha ^+ 2 <= 1 by rewrite exprn_ile1.
apply: ler_sum => k _.
have -> : alpha ^+ 4 * (P * dot u u) = alpha ^+ 2 * P * (alpha ^+ 2 * dot u u).
  by rewrite [RHS]mulrACA -exprD.
apply: ler_pmul; rewrite ?alpha_dot_ge0 //.
  have [eL|ltL|eL] := ltngtP k.+1 L; first exact: backward_below.
    by have := leq_trans ltL (ltn_ord k); rewrite ltnn.
  by rewrite eL qL ler_pimull ?dot_ge0.
case: (k : nat) (ltn_ord k) => [_|j ltjL]; first by rewrite /= mul1mx ler_pimull ?dot_ge0.
by apply: forward_below; rewrite /= ltnW.
Qed.
End Below.

End ResidualKernel.
