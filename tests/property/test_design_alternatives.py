"""The other good sets of links are those that trying every set gives."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.design import instances, values_of_sets

from models import SolveOptions
from models.design import answers

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

MANY = int(os.environ.get("DESIGN_EXAMPLES", "40"))  # thousands outside CI
GAP = 1e-7
SAFE = 3e-6  # relative: of a solver's tolerances


def agrees(instance, count, within, engine):
    found = instance.alternatives(count, within=within, options=SolveOptions(relative_gap=GAP, engine=engine))
    values = values_of_sets(instance)
    sets, objectives = [tuple(each.open.tolist()) for each in found], [each.objective for each in found]
    assert bool(found) == bool(values)
    assert objectives == pytest.approx([values[each] for each in sets], rel=SAFE, abs=1e-9)
    assert objectives == sorted(objectives)
    assert len(set(sets)) == len(sets) <= count
    assert [line for each in found for line in instance.check(each)] == []
    assert all(each.bound <= values[of] * (1 + SAFE) for each, of in zip(found, sets, strict=True))
    if not found:
        return
    others = [value for of, value in values.items() if of not in sets]
    highest = objectives[0] * (1 + within) if np.isfinite(within) else np.inf
    assert objectives[-1] <= highest * (1 + SAFE)
    assert all(value >= objectives[-1] * (1 - SAFE) for value in others)
    if len(found) < count:
        assert found[0].stopped.endswith("; these are all")
        assert all(value >= highest * (1 - SAFE) for value in others)


LIMITS = st.sampled_from([0.0, 0.1, 0.5, np.inf])
COUNTS = st.sampled_from([1, 4, 40])


@settings(deadline=None, max_examples=MANY)
@given(instance=instances(), count=COUNTS, within=LIMITS, engine=st.sampled_from(["mip", "lagrangian"]))
def test_they_are_every_set_within_the_limit_the_cheapest_first(instance, count, within, engine):
    agrees(instance, count, within, engine)


@settings(deadline=None, max_examples=MANY // 2)
@given(instance=instances(), count=COUNTS, within=LIMITS)
def test_so_they_are_by_the_program_without_strong_inequalities(instance, count, within):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "TEXTBOOK_ENTRIES", -1)
        agrees(instance, count, within, "auto")
