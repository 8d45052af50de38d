(* Deep linear networks over any commutative ring, and the identities behind `kernel` and `conservation`,
   sections 1 and 3 of the theory.

   Layers are numbered from 0: (W k) is the layer W_(k+1) of the theory, of shape d_(k+1) x d_k, and every
   width d k is arbitrary, zero included. Only the layers k < L and the read-out (p L) count; whatever the
   families W and p hold beyond that is ignored. A covariance Sigma is any symmetric positive semidefinite
   matrix, ws stands for w*. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* A network's layers W_1, W_2, ..., of widths d. *)
Definition layers (R : Type) (d : nat -> nat) := forall k, 'M[R]_(d k.+1, d k).
(* One vector for each level; of p only the last one, the read-out p L, is used. *)
Definition vecs (R : Type) (d : nat -> nat) := forall k, 'cV[R]_(d k).

Section Defs.
Variables (R : comRingType) (d : nat -> nat).
Implicit Types (W D : layers R d) (p : vecs R d).

(* x^T y; so |x|^2 is dot x x, and E is dot ws (Sigma *m ws). *)
Definition dot n (x y : 'cV[R]_n) : R := (x^T *m y) 0 0.
(* |A|_F^2, the squared Frobenius norm. *)
Definition frob m n (A : 'M[R]_(m, n)) : R := \tr (A^T *m A).

(* P_k = W_k ... W_1, P_0 = I. *)
Fixpoint fwd W k : 'M[R]_(d k, d 0) :=
  match k return 'M[R]_(d k, d 0) with
  | 0 => 1%:M
  | k'.+1 => W k' *m fwd W k'
  end.

(* m steps of the backward recursion, from (p (k + m)) down to level k. *)
Fixpoint bwd W p m k : 'cV[R]_(d k) :=
  match m with
  | 0 => p k
  | m'.+1 => (W k)^T *m bwd W p m' k.+1
  end.

Variable L : nat.
(* q_k = W_(k+1)^T ... W_L^T p. *)
Definition q W p k := bwd W p (L - k) k.
(* w = q_0, the end-to-end regressor. *)
Definition reg W p : 'cV[R]_(d 0) := q W p 0.

(* R(W) - R_min = (w - ws)^T Sigma (w - ws). *)
Definition risk (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)) W p :=
  dot (reg W p - ws) (Sigma *m (reg W p - ws)).
(* J(D) = sum_k P_(k-1)^T D_k^T q_k. *)
Definition Jac W p D : 'cV[R]_(d 0) :=
  \sum_(k < L) (fwd W k)^T *m (D k)^T *m q W p k.+1.
(* J^T u, which is q_k (P_(k-1) u)^T in layer k. *)
Definition Jadj W p (u : 'cV[R]_(d 0)) : layers R d :=
  fun k => q W p k.+1 *m (fwd W k *m u)^T.
(* M = sum_k |q_k|^2 P_(k-1)^T P_(k-1), the end-to-end kernel. *)
Definition Ker W p : 'M[R]_(d 0) :=
  \sum_(k < L) dot (q W p k.+1) (q W p k.+1) *: ((fwd W k)^T *m fwd W k).
(* The inner product of two families of layers; so |D|^2 is inner L D D. *)
Definition inner D D' : R := \sum_(k < L) \tr ((D k)^T *m D' k).
(* g = 2 Sigma (w - ws). *)
Definition gvec (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)) W p := (Sigma *m (reg W p - ws)) *+ 2.
(* The gradient of the risk, q_k (P_(k-1) g)^T in layer k. *)
Definition grad Sigma ws W p := Jadj W p (gvec Sigma ws W p).
(* A minimizer of the risk: Sigma w = Sigma ws. *)
Definition is_minimizer (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)) W p :=
  Sigma *m reg W p = Sigma *m ws.
(* D_k = W_k W_k^T - W_(k+1)^T W_(k+1), with k from 0. *)
Definition imbalance W k := W k *m (W k)^T - (W k.+1)^T *m W k.+1.

(* ---- elementary facts ---- *)
Lemma mx11_dot n (x y : 'cV_n) : x^T *m y = (dot x y)%:M.
Proof. exact: mx11_scalar. Qed.

Lemma dotC n (x y : 'cV_n) : dot x y = dot y x.
Proof.
rewrite /dot !mxE; apply: eq_bigr => i _; by rewrite !mxE mulrC.
Qed.

Lemma dotDl n (x y z : 'cV_n) : dot (x + y) z = dot x z + dot y z.
Proof. by rewrite /dot linearD mulmxDl mxE. Qed.
Lemma dotZl n a (x y : 'cV_n) : dot (a *: x) y = a * dot x y.
Proof. by rewrite /dot linearZ -scalemxAl mxE. Qed.
Lemma dotDr n (x y z : 'cV_n) : dot x (y + z) = dot x y + dot x z.
Proof. by rewrite /dot mulmxDr mxE. Qed.
Lemma dotZr n a (x y : 'cV_n) : dot x (a *: y) = a * dot x y.
Proof. by rewrite /dot -scalemxAr mxE. Qed.
Lemma dotNr n (x y : 'cV_n) : dot x (- y) = - dot x y.
Proof. by rewrite /dot mulmxN mxE. Qed.
Lemma dot0r n (x : 'cV_n) : dot x 0 = 0.
Proof. by rewrite /dot mulmx0 mxE. Qed.
Lemma dot_sumr n I (r : seq I) (Q : pred I) (x : 'cV_n) (F : I -> 'cV_n) :
  dot x (\sum_(i <- r | Q i) F i) = \sum_(i <- r | Q i) dot x (F i).
Proof. by rewrite /dot mulmx_sumr summxE. Qed.

Lemma dot_mulr m n (A : 'M_(m, n)) x y : dot x (A *m y) = dot (A^T *m x) y.
Proof. by rewrite /dot trmx_mul trmxK mulmxA. Qed.
Lemma dot_mull m n (A : 'M_(m, n)) x y : dot (A *m x) y = dot x (A^T *m y).
Proof. by rewrite dot_mulr trmxK. Qed.

(* A symmetric matrix. *)
Definition symm n (Sigma : 'M[R]_n) := Sigma^T = Sigma.

Lemma dotS n (Sigma : 'M_n) x y : symm Sigma -> dot x (Sigma *m y) = dot y (Sigma *m x).
Proof. by move=> sS; rewrite dot_mulr sS dotC. Qed.

Lemma quadDZ n (Sigma : 'M_n) x y t : symm Sigma ->
  dot (x + t *: y) (Sigma *m (x + t *: y))
  = dot x (Sigma *m x) + t * dot x (Sigma *m y) *+ 2 + t ^+ 2 * dot y (Sigma *m y).
Proof.
move=> sS; rewrite mulmxDr -scalemxAr dotDl !dotDr !dotZl !dotZr (dotS y x sS).
by rewrite mulr2n mulrA -expr2 !addrA.
Qed.

(* <D, a b^T> = <a, D b> for the Frobenius product *)
Lemma tr_outer m n (D : 'M_(m, n)) (a : 'cV_m) (b : 'cV_n) :
  \tr (D^T *m (a *m b^T)) = dot a (D *m b).
Proof.
rewrite mulmxA mxtrace_mulC trace_mx11 -/(dot b (D^T *m a)).
by rewrite dot_mulr trmxK dotC.
Qed.

Lemma outer_outer n m l (a : 'cV_m) (b : 'cV_n) (c : 'cV_l) :
  (a *m b^T) *m (b *m c^T) = dot b b *: (a *m c^T).
Proof.
by rewrite -mulmxA (mulmxA b^T) mx11_dot mul_scalar_mx -scalemxAr.
Qed.

(* ---- the backward recursion ---- *)
Lemma qS W p k : (k < L)%N -> q W p k = (W k)^T *m q W p k.+1.
Proof. by move=> ltkL; rewrite /q -(subnSK ltkL). Qed.

Lemma qL W p : q W p L = p L. Proof. by rewrite /q subnn. Qed.

Lemma fwd_q W p k : (k <= L)%N -> (fwd W k)^T *m q W p k = reg W p.
Proof.
elim: k => [|k IHk] ltkL; first by rewrite trmx1 mul1mx.
by rewrite /= trmx_mul -mulmxA -qS // IHk // ltnW.
Qed.

Lemma innerC D D' : inner D D' = inner D' D.
Proof. by apply: eq_bigr => k _; rewrite -mxtrace_tr trmx_mul trmxK. Qed.

(* J^T is the adjoint of J: <D, J^T u> = J(D)^T u. *)
Lemma Jadj_adjoint W p D u : inner D (Jadj W p u) = dot (Jac W p D) u.
Proof.
rewrite dotC dot_sumr; apply: eq_bigr => k _; rewrite tr_outer.
by rewrite -mulmxA [RHS]dotC !dot_mull !trmxK.
Qed.

(* J J^T = M, applied to any u. *)
Lemma kernel W p u : Jac W p (Jadj W p u) = Ker W p *m u.
Proof.
rewrite mulmx_suml; apply: eq_bigr => k _.
rewrite /Jadj [(q _ _ _ *m _)^T]trmx_mul trmxK -!mulmxA mx11_dot mul_mx_scalar.
by rewrite -scalemxAl -!scalemxAr mulmxA.
Qed.

(* |J^T u|^2 = u^T M u. *)
Lemma kernel_norm W p u : inner (Jadj W p u) (Jadj W p u) = dot u (Ker W p *m u).
Proof. by rewrite Jadj_adjoint kernel dotC. Qed.

(* |grad R|^2 = g^T M g. *)
Lemma grad_norm Sigma ws W p : let g := gvec Sigma ws W p in
  inner (grad Sigma ws W p) (grad Sigma ws W p) = dot g (Ker W p *m g).
Proof. exact: kernel_norm. Qed.

(* Along the gradient flow, w' = J(- grad R) = - M g. *)
Lemma kernel_flow Sigma ws W p :
  Jac W p (fun k => - grad Sigma ws W p k) = - (Ker W p *m gvec Sigma ws W p).
Proof.
rewrite -kernel /Jac -sumrN; apply: eq_bigr => k _.
by rewrite linearN mulmxN mulNmx.
Qed.

(* `conservation`, layers: grad_k W_k^T = W_(k+1)^T grad_(k+1) for k < L. *)
Theorem layer_balance Sigma ws W p k : (k.+1 < L)%N ->
  grad Sigma ws W p k *m (W k)^T = (W k.+1)^T *m grad Sigma ws W p k.+1.
Proof.
move=> ltkL; rewrite /grad /Jadj -mulmxA -trmx_mul [RHS]mulmxA -qS //=.
by rewrite mulmxA.
Qed.

(* `conservation`, the algebra: if every layer moves by V_k = - q_k h_(k-1)^T, the
   first-order change of D_k is zero. *)
Lemma imbalance_flow W p u k : (k.+1 < L)%N ->
  let V j := - Jadj W p u j in
  V k *m (W k)^T + W k *m (V k)^T
  - ((V k.+1)^T *m W k.+1 + (W k.+1)^T *m V k.+1) = 0.
Proof.
move=> ltkL /=; rewrite /Jadj /=.
rewrite !linearN /= !mulNmx -(mulmxA (W k)); set h := fwd W k *m u.
have qk : (W k.+1)^T *m q W p k.+2 = q W p k.+1 by rewrite -qS.
rewrite mulmxA qk !trmx_mul !trmxK -!mulmxA.
have -> : (q W p k.+2)^T *m W k.+1 = (q W p k.+1)^T by rewrite -qk trmx_mul trmxK.
by rewrite [X in _ - X]addrC subrr.
Qed.

Section Conservation.
Variable dlt : {additive R -> R}.
Hypothesis Leibniz : forall a b, dlt (a * b) = dlt a * b + a * dlt b.

Lemma map_mx_Leibniz m n l (A : 'M_(m, n)) (B : 'M_(n, l)) :
  map_mx dlt (A *m B) = map_mx dlt A *m B + A *m map_mx dlt B.
Proof.
apply/matrixP => i j; rewrite !mxE raddf_sum -big_split /=.
by apply: eq_bigr => k _; rewrite !mxE Leibniz.
Qed.

(* `conservation`, conserved: d/dt D_k = 0 along the gradient flow d/dt W_j = - grad_j R. Here dlt is any
   derivation of the scalars, d/dt for functions of t. *)
Theorem conservation Sigma ws W p k : (k.+1 < L)%N ->
  (forall j, (j < L)%N -> map_mx dlt (W j) = - grad Sigma ws W p j) ->
  map_mx dlt (imbalance W k) = 0.
Proof.
move=> ltkL flow; have ltkL' := ltnW ltkL.
rewrite /imbalance map_mxB !map_mx_Leibniz -!map_trmx !flow //.
exact: imbalance_flow.
Qed.
End Conservation.
End Defs.
