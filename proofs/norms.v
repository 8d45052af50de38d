(* Norms without a spectral theorem: the spectral norm of A enters through its bounds. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Norms.
Variable R : realFieldType.
Implicit Types (m n l : nat).

(* s >= |A|_2^2. *)
Definition upper m n (A : 'M[R]_(m, n)) s := forall x, dot (A *m x) (A *m x) <= s * dot x x.
(* s <= the square of the least singular value of A. *)
Definition lower m n (A : 'M[R]_(m, n)) s := forall x, s * dot x x <= dot (A *m x) (A *m x).
(* s = |A|_2^2: the least of the upper bounds. *)
Definition norm_sq m n (A : 'M[R]_(m, n)) s :=
  [/\ 0 <= s, upper A s & forall t, 0 <= t -> upper A t -> s <= t].
(* del >= |A|_2 for a symmetric A. *)
Definition form_bound n (A : 'M[R]_n) del :=
  forall y, - del * dot y y <= dot y (A *m y) <= del * dot y y.

Lemma dot_gt0 n (x : 'cV[R]_n) : (0 < dot x x) = (x != 0).
Proof. by rewrite lt_def dot_ge0 dot_eq0 andbT. Qed.

Lemma upper_tr m n (A : 'M[R]_(m, n)) s : 0 <= s -> upper A s -> upper A^T s.
Proof.
move=> s0 uA x; set v := A^T *m x; have := dot_ge0 v.
rewrite le_eqVlt => /predU1P [<-|v0]; first by rewrite mulr_ge0 ?dot_ge0.
rewrite -(ler_pmul2r v0) -expr2.
have {1}-> : dot v v = dot x (A *m v) by rewrite {1}/v dot_mull trmxK.
apply: le_trans (cauchy1 _ _) _; rewrite [X in _ <= X]mulrAC mulrC.
by rewrite ler_wpmul2r ?dot_ge0 // uA.
Qed.

Lemma upper_mul m n l (A : 'M[R]_(m, n)) (B : 'M[R]_(n, l)) s t :
  0 <= s -> upper A s -> upper B t -> upper (A *m B) (s * t).
Proof.
move=> s0 uA uB x; rewrite -!mulmxA; apply: le_trans (uA _) _.
by rewrite -mulrA ler_wpmul2l.
Qed.

Lemma upper1 n : upper (1%:M : 'M[R]_n) 1.
Proof. by move=> x; rewrite mul1mx mul1r. Qed.

Lemma le_of_sqr (x y : R) : 0 <= y -> x ^+ 2 <= y ^+ 2 -> x <= y.
Proof.
move=> y0 xy; case: (ltrP x 0) => [/ltW x0|x0]; first exact: le_trans y0.
by rewrite -(ler_pexpn2r (ltn0Sn 1)) ?nnegrE.
Qed.

Lemma upper_leq m n (A : 'M[R]_(m, n)) s t : s <= t -> upper A s -> upper A t.
Proof. by move=> st uA x; apply: le_trans (uA x) _; rewrite ler_wpmul2r ?dot_ge0. Qed.

Lemma upper_add m n (A B : 'M[R]_(m, n)) a b : 0 <= a -> 0 <= b ->
  upper A (a ^+ 2) -> upper B (b ^+ 2) -> upper (A + B) ((a + b) ^+ 2).
Proof.
move=> a0 b0 uA uB x; rewrite mulmxDl dotDl !dotDr (dotC (B *m x) (A *m x)).
have cross : dot (A *m x) (B *m x) <= a * b * dot x x.
  apply: le_of_sqr; first by rewrite !mulr_ge0 ?dot_ge0.
  apply: le_trans (cauchy1 _ _) _.
  have -> : (a * b * dot x x) ^+ 2 = (a ^+ 2 * dot x x) * (b ^+ 2 * dot x x).
    by rewrite mulrACA -exprMn -expr2 -exprMn.
  by apply: ler_pmul; rewrite ?dot_ge0 ?uA ?uB.
by rewrite sqrrD !mulrDl -!addrA ler_add // ler_add // ler_add.
Qed.

Lemma polar n (T U : 'M[R]_n) x y : symm T -> symm U -> psd T -> psd U ->
  dot x ((T - U) *m y) ^+ 2 <= dot x ((T + U) *m x) * dot y ((T + U) *m y).
Proof.
move=> sT sU pT pU; apply: discriminant => [|t]; first by rewrite mulmxDl dotDr addr_ge0.
have := addr_ge0 (pT (x + t *: y)) (pU (x + (- t) *: y)).
rewrite !quadDZ // sqrrN !mulmxDl !mulNmx !dotDr dotNr mulrBr mulrnBl mulrDr mulNr mulNrn.
by rewrite addrACA [X in _ <= X + _]addrACA.
Qed.

(* a symmetric matrix is as large as its quadratic form *)
Lemma form_upper n (A : 'M[R]_n) del : 0 <= del -> symm A -> form_bound A del ->
  upper A (del ^+ 2).
Proof.
move=> del0 sA bA y; set x := A *m y.
have scal (z : 'cV_n) : dot z (del%:M *m z) = del * dot z z by rewrite mul_scalar_mx dotZr.
pose T := del%:M + A; pose U := del%:M - A.
have [sT sU] : symm T /\ symm U.
  by rewrite /symm /T /U linearD linearB /= tr_scalar_mx sA.
have pT : psd T by move=> z; rewrite mulmxDl dotDr scal addrC -ler_subl_addr sub0r -mulNr; case/andP: (bA z).
have pU : psd U by move=> z; rewrite mulmxBl dotDr dotNr scal subr_ge0; case/andP: (bA z).
have := polar x y sT sU pT pU.
have -> : T + U = (del *+ 2)%:M by rewrite /T /U addrACA subrr addr0 -raddfD -mulr2n.
have -> : T - U = A *+ 2 by rewrite /T /U opprB addrC addrA subrK -mulr2n.
rewrite -!scaler_nat -scalemxAl -/x dotZr !mul_scalar_mx !dotZr.
rewrite -[del *+ 2]mulr_natl exprMn mulrACA -expr2 exprMn -mulrA.
rewrite ler_pmul2l ?exprn_gt0 ?ltr0n // expr2.
have := dot_ge0 x; rewrite le_eqVlt => /predU1P [<- _|x_gt0].
  by rewrite mulr_ge0 ?sqr_ge0 ?dot_ge0.
by rewrite [X in _ <= X]mulrCA ler_pmul2l.
Qed.

(* ---- powers: A^n for a square matrix of any size, 0 included ---- *)
(* A^k. *)
Fixpoint mpow n (A : 'M[R]_n) k : 'M[R]_n :=
  if k is k'.+1 then A *m mpow A k' else 1%:M.

Lemma mpowSr n (A : 'M[R]_n) k : mpow A k.+1 = mpow A k *m A.
Proof. by elim: k => [|k IHk]; rewrite /= ?mulmx1 ?mul1mx // -mulmxA -IHk. Qed.

Lemma mpowD n (A : 'M[R]_n) j k : mpow A (j + k) = mpow A j *m mpow A k.
Proof. by elim: j => [|j IHj]; rewrite /= ?mul1mx // IHj mulmxA. Qed.

Lemma symm_mpow n (A : 'M[R]_n) k : symm A -> symm (mpow A k).
Proof.
rewrite /symm => sA; elim: k => [|k IHk]; first exact: trmx1.
by rewrite [in LHS]mpowSr trmx_mul IHk sA.
Qed.

(* A^(k + 1) B A^k B ...: (A A^T)^(k + 1) = A (A^T A)^k A^T *)
Lemma mpow_gram m n (A : 'M[R]_(m, n)) k :
  mpow (A *m A^T) k.+1 = A *m mpow (A^T *m A) k *m A^T.
Proof.
elim: k => [|k IHk]; first by rewrite /= !mulmx1.
by rewrite mpowSr IHk mpowSr !mulmxA.
Qed.

Lemma symm_gram m n (A : 'M[R]_(m, n)) : symm (A *m A^T).
Proof. by rewrite /symm trmx_mul trmxK. Qed.

Lemma upper_gram m n (A : 'M[R]_(m, n)) s : 0 <= s -> upper A s -> upper (A *m A^T) (s ^+ 2).
Proof. by move=> s0 uA; rewrite expr2; apply: upper_mul => //; apply: upper_tr. Qed.

Lemma upper_mpow n (A : 'M[R]_n) s k : 0 <= s -> upper A (s ^+ 2) -> upper (mpow A k) ((s ^+ k) ^+ 2).
Proof.
move=> s0 uA; elim: k => [|k IHk]; first by rewrite !expr1n; apply: upper1.
by rewrite [s ^+ _.+1]exprS exprMn; apply: upper_mul; rewrite ?sqr_ge0.
Qed.

(* |A^k - B^k| <= k |A - B| max(|A|, |B|)^(k - 1) *)
Lemma upper_mpowB n (A B : 'M[R]_n) s del k : 0 <= s -> 0 <= del ->
  upper A (s ^+ 2) -> upper B (s ^+ 2) -> upper (A - B) (del ^+ 2) ->
  upper (mpow A k - mpow B k) ((k%:R * del * s ^+ k.-1) ^+ 2).
Proof.
move=> s0 del0 uA uB uAB; elim: k => [|k IHk].
  by rewrite subrr !mul0r expr0n => x; rewrite mul0mx dot0r mul0r.
have -> : mpow A k.+1 - mpow B k.+1 = mpow A k *m (A - B) + (mpow A k - mpow B k) *m B.
  by rewrite !mpowSr mulmxBr mulmxBl addrA subrK.
have -> : k.+1%:R * del * s ^+ k = s ^+ k * del + k%:R * del * s ^+ k.-1 * s.
  case: k {IHk} => [|k]; first by rewrite !mul0r addr0 expr0 mulr1.
  by rewrite -[in LHS]add1n natrD !mulrDl !mul1r [del * _]mulrC -[in RHS]mulrA -exprSr.
apply: upper_add; rewrite ?mulr_ge0 ?exprn_ge0 ?ler0n // exprMn; apply: upper_mul => //.
- exact: sqr_ge0.
- exact: upper_mpow.
- exact: sqr_ge0.
Qed.

(* in one dimension Cauchy-Schwarz is an equality *)
Lemma dot_dim1 n (x y : 'cV[R]_n) : n = 1%N -> dot x y ^+ 2 = dot x x * dot y y.
Proof.
move=> e; rewrite e in x y *.
by rewrite /dot !mxE !big_ord1 !mxE expr2 mulrACA.
Qed.

(* ---- adjacent layers: W_k W_k^T = W_(k+1)^T W_(k+1) + D_k ---- *)
Section Adjacent.
Variables (d : nat -> nat) (W : layers R d) (k : nat).

Lemma gram_step (z : 'cV_(d k.+1)) :
  dot ((W k)^T *m z) ((W k)^T *m z)
  = dot (W k.+1 *m z) (W k.+1 *m z) + dot z (imbalance W k *m z).
Proof.
rewrite !dot_mull trmxK /imbalance mulmxBl dotDr dotNr !mulmxA.
by rewrite addrC subrK.
Qed.

Lemma upper_above del s : 0 <= s ->
  (forall y, - del * dot y y <= dot y (imbalance W k *m y)) ->
  upper (W k) s -> upper (W k.+1) (s + del).
Proof.
move=> s0 delP us y; have /eqP := gram_step y.
rewrite -subr_eq => /eqP <-; rewrite mulrDl; apply: ler_add; first exact: upper_tr.
by rewrite ler_oppl -mulNr; apply: delP.
Qed.

Lemma upper_below del s : 0 <= s + del ->
  (forall y, dot y (imbalance W k *m y) <= del * dot y y) ->
  upper (W k.+1) s -> upper (W k) (s + del).
Proof.
move=> s0 delP us; rewrite -[W k]trmxK; apply: upper_tr => // y.
by rewrite gram_step mulrDl; apply: ler_add; [apply: us | apply: delP].
Qed.
End Adjacent.
End Norms.
