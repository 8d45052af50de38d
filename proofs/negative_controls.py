"""Plant one-token changes in the statements and require that their proofs then fail.

The unmodified files are compiled first and must pass. Then each control changes one statement (a constant, an
exponent, a direction, a quantity) or makes a hypothesis trivial, and compiles its file alone. It counts only if Coq
accepts the changed statement, so that it still means something, and stops in the proof of that very theorem, for
another reason than that it knows no such name: a hypothesis becomes True and keeps its name, as a proof that merely
names it would fail whether it is needed or not. A failing proof does not prove the changed statement false: every
control here was chosen to be, by an instance on paper. Standard library only; needs Coq.

    python3 negative_controls.py
"""

import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
COQC = ("coqc", "-q", "-w", "-notation-overridden,-ambiguous-paths", "-Q")


class Control(NamedTuple):
    """In the statement of `theorem`, `old` becomes `new`: once, at its first occurrence.

    With `section`, in the hypotheses of its section instead, where any proof of the file may then fail.
    """

    theorem: str
    old: str
    new: str
    section: bool = False


CONTROLS = (
    *(Control(theorem, old, new) for theorem, changes in {
        "taylor.gradient": [("`_1", "`_2")],
        "hessian.hessian_minimizer": [("2%:R", "3%:R"), ("is_minimizer L Sigma ws W p ->", "True ->")],
        "ineq.kernel_matrix": [("r k.+1", "r k")],
        "hessian.flow_kernel": [("- \\sum", "\\sum")],
        "ineq.kernel_AGM": [("L%:R ^+ L *", "L.+1%:R ^+ L *"), ("^+ L.-1", "^+ L"), ("dot (p L) (p L) *", ""),
                            ("(0 < L)%N ->", "True ->")],
        "defs.layer_balance": [("(W k.+1)^T", "- (W k.+1)^T")],
        "defs.conservation": [("imbalance W k)", "imbalance W k.+1)"), ("imbalance W k", "(W k *m (W k)^T)")],
        "pl.pl_inequality": [("4%:R", "5%:R"), ("r 1", "r 0")],
        "pl.pl_inequality_kernel": [("4%:R", "5%:R")],
        "lower.sharpness_lower": [("2%:R", "3%:R"), ("dot ws ws ^+ L.-1", "dot ws ws ^+ L")],
        "lower.sharpness_lower_tight": [("2%:R", "3%:R"), ("^+ L.-1 * b", "^+ L * b")],
        "tight.sharpness_lower_attained": [("p1 (2 * L)%:R", "p1 L%:R")],
        "tight.kernel_AGM_attained": [("L%:R ^+ L", "L.+1%:R ^+ L")],
        "pl.pl_inequality_attained": [("4%:R", "5%:R")],
        "limit_tight.sharpness_ones": [("(2 * L)%:R", "L%:R")],
        "unbounded.same_regressor": [("c != 0 ->", "True ->")],
        "unbounded.sharpness_unbounded": [("2%:R", "3%:R"), ("c ^+ 2", "c ^+ 3")],
        "nearrank.near_rank_one": [("k <= j < l", "k.+1 <= j < l"), ("+ del j)", "+ 0)")],
        "nearrank.near_rank_one_plane": [("k <= j < l", "k.+1 <= j < l"), ("-> a = 0 /\\ b = 0", "-> a = 0")],
        "nearrank_tight.near_rank_one_tight": [("= \\sum_(0 <= j < 1)", "= \\sum_(0 <= j < 0)")],
        "nearrank_tight.near_rank_one_plane_tight": [("s ^+ 2", "c ^+ 2")],
        "singular.singular_values": [("i < L.-1", "i < L.-2"), ("`|sigma2 j -", "2%:R * `|sigma2 j -")],
        "scalar.singular_values_tight": [("`|t ^+ 2 - 0|", "`|t ^+ 2 - 1|")],
        "scalar.norm_control_tight": [("1%:R *", "2%:R *")],
        "normcontrol.norm_control": [("L.-1%:R", "L.-2%:R"), ("* m ^+ L.-1", "* m ^+ L")],
        "normcontrol.norm_control_root": [("L.-1%:R", "L.-2%:R"), ("0 <= x ->", "True ->")],
        "limit.limit_sharpness": [("2%:R * L%:R", "L%:R"), ("x ^+ L.-1", "x ^+ L")],
        "limit.limit_sharpness_eight": [("8%:R", "1%:R"), ("theta <= 3%:R / 4%:R ->", "True ->")],
        "limit.limit_sharpness_ratio": [("4%:R * Lam", "1%:R * Lam"), ("reg L W p = ws ->", "True ->")],
        "limit.limit_sharpness_condition": [("4%:R * (Lam", "1%:R * (Lam")],
        "residual.residual_kernel_above": [("beta ^+ 4", "beta ^+ 3"), ("(L - 2)", "(L - 3)"),
                                           ("(1 < L)%N", "(0 < L)%N")],
        "residual.residual_kernel_below": [("alpha ^+ 2", "alpha ^+ 1"), ("(L - 2)", "(L - 1)")],
        "residual.residual_kernel_simple_above": [("1 <= beta ->", "True ->"), ("beta ^+ 4", "beta ^+ 3")],
        "residual.residual_kernel_simple_below": [("alpha <= 1", "alpha <= 2%:R"), ("alpha ^+ 4", "alpha ^+ 3")],
        "residual_sharp.residual_sharpness": [("beta ^+ 4", "beta ^+ 3"), ("2%:R *", "1%:R *")],
        "residual_sharp.residual_sharpness_sharper": [("(L - 2)", "(L - 3)")],
        "diagonal.residual_kernel_tight": [("c ^+ 4", "c ^+ 3")],
        "hessian.hessian": [("2%:R", "3%:R"), ("+ dot", "- dot")],
        "hessian.adjoint_norm": [("dot (fwd W k *m u) (fwd W k *m u)", "dot (fwd W k.+1 *m u) (fwd W k.+1 *m u)"),
                                 ("(forall D, dot u (reg_dot L W p D) = inner L A D)", "True")],
        "hessian.gradient_norm": [("dot (fwd W k *m g) (fwd W k *m g)", "dot (fwd W k.+1 *m g) (fwd W k.+1 *m g)"),
                                  ("symm Sigma ->", "True ->")],
        "hessian.hessian_first": [("k < L", "k < L.-1")],
        "hessian.hessian_second": [("2%:R", "1%:R"), ("j < k)", "j < k.-1)")],
        "hessian.hessian_form": [("2%:R", "1%:R"), ("j < k)", "j < k.-1)"), ("Sigma^T = Sigma ->", "True ->")],
        "eigenvalue.sharpness_eigenvalue": [("2%:R", "3%:R")],
        "minimum.min_sharpness_every": [("2%:R", "3%:R"), ("L.-1%:R * t", "L%:R * t")],
        "minimum.min_sharpness_dual": [("2%:R", "3%:R"), ("<= 1", "<= 2%:R")],
        "minimum.min_sharpness_depth_one": [("2%:R", "1%:R")],
        "minimum.min_sharpness_attained": [("2%:R", "1%:R"), ("L.-1%:R * t", "L%:R * t")],
        "minimum.min_sharpness_above": [("2%:R", "1%:R"), ("^+ L.-1 * Lam", "^+ L * Lam")],
        "ladder.paper_below_tight": [("a * y", "b * y")],
        "ladder.energy_below_sum": [("L.-1%:R * a", "L.-2%:R * a")],
        "ladder.sum_below_paper": [("2 * L - 1", "2 * L - 2")],
        "ladder.min_sharpness_upper": [("2 * L - 1", "2 * L - 2")],
        "residual_sharp.residual_sharpness_ratio": [("beta ^+ 4", "beta ^+ 2")],
        "trace.trace_formula": [("2%:R", "1%:R")],
        "trace.trace_lower": [("2%:R", "3%:R"), ("^+ L.-1", "^+ L")],
        "trace.trace_attained": [("2%:R", "1%:R")],
        "trace.trace_least": [("2%:R", "1%:R")],
    }.items() for old, new in changes),
    Control("nearrank.near_rank_one", "d l.+1 = 1%N.", "d l.+1 = 2%N.", True),
    Control("lower.sharpness_lower", "(minimizer : is_minimizer L Sigma ws W p)", "(minimizer : True)", True),
    Control("normcontrol.norm_control", "readout1 : dot (p L) (p L) = 1.", "readout1 : True.", True),
)


def span(text: str, name: str) -> tuple[int, int, int]:
    """Where the statement of a theorem begins, where its proof does, and where that ends."""
    found = re.search(rf"^Theorem {name}\b", text, re.MULTILINE)
    if not found:
        sys.exit(f"There is no theorem {name}.")
    proof = text.index("Proof.", found.start())
    return found.start(), proof, text.index("Qed.", proof)


def changed(control: Control) -> tuple[str, range]:
    """The text of the file with the control planted, and the lines in which Coq must stop."""
    module, _, name = control.theorem.partition(".")
    text = (HERE / f"{module}.v").read_text()
    begin, proof, _ = span(text, name)
    if control.section:
        begin, proof = 0, begin
    if control.old not in text[begin:proof]:
        sys.exit(f"{control.theorem} does not contain {control.old!r}.")
    where = (text.rindex if control.section else text.index)(control.old, begin, proof)
    planted = text[:where] + control.new + text[where + len(control.old):]
    _, proof, end = span(planted, name)
    first, last = (where, len(planted)) if control.section else (proof, end)
    return planted, range(planted.count("\n", 0, first) + 1, planted.count("\n", 0, last) + 2)


def compiled(folder: Path, library: Path, module: str) -> str:
    """What Coq says of the file: nothing if it compiles."""
    run = subprocess.run([*COQC, str(library), "flatcert", f"{module}.v"], cwd=folder, capture_output=True, text=True,
                         timeout=120, check=False)
    return run.stderr if run.returncode else ""


def verdict(control: Control, library: Path) -> tuple[bool, str]:
    """Whether the control is refused in the proof, and what Coq says there."""
    module = control.theorem.partition(".")[0]
    planted, lines = changed(control)
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / f"{module}.v").write_text(planted)
        try:
            said = compiled(Path(scratch), library, module)
        except subprocess.TimeoutExpired:
            return False, "does not finish"
    stop = re.search(r"line (\d+), characters", said)
    if stop is None:
        return False, "compiles"
    reason = " ".join(said[stop.end():].partition("Error:")[2].split())[:60]
    formal = "yntax error" in said or "was not found in the current environment" in " ".join(said.split())
    return int(stop[1]) in lines and not formal, f"line {stop[1]}: {reason}"


def main() -> int:
    if shutil.which("coqc") is None:
        print("There is no Coq here: apt-get install --no-install-recommends coq libcoq-mathcomp-algebra.",
              file=sys.stderr)
        return 2
    modules = re.findall(r"^(\w+)\.v$", (HERE / "_CoqProject").read_text(), re.MULTILINE)
    named = {f"{module}.{name}" for module in modules
             for name in re.findall(r"^Theorem (\w+)", (HERE / f"{module}.v").read_text(), re.MULTILINE)}
    if missing := named - {control.theorem for control in CONTROLS}:
        print("No control for", *sorted(missing), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch)
        for name in ["_CoqProject", *(f"{module}.v" for module in modules)]:
            shutil.copy(HERE / name, library)
        made = subprocess.run("coq_makefile -f _CoqProject -o Makefile && make -s -j2", shell=True, cwd=library,
                              capture_output=True, text=True, check=False)
        if made.returncode:
            print(f"The unmodified files do not compile:\n{made.stderr}", file=sys.stderr)
            return 1
        print(f"unmodified: {len(modules)} files compile", flush=True)
        with ThreadPoolExecutor(2) as pool:
            verdicts = list(pool.map(lambda control: verdict(control, library), CONTROLS))
    for control, (refused, why) in zip(CONTROLS, verdicts, strict=True):
        print(f"{'refused' if refused else 'SURVIVED':9}{control.theorem}: {control.old} -> "
              f"{control.new or 'dropped'}  [{why}]")
    count = sum(refused for refused, _ in verdicts)
    print(f"{count} of {len(CONTROLS)} controls refused, of {len(named)} theorems")
    return int(count < len(CONTROLS))


if __name__ == "__main__":
    sys.exit(main())
