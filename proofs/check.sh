#!/bin/sh
# Compiles the proofs in a scratch directory, prints the assumptions of every theorem
# named in theorems.json, fails on any axiom, compares the statements with
# statements.txt and re-checks everything with the independent kernel coqchk.
#
#   sh check.sh             all of it, under four minutes on two cores
#   sh check.sh --quick     without coqchk
#   sh check.sh --update    rewrites statements.txt after a statement was changed
set -eu
cd "$(dirname "$0")"
here=$PWD

if ! command -v coqc >/dev/null || ! command -v coqchk >/dev/null; then
  echo "There is no Coq here. On Debian 12 or Ubuntu: apt-get install --no-install-recommends" \
       "coq libcoq-mathcomp-algebra (about 1.3 GB)." >&2
  exit 1
fi

if grep -nEw 'Admitted|admit|Axiom|Axioms|Parameter|Parameters|Conjecture|Abort|give_up|bypass_check' ./*.v; then
  echo "An unproved statement." >&2
  exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp ./*.v "$scratch"
files=$(sed -n 's/\.v$//p' _CoqProject)
theorems=$(sed -n 's/.*"theorem": "\([A-Za-z0-9_.]*\)".*/\1/p' theorems.json | sort -u)
cd "$scratch"

if [ "$(printf '%s\n' $files | sort)" != "$(ls ./*.v | sed 's|^\./||; s/\.v$//' | sort)" ]; then
  echo "_CoqProject does not list the .v files." >&2
  exit 1
fi
coq() { coqc -q -Q . flatcert -w -notation-overridden,-ambiguous-paths "$1.v"; }
for file in $files; do
  coq "$file"
done
echo "$(echo $files | wc -w) files compiled."

{
  echo "From mathcomp Require Import all_ssreflect all_algebra."
  echo "From flatcert Require Import" $files.
  echo "Set Printing Width 100."
  echo "Unset Printing Implicit Defensive."
  echo "Local Open Scope ring_scope."
} >header
{
  cat header
  for theorem in $theorems; do
    printf 'Goal True. idtac "== %s". Abort.\nCheck @%s.\n' "$theorem" "$theorem"
  done
} >print_statements.v
coq print_statements >statements.txt
{
  cat header
  for theorem in $theorems; do
    printf 'Goal True. idtac "%s:". Abort.\nPrint Assumptions %s.\n' "$theorem" "$theorem"
  done
} >print_assumptions.v
coq print_assumptions >assumptions.txt
cat assumptions.txt
if [ "$(grep -c '^Closed under the global context$' assumptions.txt)" -ne "$(echo $theorems | wc -w)" ] ||
   grep -q '^Axioms:' assumptions.txt; then
  echo "A theorem rests on an axiom." >&2
  exit 1
fi
echo "$(echo $theorems | wc -w) named theorems, none rests on an axiom."

if [ "${1-}" = --update ]; then
  cp statements.txt "$here"
  echo "statements.txt rewritten."
elif ! diff "$here/statements.txt" statements.txt; then
  echo "statements.txt is not what Coq prints: see above. If the change is meant: check.sh --update." >&2
  exit 1
fi

if [ "${1-}" != --quick ]; then
  coqchk -silent -o -Q . flatcert $(for file in $files; do echo "flatcert.$file"; done) >coqchk.txt 2>&1 ||
    { cat coqchk.txt; exit 1; }
  cat coqchk.txt
  if ! grep -A1 'Axioms:' coqchk.txt | grep -q '<none>'; then
    echo "coqchk found an axiom." >&2
    exit 1
  fi
fi
