"""The Hypothesis profile of all tests; ``FLATCERT_PROFILE`` chooses it. What a test declares is gone after it."""

from collections.abc import Iterator

import pytest
from forgetting import forget_everything

from flatcert.checks.authoring import references
from flatcert.checks.deep_linear.instances.spaces import FAMILIES
from flatcert.checks.instances.profiles import load
from flatcert.theory.language.hypotheses import HYPOTHESES
from flatcert.theory.language.quantities import SYMBOL_NAMES, VOCABULARY

load()
TABLES = (VOCABULARY, SYMBOL_NAMES, HYPOTHESES, FAMILIES)


@pytest.fixture(autouse=True)
def only_what_is_built_in() -> Iterator[None]:
    """Theories over the deep linear networks add words, hypotheses and families to the tables of that setting."""
    before = [len(table) for table in TABLES]
    yield
    if [len(table) for table in TABLES] != before:
        for table, size in zip(TABLES, before, strict=True):
            for added in list(table)[size:]:
                del table[added]
        references._loaded.cache_clear()


@pytest.fixture
def forgotten() -> Iterator[None]:
    """For tests that plant a fault: what is remembered must neither hide it, nor hand it on to other tests."""
    forget_everything()
    yield
    forget_everything()
