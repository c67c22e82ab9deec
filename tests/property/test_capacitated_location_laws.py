"""Laws of capacitated location, and its value against trying every choice of sites."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.capacitated import best_of_all, instances

from models import SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
PLAIN = SolveOptions(relative_gap=0.0, engine="mip")
calm = settings(deadline=None, max_examples=60)


def value(instance):
    solution = instance.solve(EXACT)
    assert solution.status in {Status.OPTIMAL, Status.INFEASIBLE}
    return solution.objective


@calm
@given(instances())
def test_the_value_is_that_of_the_best_of_all_choices(instance):
    best = best_of_all(instance)
    solution = instance.solve(EXACT)
    if np.isinf(best):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped.startswith("infeasible: ")
        return
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(best, abs=1e-6)
    assert solution.bound <= solution.objective
    assert instance.check(solution) == []


@settings(deadline=None, max_examples=15)
@given(instances())
def test_the_search_and_the_plain_program_agree(instance):
    assert value(instance) == pytest.approx(instance.solve(PLAIN).objective, abs=1e-6)


@calm
@given(instances(), st.sampled_from([1e-6, 1e-3, 1e3, 1e9]))
def test_scaling_costs_scales_the_value(instance, factor):
    scaled = replace(instance, cost=instance.cost * factor, fixed_cost=instance.fixed_cost * factor)
    assert value(scaled) == pytest.approx(value(instance) * factor, rel=1e-6)


@calm
@given(instances(may_be_inf=False), st.sampled_from([2.0**-20, 2.0**20]))
def test_the_unit_of_demand_does_not_matter(instance, factor):
    other = replace(instance, demand=instance.demand * factor, capacity=instance.capacity * factor)
    assert value(other) == pytest.approx(value(instance), rel=1e-6)


@calm
@given(instances(), st.randoms(use_true_random=False))
def test_relabelling_changes_nothing(instance, chance):
    clients, sites = map(list, map(range, instance.cost.shape))
    chance.shuffle(clients)
    chance.shuffle(sites)
    other = replace(
        instance,
        cost=instance.cost[np.ix_(clients, sites)],
        fixed_cost=instance.fixed_cost[sites],
        demand=instance.demand[clients],
        capacity=instance.capacity[sites],
        forced_open=[sites.index(j) for j in instance.forced_open],
        forced_closed=[sites.index(j) for j in instance.forced_closed],
    )
    assert value(other) == pytest.approx(value(instance), abs=1e-6)


@calm
@given(instances(may_clash=False))
def test_one_more_site_never_costs_more(instance):
    fewer = replace(
        instance,
        cost=instance.cost[:, :-1],
        fixed_cost=instance.fixed_cost[:-1],
        capacity=instance.capacity[:-1],
    )
    assert value(instance) <= value(fewer) + 1e-6


@calm
@given(instances())
def test_a_relaxed_requirement_never_costs_more(instance):
    now = value(instance)
    assert value(replace(instance, single_source=False)) <= now + 1e-6
    assert value(replace(instance, capacity=instance.capacity + 1)) <= now + 1e-6
    assert value(replace(instance, min_open=0, max_open=None)) <= now + 1e-6
    assert value(replace(instance, forced_open=(), forced_closed=())) <= now + 1e-6
