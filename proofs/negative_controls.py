"""Plant one-token changes in the statements and require that the proofs then fail.

The unmodified files are compiled first and must pass. Then each control changes one
statement (a constant, an exponent, a direction, a quantity, a hypothesis) and compiles
its file alone. It counts only if Coq gets past the changed statement, so that it still
means something, and stops in a proof. Standard library only; needs Coq.

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
    """`old` becomes `new` in the statement of `theorem`, or once in the file if it is a hypothesis of a section."""

    theorem: str
    old: str
    new: str
    in_section: bool = False


CONTROLS = (
    Control("taylor.gradient", "`_1", "`_2"),
    Control("taylor.hessian_min", "2%:R", "3%:R"),
    Control("taylor.hessian_min", "S *m reg L W p = S *m ws ->", "", ),
    Control("ineq.adjoint_norm", "N u k", "N u k.+1"),
    Control("ineq.kerE", "r k.+1", "r k"),
    Control("ineq.gradient_norm", "N g k", "N g k.+1"),
    Control("ineq.flow_form", "- \\sum", "\\sum"),
    Control("defs.layer_balance", "(W k.+1)^T", "- (W k.+1)^T"),
    Control("defs.conservation", "= - Jadj", "= Jadj *+ 1 * - Jadj"),
    Control("defs.conservation", "map_mx dlt (imbalance W k) = 0", "map_mx dlt (W k *m (W k)^T) = 0"),
    Control("ineq.kernel_AGM", "L%:R ^+ L *", "L.+1%:R ^+ L *"),
    Control("ineq.kernel_AGM", "^+ L.-1", "^+ L"),
    Control("ineq.kernel_AGM", "dot (p L) (p L) *", ""),
    Control("ineq.kernel_AGM", "(0 < L)%N ->", ""),
    Control("ineq.pl_inequality", "4%:R", "5%:R"),
    Control("ineq.pl_inequality", "r 1", "r 0"),
    Control("ineq.pl_inequality_kernel", "4%:R", "5%:R"),
    Control("taylor.sharpness_lower_root", "2%:R * L%:R * a", "3%:R * L%:R * a"),
    Control("taylor.sharpness_lower_root", "dot ws ws ^+ L.-1", "dot ws ws ^+ L"),
    Control("taylor.sharpness_lower_root", "0 <= x ->", ""),
    Control("taylor.sharpness_lower_tight_root", "2%:R * L%:R * x", "3%:R * L%:R * x"),
    Control("taylor.sharpness_lower_tight_root", "^+ L.-1 * b", "^+ L * b"),
    Control("tight.tight", "(2 * L)%:R", "L%:R"),
    Control("unbounded.sharpness_unbounded", "2%:R * c ^+ 2", "2%:R * c ^+ 3"),
    Control("unbounded.sharpness_unbounded", "c != 0 ->", ""),
    Control("nearrank.near_rank_one", "k <= j < l", "k.+1 <= j < l"),
    Control("nearrank.near_rank_one", "(\\tr (imbalance W j) + del j)", "\\tr (imbalance W j)"),
    Control("nearrank.near_rank_one", "Hypothesis out1 : d l.+1 = 1%N.", "Hypothesis out1 : d l.+1 = 2%N.", True),
    Control("nearrank.near_rank_one_plane", "k <= j < l", "k.+1 <= j < l"),
    Control("nearrank.near_rank_one_plane", "-> a = 0 /\\ b = 0", "-> a = 0"),
    Control("singular.singular_values", "i < L.-1", "i < L.-2"),
    Control("singular.singular_values", "`|sigma2 j - sigma2 k|", "`|sigma2 j - sigma2 k| *+ 2"),
    Control("residual.residual_kernel_above", "beta ^+ 4", "beta ^+ 3"),
    Control("residual.residual_kernel_above", "(L - 2)", "(L - 3)"),
    Control("residual.residual_kernel_above", "(1 < L)%N", "(0 < L)%N"),
    Control("residual.residual_kernel_below", "alpha ^+ 2", "alpha ^+ 1"),
    Control("residual.residual_kernel_below", "(L - 2)", "(L - 1)"),
    Control("residual.residual_kernel_simple_above", "1 <= beta ->", ""),
    Control("residual.residual_kernel_simple_above", "beta ^+ 4", "beta ^+ 3"),
    Control("residual.residual_kernel_simple_below", "0 <= alpha <= 1", "0 <= alpha <= 2%:R"),
    Control("residual.residual_kernel_simple_below", "alpha ^+ 4", "alpha ^+ 3"),
    Control("normcontrol.norm_control", "L.-1%:R", "L.-2%:R"),
    Control("normcontrol.norm_control", "m ^+ L.-1", "m ^+ L"),
    Control("normcontrol.norm_control_root", "L.-1%:R", "L.-2%:R"),
    Control("normcontrol.norm_control_root", "0 <= x ->", ""),
    Control("limit.limit_sharpness", "2%:R * L%:R", "L%:R"),
    Control("limit.limit_sharpness", "theta < 1 ->", ""),
    Control("limit.limit_sharpness_eight", "8%:R", "7%:R"),
    Control("limit.limit_sharpness_eight", "3%:R / 4%:R", "4%:R / 4%:R"),
    Control("limit.limit_sharpness_ratio", "4%:R * Lam", "3%:R * Lam"),
    Control("limit.limit_sharpness_ratio", "reg L W p = ws ->", ""),
    Control("limit.limit_sharpness_condition", "4%:R * (Lam", "3%:R * (Lam"),
    Control("residual_sharp.residual_sharpness", "beta ^+ 4", "beta ^+ 3"),
    Control("residual_sharp.residual_sharpness", "2%:R *", "1%:R *"),
    Control("residual_sharp.residual_sharpness_sharper", "(L - 2)", "(L - 3)"),
    Control("diagonal.residual_kernel_tight", "c ^+ 4", "c ^+ 3"),
    Control("nearrank_tight.near_rank_one_tight", "= \\sum_(0 <= j < 1)", "= \\sum_(0 <= j < 0)"),
    Control("nearrank_tight.near_rank_one_plane_tight", "s ^+ 2", "c ^+ 2"),
    Control("scalar.singular_values_tight", "`|t ^+ 2 - 0|", "`|t ^+ 2 - 1|"),
    Control("scalar.norm_control_tight", "1%:R *", "2%:R *"),
)


def statement(text: str, name: str) -> tuple[int, int]:
    """Where the statement of a theorem begins and where its proof does."""
    found = re.search(rf"^(?:Theorem|Corollary|Lemma) {name}\b", text, re.MULTILINE)
    if not found:
        sys.exit(f"There is no theorem {name}.")
    return found.start(), text.index("Proof.", found.start())


def changed(control: Control) -> tuple[str, int]:
    """The text of the file with the control planted, and the line that Coq must get past."""
    module, _, name = control.theorem.partition(".")
    text = (HERE / f"{module}.v").read_text()
    begin, end = (0, len(text)) if control.in_section else statement(text, name)
    if control.old not in text[begin:end]:
        sys.exit(f"{control.theorem} does not contain {control.old!r}.")
    where = text.index(control.old, begin, end)
    planted = text[:where] + control.new + text[where + len(control.old):]
    reach = where if control.in_section else statement(planted, name)[1]
    return planted, planted.count("\n", 0, reach) + 1


def compiled(folder: Path, library: Path, module: str) -> str:
    """What Coq says of the file: nothing if it compiles."""
    run = subprocess.run([*COQC, str(library), "flatcert", f"{module}.v"], cwd=folder, capture_output=True, text=True,
                         timeout=60, check=False)
    return run.stderr if run.returncode else ""


def failure(control: Control, library: Path) -> str:
    """Why the control is not refused as it should be: nothing if it is."""
    module = control.theorem.partition(".")[0]
    planted, reach = changed(control)
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / f"{module}.v").write_text(planted)
        try:
            said = compiled(Path(scratch), library, module)
        except subprocess.TimeoutExpired:
            return "does not finish"
    if not said:
        return "compiles"
    line = re.search(r"line (\d+), characters", said)
    if line is None or int(line[1]) < reach:
        return "is no statement: " + " ".join(said.split())[:200]
    return ""


def main() -> int:
    if shutil.which("coqc") is None:
        print("There is no Coq here: apt-get install --no-install-recommends coq libcoq-mathcomp-algebra.",
              file=sys.stderr)
        return 1
    named = set(re.findall(r'"theorem": "([\w.]+)"', (HERE / "theorems.json").read_text()))
    if missing := named - {control.theorem for control in CONTROLS}:
        print("No control for", *sorted(missing), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch)
        modules = re.findall(r"^(\w+)\.v$", (HERE / "_CoqProject").read_text(), re.MULTILINE)
        for module in modules:
            shutil.copy(HERE / f"{module}.v", library)
            if said := compiled(library, library, module):
                print(f"The unmodified {module}.v does not compile:\n{said}", file=sys.stderr)
                return 1
        print(f"unmodified: {len(modules)} files compile")
        with ThreadPoolExecutor(2) as pool:
            failures = list(pool.map(lambda control: failure(control, library), CONTROLS))
    for control, why in zip(CONTROLS, failures, strict=True):
        print(f"{'SURVIVED' if why else 'refused':9}{control.theorem}: {control.old or '-'} -> {control.new or 'dropped'}"
              f"{'  ' + why if why else ''}")
    print(f"{failures.count('')} of {len(CONTROLS)} controls refused")
    return int(any(failures))


if __name__ == "__main__":
    sys.exit(main())
