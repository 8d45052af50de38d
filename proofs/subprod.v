(* Products of consecutive layers: (sub W j m) is W_(j+m) ... W_(j+1) in the numbering
   of the theory, m layers that start above level j; no layer, the identity, for m = 0. *)
From mathcomp Require Import all_ssreflect all_algebra.
From flatcert Require Import defs.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section SubProducts.
Variables (R : comRingType) (d : nat -> nat).
Implicit Types (W D : layers R d) (p : vecs R d).

(* The layers above level j. *)
Definition shift W j : layers R (fun k => d (k + j)%N) := fun k => W (k + j)%N.
(* W_(j+m) ... W_(j+1). *)
Definition sub W j m : 'M[R]_(d (m + j), d j) := fwd (shift W j) m.

Lemma bwd_shift W p j m k :
  bwd (shift W j) (fun i => p (i + j)%N) m k = bwd W p m (k + j).
Proof. by elim: m k => //= m IHm k; rewrite IHm. Qed.

(* q_k is the transposed product of the layers above level k, applied to the read-out. *)
Lemma q_sub W p L k : q L W p k = (sub W k (L - k))^T *m p (L - k + k)%N.
Proof.
have := fwd_q (shift W k) (fun i => p (i + k)%N) (leqnn (L - k)).
by rewrite qL /reg /q subn0 bwd_shift => /esym.
Qed.

Lemma cast_fwd W i j (e : i = j) n (A : 'M[R]_(d i, n)) :
  W j *m castmx (congr1 d e, erefl) A
  = castmx (congr1 d (congr1 succn e), erefl) (W i *m A).
Proof. by case: j / e => /=; rewrite !castmx_id. Qed.

Lemma dot_cast i j (e : i = j) (x y : 'cV[R]_(d i)) :
  dot (castmx (congr1 d e, erefl) x) (castmx (congr1 d e, erefl) y) = dot x y.
Proof. by case: j / e => /=; rewrite !castmx_id. Qed.

Lemma dot_fwd_sub W k u :
  dot (fwd W k *m u) (fwd W k *m u) = dot (sub W 0 k *m u) (sub W 0 k *m u).
Proof.
suff H : forall k (e : (k + 0 = k)%N),
   castmx (congr1 d e, erefl) (sub W 0 k *m u) = fwd W k *m u.
  by rewrite -(H k (addn0 k)) dot_cast.
elim=> [|j IHj] e /=; first by rewrite castmx_id.
rewrite -!mulmxA -(IHj (addn0 j)) cast_fwd.
by congr (castmx (_, _) _); apply: eq_irrelevance.
Qed.
End SubProducts.
