"""Certificates of proofs: the checker re-checks the combination, the kernel the facts, and no change is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import flatcert
from flatcert.checks import checker
from flatcert.checks.certificates.form import Certificate
from flatcert.checks.certificates.format import sealed
from flatcert.checks.conjecture import read_line
from flatcert.checks.conjecture.proving.certificate import proof_certificate
from flatcert.checks.conjecture.proving.search import prove
from flatcert.checks.verifying.certificates import Rechecked, recheck, write
from flatcert.theory.language.quantities import VOCABULARY
from flatcert.theory.library import BUILT_IN

CHECKABLE = (
    "S >= 2*L*lambda_min*norm_w**(2 - 2/L)",  # lambda_min may be zero
    "S == 2*lambda_max | assuming L == 1",
    "S_min > L*lambda_min*norm_w**(2 - 2/L) | assuming lambda_min > 0",  # strict by a number
    "S <= 2**(2 - 1/L)*L*lambda_max*norm_w_net**(2 - 2/L) | assuming theta <= 1/2",  # a sum bounded by a hypothesis
    "S_balanced <= S_min*(1 + (lambda_max/a - 1)/L)",  # balanced weights exist
)


def certificate(line: str) -> Certificate:
    stated = read_line(line)
    proved = prove(stated)
    assert proved is not None
    made = proof_certificate(stated, proved, BUILT_IN)
    assert made.certificate is not None, made.reason
    return made.certificate


def answer(data: Certificate, directory: Path) -> Rechecked:
    return recheck(write(directory, sealed(data)))


@pytest.mark.parametrize("line", CHECKABLE)
def test_a_proof_has_a_certificate_that_is_accepted(line: str, tmp_path: Path) -> None:
    data = certificate(line)
    facts = [fact for part in data["proof"] for case in part["cases"] for fact in case["facts"]]
    assert facts and checker.check(data).startswith("given ")
    found = answer(data, tmp_path)
    assert (found.answer, found.about) == ("accepted", "conjecture") and "recomputed" in found.reason


def places(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each entry of a certificate that is a text or a truth value or a number."""
    if isinstance(data, dict | list):
        for key, inner in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(inner, (*at, key))
    else:
        yield at


def changes(entry: Any) -> list[Any]:
    """Other entries in the place of one."""
    if isinstance(entry, bool):
        return [] if entry else [True]  # what is shown of all depths is shown of one
    if isinstance(entry, int):
        return [entry + 1]
    if entry in ("<", "<=", "==", ">", ">="):
        return [op for op in ("<", "<=", "==", ">", ">=") if op != entry]
    if entry in ("positive", "nonnegative"):
        return ["nonnegative" if entry == "positive" else "positive"]
    if entry in VOCABULARY:
        return ["a" if entry != "a" else "b", "S" if entry != "S" else "trace"]
    try:
        number = checker.number(entry)
    except (TypeError, checker.Rejected):
        return [f"{entry}'"]
    return [str(number + 1), str(-number) if number else "2"]


def changed(data: Certificate, at: tuple[Any, ...], to: Any) -> Certificate:
    made = deepcopy(data)
    inner = made
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = to
    return made


@pytest.mark.parametrize("line", CHECKABLE)
def test_no_changed_entry_is_accepted(line: str, tmp_path: Path) -> None:
    """Every number, word, operator, sign and name is changed in turn, and the hashes are made right again."""
    data = certificate(line)
    inside = {key: data[key] for key in ("format", "kind", "id", "statement", "existing", "words", "proof")}
    for at in places(inside):
        entry: Any = data
        for key in at:
            entry = entry[key]
        for to in changes(entry):
            assert answer(changed(data, at, to), tmp_path).answer != "accepted", (at, to)


def first_case(data: Certificate) -> Certificate:
    case: Certificate = data["proof"][0]["cases"][0]
    return case


def without_a_power(data: Certificate) -> None:
    first_case(data)["facts"][-1]["power"] = [["0"], ["1"]]


def without_a_fact(data: Certificate) -> None:
    first_case(data)["facts"].pop()


def without_hypotheses(data: Certificate) -> None:
    for fact in first_case(data)["facts"]:
        fact["given"] = []


def a_number_below_one(data: Certificate) -> None:
    first_case(data)["numbers"].append([[["2", "-1"]], [["1"], ["1"]]])


def a_fact_of_numbers(data: Certificate) -> None:
    first_case(data)["facts"].append({"from": "number", "power": [["1"], ["1"]], "statement": {
        "lhs": ["rational", "2"], "op": "<=", "rhs": ["word", "d"]}})


def no_case(data: Certificate) -> None:
    data["proof"][0]["cases"] = []


def weights_that_exist(data: Certificate) -> None:
    data["existing"] = [{"name": "theta <= 0"}]


@pytest.mark.parametrize("change", [without_a_power, without_a_fact, without_hypotheses, a_number_below_one,
                                    a_fact_of_numbers, no_case, weights_that_exist])
@pytest.mark.parametrize("line", CHECKABLE[:1])
def test_no_change_of_the_form_is_accepted(
        line: str, change: Callable[[Certificate], None], tmp_path: Path) -> None:
    data = deepcopy(certificate(line))
    change(data)
    assert answer(data, tmp_path).answer != "accepted"


def test_what_the_checker_accepts_given_a_false_fact_the_registry_refuses(tmp_path: Path) -> None:
    """A false conjecture from a false fact: the combination is right, and no derivation says the fact."""
    data = certificate("b >= a")
    data["id"], data["statement"]["op"] = "conjecture/a >= b", "<="
    data["statement"]["lhs"], data["statement"]["rhs"] = ["word", "b"], ["word", "a"]
    for fact in first_case(data)["facts"]:
        fact["statement"] = {"lhs": ["word", "b"], "op": "<=", "rhs": ["word", "a"]}
    data["proof"][0]["op"] = "<="
    assert checker.check(sealed(data)).startswith("given 1 facts, proved")
    assert answer(data, tmp_path).answer == "rejected"


def test_a_proof_that_is_no_product_has_no_certificate() -> None:
    """The reason is said: the sum of facts is not in the format."""
    found = flatcert.conjecture("sigma_max**2 <= 2*norm_w_net**(2/L)", assuming="theta <= 1", effort="quick")
    assert found.answer == "proved" and found.certificate is not None
    assert found.certificate.certificate is None and "not in the format" in found.certificate.reason
