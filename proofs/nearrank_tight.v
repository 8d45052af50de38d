(* Both inequalities of `near-rank-one` are attained: W_1 = diag(c, s), W_2 = (1, 0) with
   c^2 + s^2 = 1 and s^2 <= c^2, for instance (4/5, 3/5). *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms diagonal.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section NearRankOneTight.
Variables (R : realFieldType) (c s : R).
Hypotheses (unit_circle : c ^+ 2 + s ^+ 2 = 1) (sc : s ^+ 2 <= c ^+ 2).
Local Notation i0 := (ord0 : 'I_2).
Local Notation i1 := (lift ord0 ord0 : 'I_2).

Definition example_widths (k : nat) : nat := if k is k'.+2 then 1%N else 2%N.
Definition pair (a b : R) : 'rV[R]_2 := \row_i (if i == i0 then a else b).
Definition example : layers R example_widths := fun k =>
  match k return 'M[R]_(example_widths k.+1, example_widths k) with
  | 0 => diag_mx (pair c s) | 1 => delta_mx 0 i0 | _ => 1%:M end.

Lemma example_imbalance : imbalance example 0%N = diag_mx (pair (- s ^+ 2) (s ^+ 2)).
Proof.
rewrite /imbalance /= tr_diag_mx mulmx_diag trmx_delta mul_delta_mx.
apply/matrixP => i j; rewrite !mxE -!expr2.
have -> : - s ^+ 2 = c ^+ 2 - 1 by rewrite -unit_circle opprD addrA subrr add0r.
case: i => [[|[|]]] //= hi; case: j => [[|[|]]] //= hj; rewrite -?expr2 ?mulr0n ?mulr1n ?subr0 //.
Qed.

(* `near-rank-one`, norms, is attained: |W_1|^2 = c^2, |D_1| <= s^2, and both sides are equal. *)
Theorem near_rank_one_tight :
  [/\ norm_sq (example 0%N) (c ^+ 2), form_bound (imbalance example 0%N) (s ^+ 2)
    & frob (example 0%N) - c ^+ 2 = \sum_(0 <= j < 1) (\tr (imbalance example 0%N) + s ^+ 2)].
Proof.
have e0 : pair c s 0 i0 = c by rewrite mxE.
have e1 : pair c s 0 i1 = s by rewrite mxE.
split.
- split; [exact: sqr_ge0 | by apply: diag_upper; rewrite ?e0 ?e1 |].
  move=> t t0 /(_ (delta_mx i0 0)); rewrite diag_norm norm2 e0 e1 !mxE /=.
  by rewrite expr1n expr0n !mulr0 !addr0 !mulr1.
- rewrite example_imbalance.
  by apply: diag_form; rewrite !mxE /= ?normrN ger0_norm ?sqr_ge0.
rewrite big_nat1 example_imbalance /frob /= tr_diag_mx mulmx_diag !mxtrace_diag.
by rewrite !big_ord_recl !big_ord0 !mxE /= -!expr2 !addr0 addNr add0r addrAC subrr add0r.
Qed.

(* `near-rank-one`, second value, is attained: |W_1 x|^2 >= |D_1| |x|^2 on the whole plane. *)
Theorem near_rank_one_plane_tight (x : 'cV[R]_2) :
  (\sum_(0 <= j < 1) s ^+ 2) * dot x x <= dot (example 0%N *m x) (example 0%N *m x).
Proof.
rewrite big_nat1; apply: diag_lower; rewrite !mxE //=.
Qed.
End NearRankOneTight.
