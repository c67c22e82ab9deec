"""Laws that models share: one more site or link, or a requirement less, never makes the best plan worse.

A hub location is given a node more, which sends and takes nothing: it may be a hub. Of a robust placement expected
cost and CVaR are looked at; a regret grows where a scenario's own best falls.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import covering, design, hub_location, location, robust

from models import RobustHubPlacement, SetCover, SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

calm = settings(deadline=None, max_examples=40)
slow = settings(deadline=None, max_examples=20)
EXACT = SolveOptions(relative_gap=0.0)
NEAR = SolveOptions(relative_gap=1e-8)
DUST = 1e-6
PROGRAMS = ["auto", "mip", "lagrangian", "benders"]


def best(instance, options=EXACT):
    """Return the value of a proved plan, inf (-inf where more is better) where there is none."""
    solution = instance.solve(options)
    assert solution.status in {Status.OPTIMAL, Status.INFEASIBLE}, solution.stopped
    return solution.objective


def no_worse(after, before):
    """Tell whether a value is no larger, the rounding of solvers aside."""
    return after <= before * (1 + 3e-6) + DUST


def numbers(draw, count, high, scale=1.0):
    return np.array(draw(st.lists(st.integers(0, high), min_size=count, max_size=count)), dtype=float) * scale


def some_inf(values, high):
    return np.where(values > high, np.inf, values)


@calm
@given(location.facilities(), st.data())
def test_a_location_with_one_more_site_never_costs_more(instance, data):
    clients, unit = len(instance.cost), instance.cost[np.isfinite(instance.cost)].max(initial=0.0) or 1.0
    column = some_inf(numbers(data.draw, clients, 5), 4) * unit / 4
    larger = replace(
        instance,
        cost=np.column_stack([instance.cost, column]),
        fixed_cost=np.append(instance.fixed_cost, data.draw(st.integers(0, 9))),
    )
    assert best(larger) <= best(instance) * (1 + 1e-9)


@calm
@given(location.facilities())
def test_a_location_that_is_asked_for_less_never_costs_more(instance):
    before = best(instance) * (1 + 1e-9)
    for less in ({"forced_open": ()}, {"forced_closed": ()}, {"min_open": 0}, {"max_open": None}):
        assert best(replace(instance, **less)) <= before, less


@calm
@given(location.medians())
def test_medians_with_a_forced_site_less_never_cost_more(instance):
    before = best(instance) * (1 + 1e-9)
    for less in ({"forced_open": ()}, {"forced_closed": ()}, {"forced_open": (), "forced_closed": ()}):
        assert best(replace(instance, **less)) <= before, less


@calm
@given(covering.covers(), st.data())
def test_a_cover_with_one_more_site_never_costs_more(instance, data):
    part = covering.dense(instance.covers) > 0
    column = data.draw(st.lists(st.booleans(), min_size=len(part), max_size=len(part)))
    price = data.draw(st.integers(0, 5))
    larger = SetCover(
        covers=np.column_stack([part, np.array(column, dtype=bool)]),
        cost=np.append(instance.cost, price),
        forced_open=instance.forced_open,
        forced_closed=instance.forced_closed,
    )
    assert best(larger) <= best(instance) + 1e-9


@calm
@given(covering.covers())
def test_a_cover_with_a_forced_site_less_never_costs_more(instance):
    before = best(instance) + 1e-9
    for less in ({"forced_open": ()}, {"forced_closed": ()}):
        assert best(replace(instance, **less)) <= before, less


@calm
@given(covering.maximal())
def test_a_maximal_cover_with_a_forced_site_less_never_covers_less(instance):
    before = best(instance) - 1e-9
    for less in ({"forced_open": ()}, {"forced_closed": ()}):
        assert best(replace(instance, **less)) >= before, less


@slow
@given(hub_location.instances(most=3), st.sampled_from(["lagrangian", "mip"]), st.data())
def test_one_more_node_that_may_be_a_hub_never_costs_more(instance, engine, data):
    nodes = len(instance.flow)
    unit = instance.cost[np.isfinite(instance.cost)].max(initial=0.0) or 1.0
    way = some_inf(numbers(data.draw, 2 * nodes + 1, 5), 4) * unit / 4
    cost = np.zeros((nodes + 1, nodes + 1))
    cost[:nodes, :nodes], cost[:nodes, nodes], cost[nodes, :] = instance.cost, way[:nodes], way[nodes:]
    larger = replace(
        instance,
        flow=np.pad(instance.flow, (0, 1)),
        cost=cost,
        fixed_cost=np.append(instance.fixed_cost, numbers(data.draw, 1, 3, unit * instance.flow.max())),
        capacity=np.append(instance.capacity, numbers(data.draw, 1, 5, 0.2 * instance.flow.sum())),
    )
    options = replace(NEAR, engine=engine)
    assert no_worse(best(larger, options), best(instance, options))


@slow
@given(design.instances(), st.sampled_from(PROGRAMS), st.data())
def test_a_network_with_one_more_link_never_costs_more(instance, engine, data):
    ends = data.draw(st.lists(st.integers(0, instance.nodes - 1), min_size=2, max_size=2))
    rows = instance.unit_cost.reshape(-1, instance.tail.size)
    unit_cost = np.column_stack([rows, some_inf(numbers(data.draw, len(rows), 6), 5)])
    larger = replace(
        instance,
        tail=np.append(instance.tail, ends[0]),
        head=np.append(instance.head, ends[1]),
        capacity=np.append(instance.capacity, some_inf(numbers(data.draw, 1, 7), 5)),
        unit_cost=unit_cost.reshape(*instance.unit_cost.shape[:-1], instance.tail.size + 1),
        fixed_cost=np.append(instance.fixed_cost, numbers(data.draw, 1, 9)),
    )
    options = SolveOptions(relative_gap=1e-6, engine=engine)
    assert no_worse(best(larger, options), best(instance, options))


def with_one_more_site(draw, instance, shared):
    """Return a scenario with a site more, one option to open it, and ways by it."""
    flows, sites, resources = instance.amount.size, instance.n_sites, instance.option_capacity.shape[1]
    ways = draw(st.lists(st.integers(0, flows - 1), max_size=4))
    money = instance.route_cost.max(initial=0.0) or 1.0
    mass = instance.amount.max(initial=0.0) or 1.0
    return replace(
        instance,
        route_flow=np.append(instance.route_flow, ways).astype(int),
        route_site=np.append(instance.route_site, np.full(len(ways), sites)),
        route_cost=np.append(instance.route_cost, numbers(draw, len(ways), 4, money / 4)),
        route_resource=np.append(instance.route_resource, np.zeros(len(ways), dtype=int)),
        option_site=np.append(instance.option_site, sites),
        option_cost=np.append(instance.option_cost, shared * money * mass),
        option_capacity=np.vstack([instance.option_capacity, numbers(draw, resources, 4, mass)]),
        standing=np.append(instance.standing, False),
        flow_period=None,
        option_period=None,
    )


RISKS = st.sampled_from([("expected", 0.9), ("cvar", 0.5), ("cvar", 0.8)])


@slow
@given(robust.scenarios(), RISKS, st.sampled_from(["mip", "benders"]), st.data())
def test_scenarios_with_one_more_site_are_never_riskier(case, risk, engine, data):
    instances, probability = case
    model = RobustHubPlacement(instances=instances, probability=probability, risk=risk[0], level=risk[1])
    price = data.draw(st.integers(0, 3))
    larger = replace(model, instances=tuple(with_one_more_site(data.draw, each, price) for each in instances))
    options = replace(NEAR, engine=engine)
    assert no_worse(best(larger, options), best(model, options))


@slow
@given(robust.scenarios(), RISKS, st.sampled_from(["mip", "benders"]), st.data())
def test_scenarios_that_ask_for_less_are_never_riskier(case, risk, engine, data):
    instances, probability = case
    every, new = range(instances[0].n_sites), np.flatnonzero(~instances[0].standing).tolist()
    opened, closed = (data.draw(st.sets(st.sampled_from(some), max_size=1)) if some else () for some in (every, new))
    forced = {"forced_open": tuple(opened), "forced_closed": tuple(closed)}  # a standing site closed is a cost less
    asked = tuple(replace(each, **forced) for each in instances)
    model = RobustHubPlacement(instances=asked, probability=probability, risk=risk[0], level=risk[1])
    options = replace(NEAR, engine=engine)
    before = best(model, options)
    no_rules = dict.fromkeys(("rule_row", "rule_option", "rule_weight", "rule_low", "rule_high"))
    for less in ({"forced_open": ()}, {"forced_closed": ()}, {"min_new": 0}, {"max_new": None}, no_rules):
        eased = replace(model, instances=tuple(replace(each, **less) for each in asked))
        assert no_worse(best(eased, options), before), less
