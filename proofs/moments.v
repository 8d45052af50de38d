(* The moments mu_k = y^T H^k y of H = A A^T are log-convex, so mu_1 / mu_0 is at most
   any L-th root of mu_(L+j) / mu_j. This stands in for a top eigenvector, which need not
   exist over an arbitrary real field. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LogConvex.
Variables (R : realFieldType) (mu : nat -> R).
Hypothesis mu0 : forall k, 0 <= mu k.
Hypothesis convex : forall k, mu k.+1 ^+ 2 <= mu k * mu k.+2.

Lemma next0 k : mu k = 0 -> mu k.+1 = 0.
Proof.
move=> z; apply/eqP; have := convex k; rewrite z mul0r -sqrf_eq0 => le0.
by rewrite eq_le le0 sqr_ge0.
Qed.

Lemma ratio k : mu 1 * mu k <= mu 0 * mu k.+1.
Proof.
elim: k => [|k IHk]; first by rewrite mulrC.
have := mu0 k; rewrite le_eqVlt => /predU1P [/esym/next0 z|k_gt0].
  by rewrite z mulr0 mulr_ge0.
rewrite -(ler_pmul2r k_gt0) mulrAC; apply: le_trans (ler_wpmul2r (mu0 k.+1) IHk) _.
by rewrite -!mulrA ler_wpmul2l // mulrC [X in _ <= X]mulrC -expr2 convex.
Qed.

Lemma ratios n j : mu 1 ^+ n * mu j <= mu 0 ^+ n * mu (n + j).
Proof.
elim: n => [|n IHn]; first by rewrite !mul1r.
rewrite !exprS -!mulrA; apply: le_trans (ler_wpmul2l (mu0 1) IHn) _.
by rewrite mulrCA [X in _ <= X]mulrCA ler_wpmul2l ?exprn_ge0 // ratio.
Qed.

Lemma first_root n j t : (0 < n)%N -> 0 <= t -> mu (n + j) <= t ^+ n * mu j ->
  mu 1 <= t * mu 0.
Proof.
move=> n_gt0 t0 bound; have tm : 0 <= t * mu 0 by rewrite mulr_ge0.
have := mu0 j; rewrite le_eqVlt => /predU1P [/esym z|j_gt0].
  have := ratios j 0; rewrite addn0 z mulr0 => le0.
  have /eqP : mu 1 ^+ j * mu 0 = 0.
    by apply/eqP; rewrite eq_le le0 mulr_ge0 ?exprn_ge0.
  rewrite mulf_eq0 expf_eq0 => /orP [/andP[_ /eqP ->] //|/eqP /next0 -> //].
rewrite -(ler_pexpn2r n_gt0) ?nnegrE // -(ler_pmul2r j_gt0).
by apply: le_trans (ratios n j) _; rewrite exprMn [t ^+ n * _]mulrC -mulrA ler_wpmul2l ?exprn_ge0.
Qed.
End LogConvex.

Section Moments.
Variables (R : realFieldType) (m n : nat) (A : 'M[R]_(m, n)).
Local Notation H := (A *m A^T).
Implicit Type y : 'cV[R]_m.

Definition moment y k := dot y (mpow H k *m y).

Lemma symm_H k : symm (mpow H k).
Proof. by apply: symm_mpow; apply: symm_gram. Qed.

Lemma moment0 y : moment y 0 = dot y y.
Proof. by rewrite /moment mul1mx. Qed.

Lemma moment1 y : moment y 1 = dot (A^T *m y) (A^T *m y).
Proof. by rewrite /moment /= mulmx1 dot_mull trmxK mulmxA. Qed.

Lemma moment_split y j k : dot (mpow H j *m y) (mpow H k *m y) = moment y (j + k).
Proof. by rewrite dot_mull symm_H mulmxA -mpowD. Qed.

Lemma moment_in y i j : moment (mpow H i *m y) j = moment y (i + j + i).
Proof. by rewrite /moment mulmxA -mpowD moment_split addnA addnAC. Qed.

Lemma moment_ge0 y k : 0 <= moment y k.
Proof.
suff [] : 0 <= moment y k /\ 0 <= moment y k.+1 by [].
elim: k y => [|k IHk] y; first by rewrite moment0 moment1 !dot_ge0.
split; first by have [] := IHk y.
have [] := IHk (mpow H 1 *m y).
by rewrite moment_in addn1.
Qed.

Lemma moment_upper s y k : 0 <= s -> upper A s -> moment y k.+1 <= s * moment y k.
Proof.
move=> s0 us; have ut := upper_tr s0 us.
suff [] : moment y k.+1 <= s * moment y k /\ moment y k.+2 <= s * moment y k.+1 by [].
elim: k y => [|k IHk] y.
  rewrite moment0 -(moment_split y 1 1) !moment1 /= mulmx1 -mulmxA; split; first exact: ut.
  exact: us.
split; first by have [] := IHk y.
have [+ _] := IHk (mpow H 1 *m y).
by rewrite !moment_in !addn1.
Qed.

Lemma moment_upper_exp s y j k : 0 <= s -> upper A s ->
  moment y (k + j) <= s ^+ k * moment y j.
Proof.
move=> s0 us; elim: k => [|k IHk]; first by rewrite mul1r.
rewrite exprS -mulrA addSn; apply: le_trans (moment_upper _ _ s0 us) _.
by rewrite ler_wpmul2l.
Qed.

Lemma moment_convex y k : moment y k.+1 ^+ 2 <= moment y k * moment y k.+2.
Proof.
have := cauchy y (mpow H 1 *m y) (symm_H k) (fun z => moment_ge0 z k).
by rewrite -/(moment (mpow H 1 *m y) k) moment_in addn1 mulmxA -mpowD addn1.
Qed.

Lemma moment_gram y k :
  moment y k.+1 = dot (A^T *m y) (mpow (A^T *m A) k *m (A^T *m y)).
Proof. by rewrite /moment mpow_gram -!mulmxA [LHS](dot_mulr A). Qed.

Lemma bernoulli (e : R) k : 0 <= e <= 1 -> 1 - k%:R * e <= (1 - e) ^+ k.
Proof.
case/andP=> e0 e1; elim: k => [|k IHk]; first by rewrite mul0r subr0.
rewrite exprS; apply: le_trans (ler_wpmul2l _ IHk); last by rewrite subr_ge0.
rewrite mulrBl mul1r mulrBr mulr1 opprB -[in X in X <= _]addn1 natrD mulrDl mul1r opprD.
by rewrite addrA ler_add2l ler_addr mulr_ge0 // mulr_ge0 // ler0n.
Qed.

(* If mu_(k+j) <= B mu_j for every y, then |A|^(2k) <= B. *)
Lemma least_root s B k j : norm_sq A s -> (0 < k)%N -> 0 <= B ->
  (forall y, moment y (k + j) <= B * moment y j) -> s ^+ k <= B.
Proof.
move=> [s0 _ least] k_gt0 B0 bound; rewrite leNgt; apply/negP => ltB.
have sk_gt0 : 0 < s ^+ k by apply: le_lt_trans ltB.
have s_gt0 : 0 < s by rewrite lt_def s0 andbT; apply: contraTneq sk_gt0 => ->; rewrite expr0n eqn0Ngt k_gt0 ltxx.
pose e := (s ^+ k - B) / (k%:R * s ^+ k).
have k0 : (0 : R) < k%:R by rewrite ltr0n.
have e_gt0 : 0 < e by rewrite divr_gt0 ?subr_gt0 // mulr_gt0.
have e1 : e <= 1.
  rewrite ler_pdivr_mulr ?mulr_gt0 // mul1r; apply: le_trans (_ : s ^+ k <= _).
    by rewrite ler_subl_addr ler_addl.
  by apply: ler_pemull; [apply: ltW | rewrite ler1n].
pose t := s * (1 - e); have t0 : 0 <= t by rewrite mulr_ge0 // subr_ge0.
have Bt : B <= t ^+ k.
  rewrite exprMn; apply: le_trans (_ : s ^+ k * (1 - k%:R * e) <= _); last first.
    by rewrite ler_wpmul2l ?(ltW sk_gt0) // bernoulli // (ltW e_gt0).
  rewrite mulrBr mulr1 /e mulrCA mulrA mulrC.
  have -> : (s ^+ k - B) / (k%:R * s ^+ k) * (k%:R * s ^+ k) = s ^+ k - B.
    by rewrite mulfVK // gt_eqF // mulr_gt0.
  by rewrite opprB addrCA subrr addr0.
have : s <= t.
  apply: least => //; rewrite -[A]trmxK; apply: upper_tr => // y.
  rewrite -moment1 -moment0; apply: (first_root (moment_ge0 y) (moment_convex y) k_gt0 t0 (j := j)).
  by apply: le_trans (bound y) _; rewrite ler_wpmul2r ?moment_ge0.
by rewrite /t mulrBr mulr1 ler_subr_addr ger_addl leNgt mulr_gt0.
Qed.
End Moments.
