"""What is wrong with a theory is said in one sentence, with the file and the line where there is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from theory_files import MEANS, written

from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.checks.verifying.property_checks import checks_of

WRONG = {
    "syntax": ("theory.claim(", "line 10: '(' was never closed."),
    "name": ("inner = nrom_squared(x)", "line 10: there is no 'nrom_squared': did you mean norm_squared?"),
    "not imported": ("inner = symmetric(2)",
                     "line 10: there is no 'symmetric': import it from flatcert.kinds."),
    "exception": ("value = 1 / 0", "line 10: ZeroDivisionError: division by zero."),
    "import": ("from flatcert.deep_linear import lamda_max",
               "line 10: flatcert.deep_linear has no 'lamda_max': did you mean lambda_max or lambda_min or sigma_max?"),
    "missing module": ("import no_such_module_here", "line 10: No module named 'no_such_module_here'."),
    "no datum": ("NUMBERS['z']", "line 10: the setting 'numbers' has no datum 'z': it has x, y."),
    "shapes": ("""
               m, n = size("m"), size("n")
               PAIR = Setting("pair", A=matrix(m, n), b=vector(m))
               norm_squared(PAIR["A"] * PAIR["b"])""",
               "line 13: A product needs as many columns on the left as rows on the right, and A has the shape (m, n), "
               "b the shape (m, 1)."),
    "kind": ('Setting("odd", x=3)', "line 10: x is 3, which is no kind: use one of flatcert.kinds, say x=real()."),
    "other setting": ("""
                      other = Setting("others", z=real())
                      theory.claim("c", "C", Obligation("any", (x, "<=", other["z"])))""",
                      "line 12: The obligation c/any contains z, which is no datum or word of 'numbers': use one of x, "
                      "y."),
    "float": ('theory.claim("c", "C", Obligation("any", (0.1 * x, "<=", y)))',
              "line 10: The obligation c/any contains the float 0.1: write Rational(1, 10), which is exact."),
    "undeclared": ("""
                   import sympy
                   theory.claim("c", "C", Obligation("any", (x, "<=", sympy.Symbol("t"))))""",
                   "line 12: The obligation c/any contains t, which is no datum or word of 'numbers': use one of x, "
                   "y."),
    "hypothesis": ("""
                   theory.hypothesis("positive", (x, ">", 0))
                   theory.claim("c", "C", Obligation("any", (x, "<=", y), given=("postive",)))""",
                   "line 12: The obligation c/any names a hypothesis 'postive', which is not declared: did you mean "
                   "positive?"),
    "quantifier": ('theory.claim("c", "C", Obligation("any", (x, "<=", y), over=("k",)))',
                   "line 10: The obligation c/any names a quantifier 'k', which is not declared."),
    "family name": ('theory.claim("c", "C", Obligation("any", (x, "<=", y), on=("anny",)))',
                    "line 10: There is no family 'anny': use one of any, degenerate, small, "),
    "relation": ('theory.claim("c", "C", Obligation("any", x <= y))',
                 "line 10: x <= y is no relation: write (left side, operator, right side), say (x, \"<=\", 2 * y)."),
    "operator": ('theory.claim("c", "C", Obligation("any", (x, "=<", y)))',
                 "line 10: unknown operator '=<'; use one of <=, >=, <, >, ==, !=, psd<=, psd>=."),
    "no obligation": ('theory.claim("c", "C")', "line 10: The claim 'c' has no obligation: give it at least one."),
    "two claims": (MEANS + MEANS, "There are two claims 'means' in 'squares': rename one of them."),
    "no relation": ('theory.hypothesis("nothing")',
                    "The hypothesis 'nothing' states no relation: give it one, say (x, \">\", 0)."),
    "mutant": ("""theory.claim("c", "C", Obligation("any", (x, "<=", y), mutants=[swapped("nothing", {x: 2 * x})]))""",
               "line 10: The obligation c/any: mutant 'nothing' of 'any' changes nothing."),
    "word of a mutant": ("""
                         import sympy
                         theory.claim("c", "C", Obligation("any", (x, "<=", y), mutants=[
                             swapped("other", {y: sympy.Symbol("z")})]))""",
                         "line 12: The obligation c/any: the mutant 'other' contains z, which is no datum or word of "
                         "'numbers': use one of x, y."),
    "name of proofs": ("""
                       from flatcert.deep_linear import S
                       Theory("networks").quantity("risk", 2 * S)""",
                       "line 12: 'risk' means something else in the proofs of 'deep linear networks': give the word "
                       "another name."),
    "word of networks": ("""
                         from flatcert.deep_linear import S
                         Theory("networks").quantity("gamma", 2 * S)""",
                         "line 12: 'gamma' is a word of 'deep linear networks' already: give the word another name."),
    "word twice": ("""
                   theory.quantity("s", x + y)
                   theory.quantity("s", x - y)""",
                   "line 12: The word 's' is declared twice with two definitions, x + y and x - y: rename one of "
                   "them."),
    "hypothesis twice": ("""
                         theory.hypothesis("h", (x, ">", 0))
                         theory.hypothesis("h", (x, "<", 0))""",
                         "line 12: The hypothesis 'h' is declared twice with two meanings: rename one of them."),
    "datum": ('theory.quantity("x", y)', "line 10: 'x' is a datum of 'numbers' already: give the word another name."),
    "word name": ('theory.quantity("x+", y)',
                  "line 10: 'x+' is no name for a word: use letters, digits and _, from a letter on."),
    "sign": ('theory.quantity("s", -x**2, positive=True)',
             "line 10: s is not positive: by its definition it is -x**2."),
    "assumption": ('theory.quantity("s", x, even=True)', "line 10: s cannot be assumed to be even=True: say "),
    "depends": ('theory.quantity("s", lambda data: 1)',
                "line 10: s is a function: say which data it depends on, depends=(...) of x, y."),
    "depends on": ('theory.quantity("s", x, depends=("x",))',
                   "line 10: What s depends on follows from its definition: leave out depends=."),
    "extends": ("""
                other = Theory("others", Setting("others", z=real()))
                Theory("third", NUMBERS, extends=other)""",
                "line 12: 'third' is about numbers, and 'others', which it extends, about others: a theory extends "
                "theories of its own setting."),
    "proof of another": ("""
                         other = Theory("others", NUMBERS)
                         claim = other.claim("c", "C", Obligation("any", (x, "<=", x + y**2)))
                         theory.proof(claim)""", "line 13: There is no claim 'c' in 'squares'."),
    "no theory": ("del theory", "theory.py holds no theory: let it hold one, theory = Theory(\"name\")."),
    "two theories": ('second = Theory("second", NUMBERS)',
                     "theory.py holds 2 theories (squares, second): let it hold one, theory = Theory(\"name\")."),
}


@pytest.mark.parametrize("text, expected", WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_a_file_is_one_sentence(flatcert: Any, tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    result = flatcert("claims", "--theory", path)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.strip().splitlines()
    assert line.startswith(f"flatcert: {path}") and expected in line, line
    assert line.endswith((".", "?")) and not line.endswith("..")


def test_a_file_below_the_working_directory_is_named_as_seen_from_there(
    flatcert: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    written(tmp_path, "value = 1 / 0")
    told = flatcert("claims", "--theory", f"{tmp_path.name}/theory.py").err
    assert told == f"flatcert: {tmp_path.name}/theory.py, line 10: ZeroDivisionError: division by zero.\n"


RUNS = {
    "family raises": ("""
        @theory.family
        def broken(rng, index):
            return {"x": 1 / (index - 1), "y": 1}
        theory.claim("c", "C", Obligation("any", (x, "<=", x + y**2), on=(broken,)))""",
        "The family 'broken' fails at index 1: ZeroDivisionError: division by zero."),
    "family returns a list": ("""
        @theory.family
        def listed(rng, index):
            return [1, 2]
        theory.claim("c", "C", Obligation("any", (x, "<=", x + y**2), on=(listed,)))""",
        "The family 'listed' returns no instance at index 0, but list: let it return a dict with x, y."),
    "family lacks a datum": ("""
        @theory.family
        def half(rng, index):
            return {"x": 1}
        theory.claim("c", "C", Obligation("any", (x, "<=", x + y**2), on=(half,)))""",
        "The family 'half' returns no instance at index 0: an instance of 'numbers' lacks y: its data are x, y."),
    "family of networks": ("""
        theory = Theory("networks")
        from flatcert.deep_linear import S, S_min
        @theory.family
        def listed(rng, index):
            return [1, 2]
        theory.claim("c", "C", Obligation("any", (S, ">=", S_min), on=(listed,), given=("minimizer",)))""",
        "The family 'listed' returns no instance at index 0, but list: let it return flatcert.instance(covariance, "
        "weights)."),
    "family of regressors that are not the shortest": ("""
        theory = Theory("networks")
        from flatcert.deep_linear import a, lambda_pos
        @theory.family
        def longer(rng, index):
            return instance([[1, 0], [0, 0]], [[[1, 1]]], regressor=[1, 1])
        theory.claim("c", "C", Obligation("any", (lambda_pos, "<=", a), on=(longer,), given=("E > 0",)))""",
        "The family 'longer' returns no instance at index 0, but parts that do not fit: the covariance is positive "
        "semidefinite, a regressor lies in its range, and the layers can be multiplied."),
    "function raises": ("""
        word = theory.quantity("word", lambda data: data["q"], depends=("x",))
        theory.claim("c", "C", Obligation("any", (word, "<=", word)))""",
        "The function of the word 'word' gives no exact number at degenerate:0:0: KeyError: 'q'."),
}


@pytest.mark.parametrize("text, expected", RUNS.values(), ids=RUNS)
def test_what_fails_at_work_is_one_sentence(flatcert: Any, tmp_path: Path, text: str, expected: str) -> None:
    result = flatcert("verify", written(tmp_path, text), "--workers", 0)
    assert (result.code, result.out, result.err) == (2, "", f"flatcert: {expected}\n")


def test_a_hypothesis_that_no_instance_satisfies_is_told_with_what_was_tried(flatcert: Any, tmp_path: Path) -> None:
    result = flatcert("verify", "--workers", 0, written(tmp_path, """
        theory.claim("c", "C", Obligation("any", (x, "<=", y), given=((x**2, "<", 0),)))"""))
    assert result.code == 3
    told = " ".join(result.out.split())
    assert "not applicable" in told
    assert "c: any applies to none of 9600 instances of any: none satisfies x**2 < 0; add a family that does" in told


def test_a_definition_that_divides_by_zero_everywhere_is_told(flatcert: Any, tmp_path: Path) -> None:
    result = flatcert("verify", "--workers", 0, written(tmp_path, """
        zero = theory.quantity("zero", x - x * (y**2 + 1) / (y**2 + 1))
        theory.claim("c", "C", Obligation("any", (1 / zero, "<=", y)))"""))
    assert result.code == 3
    assert "a side or a hypothesis divides by zero, or is not defined, on each of them" in " ".join(result.out.split())


def test_a_claim_that_no_instance_attains_is_not_tight(flatcert: Any, tmp_path: Path) -> None:
    result = flatcert("verify", "--workers", 0, written(tmp_path, """
        theory.claim("c", "C", Obligation("any", (x**2, "<=", x**2 + y**2 + 1), tight=True))"""))
    assert result.code == 1
    assert "c: any is declared tight, but no instance makes its sides equal and not zero: add a family" in " ".join(
        result.out.split())


def test_a_refused_step_says_which_rule_and_why(flatcert: Any, tmp_path: Path) -> None:
    text = """
        theory = Theory("decay")
        from flatcert.deep_linear import W, norm_q1, norm_w_net
        from flatcert.rules import identity, power, rewrite, weighted_means
        first = norm_squared(W(1))
        bound = theory.claim("decay", "Decay", Obligation("any", (first + norm_q1**2, ">=", 2 * norm_w_net)))

        @theory.proof(bound)
        def proof(p):
            means = weighted_means(p, first, norm_q1**2, 2)
            return {"any": PLANTED}
        """
    planted = {
        "power(p, means, x)": "line 20: step 2, power: ",
        "p.step(p.steps[0].rule, (first, '>=', 3), data=p.steps[0].data)": "step 2: weighted AM-GM: the conclusion is ",
        "p.define('no_word')": "line 20: nothing is defined under the name 'no_word'",
        "p.define('norm_w_nett')": "'norm_w_nett': did you mean norm_w_net or ",
        "rewrite(p, (first, '>=', norm_q1), means, p.define('norm_q1'))":
            "step 3: substitution: after the substitutions the premise says norm_q1**2 + Trace(W[1]*W[1].T) >= "
            "2*norm_q1*sqrt(Trace(W[1]*W[1].T)), and the statement Trace(W[1]*W[1].T) >= norm_q1",
        "identity(p, (first, '==', norm_q1))":
            "step 2: algebra: the two sides have different normal forms, Trace(W[1]*W[1].T) and norm_q1",
        "'means'": "The proof of 'decay' returns {'any': 'means'}: let it return the step of each obligation, ",
    }
    for number, (step, expected) in enumerate(planted.items()):
        path = written(tmp_path, text.replace("PLANTED", step), f"theory_{number}.py")
        result = flatcert("verify", "--workers", 0, path)
        assert result.code == 1
        assert expected in " ".join(result.out.split()), result.out


def test_two_theories_that_declare_one_word_differently_are_told(flatcert: Any, tmp_path: Path) -> None:
    begin = "from flatcert import Theory\nfrom flatcert.deep_linear import S, S_min\n"
    first = written(tmp_path, "theory = Theory('a')\ntheory.quantity('flatness', S / S_min)", "a.py", begin)
    second = written(tmp_path, "theory = Theory('b')\ntheory.quantity('flatness', S - S_min)", "b.py", begin)
    result = flatcert("claims", "--theory", first, "--theory", second)
    assert result.code == 2
    assert result.err == (f"flatcert: {second}, line 4: The word 'flatness' is declared twice with two definitions, "
                          "S/S_min and S - S_min: rename one of them.\n")


def test_a_proof_that_fails_before_its_first_step_is_shown_as_refused(flatcert: Any, tmp_path: Path) -> None:
    result = flatcert("verify", "--workers", 0, written(tmp_path, """
        means = theory.claim("means", "Two squares", Obligation("any", (2 * x * y, "<=", x**2 + y**2)))

        @theory.proof(means)
        def proof(p):
            return {"any": 1 / 0}
        """))
    assert result.code == 1
    assert " refused " in result.out and "0/0 steps" not in result.out


def test_a_root_or_logarithm_of_a_negative_number_is_not_applicable(flatcert: Any, tmp_path: Path) -> None:
    """Where a side is not defined nothing is decided: neither for the claim nor against it."""
    claims = {"root": "sqrt(x - y)", "cube root": "(x - y)**Rational(1, 3)", "logarithm": "log(x - y)",
              "root of an eigenvalue": "sqrt(largest_eigenvalue(hadamard(P, Q)) - x)"}
    text = """
        d = size("d")
        MIXED = Setting("mixed", x=real(), y=real(), P=psd(d), Q=psd(d))
        x, y, P, Q = (MIXED[name] for name in ("x", "y", "P", "Q"))
        theory = Theory("mixed", MIXED)
        """ + "".join(f"""
        theory.claim({name!r}, "C", Obligation("any", ({side}, "<=", {side} + 1)))""" for name, side in claims.items())
    result = flatcert("verify", "--workers", 0, written(tmp_path, text), "--json", "-")
    found = json.loads(result.out)["claims"]
    assert [claim["verdict"] for claim in found] == ["certified"] * len(claims)
    assert all(claim["instances"]["not_applicable"] > 10 for claim in found)


TRUE = """
    theory.claim("squares", "C", Obligation("any", (x**2 + y**2, ">=", 2 * x * y), given=((x, ">", 0),),
                                            mutants=MUTANTS))"""


def test_an_automatic_mutant_that_is_true_by_a_proof_is_no_near_miss(flatcert: Any, tmp_path: Path) -> None:
    path = written(tmp_path, TRUE.replace("MUTANTS", "AUTOMATIC"))
    result = flatcert("verify", "--workers", 0, path, "--json", tmp_path / "run.json")
    assert result.code == 0
    assert ("squares: the mutant 'any: without x > 0' is true, by a proof of auto, and no near miss: leave the "
            "hypothesis x > 0 out of the claim") in " ".join(result.out.split())
    (claim,) = json.loads((tmp_path / "run.json").read_text())["claims"]
    assert claim["mutants"]["true"] == ["any: without x > 0"] and claim["mutants"]["total"] == 1
    outcomes = {check.name: check.run().verdict for check in checks_of(load(reference_of_text(str(path))))}
    assert outcomes["any: mutant without x > 0"] == "true"


def test_a_true_mutant_of_ones_own_survives(flatcert: Any, tmp_path: Path) -> None:
    """The author says that a mutant in the list is false."""
    path = written(tmp_path, TRUE.replace("MUTANTS", '[without((x, ">", 0))]'))
    result = flatcert("verify", "--workers", 0, path)
    assert result.code == 1
    assert ("squares: mutant survives: any: without x > 0; no instance needs the hypothesis x > 0: leave it out, or "
            "add a family where it matters") in " ".join(result.out.split())


def test_a_claim_without_mutants_gets_a_hint(flatcert: Any, tmp_path: Path) -> None:
    text = """
        theory.quantity("square", x**2, nonnegative=True)
        theory.cite("published", (x**2, ">=", 0), reference="A book")
        theory.claim("plain", "C", Obligation("any", (x**2, ">=", 0)))"""
    result = flatcert("verify", "--workers", 0, written(tmp_path, text + """
        theory.claim("with", "C", Obligation("any", (x**2, ">=", 0), mutants=AUTOMATIC))"""))
    hints = [line for line in result.out.splitlines() if "AUTOMATIC" in line]
    assert result.code == 0
    assert hints == ["plain: no mutants show that instances could refute any: mutants=AUTOMATIC makes some"]


@pytest.mark.parametrize("name, end", [("frist", ": did you mean first?"), ("second", ": use one of first."),
                                       ("nope", ": use one of first.")])
def test_a_claim_requires_other_claims_that_exist(flatcert: Any, tmp_path: Path, name: str, end: str) -> None:
    result = flatcert("claims", "--theory", written(tmp_path, f"""
        theory.claim("first", "C", Obligation("any", (x**2, ">=", 0)))
        theory.claim("second", "C", Obligation("any", (x**2, ">=", 0)), requires=({name!r},))"""))
    assert (result.code, result.out) == (2, "")
    assert result.err == f"flatcert: The claim 'second' requires {name!r}, and there is no such other claim{end}\n"
