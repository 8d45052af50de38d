"""Blocks of integer networks: what float64 decides by error bounds, the balls and the exact route decide alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flatcert.checks.deciding.blocks import OneByOne, blocks_of
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.blocks import Together
from flatcert.checks.deep_linear.evaluation.integer_networks import IntegerNetworks
from flatcert.theory.language.claim import Obligation
from flatcert.theory.library import BUILT_IN

TIGHT = BUILT_IN.claim("sharpness-lower-tight").obligation("minimizers")
PAPER = BUILT_IN.claim("sharpness-lower").obligation("minimizers")


def drawn(seed: int, count: int = 40) -> IntegerNetworks:
    return IntegerNetworks.drawn(np.random.default_rng(seed), count)


@pytest.mark.parametrize("obligation", [TIGHT, PAPER])
@pytest.mark.parametrize("seed", range(6))
def test_float64_agrees_with_the_decider(obligation: Obligation, seed: int) -> None:
    """Every network on its own, by balls and exact numbers, which share no code with the error bounds."""
    networks, draws = drawn(seed), blocks_of(obligation)
    assert isinstance(draws, Together)
    block = draws.block(networks)
    cases = [networks.instance(i) for i in range(40)]
    outcomes = decider(obligation).decide_all(cases)
    counts = [sum(o.verdict is verdict for o in outcomes) for verdict in (Verdict.HELD, Verdict.NOT_APPLICABLE)]
    assert sum(counts) == 40
    assert block.held <= counts[0] and block.not_applicable <= counts[1]
    assert block.held + block.not_applicable + len(block.left) == 40
    for near in block.tight:
        outcome = decider(obligation).decide(near.case)
        assert outcome.verdict is Verdict.HELD and outcome.ratio == pytest.approx(near.ratio, rel=1e-9)


def test_mutants_are_left_to_the_decider_and_refuted() -> None:
    """No false statement holds by float64: what would refute it is decided exactly."""
    tried = [(false, draws) for mutant in TIGHT.mutants
             if isinstance(draws := blocks_of(false := mutant.of(TIGHT)), Together)]
    assert len(tried) == 3  # not those with the largest eigenvalue, and without the minimizer
    for false, draws in tried:
        for seed in range(3):
            networks = drawn(seed)
            block = draws.block(networks)
            verdicts = [decider(false).decide(networks.instance(i)).verdict for i in range(40)]
            assert verdicts.count(Verdict.REFUTED) <= len(block.left)
            assert block.held <= verdicts.count(Verdict.HELD)


def test_other_obligations_are_decided_one_by_one() -> None:
    """Quantifiers, identities, upper bounds and dense Hessians have no error bounds."""
    for claim, name in (("gradient", "layer"), ("min-sharpness", None), ("linear-convergence", None)):
        for obligation in BUILT_IN.claim(claim).obligations:
            if name in (None, obligation.name):
                assert not isinstance(blocks_of(obligation), Together)
    assert not isinstance(blocks_of(replace(TIGHT, direct=True)), Together)
    assert isinstance(blocks_of(TIGHT), OneByOne)
