"""Location without capacities with one of its engines switched off: slower, and the same value."""

from dataclasses import replace

import numpy as np
import pytest

from models import FacilityLocation, PMedian, SolveOptions, Status
from models.location import search

EXACT = SolveOptions(relative_gap=0.0)
pytestmark = pytest.mark.usefixtures("one_solver_for_all")


# costs that no plane has, so that the bound leaves a gap and the tree has work
COST = np.random.default_rng(1).integers(1, 100, (30, 20)).astype(float)
INSTANCES = PMedian(cost=COST, weight=np.ones(30), p=4), FacilityLocation(cost=COST, fixed_cost=np.full(20, 90.0))


@pytest.fixture(scope="module")
def best():
    return [one.solve(replace(EXACT, engine="mip", relative_gap=1e-6)).objective for one in INSTANCES]


@pytest.mark.parametrize(
    "switched_off",
    [{"MOVES": 0}, {"RADIUS_ENTRIES": 0, "FIRST_TREE": 1, "NODES": 1}],
    ids=["interchange", "small programs"],
)
def test_the_value_is_that_of_the_plain_program(monkeypatch, best, switched_off):
    for name, value in switched_off.items():
        monkeypatch.setattr(search, name, value)
    found = [instance.solve(EXACT) for instance in INSTANCES]
    assert [one.objective for one in found] == pytest.approx(best)
    assert [one.status for one in found] == [Status.OPTIMAL, Status.OPTIMAL]
    assert [instance.check(one) for instance, one in zip(INSTANCES, found, strict=True)] == [[], []]
