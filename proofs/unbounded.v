(* `sharpness-unbounded`: W_1 <- W_1 / c, W_2 <- c W_2 keeps the regressor, and the
   Hessian gets a direction with Rayleigh quotient 2 c^2 |q_1|^2 x^T Sigma x / x^T x. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Unbounded.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (p : vecs R d).
Variables (S : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (sS : symm S) (L_gt1 : (1 < L)%N).
Implicit Type W : layers R d.

Definition rescale (c : R) W : layers R d := fun k =>
  match k return 'M_(d k.+1, d k) with
  | 0 => c^-1 *: W 0%N | 1 => c *: W 1%N | k'.+2 => W k'.+2 end.
Definition first (A : 'M[R]_(d 1, d 0)) : layers R d := fun k =>
  match k return 'M_(d k.+1, d k) with 0 => A | k'.+1 => 0 end.

Lemma rescale_q2 c W : q L (rescale c W) p 2 = q L W p 2.
Proof.
have H m k : bwd (rescale c W) p m k.+2 = bwd W p m k.+2.
  by elim: m k => //= m IHm k; rewrite IHm.
exact: H.
Qed.

Lemma rescale_q1 c W : q L (rescale c W) p 1 = c *: q L W p 1.
Proof.
rewrite !(qS _ _ L_gt1) /= rescale_q2.
have -> : (c *: W 1%N)^T = c *: (W 1%N)^T by rewrite linearZ.
by rewrite -scalemxAl. Qed.

Lemma rescale_reg c W : c != 0 -> reg L (rescale c W) p = reg L W p.
Proof.
move=> c0; rewrite /reg !(qS _ _ (ltnW L_gt1)) rescale_q1 /=.
have -> : (c^-1 *: W 0%N)^T = c^-1 *: (W 0%N)^T by rewrite linearZ.
by rewrite -scalemxAl -scalemxAr scalerA mulVf // scale1r.
Qed.

Lemma Jac_first W x : let D := first (q L W p 1 *m x^T) in
  Jac L W p D = dot (q L W p 1) (q L W p 1) *: x /\
  lip L D D = dot (q L W p 1) (q L W p 1) * dot x x.
Proof.
have eL : L = L.-1.+1 by rewrite prednK // ltnW.
move=> D; rewrite /Jac /lip; split.
  rewrite (bigD1 (Ordinal (ltnW L_gt1))) //= big1 ?addr0 => [|[[|k] kL] //= _].
    by rewrite trmx1 mul1mx trmx_mul trmxK -mulmxA mx11_dot mul_mx_scalar.
  by rewrite trmx0 mulmx0 mul0mx.
rewrite (bigD1 (Ordinal (ltnW L_gt1))) //= big1 ?addr0 => [|[[|k] kL] //= _].
  by rewrite tr_outer -mulmxA mx11_dot mul_mx_scalar dotZr mulrC.
by rewrite mulmx0 mxtrace0.
Qed.

(* `sharpness-unbounded`: the rescaled weights are a minimizer of the same problem, and for
   every x some direction D has D^2 R [D, D] |x|^2 = 2 c^2 |q_1|^2 (x^T Sigma x) |D|^2, that is
   S >= 2 c^2 |q_1|^2 x^T Sigma x / |x|^2. *)
Theorem sharpness_unbounded c W x : c != 0 -> S *m reg L W p = S *m ws ->
  let W' := rescale c W in let r1 := dot (q L W p 1) (q L W p 1) in
  S *m reg L W' p = S *m ws /\ exists D,
  (risk_path L S ws W' p D)`_2 *+ 2 * dot x x
    = 2%:R * c ^+ 2 * r1 * dot x (S *m x) * lip L D D
  /\ lip L D D = c ^+ 2 * r1 * dot x x.
Proof.
move=> c0 min W' r1; have min' : S *m reg L W' p = S *m ws by rewrite rescale_reg.
split=> //; have [eJ el] := Jac_first W' x; exists (first (q L W' p 1 *m x^T)).
have er : dot (q L W' p 1) (q L W' p 1) = c ^+ 2 * r1.
  by rewrite rescale_q1 dotZl dotZr mulrA -expr2.
rewrite el (hessian_min _ sS min') eJ er -scalemxAr dotZl dotZr; split => //.
rewrite -[2%:R * c ^+ 2 * r1]mulrA; move: (c ^+ 2 * r1) (dot x (S *m x)) => s Q.
by rewrite -!mulrA; do 2!congr (_ * _); rewrite [RHS]mulrCA.
Qed.
End Unbounded.
