"""The checker of certificates: its arithmetic encloses, its answers are true, and it needs nothing of ours."""

import copy
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from certified.tree_floats import contradiction
from corpus import certificates, of
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert.checks import checker
from flatcert.checks.certificates.format import sealed
from flatcert.checks.checker import Number, Rejected, Undecided, context
from flatcert.checks.verifying.certificates import recheck
from flatcert.numeric.linalg.rational import is_psd, rational_array

SOURCE = Path(checker.__file__)
rationals = st.fractions(max_denominator=10**6)
positive = rationals.filter(lambda x: x > 0)


@pytest.fixture(autouse=True)
def work():
    """Its arithmetic counts what it does; a check starts to count anew."""
    context.work = 10 * checker.WORK


@pytest.fixture(params=[(64, False), (200, False), (256, True)])
def mode(request):
    context.bits, context.exact = request.param


def in_ball(number, ball):
    """Whether an enclosure of the checker and a ball of Arb can be of one number."""
    low, high = (checker.lift(number).lo, checker.lift(number).hi)
    with ctx.workprec(4000):
        low, high = (arb(fmpq(x.numerator, x.denominator)) for x in (low, high))
        return not (low > ball or high < ball)


@settings(max_examples=150, deadline=None)
@given(x=positive, e=st.fractions(min_value=-9, max_value=9, max_denominator=12))
@pytest.mark.usefixtures("mode")
def test_powers_are_enclosed(x, e):
    found = checker.power(x, e)
    with ctx.workprec(400):
        exact = (arb(fmpq(x.numerator, x.denominator)).log() * fmpq(e.numerator, e.denominator)).exp()
    assert in_ball(found, exact)
    if isinstance(found, Number):
        assert found.hi - found.lo <= found.hi * Fraction(1, 1 << (context.bits - 12))


@settings(max_examples=150, deadline=None)
@given(x=rationals, radius=positive, n=st.integers(1, 7), inside=st.fractions(-1, 1))
def test_powers_of_intervals_contain_those_of_their_points(x, radius, n, inside):
    context.bits, context.exact = 64, False
    found = checker.power(Number(x - radius, x + radius), Fraction(n))
    assert found.lo <= (x + inside * radius) ** n <= found.hi
    if abs(x) > radius:  # no wider than it must be
        assert (found.lo > 0) == (x > 0 or n % 2 == 0) and (found.hi > 0) == (x > 0 or n % 2 == 0)


@settings(max_examples=100, deadline=None)
@given(x=st.fractions(-300, 300, max_denominator=1000))
def test_exponentials_are_enclosed(x):
    context.bits, context.exact = 128, False
    with ctx.workprec(300):
        assert in_ball(checker.exponential(x), arb(fmpq(x.numerator, x.denominator)).exp())


@settings(max_examples=150, deadline=None)
@given(x=st.integers(0, 10**60), n=st.integers(1, 40))
def test_whole_roots(x, n):
    root = checker.whole_root(x, n)
    assert root**n <= x < (root + 1) ** n


@settings(max_examples=100, deadline=None)
@given(size=st.integers(1, 4), data=st.data())
@pytest.mark.usefixtures("mode")
def test_eigenvalues_and_semidefiniteness(size, data):
    entries = data.draw(st.lists(st.integers(-3, 3), min_size=size * size, max_size=size * size))
    a = np.array(entries).reshape(size, size)
    gram, shifted = a @ a.T, a + a.T
    exact = [[Fraction(int(x)) for x in row] for row in gram]
    found = [checker.lift(checker.root(checker.charpoly(exact), j + 1)) for j in range(size)]
    for number, value in zip(found, np.linalg.eigvalsh(gram)[::-1], strict=True):
        assert float(number.lo) - 1e-6 <= value <= float(number.hi) + 1e-6
    assert checker.psd([[Fraction(int(x)) for x in row] for row in shifted]) == is_psd(rational_array(shifted))


def test_ties_are_decided_by_exact_forms_only():
    root = {2: None, 8: None}
    for bits, exact in checker.PRECISIONS:
        context.bits, context.exact = bits, exact
        root = {x: checker.power(Fraction(x), Fraction(1, 2)) for x in root}
        assert checker.compare(root[2] * root[2], Fraction(2)) == (0 if exact else None)
        assert checker.compare(root[2] + root[2], root[8]) == (0 if exact else None)
        assert checker.compare(root[2], Fraction(141421356237309, 10**14)) == 1


def test_no_verdict_can_be_turned_round():
    for data in certificates():
        turned = sealed({**data, "verdict": "refuted" if data["verdict"] == "held" else "held"})
        with pytest.raises(Rejected, match="the statement is not"):
            checker.check(turned)


def test_a_bad_witness_proves_nothing():
    data = of("min-sharpness-bracket", "above", 40)
    bad = copy.deepcopy(data)
    bad["witness"]["c"] = "1/1000000"
    with pytest.raises((Undecided, Rejected)):
        checker.check(sealed(bad))
    bad["witness"]["c"] = "-1"
    with pytest.raises(Rejected, match="not positive"):
        checker.check(sealed(bad))


def forged(claim_id, name, **changes):
    """A certificate with parts of its instance, or the whole of others, exchanged, its digest made to fit."""
    data = copy.deepcopy(of(claim_id, name))
    for key, value in changes.items():
        (data["instance"] if key in data["instance"] else data)[key] = value
    return sealed(data)


ONE = {"covariance": [["1"]], "weights": [[["1"]]], "readout": ["1"], "regressor": None}


@pytest.mark.parametrize(("claim_id", "name", "changes"), [
    ("residual-convergence", "perturbation-above", {  # a layer more would move the products, but not the displacement
        **ONE, "enclosure": {"kind": "pair", "centre": [[["1"]], [["100"]]], "radius": "0"}, "verdict": "refuted"}),
    ("residual-convergence", "perturbation-below", {**ONE, "enclosure": None}),
    ("residual-convergence", "perturbation-above", {
        **ONE, "enclosure": {"kind": "pair", "centre": [[["2"]]], "radius": "1"}}),
    ("sharpness-lower", "minimizers", {"enclosure": {"kind": "pair", "centre": [[["2"]]], "radius": "0"}}),
    ("sharpness-lower", "minimizers", {**ONE, "weights": []}),
    ("sharpness-lower", "minimizers", {**ONE, "readout": ["0"]}),
    ("sharpness-lower", "minimizers", {**ONE, "readout": "1"}),
    ("sharpness-lower", "minimizers", {**ONE, "weights": [["1"]]}),
    ("sharpness-lower", "minimizers", {**ONE, "covariance": {"1": 0}}),
    ("sharpness-lower", "minimizers", {**ONE, "covariance": [[1]]}),
    ("sharpness-lower", "minimizers", {**ONE, "covariance": [["1e999999999"]]}),
    ("sharpness-lower", "minimizers", {**ONE, "covariance": [["٣"]]}),
    ("sharpness-lower", "minimizers", {**ONE, "covariance": [["9" * 5000]]}),
    ("sharpness-lower", "minimizers", {**ONE, "regressor": []}),
    ("sharpness-lower", "minimizers", {"format": True}),
    ("sharpness-lower", "minimizers", {"id": "x\nother.json: accepted"}),
    ("sharpness-lower", "minimizers", {"id": "\ud800"}),
    ("sharpness-lower", "minimizers", {"id": ["a"]}),
], ids=lambda x: str(x)[-40:])
def test_forgeries_are_refused(claim_id, name, changes):
    with pytest.raises(Rejected):
        checker.check(forged(claim_id, name, **changes))


def test_an_enclosure_is_never_taken_for_the_weights(tmp_path):
    """Layers that are not balanced, as exact limit: said to be of a pair, or of the flow."""
    data = copy.deepcopy(of("limit-sharpness", "limit-eight"))
    weights = copy.deepcopy(data["instance"]["weights"])
    weights[0] = [[str(Fraction(x) * 1000) for x in row] for row in weights[0]]
    weights[1] = [[str(Fraction(x) / 1000) for x in row] for row in weights[1]]
    for kind in ("pair", "limit"):
        data |= {"enclosure": {"kind": kind, "centre": weights, "radius": "0"}, "verdict": "refuted"}
        with pytest.raises(Rejected, match="another kind" if kind == "pair" else "no gradient flow"):
            checker.check(sealed(data))


def test_no_key_stands_twice(tmp_path):
    text = json.dumps(of("sharpness-lower", "minimizers"))
    twice = text.replace('"verdict": "held"', '"verdict": "refuted", "verdict": "held"')
    assert json.loads(text) == json.loads(twice) and text != twice
    (tmp_path / "a.json").write_text(twice)
    assert checker.main([str(tmp_path)]) == 1
    assert recheck(tmp_path / "a.json").answer == "rejected"


@pytest.mark.parametrize(("path", "value", "message"), [
    (("instance", "covariance"), [["-1"]], "no PSD covariance"),
    (("instance", "weights"), [], "malformed"),
    (("instance", "weights"), [[["nan"]]], "malformed"),
    (("values",), {"S": "1"}, None),
    (("format",), 1, "format"),
    (("statement", "lhs"), ["S", "S"], "malformed"),
    (("statement", "lhs"), ["unknown"], "malformed"),
    (("statement", "rhs"), ["pow", ["rational", "0"], ["rational", "-1"]], "not defined"),
    (("statement", "rhs"), ["pow", ["rational", "2"], ["rational", "100000000"]], "exponent"),
    (("statement", "rhs"), ["sum", ["rational", "1"], "i", ["rational", "1"], ["rational", "1000000000"]], "defined"),
    (("statement", "given"), [{"name": "shallow", "lhs": ["L"], "op": "<", "rhs": ["rational", "0"]}],
     "the hypothesis 'shallow' does not hold"),
])
def test_malformed_files_get_a_sentence(path, value, message):
    data = copy.deepcopy(of("sharpness-lower", "minimizers"))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    if message is None:  # what is quantified overrides no quantity
        assert checker.check(sealed(data)).startswith("held")
    else:
        with pytest.raises(Rejected, match=message):
            checker.check(sealed(data))


@pytest.mark.parametrize("options", [[], ["-S", "-I"]], ids=["as a user runs it", "without site-packages"])
def test_the_command_line(tmp_path, options):
    def run():
        return subprocess.run([sys.executable, *options, str(SOURCE), str(tmp_path)], capture_output=True, text=True,
                              check=False)

    assert run().returncode == 2
    data = of("sharpness-lower", "minimizers")
    (tmp_path / "a.json").write_text(json.dumps(data))
    found = run()
    assert (found.returncode, found.stderr) == (0, "")
    assert "a.json: accepted, held: sharpness-lower/minimizers" in found.stdout
    (tmp_path / "b.json").write_text(json.dumps({**data, "verdict": "refuted"}))
    (tmp_path / "c.json").write_text("[" * 100_000)
    found = run()
    assert (found.returncode, found.stderr) == (1, "")
    assert "b.json: rejected" in found.stdout and "c.json: rejected" in found.stdout


def test_floats_agree_with_every_certificate():
    for data in certificates():
        assert contradiction(data) is None, data["id"]
