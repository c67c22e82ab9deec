"""Laws of capacitated location, and its value against trying every choice of sites."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import FacilityLocation, SolveOptions, Status

EXACT = SolveOptions(relative_gap=0.0)
PLAIN = SolveOptions(relative_gap=0.0, engine="mip")
calm = settings(deadline=None, max_examples=60)


@st.composite
def instances(draw, *, may_be_inf=True, may_clash=True):
    """Return tiny instances with whole numbers, so that ties, zeros and exact fits abound."""
    clients, sites = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    whole = st.integers(0, 9).map(float)
    cost = st.one_of(whole, whole, whole, st.just(np.inf)) if may_be_inf else whole
    count = draw(st.integers(0, sites)) if may_clash and draw(st.booleans()) else 0
    return FacilityLocation(
        cost=np.array(draw(st.lists(cost, min_size=clients * sites, max_size=clients * sites))).reshape(clients, sites),
        fixed_cost=draw(st.lists(st.integers(0, 12), min_size=sites, max_size=sites)),
        demand=draw(st.lists(st.integers(0, 6), min_size=clients, max_size=clients)),
        capacity=draw(st.lists(st.integers(0, 14), min_size=sites, max_size=sites)),
        single_source=draw(st.booleans()),
        min_open=count,
        max_open=draw(st.one_of(st.none(), st.integers(count, sites))) if may_clash else None,
        forced_open=draw(st.sets(st.integers(0, sites - 1), max_size=1)) if may_clash else (),
        forced_closed=draw(st.sets(st.integers(0, sites - 1), max_size=1)) if may_clash else (),
    )


def serving(instance, sites):
    """Return the least cost of serving all clients from `sites`, inf where that is not possible."""
    cost, room = instance.cost[:, sites], instance.capacity[list(sites)]
    if instance.single_source:
        served = [
            cost[range(len(cost)), at].sum()
            for at in product(range(len(sites)), repeat=len(cost))
            if (np.bincount(at, instance.demand, minlength=len(sites)) <= room).all()
        ]
        return min(served, default=np.inf)
    client, site = np.nonzero(np.isfinite(cost))
    pairs = np.arange(client.size)
    once, load = np.zeros((len(cost), pairs.size)), np.zeros((len(sites), pairs.size))
    once[client, pairs] = 1
    load[site, pairs] = instance.demand[client]
    if not once.any(axis=1).all():
        return np.inf
    answer = linprog(cost[client, site], A_eq=once, b_eq=np.ones(len(cost)), A_ub=load, b_ub=room, bounds=(0, 1))
    return answer.fun if answer.status == 0 else np.inf


def best_of_all(instance):
    sites = instance.fixed_cost.size
    most = sites if instance.max_open is None else min(instance.max_open, sites)
    choices = [
        choice for count in range(max(instance.min_open, 1), most + 1) for choice in combinations(range(sites), count)
    ]
    return min(
        (
            instance.fixed_cost[list(choice)].sum() + serving(instance, choice)
            for choice in choices
            if set(instance.forced_open) <= set(choice) and not set(instance.forced_closed) & set(choice)
        ),
        default=np.inf,
    )


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
