"""Clashes and ways out of hub location, on instances small enough to be solved by eye."""

from dataclasses import replace

import numpy as np
import pytest

from models import HubLocation, InstanceError, SolveOptions, Status
from models.infeasible import Elastic

EXACT = SolveOptions(relative_gap=0.0)
INF = float("inf")
# 6 units from 0 to 1, 4 back; one hub, with room for 7 at either node
SHORT = HubLocation(flow=[[0, 6], [4, 0]], cost=[[0, 1], [1, 0]], hubs=1, capacity=[7, 7])


def told(way):
    return {one.name: (one.amount, one.price) for one in way.relaxations}


def both(instance):
    return [replace(instance, allocation=allocation) for allocation in ("single", "multiple")]


def test_a_feasible_instance_has_no_clash_and_needs_no_way_out():
    for instance in both(replace(SHORT, hubs=2)):
        assert (instance.clashes().status, len(instance.clashes())) == (Status.FEASIBLE, 0)
        assert (instance.ways_out().status, len(instance.ways_out())) == (Status.FEASIBLE, 0)


@pytest.mark.parametrize("instance", both(SHORT), ids=lambda one: one.allocation)
def test_one_hub_with_too_little_room_needs_more_room_a_second_hub_or_less_flow(instance):
    (clash,) = instance.clashes()
    assert clash.is_irreducible
    assert set(clash.requirements) == {
        ("served", 0, 1),
        ("served", 1, 0),
        ("capacity", 0),
        ("capacity", 1),
        ("hubs", "more"),
    }
    prices = {("hubs", "more"): 2.0, ("capacity", 1): 3.0, ("served", 1, 0): 4.0}
    ways = instance.ways_out(EXACT, prices=prices)
    assert ways.is_complete
    assert [told(way) for way in ways] == [
        {("hubs", "more"): (1.0, 2.0)},
        {("capacity", 1): (3.0, 9.0)},
        {("served", 1, 0): (3.0, 12.0)},
    ]
    # two hubs: 10 units for 0.75 between them; one: 10 units for 1 to it or from it; 7 of them are left
    assert [way.objective for way in ways] == [7.5, 10.0, 7.0]
    assert instance.relaxed(ways.ways[0]).hubs == 2
    assert instance.relaxed(ways.ways[1]).capacity.tolist() == [7, 10]
    assert instance.relaxed(ways.ways[2]).flow.tolist() == [[0, 6], [1, 0]]


@pytest.mark.parametrize("instance", both(SHORT), ids=lambda one: one.allocation)
def test_the_instance_after_a_way_out_has_the_value_it_said(instance):
    for way in instance.ways_out(EXACT, k=4):
        after = instance.relaxed(way)
        solution = after.solve(EXACT)
        assert solution.objective == pytest.approx(way.objective)
        assert after.check(solution) == []


def test_more_hubs_than_nodes():
    for instance in both(replace(SHORT, hubs=4)):
        (clash,) = instance.clashes()
        assert clash.requirements == (("hubs", "fewer"),)
        (way,) = instance.ways_out(EXACT)
        assert told(way) == {("hubs", "fewer"): (2.0, 2.0)}
        assert instance.relaxed(way).hubs == 2


def test_no_hub_at_all_serves_no_one_and_single_allocation_not_even_them():
    single, multiple = both(replace(SHORT, hubs=0, capacity=None))
    (way,) = single.ways_out(EXACT)
    assert told(way) == {("hubs", "more"): (1.0, 1.0)}  # each node has a hub, whatever it sends
    first, second = multiple.ways_out(EXACT)
    assert told(first) == {("hubs", "more"): (1.0, 1.0)}
    assert told(second) == {("served", 0, 1): (6.0, 6.0), ("served", 1, 0): (4.0, 4.0)}
    assert second.objective == 0.0


def test_a_pair_whose_links_are_all_forbidden_is_left_unserved_as_a_whole():
    # nothing may enter node 2 but from itself, so that what 0 sends there has no way
    cost = [[0, 1, INF], [1, 0, INF], [1, 1, INF]]
    for instance in both(HubLocation(flow=[[0, 2, 5], [0, 0, 0], [3, 0, 0]], cost=cost)):
        (clash,) = instance.clashes()
        assert clash.requirements == (("served", 0, 2),)
        (way,) = instance.ways_out(EXACT)
        assert told(way) == {("served", 0, 2): (5.0, 5.0)}
        assert instance.relaxed(way).flow[0].tolist() == [0, 2, 0]


def test_flow_to_itself_needs_the_link_back_from_its_hub_and_the_hub_a_link_to_itself():
    # node 0 reaches hub 1 and comes back, but nothing may turn round at a hub
    turning = HubLocation(flow=[[2, 0], [0, 0]], cost=[[INF, 1], [1, INF]])
    single, multiple = both(turning)
    assert {one.requirements for one in single.clashes()} == {(("served", 0, 0),)}
    assert {one.requirements for one in multiple.clashes()} == {(("served", 0, 0),)}
    at_1 = [replace(one, cost=[[INF, 1], [1, 0]]) for one in (single, multiple)]
    assert [one.clashes().status for one in at_1] == [Status.FEASIBLE, Status.FEASIBLE]


def test_a_forbidden_link_between_hubs_asks_for_another_number_of_them():
    # 0 is reached from 0 alone and 1 from 1 alone; between them nothing may flow but by 2
    cost = [[0, INF, 1], [INF, 0, 1], [1, 1, 0]]
    single, multiple = both(HubLocation(flow=[[0, 3, 0], [0, 0, 0], [0, 0, 0]], cost=cost, hubs=3))
    # a hub is its own, so that with three of them 0 and 1 are hubs without a link
    first, second = single.ways_out(EXACT, k=2)
    assert told(first) == {("hubs", "fewer"): (1.0, 1.0)}
    assert told(second) == {("served", 0, 1): (3.0, 3.0)}
    assert multiple.ways_out().status is Status.FEASIBLE


def test_whole_nodes_need_more_room_than_pairs():
    single, multiple = both(replace(SHORT, hubs=2, flow=[[0, 8], [4, 0]]))
    assert multiple.clashes().status is Status.FEASIBLE  # 8 and 4 in room for 14
    first, *_ = single.ways_out(EXACT, prices={"capacity": 1.0})
    assert told(first) == {("capacity", 0): (1.0, 1.0)}


def test_steps_and_limits_of_the_caller_are_kept():
    steps = {("capacity", 0): Elastic(price=1.0, step=2.0), ("capacity", 1): Elastic(price=1.0, limit=2.0)}
    (way,) = SHORT.ways_out(EXACT, prices=steps)
    assert told(way) == {("capacity", 0): (4.0, 4.0)}


def test_room_for_all_flow_is_no_requirement():
    roomy = replace(SHORT, hubs=0, capacity=[INF, 10])
    assert {one.name[0] for way in roomy.ways_out(EXACT) for one in way.relaxations} == {"hubs"}


@pytest.mark.parametrize(
    "prices", [{"capacity": -1.0}, {"rooms": 1.0}, {("served", 1): 1.0}, {("capacity", 1, 1): 1.0}]
)
def test_prices_without_meaning_are_refused(prices):
    with pytest.raises(InstanceError):
        SHORT.ways_out(prices=prices)


def test_a_limit_of_no_time_claims_nothing():
    ways = SHORT.ways_out(SolveOptions(time_limit_s=1e-6))
    assert (ways.status, ways.is_complete, ways.stopped) == (Status.NO_SOLUTION, False, "time limit")
    clashes = SHORT.clashes(SolveOptions(time_limit_s=1e-6))
    assert (clashes.status, clashes.is_complete, len(clashes)) == (Status.NO_SOLUTION, False, 0)


def test_no_nodes():
    for instance in both(HubLocation(flow=np.zeros((0, 0)), cost=np.zeros((0, 0)), hubs=1)):
        (way,) = instance.ways_out(EXACT)
        assert told(way) == {("hubs", "fewer"): (1.0, 1.0)}
        assert instance.relaxed(way).solve().status is Status.OPTIMAL


def test_a_small_amount_of_room_in_a_row_of_large_ones_is_told_in_full():
    # 200 units from 1 to 3 must enter at 0, where there is no room, beside millions
    flow = [[300, 0, 1e3, 3e6], [5e4, 500, 0, 200], [5e6, 40, 3e3, 4e4], [0, 4e4, 0, 3]]
    cost = [[6, 600, 500, 8e3], [0.05, INF, 7e3, INF], [INF, 0.6, 0, INF], [8, 8e3, 0, 10]]
    instance = HubLocation(flow=flow, cost=cost, capacity=[0, 5e6, 1e7, 1e7], allocation="multiple")
    ways = instance.ways_out(EXACT, prices={"served": 2.5, "capacity": 3.5})
    assert [told(way) for way in ways] == [{("served", 1, 3): (200.0, 500.0)}, {("capacity", 0): (200.0, 700.0)}]
    assert ways.left_out == ()
