(* Widths 1 and weights 1 meet the hypotheses of `limit-sharpness`, `residual-sharpness` and `sharpness-lower-tight`
   with Lambda = |w| = b = beta = 1 and theta = 0, and all their bounds are S = 2 L there. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor lower upper norms subprod scalar tight.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LimitTight.
Variables (R : realFieldType) (L : nat).
Hypothesis L_gt0 : (0 < L)%N.
Local Notation W := (W1 R).

Lemma sub_ones j m : sub W j m = 1%:M.
Proof. by rewrite /sub; elim: m => //= m ->; rewrite mulmx1. Qed.

(* `limit-sharpness`, `residual-sharpness` and `sharpness-lower-tight` are attained: S = 2 L. *)
Theorem sharpness_ones : [/\ forall k, norm_sq (W k) 1, forall k, form_bound (imbalance W k) 0,
    forall j m, upper (sub W j m) 1
  & forall s, sharpness_le L 1%:M (c1 R) W (p1 R) s <-> (2 * L)%:R <= s].
Proof.
split=> [k|k|j m|s].
- by have := scalar_norm (fun=> 1 : R) k; rewrite expr1n.
- have -> : imbalance W k = (0 : R)%:M.
    by have := scalar_imbalance (fun=> 1 : R) k; rewrite subrr.
  by apply: scalar_form; rewrite normr0.
- by rewrite sub_ones; apply: upper1.
split=> [sP|le D]; last first.
  have [_ tight] := sharpness_lower_attained R L; apply: le_trans (tight D) _.
  by rewrite ler_wpmul2r // inner_ge0.
have E1 : dot (c1 R) (1%:M *m c1 R) = 1 by rewrite mul1mx dot1.
have E_gt0 : 0 < dot (c1 R) (1%:M *m c1 R) by rewrite E1 ltr01.
have x1 : 1 ^+ L = dot (c1 R) (c1 R) ^+ L.-1 * dot (p1 R L) (p1 R L) by rewrite dot1 !expr1n mulr1.
have := sharpness_lower L_gt0 (@symm1 R 1) (@psd1 R 1) (tight_min R L) E_gt0 sP (@ler01 R) x1.
by rewrite E1 dot1 divr1 !mulr1 -natrM.
Qed.
End LimitTight.
