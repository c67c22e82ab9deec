"""The other good sets of hubs of `HubLocation`: against trying every set of hubs and every allocation."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hub_location import instances, value_of_sets

from models import HubLocation, SolveOptions
from models.stopping import ALL_FOUND

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=1e-9)
ENGINES = ["auto", "lagrangian", "mip"]
NEAR = 1e-7
calm = settings(deadline=None, max_examples=25)


def sets_of(found):
    return [tuple(np.flatnonzero(one.open).tolist()) for one in found]


def near_best_of_all(values, count, within):
    """Return the values of the cheapest sets, by trying all."""
    ranked = sorted(values.values())
    limit = ranked[0] * (1 + within) * (1 + NEAR) if ranked and within < np.inf else np.inf
    return [value for value in ranked if value <= limit][:count]


@calm
@given(instances(), st.integers(1, 20), st.sampled_from([0.0, 0.1, 0.5, np.inf]))
@pytest.mark.parametrize("engine", ENGINES)
def test_the_alternatives_are_the_cheapest_of_all_sets_of_hubs(engine, instance, count, within):
    values = value_of_sets(instance)
    found = instance.alternatives(count, within=within, options=replace(EXACT, engine=engine))
    assert [one.objective for one in found] == pytest.approx(near_best_of_all(values, count, within), rel=NEAR)
    assert [one.objective for one in found] == pytest.approx([values[hubs] for hubs in sets_of(found)], rel=NEAR)
    assert len(set(sets_of(found))) == len(found)
    assert all(instance.check(one) == [] and one.stopped == ALL_FOUND for one in found)
    assert all(instance.price(one) == one.objective and one.bound <= found[0].objective for one in found)


@calm
@given(instances(), st.integers(1, 5), st.sampled_from([0.1, np.inf]), st.sampled_from([0.02, 0.3, 2.0]))
def test_within_a_wide_gap_each_plan_is_as_near_as_asked_and_no_cheaper_set_is_missing(instance, count, within, gap):
    values = value_of_sets(instance)
    for engine in ("auto", "lagrangian"):
        found = instance.alternatives(count, within=within, options=SolveOptions(relative_gap=gap, engine=engine))
        assert bool(found) == bool(values)
        for one, hubs in zip(found, sets_of(found), strict=True):
            assert values[hubs] * (1 - NEAR) <= one.objective
            assert one.objective - values[hubs] <= (gap + NEAR) * one.objective
        ceiling = found[0].objective * (1 + within) if found and within < np.inf else np.inf
        limit = min(ceiling, found[-1].objective) if len(found) == count else ceiling
        missing = {hubs: value for hubs, value in values.items() if hubs not in sets_of(found)}
        assert all(value >= limit * (1 - NEAR) for value in missing.values())


@settings(deadline=None, max_examples=10)
@given(instances(most=7, forbidden=False), st.sampled_from([1e-6, 1e3, 1e9]))
def test_dearer_money_changes_no_set(instance, factor):
    dearer = replace(instance, cost=instance.cost * factor, fixed_cost=instance.fixed_cost * factor)
    usual, other = (one.alternatives(5, within=0.2, options=EXACT) for one in (instance, dearer))
    assert [one.objective for one in other] == pytest.approx([one.objective * factor for one in usual], rel=NEAR)


def spread_out(nodes, **more):
    draw = np.random.default_rng(nodes)
    points = draw.random((nodes, 2))
    cost = np.linalg.norm(points[:, None] - points, axis=2)
    return HubLocation(flow=draw.pareto(1.5, (nodes, nodes)), cost=cost, transfer=0.5, **more)


@pytest.mark.parametrize("allocation", ["single", "multiple"])
@pytest.mark.parametrize("room", [np.inf, 0.5])
def test_the_sets_of_seven_nodes_are_those_that_a_price_on_all_other_nodes_gives(allocation, room):
    instance = spread_out(7, hubs=3, allocation=allocation)
    instance = replace(instance, capacity=np.full(7, room * instance.flow.sum()))
    dear = 1e6
    priced = [np.where(np.isin(np.arange(7), hubs), 0.0, dear) for hubs in combinations(range(7), 3)]
    values = [replace(instance, fixed_cost=price).solve(EXACT).objective for price in priced]
    found = instance.alternatives(15, within=np.inf, options=EXACT)
    assert [one.objective for one in found] == pytest.approx(sorted(values)[:15], rel=NEAR)
    assert all(value < dear for value in sorted(values)[:15])
    assert all(instance.check(one) == [] for one in found)


def test_more_alternatives_than_sets_are_all_sets():
    instance = spread_out(6, hubs=2)
    found = instance.alternatives(10**6, within=np.inf)
    assert len(set(sets_of(found))) == len(found) == 15


def test_where_nothing_flows_the_cheapest_sets_are_those_of_the_fixed_costs():
    idle = HubLocation(flow=np.zeros((4, 4)), cost=np.ones((4, 4)), fixed_cost=[1, 2, 4, 8], allocation="multiple")
    for engine in ENGINES:
        found = idle.alternatives(5, within=np.inf, options=replace(EXACT, engine=engine))
        assert sets_of(found) == [(), (0,), (1,), (0, 1), (2,)]
        assert [one.objective for one in found] == [0.0, 1.0, 2.0, 3.0, 4.0]
