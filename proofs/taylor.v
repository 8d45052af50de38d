(* The Jacobian and the gradient of defs.v are the true ones: `path W D` is the
   network W + t D as a polynomial in t; its risk is a polynomial whose coefficients are
   the derivatives. Claim `gradient`, and the Hessian at minimizers. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs ineq.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Morph.
Variables (R R' : comRingType) (f : {rmorphism R -> R'}) (d : nat -> nat) (L : nat).
Definition mapl (W : layers R d) : layers R' d := fun k => map_mx f (W k).
Definition mapv (p : vecs R d) : vecs R' d := fun k => map_mx f (p k).

Lemma map_dot n (x y : 'cV_n) : dot (map_mx f x) (map_mx f y) = f (dot x y).
Proof. by rewrite /dot map_trmx -map_mxM mxE. Qed.
Lemma map_bwd W p m k : map_mx f (bwd W p m k) = bwd (mapl W) (mapv p) m k.
Proof. by elim: m k => //= m IHm k; rewrite map_mxM IHm map_trmx. Qed.
Lemma map_risk Sigma ws W p : risk L (map_mx f Sigma) (map_mx f ws) (mapl W) (mapv p)
  = f (risk L Sigma ws W p).
Proof.
by rewrite /risk /reg /q -map_bwd -map_mxB -map_mxM map_dot.
Qed.
End Morph.

Section Taylor.
Variables (R : comRingType) (d : nat -> nat) (L : nat).
Implicit Types (W D : layers R d) (p : vecs R d).
Local Notation C := (map_mx (@polyC R)).

(* The network W + t D, its entries polynomials in t. *)
Definition path W D : layers {poly R} d := fun k => C (W k) + 'X *: C (D k).
(* Its risk, a polynomial in t. *)
Definition risk_path Sigma ws W p D : {poly R} :=
  risk L (C Sigma) (C ws) (path W D) (fun k => C (p k)).

(* The second derivative of the risk at W along D: twice the coefficient of t^2. *)
Definition curvature Sigma ws W p D : R := (risk_path Sigma ws W p D)`_2 *+ 2.

Lemma bwd_ext W W' p p' m k :
  (forall j, W j = W' j) -> (forall j, p j = p' j) -> bwd W p m k = bwd W' p' m k.
Proof. by move=> eW ep; elim: m k => //= m IHm k; rewrite eW IHm. Qed.

(* What risk_path is defined for: its value at t is the risk of W + t D. *)
Lemma risk_pathE Sigma ws W p D t :
  (risk_path Sigma ws W p D).[t]
  = risk L Sigma ws ((fun k => W k + t *: D k) : layers R d) p.
Proof.
have CK m n (A : 'M_(m, n)) : map_mx (horner_eval t) (C A) = A.
  by apply/matrixP => i j; rewrite !mxE /horner_eval hornerC.
rewrite -/(horner_eval t _) -map_risk !CK /risk /reg /q.
rewrite (bwd_ext (W' := fun k => W k + t *: D k) (p' := p)) // => k.
  by rewrite /mapl /path map_mxD map_mxZ !CK /= /horner_eval hornerX.
by rewrite /mapv CK.
Qed.

Fixpoint dbwd W D p m k : 'cV[R]_(d k) :=
  match m with
  | 0 => 0
  | m'.+1 => (D k)^T *m bwd W p m' k.+1 + (W k)^T *m dbwd W D p m' k.+1
  end.

Lemma dbwd_Jac W D p : dbwd W D p L 0 = Jac L W p D.
Proof.
suff H j : (j <= L)%N -> dbwd W D p L 0 =
    \sum_(k < j) (fwd W k)^T *m (D k)^T *m q L W p k.+1
    + (fwd W j)^T *m dbwd W D p (L - j) j.
  by rewrite (H L) // subnn mulmx0 addr0.
elim: j => [|j IHj] ltjL; first by rewrite big_ord0 add0r trmx1 mul1mx subn0.
rewrite IHj 1?ltnW // big_ord_recr -addrA -(subnSK ltjL) /= mulmxDr trmx_mul.
by rewrite !mulmxA.
Qed.

Lemma bwd_path W D p m k : exists K,
  bwd (path W D) (fun k => C (p k)) m k
  = C (bwd W p m k) + 'X *: (C (dbwd W D p m k) + 'X *: K).
Proof.
elim: m k => [|m IHm] k /=; first by exists 0; rewrite map_mx0 scaler0 addr0 scaler0 addr0.
have [K ->] := IHm k.+1; set b := C (bwd _ _ _ _); set e := C (dbwd _ _ _ _ _).
exists (C (D k)^T *m (e + 'X *: K) + C (W k)^T *m K).
rewrite map_mxD !map_mxM -!map_trmx -/b -/e /path.
set A := C (W k); set B := C (D k); set y := e + 'X *: K.
have -> : (A + 'X *: B)^T = A^T + 'X *: B^T by rewrite linearD linearZ.
rewrite mulmxDl !mulmxDr -!scalemxAl -!scalemxAr -!addrA; congr (_ + _).
rewrite -!scalerDr; congr (_ *: _); rewrite scalerDr /y !mulmxDr -!scalemxAr.
rewrite !scalerDr [LHS]addrCA -addrA; do 2!congr (_ + _).
by rewrite [LHS]addrC -addrA.
Qed.

Lemma reg_expand W D p : exists K,
  reg L (path W D) (fun k => C (p k))
  = C (reg L W p) + 'X *: (C (Jac L W p D) + 'X *: K).
Proof.
have [K eK] := bwd_path W D p L 0; exists K.
by rewrite /reg /q !subn0 eK dbwd_Jac.
Qed.

(* Taylor expansion of the risk, remainder included *)
Lemma risk_expand Sigma ws W p D : Sigma^T = Sigma -> exists K,
  let e := reg L W p - ws in let J := Jac L W p D in
  reg L (path W D) (fun k => C (p k)) = C (reg L W p) + 'X *: (C J + 'X *: K) /\
  risk_path Sigma ws W p D = (dot e (Sigma *m e))%:P
   + 'X * ((dot (Sigma *m e) J *+ 2)%:P
           + 'X * (dot (C (Sigma *m e)) K *+ 2
                   + dot (C J + 'X *: K) (C Sigma *m (C J + 'X *: K)))).
Proof.
move=> sS; have [K eK] := reg_expand W D p; exists K; split=> //=.
rewrite /risk_path /risk eK -addrA [_ - C ws]addrC addrA -map_mxB.
set e := reg L W p - ws; set J := Jac L W p D.
rewrite quadDZ; last by rewrite /symm map_trmx sS.
have CE (x y : 'cV_(d 0)) : dot (C x) (C y) = (dot x y)%:P.
  exact: map_dot.
have SE Y : dot (C e) (C Sigma *m Y) = dot (C (Sigma *m e)) Y.
  by rewrite dot_mulr map_trmx sS map_mxM.
rewrite !SE CE -(dotC e) -addrA.
congr (_ + _); set Q := dot (_ + _) _; rewrite dotDr dotZr CE.
rewrite -mulrnAr expr2 -mulrA -mulrDr; congr (_ * _).
by rewrite mulrnDl polyCMn -addrA -mulrnAr -mulrDr.
Qed.

(* `gradient`: the derivative of the risk along D is <grad R, D>, with q_k h_(k-1)^T in
   layer k. *)
Theorem gradient Sigma ws W p D : Sigma^T = Sigma ->
  (risk_path Sigma ws W p D)`_1 = inner L (grad L Sigma ws W p) D.
Proof.
move=> sS; have [K [_ ->]] := risk_expand ws W p D sS.
rewrite coefD coefC coefXM coefD coefC coefXM /= add0r addr0.
rewrite /inner /grad; under eq_bigr => k _ do rewrite -mxtrace_tr trmx_mul trmxK.
rewrite -/(inner L D _) Jadj_adjoint dotC.
by rewrite /gvec -scaler_nat dotZr mulr_natl.
Qed.

(* At a minimizer the second derivative along D is 2 J(D)^T Sigma J(D). *)
Lemma hessian_min Sigma ws W p D : Sigma^T = Sigma -> is_minimizer L Sigma ws W p ->
  curvature Sigma ws W p D
  = 2%:R * dot (Jac L W p D) (Sigma *m Jac L W p D).
Proof.
move=> sS min; rewrite /curvature; have [K [_ ->]] := risk_expand ws W p D sS.
have -> : Sigma *m (reg L W p - ws) = 0 by rewrite mulmxBr min subrr.
rewrite /curvature coefD coefC coefXM coefD coefC coefXM /= !add0r map_mx0.
rewrite -[dot 0 K]dotC dot0r mul0rn add0r mulr_natl; congr (_ *+ _).
have CK m n (A : 'M_(m, n)) : map_mx (horner_eval 0) (C A) = A.
  by apply/matrixP => i j; rewrite !mxE /horner_eval hornerC.
rewrite -horner_coef0 -/(horner_eval 0 _) -map_dot map_mxM map_mxD map_mxZ !CK.
by rewrite /= /horner_eval hornerX scale0r addr0.
Qed.
End Taylor.

(* S(W) <= s: no Rayleigh quotient of the Hessian of the risk exceeds s. The sharpness S(W), the
   largest eigenvalue, is the least such s. *)
Definition sharpness_le (R : realFieldType) (d : nat -> nat) L Sigma ws (W : layers R d) p s :=
  forall D : layers R d, curvature L Sigma ws W p D <= s * inner L D D.
