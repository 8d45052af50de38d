(* Aligned minimizers: layers of rank one, W_1 = b u_1 w*^T and W_(k+1) = c u_(k+1) u_k^T with unit vectors u_k and
   p = |p| u_L. They attain the least sharpness and the least trace. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor upper eigenvalue.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* W_1 = b u_1 ws^T, W_(k+1) = c u_(k+1) u_k^T. *)
Definition aligned (R : comRingType) (d : nat -> nat) (u : vecs R d) (ws : 'cV[R]_(d 0%N)) (b c : R) : layers R d :=
  fun k => match k return 'M_(d k.+1, d k) with
           | 0 => b *: (u 1%N *m ws^T)
           | k'.+1 => c *: (u k'.+2 *m (u k'.+1)^T) end.

(* An aligned network: W_1 = b u_1 ws^T and W_(k+1) = c u_(k+1) u_k^T with unit vectors u_k, the read-out along u_L. *)
Definition is_aligned (R : comRingType) (d : nat -> nat) L (ws : 'cV[R]_(d 0%N)) (W : layers R d) (p : vecs R d) :=
  exists (u : vecs R d) (b c norm_p : R),
    [/\ W = aligned u ws b c, forall k, (0 < k <= L)%N -> dot (u k) (u k) = 1 & p L = norm_p *: u L].

Section Aligned.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (u p : vecs R d) (ws : 'cV[R]_(d 0)) (b c norm_p : R).
Hypothesis L_gt0 : (0 < L)%N.
Hypothesis unit : forall k, (0 < k <= L)%N -> dot (u k) (u k) = 1.
Hypothesis readout : p L = norm_p *: u L.
Hypothesis product : b * c ^+ L.-1 * norm_p = 1.
Local Notation W := (aligned u ws b c).
Local Notation M := (Ker L W p).

Lemma outer_tr m n a (x : 'cV[R]_m) (y : 'cV[R]_n) z : (a *: (x *m y^T))^T *m z = (a * dot x z) *: y.
Proof.
have -> : (a *: (x *m y^T))^T = a *: (y *m x^T) by rewrite linearZ /= trmx_mul trmxK.
by rewrite -scalemxAl -mulmxA mx11_dot mul_mx_scalar scalerA.
Qed.

Lemma aligned_q n k : (0 < k)%N -> (k + n = L)%N -> q L W p k = (c ^+ n * norm_p) *: u k.
Proof.
elim: n k => [|n IHn] [//|k] _ e; first by rewrite addn0 in e; rewrite e qL readout mul1r.
have ltkL : (k.+1 < L)%N by rewrite -e addnS ltnS leq_addr.
rewrite (qS _ _ ltkL) (IHn k.+2) //; last by rewrite addSnnS.
rewrite [W _]/= outer_tr dotZr unit ?ltkL // mulr1.
by rewrite mulrA -exprS.
Qed.

Lemma aligned_fwd k : (k < L)%N -> fwd W k.+1 = (b * c ^+ k) *: (u k.+1 *m ws^T).
Proof.
elim: k => [|k IHk] ltkL; first by rewrite /= mulmx1 mulr1.
rewrite -[LHS]/(c *: (u k.+2 *m (u k.+1)^T) *m fwd W k.+1) IHk 1?ltnW // -scalemxAl -scalemxAr.
by rewrite outer_outer unit ?(ltnW ltkL) // scale1r scalerA mulrCA -exprS.
Qed.

(* The aligned network has the regressor ws. *)
Lemma aligned_reg : reg L W p = ws.
Proof.
rewrite /reg (qS _ _ L_gt0) (aligned_q (n := L.-1)) ?add1n ?prednK //= outer_tr dotZr unit ?L_gt0 //.
by rewrite mulr1 mulrA product scale1r.
Qed.

Lemma aligned_layer k n : (k + n).+2 = L -> c ^+ n * norm_p * (b * c ^+ k) * c = 1.
Proof.
move=> e; rewrite -product -e /= -addnS exprD exprS.
rewrite -!mulrA [norm_p * _]mulrCA [LHS]mulrCA; congr (_ * _).
by rewrite [norm_p * _]mulrC [LHS]mulrCA -!mulrA; congr (_ * _); rewrite mulrCA.
Qed.

(* M = r I + (L-1) c^(-2) ws ws^T, r = |q_1|^2 = c^(2(L-1)) |p|^2. *)
Lemma aligned_Ker : M = ((c ^+ L.-1 * norm_p) ^+ 2)%:M + L.-1%:R *: (c ^- 2 *: (ws *m ws^T)).
Proof.
rewrite /Ker -(big_mkord xpredT (fun k => dot (q L W p k.+1) (q L W p k.+1) *: ((fwd W k)^T *m fwd W k))).
rewrite big_ltn // big_add1 big_mkord trmx1 mulmx1 (aligned_q (n := L.-1)) ?add1n ?prednK //.
rewrite dotZl dotZr unit ?L_gt0 // mulr1 -expr2 scalemx1; congr (_ + _).
rewrite scaler_nat -[X in _ *+ X]card_ord -sumr_const; apply: eq_bigr => k _.
have e : (k + (L - k.+2)).+2 = L by rewrite -!addSn subnKC // -ltn_predRL.
have ltkL : (k.+1 < L)%N by rewrite -[X in (_ < X)%N]e !ltnS leq_addr.
rewrite aligned_fwd ?(ltnW ltkL) // (aligned_q (n := (L - k.+2)%N)) ?subnKC //.
have -> : ((b * c ^+ k) *: (u k.+1 *m ws^T))^T = (b * c ^+ k) *: (ws *m (u k.+1)^T).
  by rewrite linearZ /= trmx_mul trmxK.
rewrite -scalemxAl -scalemxAr outer_outer !unit ?ltkL ?(ltnW ltkL) // scale1r !scalerA.
rewrite dotZl dotZr unit ?ltkL // mulr1 -!expr2 -mulrA -expr2 -exprMn.
have one := aligned_layer e; have c0 : c != 0.
  by apply: contra_eq_neq one => ->; rewrite mulr0 eq_sym oner_eq0.
by rewrite -[_ * (b * _)](mulfK c0) one mul1r exprVn.
Qed.
End Aligned.

(* With square roots, every t > 0 has its aligned network: |q_1|^2 = |p|^2 / t^(L-1). *)
Section Existence.
Variables (R : rcfType) (d : nat -> nat) (L : nat) (p : vecs R d) (ws : 'cV[R]_(d 0)).
Hypotheses (L_gt0 : (0 < L)%N) (wide : forall k, (0 < k < L)%N -> (0 < d k)%N) (p0 : p L != 0).
Local Notation P := (dot (p L) (p L)).

Lemma aligned_exists t : 0 < t -> exists W : layers R d, [/\ is_aligned L ws W p, reg L W p = ws,
  dot (q L W p 1) (q L W p 1) = P / t ^+ L.-1 &
  Ker L W p = (P / t ^+ L.-1)%:M + L.-1%:R *: (t *: (ws *m ws^T))].
Proof.
move=> t_gt0; pose c := Num.sqrt t^-1; pose norm_p := Num.sqrt P.
have P_gt0 : 0 < P by rewrite lt_def dot_ge0 dot_eq0 p0.
have c2 : c ^+ 2 = t^-1 by rewrite sqr_sqrtr // ltW // invr_gt0.
have c_gt0 : 0 < c by rewrite sqrtr_gt0 invr_gt0.
have np2 : norm_p ^+ 2 = P by rewrite sqr_sqrtr // ltW.
have np_gt0 : 0 < norm_p by rewrite sqrtr_gt0.
pose u : vecs R d := fun k => if k == L then norm_p^-1 *: p k else \col_i (i == 0%N :> nat)%:R.
pose b := (c ^+ L.-1 * norm_p)^-1.
have unit k : (0 < k <= L)%N -> dot (u k) (u k) = 1.
  case/andP=> k0 kL; rewrite /u; case: eqP => [->|/eqP neq].
    by rewrite dotZl dotZr mulrA -expr2 exprVn np2 mulVf ?gt_eqF.
  have : (0 < d k)%N by rewrite wide // k0 ltn_neqAle neq.
  case: (d k) => // n _.
  rewrite /dot mxE big_ord_recl !mxE mulr1 big1 ?addr0 // => i _.
  by rewrite !mxE mul0r.
have readout : p L = norm_p *: u L by rewrite /u eqxx scalerA mulfV ?gt_eqF ?scale1r.
have product : b * c ^+ L.-1 * norm_p = 1.
  by rewrite -mulrA mulVf // gt_eqF // mulr_gt0 ?exprn_gt0.
have r2 : (c ^+ L.-1 * norm_p) ^+ 2 = P / t ^+ L.-1.
  by rewrite exprMn np2 exprAC c2 exprVn mulrC.
exists (aligned u ws b c); split.
- by exists u, b, c, norm_p.
- exact: aligned_reg L_gt0 unit readout product.
- have -> : q L (aligned u ws b c) p 1 = (c ^+ L.-1 * norm_p) *: u 1%N.
    by apply: aligned_q unit readout _ _ _ _; rewrite ?add1n ?prednK.
  by rewrite dotZl dotZr unit ?L_gt0 // mulr1 -expr2.
- by rewrite (aligned_Ker _ L_gt0 unit readout product) r2 c2 invrK.
Qed.

Lemma rank_one_form r s x :
  dot x ((r%:M + L.-1%:R *: (s *: (ws *m ws^T))) *m x) = r * dot x x + L.-1%:R * (s * dot ws x ^+ 2).
Proof.
rewrite mulmxDl dotDr mul_scalar_mx dotZr -!scalemxAl !dotZr -mulmxA mx11_dot mul_mx_scalar dotZr.
by rewrite (dotC x) expr2.
Qed.
End Existence.

(* The best t is x / E, if x^L = E^(L-1) a |p|^2: then |p|^2 a / t^(L-1) = x = t E. *)
Lemma best_rate (R : realFieldType) L (E a P x : R) : (0 < L)%N -> 0 < E -> 0 < a -> 0 < P -> 0 <= x ->
  x ^+ L = E ^+ L.-1 * a * P -> 0 < x /\ P / (x / E) ^+ L.-1 * a = x.
Proof.
move=> L_gt0 E_gt0 a_gt0 P_gt0 x0 xP; have pos : 0 < x ^+ L by rewrite xP !mulr_gt0 ?exprn_gt0.
have x_gt0 : 0 < x.
  rewrite lt_def x0 andbT; apply: contraTneq pos => ->.
  by rewrite expr0n eqn0Ngt L_gt0 ltxx.
split=> //; rewrite expr_div_n invf_div; apply: (mulIf (x := x ^+ L.-1)); first by rewrite expf_neq0 // gt_eqF.
rewrite -exprS prednK // xP -[LHS]mulrA [a * _]mulrC mulrA -[P * _ * _]mulrA mulfVK ?expf_neq0 ?gt_eqF //.
by rewrite [P * _]mulrC mulrAC.
Qed.
