(* What the links from the claims to the theorems need (links.txt): a word of the claims that Coq does not have, or
   has in another form. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms taylor hessian upper lower minimum limit.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The widths of another network with the same number of features. *)
Definition widths (d e : nat -> nat) k := if k is 0 then d 0%N else e k.

Section Link.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0%N)) (ws : 'cV[R]_(d 0%N)).

Lemma gvecE : 2%:R *: (Sigma *m (reg L W p - ws)) = gvec L Sigma ws W p.
Proof. by rewrite scaler_nat. Qed.

Lemma frob_eq0 m n (A : 'M[R]_(m, n)) : frob A = 0 -> A = 0.
Proof.
rewrite /frob /mxtrace => /eqP; rewrite psumr_eq0 => [/allP z|i _]; last first.
  by rewrite mxE sumr_ge0 // => j _; rewrite mxE -expr2 sqr_ge0.
apply/matrixP => i j; rewrite mxE; have /eqP := z j (mem_index_enum j); rewrite mxE => /eqP.
rewrite psumr_eq0 => [/allP y|k _]; last by rewrite mxE -expr2 sqr_ge0.
by have /eqP := y i (mem_index_enum i); rewrite mxE => /eqP; rewrite mulf_eq0 orbb => /eqP.
Qed.

(* Two families of layers that represent the same linear form agree. *)
Lemma represented (G H : layers R d) k : (forall D, inner L G D = inner L H D) -> (k < L)%N -> G k = H k.
Proof.
move=> same ltkL; pose D j := G j - H j; apply/eqP; rewrite -subr_eq0; apply/eqP/frob_eq0.
have z : inner L D D = 0.
  rewrite -[RHS](subrr (inner L G D)) {2}same -sumrB; apply: eq_bigr => j _.
  have -> : (D j)^T = (G j)^T - (H j)^T by rewrite linearB.
  by rewrite mulmxBl linearB.
move/eqP: z; rewrite psumr_eq0 => [/allP z|j _]; last exact: frob_ge0.
by apply/eqP; apply: z (Ordinal ltkL) (mem_index_enum _).
Qed.

Variable G : layers R d.
Hypotheses (sS : symm Sigma) (GP : forall D, (risk_path L Sigma ws W p D)`_1 = inner L G D).

Lemma gradE k : (k < L)%N -> G k = grad L Sigma ws W p k.
Proof. by apply: represented => D; rewrite -GP gradient. Qed.

Lemma norm_gradE : \sum_(k < L) frob (G k) = inner L (grad L Sigma ws W p) (grad L Sigma ws W p).
Proof. by apply: eq_bigr => k _; rewrite (gradE (ltn_ord k)). Qed.
End Link.

(* Of finitely many numbers one is the largest. *)
Lemma largest_exists (R : realFieldType) L (f : nat -> R) : (0 < L)%N ->
  exists2 i, (i < L)%N & forall k, (k < L)%N -> f k <= f i.
Proof.
elim: L => [//|[|n] IH] _; first by exists 0%N => // k; rewrite ltnS leqn0 => /eqP ->.
have [//|i ltin iP] := IH; case: (leP (f i) (f n.+1)) => [le|/ltW le].
  exists n.+1 => // k; rewrite ltnS leq_eqVlt => /predU1P [-> //|ltk].
  exact: le_trans (iP k ltk) le.
by exists i => [|k]; [apply: ltnW|rewrite ltnS leq_eqVlt => /predU1P [->|/iP]].
Qed.

(* A root is determined by its power. *)
Lemma same_root (R : realFieldType) L (x y : R) : (0 < L)%N -> 0 <= x -> 0 <= y -> x ^+ L = y ^+ L -> x = y.
Proof. by move=> L_gt0 x0 y0; apply: pexpIrn L_gt0 _ _ x0 y0. Qed.
