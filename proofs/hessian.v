(* `hessian`: the second derivative of the risk at any weights, minimizers or not; and what moves the regressor. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq taylor.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Hessian.
Variables (R : comRingType) (d : nat -> nat) (L : nat).
Implicit Types (W D : layers R d) (p : vecs R d).
Local Notation C := (map_mx (@polyC R)).

(* The coefficient of t^i in each entry. *)
Definition coefm i m n (A : 'M[{poly R}]_(m, n)) : 'M[R]_(m, n) := \matrix_(a, b) (A a b)`_i.
(* The regressor along the line W + t D. *)
Definition reg_path W p D := reg L (path W D) (fun k => C (p k)).
(* Its first derivative at t = 0. *)
Definition reg_dot W p D := coefm 1 (reg_path W p D).
(* Its second derivative at t = 0. *)
Definition reg_ddot W p D := coefm 2 (reg_path W p D) *+ 2.
(* W_k ... W_(j+1), the identity for j = k. *)
Fixpoint between W j k : 'M[R]_(d k, d j) :=
  if j == k then pid_mx (d j) else if k is k'.+1 then W k' *m between W j k' else 0.

Lemma coefm_taylor m n (A B : 'M[R]_(m, n)) K :
  let T := C A + 'X *: (C B + 'X *: K) in coefm 1 T = B /\ coefm 2 T = coefm 0 K.
Proof.
by split; apply/matrixP => a b; rewrite !mxE coefD coefC coefXM coefD coefC coefXM !add0r ?addr0.
Qed.

Lemma dot_coef n (x : 'cV[R]_n) (K : 'cV[{poly R}]_n) : (dot (C x) K)`_0 = dot x (coefm 0 K).
Proof.
rewrite /dot !mxE coef_sum; apply: eq_bigr => a _.
by rewrite !mxE coefCM.
Qed.

Lemma reg_dot_Jac W p D : reg_dot W p D = Jac L W p D.
Proof.
have [K eK] := reg_expand L W D p.
by have [<- _] := coefm_taylor (reg L W p) (Jac L W p D) K; rewrite -eK.
Qed.

(* `hessian`, risk: the second derivative along D is 2 w'^T Sigma w' + g^T w'', at any weights. *)
Theorem hessian Sigma ws W p D : Sigma^T = Sigma ->
  curvature L Sigma ws W p D
  = 2%:R * dot (reg_dot W p D) (Sigma *m reg_dot W p D) + dot (gvec L Sigma ws W p) (reg_ddot W p D).
Proof.
move=> sS; have [K [eK eR]] := risk_expand L ws W p D sS.
have [e1 e2] := coefm_taylor (reg L W p) (Jac L W p D) K.
rewrite /curvature eR reg_dot_Jac /reg_ddot /reg_path eK e2 {eR eK e1 e2}.
set e := Sigma *m _; set J := Jac _ _ _ _.
rewrite coefD coefC coefXM coefD coefC coefXM /= !add0r coefD coefMn dot_coef mulrnDl addrC mulr_natl.
congr (_ *+ _ + _); last by rewrite /gvec -!scaler_nat dotZl dotZr !mulr_natl.
have CK m n (A : 'M[R]_(m, n)) : map_mx (horner_eval 0) (C A) = A.
  by apply/matrixP => a b; rewrite !mxE /horner_eval hornerC.
rewrite -horner_coef0 -/(horner_eval 0 _) -map_dot map_mxM map_mxD map_mxZ !CK.
by rewrite /= /horner_eval hornerX scale0r addr0.
Qed.

(* `hessian`, first: u^T w' = sum_k q_k^T D_k P_(k-1) u. *)
Theorem hessian_first W p D u :
  dot u (reg_dot W p D) = \sum_(k < L) dot (q L W p k.+1) (D k *m (fwd W k *m u)).
Proof.
rewrite reg_dot_Jac dot_sumr; apply: eq_bigr => k _.
by rewrite -mulmxA dotC !dot_mull !trmxK.
Qed.

(* The derivatives of the forward products along D, divided by 1 and by 2. *)
Fixpoint fwd1 W D k : 'M[R]_(d k, d 0) :=
  if k is k'.+1 then W k' *m fwd1 W D k' + D k' *m fwd W k' else 0.
Fixpoint fwd2 W D k : 'M[R]_(d k, d 0) :=
  if k is k'.+1 then W k' *m fwd2 W D k' + D k' *m fwd1 W D k' else 0.

Lemma coefm_path i W D k n (A : 'M[{poly R}]_(d k, n)) :
  coefm 0 (path W D k *m A) = W k *m coefm 0 A /\
  coefm i.+1 (path W D k *m A) = W k *m coefm i.+1 A + D k *m coefm i A.
Proof.
split; apply/matrixP => a b; rewrite !mxE coef_sum -?big_split; apply: eq_bigr => c _.
  by rewrite !mxE mulrDl coefD coefCM -mulrA coefXM addr0.
by rewrite !mxE mulrDl coefD coefCM -mulrA coefXM coefCM.
Qed.

Lemma coefm_fwd W D k : [/\ coefm 0 (fwd (path W D) k) = fwd W k,
  coefm 1 (fwd (path W D) k) = fwd1 W D k & coefm 2 (fwd (path W D) k) = fwd2 W D k].
Proof.
elim: k => [|k [IH0 IH1 IH2]] /=; last first.
  have [-> ->] := coefm_path 0 W D (fwd (path W D) k); have [_ ->] := coefm_path 1 W D (fwd (path W D) k).
  by rewrite IH0 IH1 IH2.
have -> : 1%:M = C (1%:M : 'M[R]_(d 0)) by rewrite map_scalar_mx rmorph1.
by split; apply/matrixP => a b; rewrite !mxE coefC.
Qed.

Lemma between_refl W k : between W k k = 1%:M.
Proof. by case: k => [|k]; rewrite /= ?eqxx pid_mx_1. Qed.

Lemma betweenS W j k : (j <= k)%N -> between W j k.+1 = W k *m between W j k.
Proof. by move=> lejk; rewrite [LHS]/= ltn_eqF. Qed.

Lemma fwd1_between W D k : fwd1 W D k = \sum_(j < k) between W j.+1 k *m (D j *m fwd W j).
Proof.
elim: k => [|k IHk]; first by rewrite big_ord0.
rewrite big_ord_recr between_refl mul1mx -[LHS]/(W k *m fwd1 W D k + D k *m fwd W k) IHk mulmx_sumr.
congr (_ + _).
by apply: eq_bigr => j _; rewrite betweenS; [rewrite mulmxA|case: j].
Qed.

Lemma ddot_fwd W p D u k : (k <= L)%N ->
  dot (q L W p k) (fwd2 W D k *m u) = \sum_(i < k) dot (q L W p i.+1) (D i *m (fwd1 W D i *m u)).
Proof.
elim: k => [|k IHk] lekL; first by rewrite big_ord0 mul0mx dot0r.
rewrite big_ord_recr /= -IHk 1?ltnW // (qS _ _ lekL) -dot_mulr mulmxDl dotDr.
by rewrite !mulmxA.
Qed.

(* `hessian`, second: u^T w'' = 2 sum_(j < k) q_k^T D_k (W_(k-1) ... W_(j+1)) D_j P_(j-1) u. *)
Theorem hessian_second W p D u : dot u (reg_ddot W p D)
  = 2%:R * \sum_(k < L) \sum_(j < k)
      dot (q L W p k.+1) (D k *m (between W j.+1 k *m (D j *m (fwd W j *m u)))).
Proof.
rewrite /reg_ddot -scaler_nat dotZr; congr (_ * _).
have -> : coefm 2 (reg_path W p D) = (fwd2 W D L)^T *m p L.
  rewrite /reg_path -(fwd_q _ _ (leqnn L)) qL; have [_ _ <-] := coefm_fwd W D L.
  apply/matrixP => a b; rewrite !mxE coef_sum; apply: eq_bigr => c _.
  by rewrite !mxE mulrC coefCM mulrC.
rewrite dotC dot_mull trmxK -{1}(qL L W p) ddot_fwd //; apply: eq_bigr => k _.
rewrite fwd1_between mulmx_suml mulmx_sumr dot_sumr; apply: eq_bigr => j _.
by rewrite -!mulmxA.
Qed.
(* `hessian-reduction`, form: the second derivative along D sees a_j = D_j P_(j-1) g and b_k = D_k^T q_k only. *)
Theorem hessian_form Sigma ws W p D : Sigma^T = Sigma ->
  let a k := D k *m (fwd W k *m gvec L Sigma ws W p) in
  let b k := (D k)^T *m q L W p k.+1 in
  curvature L Sigma ws W p D
  = 2%:R * (\sum_(k < L) \sum_(j < L) dot ((fwd W j)^T *m b j) (Sigma *m ((fwd W k)^T *m b k)))
  + 2%:R * (\sum_(k < L) \sum_(j < k) dot (a j) ((between W j.+1 k)^T *m b k)).
Proof.
move=> sS a b; rewrite hessian // hessian_second; congr (_ * _ + _ * _).
  have -> : reg_dot W p D = \sum_(k < L) (fwd W k)^T *m b k.
    by rewrite reg_dot_Jac; apply: eq_bigr => k _; rewrite /b ?mulmxA.
  rewrite mulmx_sumr dot_sumr; apply: eq_bigr => k _.
  by rewrite dotC dot_sumr; apply: eq_bigr => j _; rewrite dotC.
apply: eq_bigr => k _; apply: eq_bigr => j _.
by rewrite [RHS]dotC dot_mull trmxK /b dot_mull trmxK.
Qed.

(* `sharpness`, hessian: at a minimizer the second derivative along D is 2 w'^T Sigma w'. *)
Theorem hessian_minimizer Sigma ws W p D : Sigma^T = Sigma -> is_minimizer L Sigma ws W p ->
  curvature L Sigma ws W p D = 2%:R * dot (reg_dot W p D) (Sigma *m reg_dot W p D).
Proof. by rewrite reg_dot_Jac; apply: hessian_min. Qed.
End Hessian.

(* `kernel`, flow: u^T w' = - sum_k |q_k|^2 (P_(k-1) u)^T (P_(k-1) g) along the gradient flow, where the layers move
   by - grad R. *)
Theorem flow_kernel (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d)
    (Sigma : 'M[R]_(d 0%N)) (ws u : 'cV[R]_(d 0%N)) : let g := gvec L Sigma ws W p in
  dot u (reg_dot L W p (fun k => - grad L Sigma ws W p k))
  = - \sum_(k < L) dot (q L W p k.+1) (q L W p k.+1) * dot (fwd W k *m u) (fwd W k *m g).
Proof. by rewrite reg_dot_Jac; apply: flow_form. Qed.

(* `kernel`, adjoint: |A|^2 = sum_k |q_k|^2 |P_(k-1) u|^2 for the gradient A of u^T w, which is what represents the
   first derivative of u^T w along every D. *)
Theorem adjoint_norm (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d)
    (u : 'cV[R]_(d 0%N)) (A : layers R d) : (forall D, dot u (reg_dot L W p D) = inner L A D) ->
  inner L A A
  = \sum_(k < L) dot (q L W p k.+1) (q L W p k.+1) * dot (fwd W k *m u) (fwd W k *m u).
Proof.
move=> AP; rewrite -kernel_matrix -kernel_norm; have J D : inner L (Jadj L W p u) D = inner L A D.
  by rewrite innerC Jadj_adjoint dotC -reg_dot_Jac AP.
by rewrite -J innerC -J.
Qed.

(* `kernel`, gradient norm: |G|^2 = sum_k |q_k|^2 |P_(k-1) g|^2 for the gradient G of the risk, which is what
   represents the first derivative of the risk along every D. *)
Theorem gradient_norm (R : realFieldType) (d : nat -> nat) (L : nat) (W : layers R d) (p : vecs R d)
    (Sigma : 'M[R]_(d 0%N)) (ws : 'cV[R]_(d 0%N)) (G : layers R d) : symm Sigma ->
  (forall D, (risk_path L Sigma ws W p D)`_1 = inner L G D) -> let g := gvec L Sigma ws W p in
  inner L G G
  = \sum_(k < L) dot (q L W p k.+1) (q L W p k.+1) * dot (fwd W k *m g) (fwd W k *m g).
Proof.
move=> sS GP g; rewrite -kernel_matrix -grad_norm.
by rewrite -GP gradient // innerC -gradient // GP.
Qed.
