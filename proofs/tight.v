(* The hypotheses of `sharpness-lower` can be met at every depth, and its constant 2 L
   is attained: widths 1, all weights 1, Sigma = 1. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Tight.
Variables (R : realFieldType) (L : nat).
(* Widths 1, weights 1, read-out 1, w* = 1. *)
Definition one : nat -> nat := fun=> 1%N.
Definition W1 : layers R one := fun k => 1%:M.
Definition p1 : vecs R one := fun k => 1%:M.
Definition c1 : 'cV[R]_1 := 1%:M.

Lemma fwd1 k : fwd W1 k = 1%:M. Proof. by elim: k => //= k ->; rewrite mulmx1. Qed.
Lemma q1 k : q L W1 p1 k = c1.
Proof.
rewrite /q; move: (L - k)%N => m.
by elim: m k => //= m IHm k; rewrite IHm trmx1 mul1mx.
Qed.
Lemma dot1 : dot c1 c1 = 1 :> R. Proof. by rewrite /dot trmx1 mul1mx mxE. Qed.

Lemma tight_min : 1%:M *m reg L W1 p1 = 1%:M *m c1.
Proof. by rewrite /reg q1. Qed.

(* `sharpness-lower` is attained at widths 1 and weights 1: its bound to the power L is (2 L)^L there, and S <= 2 L. *)
Theorem sharpness_lower_attained :
  let a := dot c1 (1%:M *m c1) / dot c1 c1 in
  ((2 * L)%:R * a) ^+ L * dot c1 c1 ^+ L.-1 * dot (p1 L) (p1 L) = (2 * L)%:R ^+ L
  /\ sharpness_le L 1%:M c1 W1 p1 (2 * L)%:R.
Proof.
split=> [|D]; first by rewrite mul1mx -/c1 dot1 divr1 expr1n !mulr1.
rewrite (hessian_min _ (@symm1 R 1) tight_min) mul1mx natrM -mulrA ler_wpmul2l ?ler0n //.
pose x : 'cV[R]_L := \col_k D k 0 0.
have -> : dot (Jac L W1 p1 D) (Jac L W1 p1 D) = dot (const_mx 1 : 'cV_L) x ^+ 2.
  rewrite /dot [in LHS]mxE big_ord1 mxE -expr2; congr (_ ^+ 2).
  rewrite /Jac summxE mxE; apply: eq_bigr => k _.
  by rewrite fwd1 q1 trmx1 mul1mx mulmx1 !mxE mul1r.
apply: le_trans (cauchy1 _ _) _; rewrite le_eqVlt; apply/orP; left; apply/eqP.
congr (_ * _).
  rewrite /dot mxE (eq_bigr (fun=> 1)) => [|k _]; last by rewrite !mxE mulr1.
  by rewrite sumr_const card_ord.
rewrite /dot mxE /inner; apply: eq_bigr => k _.
by rewrite !mxE trace_mx11 mxE big_ord1 !mxE.
Qed.

(* `kernel-agm` is attained there, too: u^T M u = L, and all else is 1. *)
Theorem kernel_AGM_attained : L%:R ^+ L * (dot (p1 L) (p1 L) * dot c1 c1 * (dot (reg L W1 p1) c1 ^+ 2) ^+ L.-1)
  = dot c1 (Ker L W1 p1 *m c1) ^+ L.
Proof.
rewrite kernel_matrix (eq_bigr (fun=> 1)) => [|k _]; last by rewrite q1 fwd1 mul1mx dot1 mulr1.
by rewrite sumr_const card_ord /reg q1 -/c1 dot1 !expr1n !mulr1.
Qed.
End Tight.
