"""Clashes and ways out of hub placement, by eye."""

from dataclasses import replace

import numpy as np
import pytest

from models import SolveOptions, Status

EXACT = SolveOptions(relative_gap=0.0)


def told(way):
    return {one.name: (one.amount, one.price) for one in way.relaxations}


@pytest.fixture
def stuck(two_flows):
    """Two flows of 10 t without a direct way; room for 15 t and 5 t where the second site alone stands."""
    return replace(two_flows, direct_cost=np.full(2, np.inf), max_new=0)


def test_what_can_go_directly_needs_no_way_out(two_flows):
    assert two_flows.ways_out().status is Status.FEASIBLE
    assert two_flows.clashes().status is Status.FEASIBLE


def test_too_few_hubs_too_little_room_or_freight_left(stuck):
    # 20 t through room for 5: a second site (15 t more) for 30, 15 t more room for 45, or leave 15 t for 60
    prices = {"max_new": 30.0, "room": 3.0, "carried": 4.0}
    ways = stuck.ways_out(EXACT, k=2, prices=prices)
    assert [told(way) for way in ways] == [{("max_new",): (1.0, 30.0)}, {("room", 1, 0): (15.0, 45.0)}]
    assert ways.ways[0].objective == 40 + 15 * 2 + 5 * 3
    assert ways.ways[1].objective == 20 * 3
    assert ways.is_complete


def test_one_flow_alone_clashes_with_the_room_and_the_count(stuck):
    (clash,) = stuck.clashes()
    assert clash.is_irreducible
    assert {("room", 1, 0), ("max_new",)} < set(clash.requirements)
    assert len(clash.requirements) == 3  # and one of the two flows, which are alike


def test_a_way_out_applied_costs_what_it_said(stuck):
    for way in stuck.ways_out(EXACT, k=4):
        after = stuck.relaxed(way)
        solution = after.solve(EXACT)
        assert solution.objective == pytest.approx(way.objective)
        assert after.check(solution) == []


def test_freight_that_stays_where_it_is_costs_nothing_more(stuck):
    (way, *_) = replace(stuck, max_new=0, forced_closed=(1,)).ways_out(EXACT, prices={"carried": 1.0})
    assert told(way) == {("carried", 0): (10.0, 10.0), ("carried", 1): (10.0, 10.0)}
    assert way.objective == 0.0


def test_a_site_forced_open_and_closed(two_flows):
    instance = replace(two_flows, forced_open=(0,), forced_closed=(0,))
    (clash,) = instance.clashes()
    assert set(clash.requirements) == {("forced_open", 0), ("forced_closed", 0)}
    first, second = instance.ways_out(EXACT, prices={"forced_open": 2.0, "forced_closed": 1.0})
    assert told(first) == {("forced_closed", 0): (1.0, 1.0)}
    assert told(second) == {("forced_open", 0): (1.0, 2.0)}


def test_more_new_sites_than_there_are(two_flows):
    (way,) = replace(two_flows, min_new=3).ways_out(EXACT)
    assert told(way) == {("min_new",): (2.0, 2.0)}
    assert way.objective == 85.0  # 15 t by site 0 for 30, 5 t by site 1 for 15, and 40 for opening
