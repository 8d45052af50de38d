(* Diagonal 2 x 2 layers, and the network that attains both sides of `residual-kernel`:
   W_1 = diag(c, 1), W_L = diag(1, c), identities between, p = e_2, u = e_1. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms subprod residual.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Diagonal.
Variable R : realFieldType.
Implicit Types (x : 'cV[R]_2) (f : 'rV[R]_2).
Local Notation i0 := (ord0 : 'I_2).
Local Notation i1 := (lift ord0 ord0 : 'I_2).

Lemma norm2 x : dot x x = x i0 0 ^+ 2 + x i1 0 ^+ 2.
Proof. by rewrite /dot mxE big_ord_recl big_ord1 !mxE -!expr2. Qed.

Lemma diag_norm f x :
  dot (diag_mx f *m x) (diag_mx f *m x) = f 0 i0 ^+ 2 * x i0 0 ^+ 2 + f 0 i1 ^+ 2 * x i1 0 ^+ 2.
Proof. by rewrite mul_diag_mx norm2 !mxE !exprMn. Qed.

Lemma diag_upper f s : f 0 i0 ^+ 2 <= s -> f 0 i1 ^+ 2 <= s -> upper (diag_mx f) s.
Proof.
by move=> h0 h1 x; rewrite diag_norm norm2 mulrDr ler_add // ler_wpmul2r ?sqr_ge0.
Qed.

Lemma diag_lower f s : s <= f 0 i0 ^+ 2 -> s <= f 0 i1 ^+ 2 -> lower (diag_mx f) s.
Proof.
by move=> h0 h1 x; rewrite diag_norm norm2 mulrDr ler_add // ler_wpmul2r ?sqr_ge0.
Qed.

Lemma diag_form f s : `|f 0 i0| <= s -> `|f 0 i1| <= s -> form_bound (diag_mx f) s.
Proof.
rewrite !ler_norml => /andP[l0 h0] /andP[l1 h1] x.
have -> : dot x (diag_mx f *m x) = f 0 i0 * x i0 0 ^+ 2 + f 0 i1 * x i1 0 ^+ 2.
  rewrite mul_diag_mx /dot mxE big_ord_recl big_ord1 !mxE.
  by rewrite mulrCA -expr2 [x _ _ * _]mulrCA -expr2.
by rewrite norm2 !mulrDr !ler_add // ler_wpmul2r ?sqr_ge0.
Qed.

Definition two : nat -> nat := fun=> 2%N.
Definition diagonal (f : nat -> 'rV[R]_2) : layers R two := fun k => diag_mx (f k).

Lemma sub_diagonal (f : nat -> 'rV[R]_2) (j m : nat) :
  sub (diagonal f) j m = diag_mx (\row_i \prod_(k < m) f (k + j)%N 0 i).
Proof.
elim: m => [|m IHm].
  rewrite /sub /= -diag_const_mx; congr diag_mx.
  by apply/rowP => i; rewrite !mxE big_ord0.
rewrite /sub /= -/(sub _ _ _) IHm {1}/shift /diagonal mulmx_diag; congr diag_mx.
by apply/rowP => i; rewrite !mxE big_ord_recr /= mulrC.
Qed.

Lemma prod_at (c : R) t j m :
  \prod_(k < m) (if (k + j)%N == t then c else 1) = if (j <= t < m + j)%N then c else 1.
Proof.
elim: m => [|m IHm]; first by rewrite big_ord0 add0n; case: leqP => //= h; rewrite ltnNge h.
rewrite big_ord_recr /= IHm addSn ltnS [(t <= _)%N]leq_eqVlt eq_sym.
case: eqP => [->|_] /=; last by rewrite mulr1.
by rewrite ltnn andbF mul1r leq_addl.
Qed.

(* W_1 = diag(c, 1), W_L = diag(1, c), identities between; p = e_2 and u = e_1 *)
Section Ends.
Variables (L : nat) (c : R).
Hypotheses (L_gt1 : (1 < L)%N) (c0 : 0 <= c).
(* W_1 = diag(c, 1), W_L = diag(1, c), identities between. *)
Definition ends (k : nat) : 'rV[R]_2 :=
  \row_i (if i == i0 then (if k == 0%N then c else 1) else (if k == L.-1 then c else 1)).
Local Notation W := (diagonal ends).
Definition second : vecs R two := fun=> delta_mx i1 0.
Definition first : 'cV[R]_(two 0) := delta_mx i0 0.

Lemma sub_ends j m : sub W j m = diag_mx (\row_i
  (if i == i0 then (if (j <= 0 < m + j)%N then c else 1)
   else (if (j <= L.-1 < m + j)%N then c else 1))).
Proof.
rewrite sub_diagonal; congr diag_mx; apply/rowP => i; rewrite !mxE -!prod_at.
by case: ifP => ei; apply: eq_bigr => k _; rewrite mxE ei.
Qed.

(* For c >= 1 all products of consecutive layers stay below c. *)
Lemma ends_above : 1 <= c -> forall j m, upper (sub W j m) (c ^+ 2).
Proof.
move=> c1 j m; rewrite sub_ends; have c21 : 1 <= c ^+ 2 by rewrite exprn_ege1.
by apply: diag_upper; rewrite !mxE /=; case: ifP; rewrite ?expr1n.
Qed.

(* For c <= 1 they stay above c. *)
Lemma ends_below : c <= 1 -> forall j m, lower (sub W j m) (c ^+ 2).
Proof.
move=> c1 j m; rewrite sub_ends; have c21 : c ^+ 2 <= 1 by rewrite exprn_ile1.
by apply: diag_lower; rewrite !mxE /=; case: ifP; rewrite ?expr1n.
Qed.

(* `residual-kernel` is attained, with beta = c >= 1 or alpha = c <= 1, at every depth L >= 2:
   u^T M u = (2 c^2 + (L-2) c^4) |p|^2 |u|^2. *)
Theorem residual_kernel_tight :
  [/\ 1 <= c -> forall j m, upper (sub W j m) (c ^+ 2), c <= 1 -> forall j m, lower (sub W j m) (c ^+ 2)
    & dot first (Ker L W second *m first)
      = (2%:R * c ^+ 2 + (L - 2)%:R * c ^+ 4) * (dot (second L) (second L) * dot first first)].
Proof.
split; [exact: ends_above | exact: ends_below |].
have N k : (0 < k)%N -> dot (fwd W k *m first) (fwd W k *m first) = c ^+ 2.
  move=> k0; rewrite dot_fwd_sub sub_ends diag_norm !mxE /= addn0 k0.
  by rewrite expr1n expr0n mulr1 mulr0 addr0.
have r k : (k < L)%N -> dot (q L W second k) (q L W second k) = c ^+ 2.
  move=> kL; rewrite q_sub sub_ends tr_diag_mx diag_norm !mxE /= subnK; last exact: ltnW.
  have -> : (k <= L.-1 < L)%N by rewrite -ltnS prednK ?kL ?leqnn ?(ltnW L_gt1).
  by rewrite expr1n expr0n mulr1 mulr0 add0r.
have unit (i : 'I_2) : dot (delta_mx i 0 : 'cV[R]_2) (delta_mx i 0) = 1.
  by rewrite norm2 !mxE /=; case: i => [[|[|]]] //= _; rewrite expr1n expr0n ?addr0 ?add0r.
rewrite (kernel_peel W second first L_gt1) !r // N ?unit; last by rewrite -subn1 subn_gt0.
rewrite !mulr1 mul1r (eq_bigr (fun=> c ^+ 4)) => [|k _]; last first.
  have kL : (k.+2 < L)%N by have := ltn_ord k; rewrite ltn_subRL.
  by rewrite r // N // -exprD.
by rewrite sumr_const card_ord addrAC mulr_natl mulr2n mulr_natl.
Qed.
End Ends.
End Diagonal.
