(* `min-sharpness-ladder`: the bounds on the least sharpness in order; from them `min-sharpness-upper`. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq norms taylor lower upper minimum.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Ladder.
Variables (R : realFieldType) (n : nat) (Sigma : 'M[R]_n) (ws : 'cV[R]_n) (L : nat) (P Lam : R).
Hypotheses (L_gt0 : (0 < L)%N) (P0 : 0 <= P).
Hypothesis E_gt0 : 0 < dot ws (Sigma *m ws).
Hypothesis LamP : forall y, dot y (Sigma *m y) <= Lam * dot y y.
Let E := dot ws (Sigma *m ws).
Let a := E / dot ws ws.
Let b := dot (Sigma *m ws) (Sigma *m ws) / E.

Lemma ws_gt0 : 0 < dot ws ws.
Proof. by rewrite dot_gt0; apply: contraTneq E_gt0 => ->; rewrite mulmx0 dot0r ltxx. Qed.

Lemma a_gt0 : 0 < a. Proof. by rewrite divr_gt0 // ws_gt0. Qed.

Lemma a_le_b : a <= b.
Proof.
rewrite ler_pdivr_mulr ?ws_gt0 // mulrAC ler_pdivl_mulr // -expr2 mulrC; exact: cauchy1.
Qed.

Lemma a_le_Lam : a <= Lam. Proof. by rewrite ler_pdivr_mulr ?ws_gt0 ?LamP. Qed.

Lemma energy_power : E ^+ L.-1 = a ^+ L.-1 * dot ws ws ^+ L.-1.
Proof. by rewrite -exprMn mulfVK // gt_eqF // ws_gt0. Qed.

(* `min-sharpness-ladder`, paper below tight: 2 L |w*|^(2 - 2/L) a |p|^(2/L) <= 2 L E^(1 - 1/L) b^(1/L) |p|^(2/L),
   the products of roots being y and x. *)
Theorem paper_below_tight x y : 0 <= x -> 0 <= y ->
  x ^+ L = E ^+ L.-1 * b * P -> y ^+ L = dot ws ws ^+ L.-1 * P -> 2%:R * L%:R * a * y <= 2%:R * L%:R * x.
Proof.
move: a_gt0 a_le_b energy_power; move: (a) (b) (E) => c e F /ltW c0 ce FP x0 y0 xP yP.
rewrite -mulrA ler_wpmul2l ?mulr_ge0 ?ler0n // -(ler_pexpn2r L_gt0) ?nnegrE ?mulr_ge0 //.
rewrite exprMn xP yP FP; have -> : c ^+ L = c ^+ L.-1 * c by rewrite -exprSr prednK.
rewrite -!mulrA ler_wpmul2l ?exprn_ge0 // [X in X <= _]mulrCA ler_wpmul2l ?exprn_ge0 ?dot_ge0 //.
by rewrite ler_wpmul2r.
Qed.

(* `min-sharpness-ladder`, energy below sum: 2 L E^(1 - 1/L) Lambda^(1/L) |p|^(2/L) <=
   2 |w*|^(2 - 2/L) |p|^(2/L) (Lambda + (L-1) a), the products of roots being x and y. *)
Theorem energy_below_sum x y : 0 <= x -> 0 <= y ->
  x ^+ L = E ^+ L.-1 * Lam * P -> y ^+ L = dot ws ws ^+ L.-1 * P ->
  2%:R * L%:R * x <= 2%:R * y * (Lam + L.-1%:R * a).
Proof.
move: a_gt0 a_le_Lam energy_power; move: (a) (E) => c F /ltW c0 cLam FP x0 y0 xP yP.
have Lam0 : 0 <= Lam := le_trans c0 cLam.
have sum0 : 0 <= Lam + L.-1%:R * c by rewrite addr_ge0 // mulr_ge0 ?ler0n.
rewrite -!mulrA ler_wpmul2l ?ler0n // -(ler_pexpn2r L_gt0) ?nnegrE ?mulr_ge0 ?ler0n //.
rewrite !exprMn xP yP FP.
have nn : {in 'I_L, forall k : 'I_L, 0 <= (if k == 0%N :> nat then Lam else c) *+ #|'I_L|}.
  by move=> k _; rewrite mulrn_wge0 //; case: ifP.
have [AGM _] := leif_AGM_scaled nn; rewrite prodrMn_const !card_ord in AGM.
have peel (idx : R) (op : Monoid.com_law idx) : \big[op/idx]_(k < L) (if k == 0%N :> nat then Lam else c)
    = op Lam (\big[op/idx]_(k < L.-1) c).
  rewrite -(big_mkord xpredT (fun k => if k == 0%N then Lam else c)) big_ltn // big_add1 big_mkord /=.
  by congr (op _ _); apply: eq_bigr.
rewrite !peel /= prodr_const sumr_const !card_ord -mulr_natl -[c *+ _]mulr_natl natrX in AGM.
have c1 : 0 <= dot ws ws ^+ L.-1 * P by rewrite mulr_ge0 ?exprn_ge0 ?dot_ge0.
apply: le_trans (ler_wpmul2l c1 AGM); rewrite le_eqVlt; apply/orP; left; apply/eqP.
rewrite [RHS]mulrCA; congr (_ * _).
by rewrite [RHS]mulrC [Lam * _]mulrC mulrACA mulrA.
Qed.

(* `min-sharpness-ladder`, sum below paper: Lambda + (L-1) a <= sqrt((2L-1) Lambda^2 + (L-1)^2 a^2), times any
   y >= 0; the root is z. *)
Theorem sum_below_paper y z : 0 <= y -> 0 <= z ->
  z ^+ 2 = (2 * L - 1)%:R * Lam ^+ 2 + L.-1%:R ^+ 2 * a ^+ 2 ->
  2%:R * y * (Lam + L.-1%:R * a) <= 2%:R * y * z.
Proof.
move: a_gt0 a_le_Lam; move: (a) => c /ltW c0 cLam y0 z0 zP.
rewrite ler_wpmul2l ?mulr_ge0 ?ler0n //; apply: le_of_sqr => //; rewrite zP sqrrD exprMn ler_add2r.
have -> : (2 * L - 1)%:R = 1 + L.-1%:R *+ 2 :> R.
  rewrite -mulrnA -[1]/(1%:R) -natrD; congr (_%:R).
  by rewrite -{1}(prednK L_gt0) mulnC mulSn addnC addn2 subn1 add1n.
rewrite mulrDl mul1r ler_add2l [_ *+ 2 * _]mulrnAl ler_muln2r /= mulrCA ler_wpmul2l ?ler0n // expr2.
by rewrite ler_wpmul2l // (le_trans c0).
Qed.
End Ladder.

(* Over a real closed field every c >= 0 has an L-th root. *)
Lemma nth_root (R : rcfType) L (c : R) : (0 < L)%N -> 0 <= c -> exists2 x, 0 <= x & x ^+ L = c.
Proof.
move=> L_gt0 c0; pose f := 'X^L - c%:P : {poly R}.
have val x : f.[x] = x ^+ L - c by rewrite hornerD hornerN hornerXn hornerC.
have c1 : 0 <= 1 + c by rewrite addr_ge0 ?ler01.
have : f.[0] <= 0 <= f.[1 + c].
  rewrite !val expr0n eqn0Ngt L_gt0 sub0r oppr_le0 c0 subr_ge0 /= -(prednK L_gt0) exprS.
  apply: le_trans (_ : (1 + c) * 1 <= _); first by rewrite mulr1 ler_addr ler01.
  by rewrite ler_wpmul2l // exprn_ege1 // ler_addl.
case/(poly_ivt c1) => x /andP[x_ge0 _] /rootP fx; exists x => //.
by apply/eqP; rewrite -subr_eq0 -val fx.
Qed.

(* `min-sharpness-upper`: S_min <= 2 |w*|^(2 - 2/L) |p|^(2/L) sqrt((2L-1) Lambda^2 + (L-1)^2 a^2), as some minimizer is
   as flat as that. The product of roots is y, the square root z. *)
Theorem min_sharpness_upper (R : rcfType) (d : nat -> nat) (L : nat) (p : vecs R d)
    (Sigma : 'M[R]_(d 0%N)) (ws : 'cV[R]_(d 0%N)) (Lam y z : R) :
  let a := dot ws (Sigma *m ws) / dot ws ws in
  (0 < L)%N -> (forall k, (0 < k < L)%N -> (0 < d k)%N) -> p L != 0 -> symm Sigma -> psd Sigma ->
  (forall x, dot x (Sigma *m x) <= Lam * dot x x) -> 0 < dot ws (Sigma *m ws) ->
  0 <= y -> y ^+ L = dot ws ws ^+ L.-1 * dot (p L) (p L) ->
  0 <= z -> z ^+ 2 = (2 * L - 1)%:R * Lam ^+ 2 + L.-1%:R ^+ 2 * a ^+ 2 ->
  exists W : layers R d, is_minimizer L Sigma ws W p /\ sharpness_le L Sigma ws W p (2%:R * y * z).
Proof.
move=> a L_gt0 wide p0 sS pS LamP E_gt0 y0 yP z0 zP.
have Lam0 : 0 <= Lam by apply: le_trans (ltW (a_gt0 E_gt0)) (a_le_Lam E_gt0 LamP).
have [|x x0 xP] := @nth_root R L (dot ws (Sigma *m ws) ^+ L.-1 * Lam * dot (p L) (p L)) L_gt0.
  by rewrite !mulr_ge0 ?exprn_ge0 ?dot_ge0 // ltW.
have [W [min sP]] := min_sharpness_above wide p0 sS pS L_gt0 E_gt0 LamP x0 xP.
exists W; split=> // D; apply: le_trans (sP D) _; rewrite ler_wpmul2r ?inner_ge0 //.
apply: le_trans (energy_below_sum L_gt0 (dot_ge0 (p L)) E_gt0 LamP x0 y0 xP yP) _.
exact: (sum_below_paper L_gt0 E_gt0 LamP y0 z0 zP).
Qed.
