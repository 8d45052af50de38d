(* `singular-values`: the squared norms of two layers differ by at most the imbalance. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section SingularValues.
Variables (R : realFieldType) (d : nat -> nat) (W : layers R d) (L : nat).
Variables (sigma2 del : nat -> R).
Hypothesis sigma2P : forall k, (k < L)%N -> norm_sq (W k) (sigma2 k).
Hypothesis del0 : forall k, 0 <= del k.
Hypothesis delP : forall k, (k.+1 < L)%N -> form_bound (imbalance W k) (del k).

(* One step, Weyl's inequality: ||W_k|^2 - |W_(k+1)|^2| <= |D_k|. *)
Lemma adjacent_norms k : (k.+1 < L)%N -> `|sigma2 k - sigma2 k.+1| <= del k.
Proof.
move=> ltkL; have [s0 us min] := sigma2P (ltnW ltkL); have [t0 ut min'] := sigma2P ltkL.
rewrite ler_distl; apply/andP; split.
  rewrite ler_subl_addr; apply: min' => //; first exact: addr_ge0.
  by apply: upper_above us => // y; case/andP: (delP ltkL y).
apply: min; first exact: addr_ge0.
by apply: upper_below ut => [|y]; [apply: addr_ge0 | case/andP: (delP ltkL y)].
Qed.

Lemma telescope j k : (j <= k < L)%N ->
  `|sigma2 j - sigma2 k| <= \sum_(j <= i < k) del i.
Proof.
case/andP=> lejk; rewrite -(subnKC lejk); elim: (k - j)%N => [|m IHm].
  by rewrite addn0 subrr normr0 big_geq.
rewrite addnS => ltL; rewrite big_nat_recr ?leq_addr //=.
rewrite -(subrKA (sigma2 (j + m)%N)); apply: le_trans (ler_norm_add _ _) _.
by apply: ler_add; [apply/IHm/ltnW | apply: adjacent_norms].
Qed.

(* `singular-values`: ||W_j|^2 - |W_k|^2| <= Delta, the sum of all |D_i|. *)
Theorem singular_values j k : (j < L)%N -> (k < L)%N ->
  `|sigma2 j - sigma2 k| <= \sum_(i < L.-1) del i.
Proof.
wlog lejk : j k / (j <= k)%N => [wlg ltjL ltkL|ltjL ltkL].
  have [/wlg|/ltnW/wlg] := leqP j k; first exact.
  by rewrite distrC; apply.
apply: le_trans (telescope _) _; first by rewrite lejk.
have lekL : (k <= L.-1)%N by rewrite -ltnS prednK // (leq_ltn_trans _ ltkL).
rewrite -(big_mkord xpredT) (big_cat_nat _ _ _ (leq0n j) (leq_trans lejk lekL)) /=.
by rewrite (big_cat_nat _ _ _ lejk lekL) /= addrCA ler_addl addr_ge0 ?sumr_ge0.
Qed.
End SingularValues.
