(* `near-rank-one`: the layers of a nearly balanced network are nearly of rank one.
   s is any bound of |W_k|^2, del j any bound of |D_j|, and the second singular value is
   what Courant and Fischer say: the largest number s such that |W x|^2 >= s |x|^2 on
   some plane. There are l + 1 layers, and d (l + 1) = 1. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section NearRankOne.
Variable R : realFieldType.

Lemma frob_row m n (A : 'M[R]_(m, n)) s : m = 1%N -> upper A^T s -> frob A <= s.
Proof.
move=> em; rewrite em in A *; move=> /(_ 1%:M).
by rewrite mulmx1 /frob mxtrace_mulC trace_mx11 /dot trmxK trmx1 mulmx1 [in X in _ * X]mxE mulr1.
Qed.

Variables (d : nat -> nat) (W : layers R d) (p : vecs R d) (l : nat) (del : nat -> R).
Hypothesis out1 : d l.+1 = 1%N.
Hypothesis del0 : forall j, 0 <= del j.

(* `near-rank-one`, first: |W_k|_F^2 - s <= sum_(j >= k) (tr D_j + |D_j|), s any bound of
   |W_k|^2. *)
Theorem near_rank_one k s :
  (forall j, (j < l)%N -> forall y, - del j * dot y y <= dot y (imbalance W j *m y)) ->
  (k <= l)%N -> 0 <= s -> upper (W k) s ->
  frob (W k) - s <= \sum_(k <= j < l) (\tr (imbalance W j) + del j).
Proof.
move=> delP lekl; have [m em] : exists m, (k + m = l)%N by exists (l - k)%N; rewrite subnKC.
elim: m k em s {lekl} => [|m IHm] k em s s0 us.
  rewrite addn0 in em; rewrite em big_geq // subr_le0.
  by apply: frob_row; rewrite ?em //; apply: upper_tr; rewrite // -em.
have ltkl : (k < l)%N by rewrite -em addnS ltnS leq_addr.
have us1 : upper (W k.+1) (s + del k).
  by apply: upper_above us => // y; apply: delP.
have := IHm k.+1 _ (s + del k) (addr_ge0 s0 (del0 k)) us1.
rewrite addSnnS => /(_ em) IH; rewrite big_ltn //.
have -> : frob (W k) = \tr (imbalance W k) + frob (W k.+1).
  by rewrite /imbalance /frob linearB /= subrK mxtrace_mulC.
by rewrite -!addrA ler_add2l -ler_subl_addl -addrA -opprD.
Qed.

Hypothesis delP : forall j, (j < l)%N -> forall y,
  dot y (imbalance W j *m y) <= del j * dot y y.
Hypothesis p0 : p l.+1 != 0.

(* |W_k x|^2 <= (sum_(j >= k) |D_j|) |x|^2 for every x orthogonal to the backward vector. *)
Lemma near_rank_one_second k (x : 'cV[R]_(d k)) :
  (k <= l)%N -> dot (q l.+1 W p k) x = 0 ->
  dot (W k *m x) (W k *m x) <= (\sum_(k <= j < l) del j) * dot x x.
Proof.
move=> lekl; have [m em] : exists m, (k + m = l)%N by exists (l - k)%N; rewrite subnKC.
elim: m k em x lekl => [|m IHm] k em x lekl; rewrite qS // -dot_mulr; set z := W k *m x => qz.
  rewrite addn0 in em; rewrite big_geq ?em // mul0r; move: z qz => z.
  rewrite {x} em in z *; rewrite qL => pz.
  have := dot_dim1 (p l.+1) z out1; rewrite pz expr0n /= => /esym/eqP.
  by rewrite mulf_eq0 dot_eq0 (negPf p0) /= => /eqP ->.
have ltkl : (k < l)%N by rewrite -em addnS ltnS leq_addr.
have := IHm k.+1 _ z ltkl qz; rewrite addSnnS => /(_ em).
have : 0 <= \sum_(k.+1 <= j < l) del j by rewrite sumr_ge0.
rewrite (big_ltn ltkl); move: (\sum_(k.+1 <= j < l) del j) => s s0 IH.
have Hz : dot ((W k)^T *m z) ((W k)^T *m z) <= (del k + s) * dot z z.
  by rewrite gram_step mulrDl addrC; apply: ler_add => //; apply: delP.
have := dot_ge0 z; rewrite le_eqVlt => /predU1P [<-|z_gt0].
  by rewrite mulr_ge0 ?dot_ge0 ?addr_ge0.
rewrite -(ler_pmul2r z_gt0) -expr2.
have {1}-> : dot z z = dot x ((W k)^T *m z) by rewrite -dot_mull.
apply: le_trans (cauchy1 _ _) _; rewrite [X in _ <= X]mulrAC [X in _ <= X]mulrC.
by rewrite ler_wpmul2l ?dot_ge0.
Qed.

(* `near-rank-one`, second: a number s with |W_k v|^2 >= s |v|^2 on some plane is at most
   sum_(j >= k) |D_j|. The square of the second singular value is such a number. *)
Theorem near_rank_one_plane k s (x y : 'cV[R]_(d k)) : (k <= l)%N ->
  (forall a b, a *: x + b *: y = 0 -> a = 0 /\ b = 0) ->
  (forall a b, let v := a *: x + b *: y in
     s * dot v v <= dot (W k *m v) (W k *m v)) ->
  s <= \sum_(k <= j < l) del j.
Proof.
move=> lekl indep below; pose c := q l.+1 W p k.
have [a [b [nz ortho]]] : exists a b, ((a != 0) || (b != 0)) /\ dot c (a *: x + b *: y) = 0.
  have [cx0|cx] := eqVneq (dot c x) 0.
    by exists 1, 0; rewrite oner_eq0 scale1r scale0r addr0.
  exists (dot c y), (- dot c x); rewrite oppr_eq0 cx orbT; split=> //.
  by rewrite dotDr !dotZr mulNr mulrC subrr.
have v_gt0 : 0 < dot (a *: x + b *: y) (a *: x + b *: y).
  by rewrite dot_gt0; apply: contraL nz => /eqP /indep [-> ->]; rewrite eqxx.
rewrite -(ler_pmul2r v_gt0); apply: le_trans (below a b) _.
exact: near_rank_one_second.
Qed.
End NearRankOne.
