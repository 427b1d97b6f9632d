"""The targets of `python -m fuzz` work, and hold for their seeds and the first changes of these."""

import pytest

from fuzz.seeds import SEEDS, variations
from fuzz.targets import TARGETS

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_its_seeds_and_what_is_near_them(name):
    inputs = list(variations(name, 200))
    assert len(inputs) == 200 and len(set(inputs)) > 150
    for one in inputs:
        TARGETS[name](one)


def test_every_target_has_seeds():
    assert SEEDS.keys() == TARGETS.keys()
