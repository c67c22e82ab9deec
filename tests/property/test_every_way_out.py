"""Every model tells why it has no plan and how it would have one: laws that trying every plan checks."""

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracles.contract import CONTRACTS

from models import SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

MANY = int(os.environ.get("WAYS_OUT_EXAMPLES", "25"))  # thousands outside CI
NEAR = SolveOptions(relative_gap=1e-8)
by_name = pytest.mark.parametrize("contract", CONTRACTS, ids=[each.name for each in CONTRACTS])
calm = settings(deadline=None, max_examples=MANY, suppress_health_check=[HealthCheck.filter_too_much])


@by_name
@calm
@given(data=st.data())
def test_clashes_and_ways_out_are_told_of_whatever_has_no_plan(contract, data):
    instance = data.draw(contract.drawn)
    has_plan = np.isfinite(contract.truth(instance))
    clashes, ways = instance.clashes(NEAR), instance.ways_out(NEAR, k=2)
    expected = Status.FEASIBLE if has_plan else Status.INFEASIBLE
    assert (clashes.status, ways.status) == (expected, expected)
    assert (len(clashes) == 0) == has_plan
    if not has_plan and not ways:  # what is no requirement clashes already, as levels that cannot but fall
        assert [clash.requirements for clash in clashes] == [()]


@by_name
@calm
@given(data=st.data())
def test_ways_out_do_what_they_say_and_nothing_that_could_be_left_out(contract, data):
    instance = data.draw(contract.drawn)
    assume(not np.isfinite(contract.truth(instance)))
    clashes, ways = instance.clashes(NEAR), instance.ways_out(NEAR, k=3)
    assert clashes.is_complete
    assert all(clash.is_irreducible for clash in clashes)
    assert ways.is_complete
    sets = [{one.name for one in way.relaxations} for way in ways]
    assert not any(a <= b for at, a in enumerate(sets) for b in sets[at + 1 :])
    for way, names in zip(ways, sets, strict=True):
        assert way.price == pytest.approx(sum(one.price for one in way.relaxations))
        assert all(names & set(clash.requirements) for clash in clashes)
        eased = instance.relaxed(way)
        truth = contract.truth(eased)
        assert way.objective == pytest.approx(truth, rel=3e-6, abs=1e-6)
        assert eased.check(eased.solve(NEAR)) == []
        for kept in way.relaxations if way.price > 0 else ():
            rest = tuple(one for one in way.relaxations if one is not kept)
            assert not np.isfinite(contract.truth(instance.relaxed(replace(way, relaxations=rest)))), kept
