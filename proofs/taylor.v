(* The Jacobian and the gradient of defs.v are the true ones: `path W D` is the
   network W + t D as a polynomial in t; its risk is a polynomial whose coefficients are
   the derivatives. Claims `gradient`, `hessian` at minimizers, and from it
   `sharpness-lower` and `sharpness-lower-tight` for the Hessian itself. *)
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
Lemma map_risk S ws W p : risk L (map_mx f S) (map_mx f ws) (mapl W) (mapv p)
  = f (risk L S ws W p).
Proof.
by rewrite /risk /reg /q -map_bwd -map_mxB -map_mxM map_dot.
Qed.
End Morph.

Section Taylor.
Variables (R : comRingType) (d : nat -> nat) (L : nat).
Implicit Types (W D : layers R d) (p : vecs R d).
Local Notation C := (map_mx (@polyC R)).

Definition path W D : layers {poly R} d := fun k => C (W k) + 'X *: C (D k).
Definition risk_path S ws W p D : {poly R} :=
  risk L (C S) (C ws) (path W D) (fun k => C (p k)).

Lemma bwd_ext W W' p p' m k :
  (forall j, W j = W' j) -> (forall j, p j = p' j) -> bwd W p m k = bwd W' p' m k.
Proof. by move=> eW ep; elim: m k => //= m IHm k; rewrite eW IHm. Qed.

(* The polynomial is the risk along the line W + t D. *)
Theorem risk_pathE S ws W p D t :
  (risk_path S ws W p D).[t]
  = risk L S ws ((fun k => W k + t *: D k) : layers R d) p.
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

Lemma reg_path W D p : exists K,
  reg L (path W D) (fun k => C (p k))
  = C (reg L W p) + 'X *: (C (Jac L W p D) + 'X *: K).
Proof.
have [K eK] := bwd_path W D p L 0; exists K.
by rewrite /reg /q !subn0 eK dbwd_Jac.
Qed.

(* Taylor expansion of the risk, remainder included *)
Lemma risk_expand S ws W p D : S^T = S -> exists K,
  let e := reg L W p - ws in let J := Jac L W p D in
  risk_path S ws W p D = (dot e (S *m e))%:P
   + 'X * ((dot (S *m e) J *+ 2)%:P
           + 'X * (dot (C (S *m e)) K *+ 2
                   + dot (C J + 'X *: K) (C S *m (C J + 'X *: K)))).
Proof.
move=> sS; have [K eK] := reg_path W D p; exists K => /=.
rewrite /risk_path /risk eK -addrA [_ - C ws]addrC addrA -map_mxB.
set e := reg L W p - ws; set J := Jac L W p D.
rewrite quadDZ; last by rewrite /symm map_trmx sS.
have CE (x y : 'cV_(d 0)) : dot (C x) (C y) = (dot x y)%:P.
  exact: map_dot.
have SE Y : dot (C e) (C S *m Y) = dot (C (S *m e)) Y.
  by rewrite dot_mulr map_trmx sS map_mxM.
rewrite !SE CE -(dotC e) -addrA.
congr (_ + _); set Q := dot (_ + _) _; rewrite dotDr dotZr CE.
rewrite -mulrnAr expr2 -mulrA -mulrDr; congr (_ * _).
by rewrite mulrnDl polyCMn -addrA -mulrnAr -mulrDr.
Qed.

(* `gradient`: the derivative of the risk along D is <grad R, D>, with q_k h_(k-1)^T in
   layer k. *)
Theorem gradient S ws W p D : S^T = S ->
  (risk_path S ws W p D)`_1 = lip L (grad L S ws W p) D.
Proof.
move=> sS; have [K ->] := risk_expand ws W p D sS.
rewrite coefD coefC coefXM coefD coefC coefXM /= add0r addr0.
rewrite /lip /grad; under eq_bigr => k _ do rewrite -mxtrace_tr trmx_mul trmxK.
rewrite -/(lip L D _) Jadj_adjoint dotC.
by rewrite /gvec -scaler_nat dotZr mulr_natl.
Qed.

(* `hessian` and `sharpness` at a minimizer: the second derivative along D is
   2 J(D)^T Sigma J(D). *)
Theorem hessian_min S ws W p D : S^T = S -> S *m reg L W p = S *m ws ->
  (risk_path S ws W p D)`_2 *+ 2
  = 2%:R * dot (Jac L W p D) (S *m Jac L W p D).
Proof.
move=> sS min; have [K ->] := risk_expand ws W p D sS.
have -> : S *m (reg L W p - ws) = 0 by rewrite mulmxBr min subrr.
rewrite coefD coefC coefXM coefD coefC coefXM /= !add0r map_mx0.
rewrite -[dot 0 K]dotC dot0r mul0rn add0r mulr_natl; congr (_ *+ _).
have CK m n (A : 'M_(m, n)) : map_mx (horner_eval 0) (C A) = A.
  by apply/matrixP => i j; rewrite !mxE /horner_eval hornerC.
rewrite -horner_coef0 -/(horner_eval 0 _) -map_dot map_mxM map_mxD map_mxZ !CK.
by rewrite /= /horner_eval hornerX scale0r addr0.
Qed.
End Taylor.

(* ---- `sharpness-lower` for the true Hessian ---- *)
Section Main.
Variables (R : realFieldType) (d : nat -> nat) (L : nat).
Variables (W : layers R d) (p : vecs R d) (S : 'M[R]_(d 0)) (ws : 'cV[R]_(d 0)).
Hypotheses (L_gt0 : (0 < L)%N) (sS : symm S) (pS : psd S).
Hypotheses (minimizer : S *m reg L W p = S *m ws) (E_gt0 : 0 < dot ws (S *m ws)).
Local Notation hess D := ((risk_path L S ws W p D)`_2 *+ 2).
Let a := dot ws (S *m ws) / dot ws ws.
Let b := dot (S *m ws) (S *m ws) / dot ws (S *m ws).

(* `sharpness-lower`: some direction has a Rayleigh quotient of the Hessian whose power L
   is at least (2 L a)^L |w*|^(2 (L-1)) |p|^2 ... *)
Theorem sharpness_lower_attained : exists D : layers R d, 0 < lip L D D /\
  ((2 * L)%:R * a) ^+ L * dot ws ws ^+ L.-1 * dot (p L) (p L)
  <= (hess D / lip L D D) ^+ L.
Proof.
pose D := Jadj L W p (S *m ws); have D_gt0 : 0 < lip L D D by apply: dir_gt0.
exists D; split => //; apply: (sharpness_lower sS pS L_gt0 minimizer E_gt0).
by rewrite -(hessian_min _ sS minimizer) -/D mulfVK ?gt_eqF.
Qed.

(* ... hence so is any bound on all of them, in particular the largest eigenvalue *)
Variable smax : R.
Hypothesis sharpness : forall D : layers R d, hess D <= smax * lip L D D.

(* ... hence so is every bound of all Rayleigh quotients, the largest eigenvalue among them. *)
Theorem sharpness_lower_hessian :
  ((2 * L)%:R * a) ^+ L * dot ws ws ^+ L.-1 * dot (p L) (p L) <= smax ^+ L.
Proof.
by apply: (sharpness_lower sS pS L_gt0 minimizer E_gt0); rewrite -(hessian_min _ sS minimizer). Qed.

(* `sharpness-lower-tight`: (2L)^L |p|^2 E^(L-1) b <= S^L, for every bound S = smax of all
   Rayleigh quotients of the Hessian. *)
Theorem sharpness_lower_tight_hessian :
  (2 * L)%:R ^+ L * dot (p L) (p L) * dot ws (S *m ws) ^+ L.-1 * b <= smax ^+ L.
Proof.
by apply: (sharpness_lower_tight sS pS L_gt0 minimizer E_gt0); rewrite -(hessian_min _ sS minimizer). Qed.

Lemma smax_ge0 : 0 <= smax.
Proof.
have D_gt0 := dir_gt0 sS L_gt0 minimizer E_gt0.
rewrite -(pmulr_lge0 _ D_gt0); apply: le_trans (sharpness _).
by rewrite (hessian_min _ sS minimizer) mulr_ge0 ?ler0n.
Qed.

(* `sharpness-lower-tight` and the lower side of `min-sharpness-bracket`: S >= 2 L x, where x
   is the number E^(1 - 1/L) b^(1/L) |p|^(2/L). *)
Corollary sharpness_lower_tight_root x : 0 <= x ->
  x ^+ L = dot ws (S *m ws) ^+ L.-1 * b * dot (p L) (p L) -> 2%:R * L%:R * x <= smax.
Proof.
have := sharpness_lower_tight_hessian; move: (b) => c low x0 ex.
have nn : 0 <= 2%:R * L%:R * x by rewrite -natrM mulr_ge0 ?ler0n.
rewrite -(ler_pexpn2r L_gt0) ?nnegrE ?smax_ge0 // -natrM exprMn ex.
by rewrite [X in _ * X <= _]mulrC !mulrA.
Qed.

(* `sharpness-lower`, Theorem 1 of the paper: S >= 2 L a x, where x is the number
   |w*|^(2 - 2/L) |p|^(2/L). *)
Corollary sharpness_lower_root x : 0 <= x ->
  x ^+ L = dot ws ws ^+ L.-1 * dot (p L) (p L) -> 2%:R * L%:R * a * x <= smax.
Proof.
move=> x0 ex; have a0 : 0 <= a by rewrite divr_ge0 ?dot_ge0 // ltW.
have smax0 := smax_ge0.
have nn : 0 <= 2%:R * L%:R * a * x by do 2!rewrite mulr_ge0 //; rewrite -natrM ler0n.
rewrite -(ler_pexpn2r L_gt0) ?nnegrE //.
by rewrite exprMn ex mulrA -natrM sharpness_lower_hessian.
Qed.
End Main.
