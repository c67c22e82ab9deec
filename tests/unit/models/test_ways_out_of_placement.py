"""Clashes and ways out of hub placement, by eye."""

from dataclasses import replace

import numpy as np
import pytest

from models import HubPlacement, InstanceError, SolveOptions, Status

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


@pytest.fixture
def grown():
    """Two periods, 10 t each without a direct way; site 0 has room 10 in each period, site 1 stands, with room 4."""
    return HubPlacement(
        amount=[10.0, 10.0], direct_cost=[np.inf, np.inf], flow_period=[0, 1],
        route_flow=[0, 1, 0, 1], route_site=[0, 0, 1, 1], route_cost=[1.0, 1.0, 2.0, 2.0], route_resource=[0] * 4,
        option_site=[0, 0, 1, 1], option_period=[0, 1, 0, 1], option_cost=[5.0, 6.0, 0.0, 0.0],
        option_capacity=[[10.0], [10.0], [4.0], [4.0]], standing=[False, True],
    )  # fmt: skip


def named(instance):
    return {frozenset(clash.requirements) for clash in instance.clashes()}


def test_a_price_of_a_room_without_its_period_is_refused_by_the_name_of_the_room(grown):
    stuck = replace(grown, option_capacity=[[10.0], [3.0], [4.0], [4.0]])
    expected = r"\('room', 1, 0\), which names no requirement; expected 4 parts, as in \('room', 1, 0, 0\)"
    with pytest.raises(InstanceError, match=expected):
        stuck.ways_out(EXACT, prices={("room", 1, 0): 2.0, "carried": 3.0})


def test_a_site_is_built_once_in_every_period_not_once_in_all(grown):
    assert grown.solve(EXACT).objective == 10 + 5 + 10 + 6
    assert grown.clashes().status is Status.FEASIBLE
    assert grown.ways_out().status is Status.FEASIBLE


def test_the_room_of_one_period_is_short(grown):
    stuck = replace(grown, option_capacity=[[10.0], [3.0], [4.0], [4.0]])
    # the least that is wrong with period 1: 10 t, and room for 3 and 4
    assert named(stuck) == {frozenset({("carried", 1), ("room", 0, 0, 1), ("room", 1, 0, 1)})}
    first, second = stuck.ways_out(EXACT, prices={("room", 0, 0, 1): 2.0, "carried": 3.0})
    assert told(first) == {("room", 0, 0, 1): (3.0, 6.0)}
    assert told(second) == {("carried", 1): (3.0, 9.0)}
    assert stuck.relaxed(first).option_capacity.ravel().tolist() == [10.0, 6.0, 4.0, 4.0]
    assert first.objective == 10 + 5 + 6 + 8 + 6


def test_what_opens_late_carries_nothing_before(grown):
    late = replace(grown, rule_row=[0], rule_option=[0], rule_weight=[1.0], rule_high=[0.0])
    assert named(late) == {frozenset({("carried", 0), ("room", 1, 0, 0), ("rule", 0, "high")})}
    (way,) = late.ways_out(EXACT, prices={"rule": 4.0})
    assert told(way) == {("rule", 0, "high"): (1.0, 4.0)}
    assert late.relaxed(way).rule_high.tolist() == [1.0]


def test_a_rule_that_asks_for_more_than_another_allows(two_flows):
    rules = replace(
        two_flows, rule_row=[0, 1], rule_option=[0, 0], rule_weight=[2.0, 1.0], rule_low=[2.0, -np.inf],
        rule_high=[9.0, 0.0],
    )  # fmt: skip
    assert named(rules) == {frozenset({("rule", 0, "low"), ("rule", 1, "high")})}
    first, second = rules.ways_out(EXACT)
    assert told(first) == {("rule", 1, "high"): (1.0, 1.0)}
    assert told(second) == {("rule", 0, "low"): (2.0, 2.0)}


def test_a_route_needs_both_of_its_sites():
    chain = HubPlacement(
        amount=[10.0], direct_cost=[np.inf], route_flow=[0], route_site=[0], route_cost=[1.0], route_resource=[0],
        route_second_site=[1], route_second_resource=[0], option_site=[0, 1], option_cost=[20.0, 20.0],
        option_capacity=[[10.0], [10.0]], standing=[False, False],
    )  # fmt: skip
    assert chain.clashes().status is Status.FEASIBLE
    assert named(replace(chain, forced_closed=(1,))) == {frozenset({("carried", 0), ("forced_closed", 1)})}
    assert named(replace(chain, max_new=1)) == {frozenset({("carried", 0), ("max_new",)})}
    tight = replace(chain, option_capacity=[[10.0], [6.0]])
    assert named(tight) == {frozenset({("carried", 0), ("room", 1, 0)})}
    (way,) = tight.ways_out(EXACT, prices={"room": 1.0})
    assert told(way) == {("room", 1, 0): (4.0, 4.0)}


def test_a_cap_that_neither_way_can_keep(two_flows):
    # directly 2 a tonne, by a hub 1: 15 t at the new site, 5 t at the other make 20
    capped = replace(
        two_flows, route_measure=np.ones((4, 1)), direct_measure=np.full((2, 1), 2.0), measure_high=[22.0], max_new=0
    )
    assert named(capped) == {frozenset({("measure", 0, "high"), ("max_new",), ("room", 1, 0)})}
    prices = {"measure": 1.0, "room": 2.0, "max_new": 9.0}
    first, second, third = capped.ways_out(EXACT, prices=prices)
    assert told(first) == {("max_new",): (1.0, 9.0)}
    assert told(second) == {("measure", 0, "high"): (13.0, 13.0)}  # 5 t by the hub, 15 t directly: 35
    assert told(third) == {("room", 1, 0): (13.0, 26.0)}
    assert capped.relaxed(second).measure_high.tolist() == [35.0]
    promised = replace(capped, measure_low=[50.0], measure_high=[np.inf], max_new=None)
    (way,) = promised.ways_out(EXACT)
    assert told(way) == {("measure", 0, "low"): (10.0, 10.0)}
    assert named(promised) == {frozenset({("measure", 0, "low")})}


def test_freight_that_an_open_site_cannot_have(two_flows):
    hungry = replace(two_flows, option_min_throughput=[0.0, 6.0])
    assert named(hungry) == {frozenset({("min_throughput", 1), ("room", 1, 0)})}
    first, second = hungry.ways_out(EXACT, prices={"min_throughput": 1.0, "room": 2.0})
    assert told(first) == {("min_throughput", 1): (1.0, 1.0)}
    assert told(second) == {("room", 1, 0): (1.0, 2.0)}
    assert hungry.relaxed(first).option_min_throughput.tolist() == [0.0, 5.0]


def test_a_client_that_fits_in_no_single_site(stuck):
    bound = replace(stuck, flow_client=[7, 7], max_new=None)
    (clash,) = bound.clashes()
    assert {("client", 7), ("room", 0, 0)} < set(clash.requirements)
    first, second = bound.ways_out(EXACT, prices={"client": 1.0, ("room", 0, 0): 1.0})
    assert told(first) == {("client", 7): (1.0, 1.0)}
    assert told(second) == {("room", 0, 0): (5.0, 5.0)}
    assert bound.relaxed(first).flow_client.tolist() == [-1, -1]


def test_a_standing_site_that_need_not_be_closed_stays_open(two_flows):
    # site 1 stands: not closed, it would be open in a way that the rule forbids
    shut = replace(two_flows, forced_closed=(1,), rule_row=[0], rule_option=[1], rule_weight=[1.0], rule_high=[0.0])
    assert replace(shut, min_new=1, max_new=1).clashes().status is Status.FEASIBLE
    stuck = replace(shut, forced_open=(1,))
    assert named(stuck) == {frozenset({("forced_open", 1), ("rule", 0, "high")})}
    assert named(replace(stuck, rule_high=[1.0])) == {frozenset({("forced_open", 1), ("forced_closed", 1)})}
    first, second = stuck.ways_out(EXACT)
    assert told(first) == {("forced_open", 1): (1.0, 1.0)}
    assert told(second) == {("forced_closed", 1): (1.0, 1.0), ("rule", 0, "high"): (1.0, 1.0)}


def test_levels_that_fall_whatever_is_decided_clash_with_nothing_else():
    falling = HubPlacement(
        amount=[1.0, 1.0], direct_cost=[5.0, 5.0], flow_period=[0, 1], route_flow=[], route_site=[], route_cost=[],
        route_resource=[], option_site=[0, 0], option_period=[0, 1], option_level=[1, 0], option_cost=[0.0, 0.0],
        option_capacity=[[1.0], [1.0]], standing=[True],
    )  # fmt: skip
    assert named(falling) == {frozenset()}
    ways = falling.ways_out()
    assert (ways.status, len(ways), ways.is_complete) == (Status.INFEASIBLE, 0, True)


def test_a_site_that_stands_is_closed_in_every_period_or_clashes_with_being_open(grown):
    closed = replace(grown, forced_closed=(1,))  # 10 t in each period by the other site
    assert closed.solve(EXACT).objective == 10 + 5 + 10 + 6
    assert closed.clashes().status is Status.FEASIBLE
    stuck = replace(closed, forced_open=(1,))
    assert named(stuck) == {frozenset({("forced_open", 1), ("forced_closed", 1)})}


def test_a_price_of_what_the_instance_happens_not_to_ask_for_is_no_fault(stuck):
    # site 7 and site 0 need not be open; the room for 15 t costs 45
    prices = {("forced_open", 7): 1.0, ("room", 7, 0): 1.0, ("forced_open", 0): 1.0, "room": 3.0}
    (way,) = stuck.ways_out(EXACT, prices=prices)
    assert told(way) == {("room", 1, 0): (15.0, 45.0)}
