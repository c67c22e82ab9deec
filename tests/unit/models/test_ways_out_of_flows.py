"""Clashes and ways out of flows and network design, on instances small enough to be solved by eye."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from models import InstanceError, MinCostFlow, MultiCommodityFlow, NetworkDesign, SolveOptions, SolverError, Status
from models.infeasible import Elastic

EXACT = SolveOptions(relative_gap=0.0)
# 4 units wait at node 0 and 3 are wanted at node 1; the direct arc carries one, the way by node 2 another
FLOW = MinCostFlow(tail=[0, 0, 2], head=[1, 2, 1], capacity=[1, 1, inf], unit_cost=[1, 1, 1], supply=[4, -3, 0])
# the same links for commodities of 1 and 2
SHARED = {"tail": [0, 0, 2], "head": [1, 2, 1], "capacity": [1, 1, inf], "unit_cost": [1, 1, 1]}
PAIRS = MultiCommodityFlow(**SHARED, origin=[0, 0], destination=[1, 1], amount=[1, 2])
DESIGN = NetworkDesign(
    tail=[0, 0, 2], head=[1, 2, 1], capacity=[2, 2, 2], unit_cost=[1, 1, 1], fixed_cost=[9, 2, 3],
    origin=[0], destination=[1], amount=[2], budget=6, forced_open=[0],
)  # fmt: skip


def told(way):
    return {one.name: (one.amount, one.price) for one in way.relaxations}


def named(clashes):
    return [set(one.requirements) for one in clashes]


@pytest.mark.parametrize(
    "instance",
    [
        replace(FLOW, capacity=[2, 2, 2], supply=[4, -4, 0]),
        replace(PAIRS, capacity=[2, 1, 1]),
        replace(DESIGN, budget=9),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_feasible_instance_has_no_clash_and_needs_no_way_out(instance):
    assert instance.solve(EXACT).has_plan
    clashes, ways = instance.clashes(EXACT), instance.ways_out(EXACT)
    assert (clashes.status, len(clashes), clashes.is_complete) == (Status.FEASIBLE, 0, True)
    assert (ways.status, len(ways), ways.is_complete) == (Status.FEASIBLE, 0, True)


def test_supply_that_nobody_takes_clashes_alone_and_demand_with_the_arcs_to_it():
    clashes = FLOW.clashes()
    assert clashes.is_complete
    assert named(clashes) == [{("supplied", 0)}, {("served", 1), ("capacity", 0), ("capacity", 1)}]


def test_ways_out_of_a_flow_balance_it_and_are_ranked_by_price():
    ways = FLOW.ways_out(EXACT, prices={"supplied": 1.0, "served": 2.0, ("capacity", 0): 5.0})
    # one unit nobody takes; the third unit is given up on both sides, or the direct arc carries it
    assert [told(way) for way in ways] == [
        {("supplied", 0): (2.0, 2.0), ("served", 1): (1.0, 2.0)},
        {("supplied", 0): (1.0, 1.0), ("capacity", 0): (1.0, 5.0)},
    ]
    assert ways.stopped == "there are no other ways out"
    assert [way.objective for way in ways] == [3.0, 4.0]  # 1 + 2; 2 x 1 + 2
    assert [FLOW.relaxed(way).supply.tolist() for way in ways] == [[2, -2, 0], [3, -3, 0]]


def test_room_that_is_bought_in_tens_is_raised_by_tens():
    steps = {("capacity", 0): Elastic(price=1.0, step=10), "supplied": 1.0}
    (way,) = FLOW.ways_out(EXACT, prices=steps)
    assert told(way) == {("supplied", 0): (1.0, 1.0), ("capacity", 0): (10.0, 10.0)}
    assert FLOW.relaxed(way).capacity.tolist()[:2] == [11, 1]


def test_a_limit_of_the_caller_is_kept():
    limits = {("capacity", 0): Elastic(price=1.0, limit=1.5), ("capacity", 1): 3.0, "supplied": 0.5}
    short = replace(FLOW, supply=[5, -5, 0])
    first, second = short.ways_out(EXACT, prices=limits)
    assert told(first) == {("capacity", 0): (1.0, 1.0), ("capacity", 1): (2.0, 6.0)}
    assert told(second) == {("capacity", 1): (3.0, 9.0)}
    assert short.ways_out(EXACT, prices={("capacity", 0): Elastic(price=1.0, limit=2)}).ways == ()


def test_amounts_beyond_what_a_float_holds_are_told_to_the_unit():
    units = 2**55 + 1
    instance = MinCostFlow(tail=[0], head=[1], capacity=[3], unit_cost=[1], supply=[units, -units])
    (way,) = instance.ways_out(EXACT, prices={"capacity": 1.0})
    assert told(way)["capacity", 0][0] == units - 3
    assert instance.relaxed(way).solve(EXACT).flow.tolist() == [units]


def test_a_flow_without_end_after_a_way_out_is_said_to_be_without_end():
    endless = MinCostFlow(tail=[0, 1], head=[1, 0], capacity=[inf, inf], unit_cost=[-1, 0], supply=[1, 0])
    (way,) = endless.ways_out()
    assert (told(way), way.status, way.objective) == ({("supplied", 0): (1.0, 1.0)}, Status.UNBOUNDED, -inf)


def test_amounts_with_what_gives_way_beyond_64_bits_are_refused():
    units = 2**61
    instance = MinCostFlow(tail=[0], head=[1], capacity=[0], unit_cost=[1], supply=[units - 1, 1 - units])
    with pytest.raises(InstanceError, match="with all that may give way, add up to"):
        instance.ways_out()


def test_commodities_that_share_too_little_room_clash_with_it():
    (clash,) = PAIRS.clashes()
    assert set(clash.requirements) == {("served", 0), ("served", 1), ("capacity", 0), ("capacity", 1)}


def test_ways_out_of_commodities_are_ranked_and_carry_the_value_after():
    ways = PAIRS.ways_out(EXACT, k=3, prices={("capacity", 0): 4.0, ("served", 0): 3.0, ("served", 1): 2.0})
    assert [told(way) for way in ways] == [
        {("served", 1): (1.0, 2.0)},
        {("served", 0): (1.0, 3.0)},
        {("capacity", 0): (1.0, 4.0)},
    ]
    assert [way.objective for way in ways] == pytest.approx([3.0, 3.0, 4.0])
    assert PAIRS.relaxed(ways.ways[1]).amount.tolist() == [0.0, 2.0]  # nothing of it is left, its number is


def test_a_commodity_that_need_not_be_served_is_no_requirement():
    instance = replace(PAIRS, amount=[1, 3], unserved_cost=[9, inf])
    (clash,) = instance.clashes()
    assert set(clash.requirements) == {("served", 1), ("capacity", 0), ("capacity", 1)}


def test_nodes_of_a_commodity_give_way_until_its_sides_agree():
    instance = MultiCommodityFlow(**SHARED, supply=[[3, -2, 0], [0.5, -0.5, 0]], unserved_cost=[inf, 9])
    assert {("served", 0, 0)} in named(instance.clashes())
    ways = instance.ways_out(EXACT)
    assert told(ways.ways[0]) == {("served", 0, 0): (1.0, 1.0)}
    assert instance.relaxed(ways.ways[0]).supply.tolist() == [[2.0, -2.0, 0.0], [0.5, -0.5, 0.0]]
    assert ways.ways[0].objective == pytest.approx(7.5)  # 1 + 2 for two units; 0.5 x 9 for what has no room


def test_one_that_need_not_be_served_must_still_be_asked_for_as_much_as_it_sends():
    instance = MultiCommodityFlow(**SHARED, supply=[[3, -2, 0]], unserved_cost=[1.0])
    assert named(instance.clashes()) == [{("served", 0, 0)}]
    (way,) = instance.ways_out(EXACT)
    assert told(way) == {("served", 0, 0): (1.0, 1.0)}
    assert way.objective == pytest.approx(2.0)  # two units are not served for 1 each


def test_who_can_get_nowhere_is_given_up():
    instance = MultiCommodityFlow(
        tail=[0], head=[1], capacity=[9], unit_cost=[[inf]], origin=[0], destination=[1], amount=[7]
    )
    assert named(instance.clashes()) == [{("served", 0)}]
    (way,) = instance.ways_out(EXACT)
    assert told(way) == {("served", 0): (7.0, 7.0)}
    assert way.objective == 0.0


def test_a_link_without_any_room_can_be_given_some():
    instance = MultiCommodityFlow(
        tail=[0], head=[1], capacity=[0], unit_cost=[2], origin=[0], destination=[1], amount=[7]
    )
    (way,) = instance.ways_out(EXACT, prices={"capacity": 1.0})
    assert told(way) == {("capacity", 0): (7.0, 7.0)}
    assert way.objective == pytest.approx(14.0)


def test_a_link_that_must_be_built_and_is_beyond_the_budget():
    assert named(DESIGN.clashes()) == [{("forced_open", 0), ("budget",)}]
    ways = DESIGN.ways_out(EXACT, prices={"forced_open": 4.0, "budget": 2.0, "served": 0.5})
    assert [told(way) for way in ways] == [{("forced_open", 0): (1.0, 4.0)}, {("budget",): (3.0, 6.0)}]
    assert [way.objective for way in ways] == pytest.approx([9.0, 11.0])  # by node 2: 5 + 2 x 2; directly: 9 + 2
    assert (DESIGN.relaxed(ways.ways[0]).forced_open, DESIGN.relaxed(ways.ways[1]).budget) == ((), 9.0)


def test_a_link_that_must_not_be_built_and_is_the_only_way():
    instance = replace(DESIGN, forced_open=(), forced_closed=[0, 1], budget=inf, amount=[3])
    directly = [("forced_closed", 0), ("capacity", 0)]
    by_node_2 = [("forced_closed", 1), ("capacity", 1), ("capacity", 2)]
    (clash,) = named(instance.clashes())
    assert clash in [{("served", 0), one, other} for one in by_node_2 for other in directly]
    prices = {("forced_closed", 0): 1.0, ("capacity", 0): 1.5, ("served", 0): 2.0}
    ways = instance.ways_out(EXACT, prices=prices)
    assert [told(way) for way in ways] == [
        {("forced_closed", 0): (1.0, 1.0), ("capacity", 0): (1.0, 1.5)},
        {("forced_closed", 0): (1.0, 1.0), ("served", 0): (1.0, 2.0)},
        {("served", 0): (3.0, 6.0)},
    ]
    assert [way.objective for way in ways] == pytest.approx([12.0, 11.0, 0.0])


@pytest.mark.parametrize("instance", [FLOW, PAIRS, DESIGN], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("prices", [{"served": -1.0}, {"served": np.nan}, {"size": 1.0}, {("size", 1): 1.0}])
def test_prices_without_meaning_are_refused(instance, prices):
    with pytest.raises(InstanceError):
        instance.ways_out(prices=prices)


@pytest.mark.parametrize("instance", [FLOW, PAIRS, DESIGN], ids=lambda one: type(one).__name__)
def test_where_nothing_may_give_way_there_is_no_way_out(instance):
    ways = instance.ways_out(prices={})
    assert (ways.status, len(ways), ways.is_complete) == (Status.INFEASIBLE, 0, True)
    assert ways.stopped == "there is no way out at these prices and limits"


@pytest.mark.parametrize("instance", [FLOW, PAIRS, DESIGN], ids=lambda one: type(one).__name__)
def test_a_limit_of_no_time_claims_nothing(instance):
    ways = instance.ways_out(SolveOptions(time_limit_s=1e-6))
    assert (ways.status, ways.is_complete, ways.stopped) == (Status.NO_SOLUTION, False, "time limit")
    clashes = instance.clashes(SolveOptions(time_limit_s=1e-6))
    assert (clashes.status, clashes.is_complete, len(clashes)) == (Status.NO_SOLUTION, False, 0)


@pytest.mark.parametrize("odd", [0, -1, 1.5, None, "2", True, np.nan])
@pytest.mark.parametrize("instance", [FLOW, PAIRS, DESIGN], ids=lambda one: type(one).__name__)
def test_numbers_of_ways_and_clashes_are_whole(instance, odd):
    with pytest.raises(InstanceError, match="count is"):
        instance.clashes(count=odd)
    with pytest.raises(InstanceError, match="k is"):
        instance.ways_out(k=odd)


def test_nothing_to_ship_needs_no_way_out():
    nothing = MinCostFlow(tail=[], head=[], capacity=[], unit_cost=[], supply=[])
    assert (nothing.clashes().status, nothing.ways_out().status) == (Status.FEASIBLE, Status.FEASIBLE)
    nobody = MultiCommodityFlow(tail=[], head=[], capacity=[], unit_cost=[])
    assert (nobody.clashes().status, nobody.ways_out().status) == (Status.FEASIBLE, Status.FEASIBLE)


def test_ctrl_c_while_a_best_flow_is_looked_for_leaves_the_ways_found_so_far(monkeypatch):
    instance = MinCostFlow(tail=[0, 0], head=[1, 1], capacity=[1, 1], unit_cost=[1, 2], supply=[5, -5])
    assert len(instance.ways_out(k=2)) == 2
    cut_short = replace(instance.solve(), status=Status.NO_SOLUTION, stopped="interrupted")
    monkeypatch.setattr(MinCostFlow, "solve", lambda _instance, _options: cut_short)
    told = instance.ways_out(k=2)
    assert (len(told), told.is_complete, told.stopped) == (1, False, "interrupted")


def test_any_number_of_ways_may_be_asked_for():
    instance = MinCostFlow(tail=[0], head=[1], capacity=[1], unit_cost=[1], supply=[2, -2])
    assert instance.ways_out(k=10**400).is_complete


def test_only_what_may_give_way_counts_for_the_largest_sum():
    arcs, units = 300_000, 2**45
    instance = MinCostFlow(
        tail=np.zeros(arcs, dtype=int), head=np.ones(arcs, dtype=int), capacity=np.ones(arcs, dtype=int),
        unit_cost=np.ones(arcs, dtype=int), supply=[units, -units],
    )  # fmt: skip
    (way,) = instance.ways_out(k=1, prices={"supplied": 1, "served": 1})
    assert way.price == 2.0 * (units - arcs)


def test_the_linear_program_calls_no_flow_impossible_that_another_search_finds(monkeypatch):
    instance = MinCostFlow(tail=[0], head=[1], capacity=[2], unit_cost=[1], supply=[2, -2])
    monkeypatch.setattr("models.flows.engines.flow_by_program", lambda *_: (Status.INFEASIBLE, None))
    with pytest.raises(SolverError, match="finds no flow where there is one"):
        instance.solve(SolveOptions(engine="mip"))
