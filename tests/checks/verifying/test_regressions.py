"""What a hostile review found: each test failed once."""

from __future__ import annotations

import stat
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq_poly
from typer.testing import CliRunner

from flatcert.checks.analysis.bounds import MAX_DEPTH, bounds
from flatcert.checks.arithmetic.exact import exact, top_root
from flatcert.checks.arithmetic.exact_matrices import ScaledMatrix
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.cli.main import app
from flatcert.checks.data.table import parse_table
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.identities import field_point
from flatcert.checks.deep_linear.evaluation.optimum import flattest_network
from flatcert.checks.deep_linear.instances.instance import make
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.instances.streams import parse_name
from flatcert.checks.output import DataError
from flatcert.checks.output.whole_files import write_text
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.units import refute
from flatcert.numeric.linalg.rational import rational_array
from flatcert.theory.language.nodes import Relation
from flatcert.theory.library import BUILT_IN


@pytest.mark.parametrize("at", ["6003:15", "6004:25", "6005:19", "6006:27"])
def test_a_tie_above_an_irrational_rank_one_term_is_decided(at: str) -> None:
    """``w*`` an eigenvector, the top eigenvalue ``r Lambda`` beside it: four seeds in seven had one."""
    found = replay(f"min-sharpness/every-minimizer@eigenvector:{at}")
    assert (found.verdict, found.route) == ("held", "tie")


@pytest.mark.parametrize("seed", [4, 6, 5000])
def test_a_thousand_scalar_layers_are_decided(seed: int) -> None:
    """At ``d = 1`` all is a tie; powers of a product of a thousand fractions were too large to form."""
    case = instance("deep", seed, 0)
    assert (case.depth, case.dimension) == (1000, 1)
    for name in ("min-sharpness-bracket/below", "min-sharpness-upper/root"):
        assert replay(f"{name}@{case.name}").verdict == "held"


def test_float64_enclosures_certify_nothing() -> None:
    """Above the rigorous dimension the enclosure of ``S_min`` is float64: no ball may be made of it."""
    draw = np.random.default_rng(0).integers(-3, 4, (61, 63))
    case = make("big", draw @ draw.T, [np.ones((1, 61), dtype=int), [[1]]])
    outcome = decider(BUILT_IN.claim("min-sharpness-bracket").obligation("below")).decide(case)
    assert outcome.verdict == "inconclusive"


def test_the_least_sharpness_without_energy_is_zero() -> None:
    """Dropping ``E > 0`` must not end in an error: the infimum is 0."""
    obligation = BUILT_IN.claim("min-sharpness-bracket").obligation("above")
    false = Relation(obligation.relation.lhs, ">", sp.S.Zero)
    case = make("zero", [[1]], [[[0]], [[0]]])
    assert decider(replace(obligation, given=(), relation=false)).decide(case).verdict == "refuted"


def test_there_is_nothing_to_rescale_at_depth_one() -> None:
    obligation = BUILT_IN.claim("sharpness-unbounded").obligation("grows")
    case = make("one", [[1]], [[[1]]])
    assert decider(replace(obligation, given=("minimizer",))).decide(case).verdict == "not applicable"


@pytest.mark.parametrize("name", ["exact", "paper", "tight", "sharp"])
def test_a_learning_rate_off_by_a_billionth_is_refuted(name: str) -> None:
    """The rates tried were a thousandth off the threshold, and constants changed by less survived."""
    obligation = BUILT_IN.claim("learning-rate").obligation(name)
    relation = obligation.relation
    factor = 1 + sp.Rational(1 if relation.op == ">" else -1, 10**9)
    false = replace(obligation, relation=Relation(relation.lhs, relation.op, factor * relation.rhs))
    assert refute("learning-rate", false) is not None


def test_the_exhibited_minimizer_does_not_depend_on_the_precision() -> None:
    """Its norms were rounded in balls, so the float screen (53 bits) never had one."""
    case = instance("classics", 0, 23)
    found = []
    for bits in (53, 64, 128):
        with ctx.workprec(bits):
            found.append([str(x) for layer in flattest_network(case).weights for x in layer.flat])
    assert found[0] == found[1] == found[2]


def test_the_top_eigenvalue_of_a_hidden_negative_multiple() -> None:
    """A largest root may itself be negative: it turns the order of the eigenvalues around."""
    negative = top_root(fmpq_poly([2, 4, 1]))
    assert negative.sign == -1
    matrix = ScaledMatrix(negative, rational_array(np.diag([1, 2])))
    assert ExactRing().weighted_top(matrix, rational_array(np.eye(2, dtype=int))).compare(negative) == 0


def test_incommensurable_terms_agree_with_balls() -> None:
    """``Sigma = diag(1, 9)``, ``A = I``, ``B = e_1 e_1^T / 2^{1/2}``: the top is 9; with 90 B: ``1 + 45 2^{1/2}``."""
    ring, half = ExactRing(), exact(2) ** Fraction(-1, 2)
    identity, corner = rational_array(np.eye(2, dtype=int)), rational_array([[1, 0], [0, 0]])
    sigma = rational_array(np.diag([1, 9]))
    assert ring.weighted_top(ring.add_matrices([identity, ring.scale(half, corner)]), sigma).compare(exact(9)) == 0
    moved = ring.weighted_top(ring.add_matrices([identity, ring.scale(half * 90, corner)]), sigma)
    assert moved.compare(1 + 45 * exact(2) ** Fraction(1, 2)) == 0


def test_layers_do_not_count_from_the_end() -> None:
    point = field_point(BUILT_IN.claim("gradient").obligations[0], 0, 2)
    for family, index in (("W", 0), ("q", -1), ("P", 4)):
        with pytest.raises(IndexError):
            point.layer(family, index)


@pytest.mark.parametrize("name", ["small:0:-1", "small:--5:0", "small:0:" + "9" * 20, "small:\u00b2:0"])
def test_bad_instance_names_get_a_sentence(name: str) -> None:
    with pytest.raises(ValueError, match="is not an instance; write family:seed:index"):
        parse_name(name)


def test_results_out_of_range_and_depths_without_end() -> None:
    huge = "1" + "0" * 149
    table = parse_table(f"a,b,y\n{huge},1e-149,{huge}\n-{huge},2e-149,3\n5,-1e-149,7\n", "y")
    with pytest.raises(DataError, match="range of float64"):
        bounds(table, 3)
    with pytest.raises(DataError, match="at most"):
        bounds(parse_table("a,y\n1,1\n2,3\n", "y"), MAX_DEPTH + 1)


def test_links_and_devices_stay_what_they_are(tmp_path: Path) -> None:
    """A file moved over ``/dev/null`` would replace it."""
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_text(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_text() == "text"
    write_text(Path("/dev/null"), "text")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_outputs_are_refused_before_the_work(tmp_path: Path) -> None:
    run = CliRunner().invoke
    both = str(tmp_path / "x")
    for options, words in (
        (["--json", both, "--junit", both], "give each its own"),
        (["--html", both, "--junit", both], "give each its own"),
        (["--json", str(tmp_path)], "is a directory"),
        (["--junit", str(tmp_path / "none" / "x")], "There is no directory"),
    ):
        result = run(app, ["verify", "gradient", *options])
        assert result.exit_code == 2 and words in result.output


def test_roots_of_an_exact_zero() -> None:
    assert BallRing(64).power(arb(0), Fraction(1, 3)) == 0
