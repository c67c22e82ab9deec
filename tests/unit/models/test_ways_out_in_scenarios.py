"""Clashes and ways out of robust hub placement, by eye: what one scenario lacks, and what all ask of the openings."""

from dataclasses import replace

import pytest

from models import HubPlacement, InstanceError, RobustHubPlacement, SolveOptions, Status
from models.infeasible import Elastic

EXACT = SolveOptions(relative_gap=0.0)


def scenario(tonnes, **changes):
    """Tonnes that have no direct way, through a hub for 2 a tonne; it costs 40 and has room for 30 t."""
    usual = {
        "amount": [tonnes], "direct_cost": [float("inf")], "route_flow": [0], "route_site": [0], "route_cost": [2.0],
        "route_resource": [0], "option_site": [0], "option_cost": [40.0], "option_capacity": [[30.0]],
        "standing": [False],
    }  # fmt: skip
    return HubPlacement(**(usual | changes))


def told(way):
    return {one.name: (one.amount, one.price) for one in way.relaxations}


def few_or_many(**changes):
    return RobustHubPlacement(instances=(scenario(10.0, **changes), scenario(40.0, **changes)))


def test_a_feasible_instance_has_no_clash_and_needs_no_way_out():
    instance = RobustHubPlacement(instances=(scenario(10.0), scenario(30.0)))
    assert (instance.clashes().status, instance.ways_out().status) == (Status.FEASIBLE, Status.FEASIBLE)


def test_what_one_scenario_lacks_gives_way_in_it_alone():
    instance = few_or_many()
    (clash,) = instance.clashes()
    assert set(clash.requirements) == {("carried", 0, 1), ("room", 0, 0, 1)}
    ways = instance.ways_out(EXACT, prices={"carried": 3.0, "room": 2.0})
    assert ways.is_complete
    assert [told(way) for way in ways] == [{("room", 0, 0, 1): (10.0, 20.0)}, {("carried", 0, 1): (10.0, 30.0)}]
    # 40 for the hub; 2 a tonne for 10 t or 40 t, as likely as each other; then for 10 t or 30 t
    assert [way.objective for way in ways] == [90.0, 80.0]
    after = instance.relaxed(ways.ways[0])
    assert [one.option_capacity.tolist() for one in after.instances] == [[[30.0]], [[40.0]]]


def test_what_is_asked_of_openings_gives_way_once_for_all():
    instance = RobustHubPlacement(instances=(scenario(10.0, max_new=0), scenario(30.0, max_new=0)))
    found = instance.clashes()
    assert [one.requirements[-1] for one in found] == [("max_new",)]
    ways = instance.ways_out(EXACT, prices={("max_new",): 7.0, "carried": 1.0})
    assert [told(way) for way in ways] == [
        {("max_new",): (1.0, 7.0)},
        {("carried", 0, 0): (10.0, 10.0), ("carried", 0, 1): (30.0, 30.0)},
    ]
    assert [one.max_new for one in instance.relaxed(ways.ways[0]).instances] == [1, 1]
    assert [way.objective for way in ways] == [80.0, 0.0]


def test_a_budget_is_exceeded_once():
    budget = {"rule_row": [0], "rule_option": [0], "rule_weight": [40.0], "rule_high": [25.0]}
    instance = RobustHubPlacement(instances=(scenario(10.0, **budget), scenario(30.0, **budget)))
    (way,) = instance.ways_out(EXACT, prices={"rule": 2.0})
    assert told(way) == {("rule", 0, "high"): (15.0, 30.0)}
    assert [one.terms.rule_high.tolist() for one in instance.relaxed(way).instances] == [[40.0], [40.0]]


def test_a_site_forced_open_and_closed_is_one_clash_of_all_scenarios():
    instance = few_or_many(forced_open=(0,), forced_closed=(0,), direct_cost=[5.0])
    (clash,) = instance.clashes()
    assert set(clash.requirements) == {("forced_open", 0), ("forced_closed", 0)}
    first, second = instance.ways_out(EXACT, prices={"forced_open": 5.0, "forced_closed": 1.0})
    assert (told(first), told(second)) == ({("forced_closed", 0): (1.0, 1.0)}, {("forced_open", 0): (1.0, 5.0)})
    assert [one.forced_closed for one in instance.relaxed(first).instances] == [(), ()]
    # open: 40, and 2 for 10 t or 30 t, 5 for 10 t more than fit; closed: 5 for 10 t or 40 t
    assert (first.objective, second.objective) == (105.0, 125.0)


def test_the_scenario_comes_after_the_period():
    periods = {
        "option_site": [0, 0], "option_period": [0, 1], "option_cost": [40.0, 0.0], "option_capacity": [[30.0]] * 2,
        "flow_period": [1],
    }  # fmt: skip
    instance = RobustHubPlacement(instances=(scenario(10.0, **periods), scenario(40.0, **periods)))
    (way,) = instance.ways_out(EXACT, prices={"room": 1.0})
    assert told(way) == {("room", 0, 0, 1, 1): (10.0, 10.0)}
    first, second = instance.relaxed(way).instances
    assert first.option_capacity.tolist() == [[30.0], [30.0]]
    assert second.option_capacity.tolist() == [[30.0], [40.0]]


def test_least_throughput_and_measures_belong_to_their_scenario():
    asking = scenario(10.0, option_min_throughput=[16.0])
    measured = scenario(
        10.0, route_measure=[[3.0]], direct_measure=[[0.0]], option_measure=[[0.0]], measure_high=[24.0]
    )
    instance = RobustHubPlacement(instances=(asking, measured))
    (way,) = instance.ways_out(EXACT, prices={"min_throughput": 1.0, "measure": 2.0})
    assert told(way) == {("min_throughput", 0, 0): (6.0, 6.0), ("measure", 0, "high", 1): (6.0, 12.0)}
    after = instance.relaxed(way)
    assert after.instances[0].terms.min_throughput.tolist() == [10.0]
    assert after.instances[1].terms.measure_high.tolist() == [30.0]


def test_one_client_may_use_two_sites_in_one_scenario():
    two_sites = {
        "amount": [10.0, 10.0], "direct_cost": [float("inf")] * 2, "route_flow": [0, 1], "route_site": [0, 1],
        "route_cost": [2.0, 2.0], "route_resource": [0, 0], "option_site": [0, 1], "option_cost": [40.0, 40.0],
        "option_capacity": [[30.0]] * 2, "standing": [False, False],
    }  # fmt: skip
    free = HubPlacement(**two_sites)
    instance = RobustHubPlacement(instances=(free, replace(free, flow_client=[7, 7])))
    (way,) = instance.ways_out(EXACT, prices={"client": 5.0})
    assert told(way) == {("client", 7, 1): (1.0, 5.0)}
    assert way.objective == 120.0


def test_one_scenario_is_named_as_well():
    (way,) = RobustHubPlacement(instances=(scenario(40.0),)).ways_out(EXACT, prices={"room": 1.0})
    assert told(way) == {("room", 0, 0, 0): (10.0, 10.0)}


@pytest.mark.parametrize("risk", ["expected", "cvar", "regret"])
def test_ways_out_do_not_depend_on_the_risk_but_their_value_does(risk):
    instance = replace(few_or_many(), risk=risk)
    (way,) = instance.ways_out(EXACT, prices={"room": Elastic(price=1.0, step=15.0)})
    assert told(way) == {("room", 0, 0, 1): (15.0, 15.0)}
    assert way.objective == {"expected": 90.0, "cvar": 120.0, "regret": 0.0}[risk]


@pytest.mark.parametrize("prices", [{"room": -1.0}, {("room", 0, 0): 1.0}, {"served": 1.0}])
def test_prices_without_meaning_are_refused(prices):
    with pytest.raises(InstanceError):
        few_or_many().ways_out(prices=prices)


def test_a_limit_of_no_time_claims_nothing():
    ways = few_or_many().ways_out(SolveOptions(time_limit_s=1e-6))
    assert (ways.status, ways.is_complete, ways.stopped) == (Status.NO_SOLUTION, False, "time limit")
    clashes = few_or_many().clashes(SolveOptions(time_limit_s=1e-6))
    assert (clashes.status, clashes.is_complete, len(clashes)) == (Status.NO_SOLUTION, False, 0)
