(* Inequalities over a real field: Cauchy-Schwarz, the arithmetic-geometric mean along a chain, the
   kernel as a sum, and `kernel-agm`. No roots and no spectral theorem. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Semi.
Variables (R : realFieldType) (n : nat).
Implicit Types (x y : 'cV[R]_n) (Sigma : 'M[R]_n).

(* A positive semidefinite matrix. *)
Definition psd Sigma := forall x, 0 <= dot x (Sigma *m x).

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
Lemma cauchy Sigma x y : symm Sigma -> psd Sigma ->
  dot x (Sigma *m y) ^+ 2 <= dot x (Sigma *m x) * dot y (Sigma *m y).
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

Section Kernel.
Variables (R : realFieldType) (L : nat) (d : nat -> nat).
Variables (W : layers R d) (p : vecs R d).
Implicit Types (u ws : 'cV[R]_(d 0)) (Sigma : 'M[R]_(d 0)).

Local Notation w := (reg L W p).
Local Notation M := (Ker L W p).
Local Notation r k := (dot (q L W p k) (q L W p k)).
Local Notation N u k := (dot (fwd W k *m u) (fwd W k *m u)).

(* u^T M v = sum_k |q_k|^2 (P_(k-1) u)^T (P_(k-1) v), the kernel as a bilinear form. *)
Lemma kernel_form u v : dot u (M *m v)
  = \sum_(k < L) r k.+1 * dot (fwd W k *m u) (fwd W k *m v).
Proof.
rewrite mulmx_suml dot_sumr; apply: eq_bigr => k _.
by rewrite -scalemxAl dotZr -mulmxA dot_mulr trmxK.
Qed.

(* `kernel`, matrix: u^T M u = sum_k |q_k|^2 |P_(k-1) u|^2. *)
Theorem kernel_matrix u : dot u (M *m u) = \sum_(k < L) r k.+1 * N u k.
Proof. exact: kernel_form. Qed.

(* u^T J(- grad R) = - sum_k |q_k|^2 (P_(k-1) u)^T (P_(k-1) g). *)
Lemma flow_form Sigma ws u : let g := gvec L Sigma ws W p in
  dot u (Jac L W p (fun k => - grad L Sigma ws W p k))
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
move=> L_gt0; rewrite kernel_matrix -(qL L W p) -{1 2}[u]mul1mx.
apply: (chain_AGM (F := fun k => r k) (G := fun k => N u k)) => // [k|k||k /andP[_ /ltnW ?]].
- exact: dot_ge0.
- exact: dot_ge0.
- exact: sqr_ge0.
- exact: layer_cauchy.
Qed.

End Kernel.
