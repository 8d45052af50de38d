(* `sharpness`: the largest eigenvalue of the Hessian of a minimizer is that of a d x d matrix. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor upper.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Eigenvalue.
Variables (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d).
Variables (Sigma : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)) (s : R).
Hypotheses (sS : symm Sigma) (pS : psd Sigma) (minimizer : is_minimizer L Sigma ws W p) (s0 : 0 <= s).
Local Notation M := (Ker L W p).

(* `sharpness`, eigenvalue: S = 2 lambda_max(Sigma^(1/2) M Sigma^(1/2)). Both sides have the same bounds s; on
   the right z = Sigma^(1/2) u, so that z^T Sigma^(1/2) M Sigma^(1/2) z is (Sigma u)^T M (Sigma u). *)
Theorem sharpness_eigenvalue : sharpness_le L Sigma ws W p s <->
  (forall u, 2%:R * dot (Sigma *m u) (M *m (Sigma *m u)) <= s * dot u (Sigma *m u)).
Proof.
split=> [sP u|uP D].
  set T := dot _ (M *m _); have := sP (Jadj L W p (Sigma *m u)).
  rewrite (hessian_min _ sS minimizer) kernel kernel_norm -/T; set v := M *m _ => le.
  have cs : T ^+ 2 <= dot u (Sigma *m u) * dot v (Sigma *m v).
    by rewrite /T -/v dot_mull sS; apply: cauchy.
  have : 0 <= T by rewrite /T -kernel_norm inner_ge0.
  rewrite le_eqVlt => /predU1P [<-|T_gt0]; first by rewrite mulr0 mulr_ge0.
  rewrite -(ler_pmul2r T_gt0) -mulrA -expr2.
  apply: le_trans (ler_wpmul2l (ler0n _ 2) cs) _.
  by rewrite mulrCA [X in _ <= X]mulrAC [X in _ <= X]mulrC ler_wpmul2l.
rewrite (hessian_min _ sS minimizer); set J := Jac _ _ _ _; set x := dot J _.
have : 0 <= x by apply: pS.
rewrite le_eqVlt => /predU1P [<-|x_gt0]; first by rewrite mulr0 mulr_ge0 ?inner_ge0.
rewrite -(ler_pmul2r x_gt0) -mulrA -expr2 {1}/x -Jadj_adjoint.
apply: le_trans (ler_wpmul2l (ler0n _ 2) (inner_cauchy _ _ _)) _.
rewrite kernel_norm mulrCA [X in _ <= X]mulrAC [X in _ <= X]mulrC.
by rewrite ler_wpmul2l ?inner_ge0 ?uP.
Qed.
End Eigenvalue.
