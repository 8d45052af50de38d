#!/bin/sh
# Compiles the proofs in a scratch directory, prints the assumptions of every Theorem, fails on any axiom,
# compares what Coq prints as their statements with statements.txt, and re-checks everything with the
# independent kernel coqchk.
#
#   sh check.sh             all of it, under four minutes on two cores
#   sh check.sh --quick     without coqchk
#   sh check.sh --update    rewrites statements.txt after the files were changed; without coqchk
#
# `flatcert proofs` (`make proofs`) calls this script, and then compiles the statements of the claims themselves.
set -eu
case "$#${1-}" in
  0 | 1--quick | 1--update) ;;
  *) echo "check.sh takes nothing, --quick or --update, not: $*" >&2; exit 2 ;;
esac
cd "$(dirname "$0")"
here=$PWD

for tool in coqc coqchk coq_makefile make sha256sum; do
  if ! command -v "$tool" >/dev/null; then
    echo "There is no $tool here. On Debian 12: apt-get install --no-install-recommends" \
         "coq libcoq-mathcomp-algebra make (about 1.3 GB)." >&2
    exit 2
  fi
done

if grep -nEw 'Admitted|admit|Axiom|Axioms|Parameter|Parameters|Conjecture|Abort|give_up|bypass_check' ./*.v; then
  echo "An unproved statement." >&2
  exit 1
fi
modules=$(sed -n 's/\.v$//p' _CoqProject)
if [ "$(printf '%s\n' $modules | sort)" != "$(ls ./*.v | sed 's|^\./||; s/\.v$//' | sort)" ]; then
  echo "_CoqProject does not list the .v files." >&2
  exit 1
fi
theorems=$(for module in $modules; do sed -nE "s/^Theorem ([A-Za-z0-9_']+).*/$module.\1/p" "$module.v"; done)

if [ -n "${COMPILED-}" ]; then # the caller uses the compiled files, and removes the folder
  scratch=$COMPILED
else
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
fi
cp ./*.v _CoqProject "$scratch"
cd "$scratch"
coq_makefile -f _CoqProject -o Makefile >/dev/null
make -s -j2 >compiled.txt 2>&1 || { cat compiled.txt; exit 1; }
echo "$(echo $modules | wc -w) files compiled."

coq() { coqc -q -Q . flatcert -w -notation-overridden,-ambiguous-paths "$1.v"; }
header() {
  echo "From mathcomp Require Import all_ssreflect all_algebra."
  echo "From flatcert Require" $modules.
  echo "Set Printing Width 100."
  echo "Unset Printing Implicit Defensive."
  echo "Local Open Scope ring_scope."
}
{
  header
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
echo "$(echo $theorems | wc -w) theorems, none rests on an axiom."

{
  header
  echo "From flatcert Require Import" $modules.
  for theorem in $theorems; do
    printf 'Goal True. idtac "== %s". Abort.\nCheck @%s.\n' "$theorem" "$theorem"
  done
} >print_statements.v
{
  echo "What Coq prints as the statements of the theorems. Written by check.sh --update."
  echo "sources $(for module in $modules; do cat "$module.v"; done | sha256sum | cut -d ' ' -f 1)"
  coq print_statements
} >statements.txt
if [ "${1-}" = --update ]; then
  cp statements.txt "$here"
  echo "statements.txt rewritten."
elif ! diff "$here/statements.txt" statements.txt; then
  echo "statements.txt is not what Coq prints: see above. If the change is meant: check.sh --update." >&2
  exit 1
fi

if [ "$#" -eq 0 ]; then
  coqchk -silent -o -Q . flatcert $(for module in $modules; do echo "flatcert.$module"; done) >coqchk.txt 2>&1 ||
    { cat coqchk.txt; exit 1; }
  cat coqchk.txt
  if ! grep -A1 'Axioms:' coqchk.txt | grep -q '<none>'; then
    echo "coqchk found an axiom." >&2
    exit 1
  fi
fi
