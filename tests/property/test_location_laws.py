"""p-median and facility location without capacities: against trying every choice, and laws."""

from dataclasses import replace
from itertools import chain, combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.location import cheapest, facilities, medians

from models import FacilityLocation, PMedian, SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
ENGINES = ["auto", "lagrangian", "radius", "mip"]
TOLERANCE = 3e-9
calm = settings(deadline=None, max_examples=60)


def agrees(instance, solution, expected):
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped.startswith("infeasible: ")
        return
    assert solution.objective == pytest.approx(expected, rel=TOLERANCE, abs=0)
    assert solution.bound <= expected * (1 + 1e-12)
    assert solution.status is Status.OPTIMAL
    assert solution.bound >= expected * (1 - TOLERANCE)
    assert instance.check(solution) == []


@calm
@given(facilities(), st.sampled_from(ENGINES))
def test_facility_location_is_as_cheap_as_the_best_of_all_choices(instance, engine):
    most = instance.cost.shape[1] if instance.max_open is None else instance.max_open
    forced = instance.forced_open, instance.forced_closed
    expected = cheapest(instance.cost, instance.fixed_cost, instance.min_open, most, *forced)
    agrees(instance, instance.solve(replace(EXACT, engine=engine)), expected)


@calm
@given(medians(), st.sampled_from(ENGINES))
def test_p_median_is_as_cheap_as_the_best_of_all_choices(instance, engine):
    finite = np.where(np.isinf(instance.cost), 0.0, instance.cost) * instance.weight[:, None]
    cost = np.where(np.isinf(instance.cost), np.inf, finite)
    forced = instance.forced_open, instance.forced_closed
    expected = cheapest(cost, np.zeros(cost.shape[1]), instance.p, instance.p, *forced)
    agrees(instance, instance.solve(replace(EXACT, engine=engine)), expected)


@calm
@given(facilities(), st.sampled_from(ENGINES), st.sampled_from([1e-16, 1e-9, 1e12]))
def test_the_unit_of_money_is_all_the_same(instance, engine, unit):
    most = instance.cost.shape[1] if instance.max_open is None else instance.max_open
    forced = instance.forced_open, instance.forced_closed
    other = replace(instance, cost=instance.cost * unit, fixed_cost=instance.fixed_cost * unit)
    expected = cheapest(other.cost, other.fixed_cost, instance.min_open, most, *forced)
    agrees(other, other.solve(replace(EXACT, engine=engine)), expected)


def plane(seed, count):
    return np.random.default_rng(seed).integers(0, 20, (count, 2)).astype(float)  # duplicates abound


@calm
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 12))
def test_points_cost_what_their_distances_cost(seed, count, p):
    points, p = plane(seed, count), min(p, count)
    by_points = PMedian.from_points(points=points, p=p).solve(EXACT)
    dense = PMedian(cost=np.linalg.norm(points[:, None] - points, axis=2), p=p).solve(EXACT)
    assert by_points.status is Status.OPTIMAL
    assert by_points.objective == pytest.approx(dense.objective, rel=1e-8, abs=1e-9)


@calm
@given(st.integers(0, 10**6), st.integers(2, 25))
def test_one_more_site_never_costs_more(seed, count):
    points = plane(seed, count)
    values = [PMedian.from_points(points=points, p=p).solve(EXACT).objective for p in range(1, count + 1)]
    assert all(more <= fewer * (1 + 1e-9) for fewer, more in pairwise(values))
    assert values[-1] == 0.0


@calm
@given(st.integers(0, 10**6), st.sampled_from([1e-6, 3.0, 1e9]))
def test_scaled_costs_scale_the_value_and_a_new_order_changes_nothing(seed, factor):
    rng = np.random.default_rng(seed)
    cost, fixed_cost = rng.random((20, 12)), rng.random(12)
    value = FacilityLocation(cost=cost, fixed_cost=fixed_cost).solve(EXACT).objective
    scaled = FacilityLocation(cost=cost * factor, fixed_cost=fixed_cost * factor).solve(EXACT)
    clients, sites = rng.permutation(20), rng.permutation(12)
    mixed = FacilityLocation(cost=cost[clients][:, sites], fixed_cost=fixed_cost[sites]).solve(EXACT)
    assert scaled.objective == pytest.approx(value * factor, rel=1e-9)
    assert mixed.objective == pytest.approx(value, rel=1e-9)


@calm
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 8), st.sampled_from([0.0, 0.1, 0.5, np.inf]))
def test_alternatives_are_the_cheapest_of_all_choices(seed, p, count, within):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 9, (5, 6)).astype(float)
    instance = PMedian(cost=cost, p=p)
    values = sorted(cost[:, list(chosen)].min(axis=1).sum() for chosen in combinations(range(6), p))
    limit = values[0] * (1 + within) if within < np.inf else np.inf
    expected = [value for value in values if value <= limit + 1e-9][:count]
    found = instance.alternatives(count, within=within)
    assert [one.objective for one in found] == pytest.approx(expected)
    assert len({one.open.tobytes() for one in found}) == len(found)
    assert all(instance.check(one) == [] for one in found)


@calm
@given(st.integers(0, 10**6), st.integers(1, 8), st.sampled_from([0.0, 0.2, np.inf]))
def test_alternatives_of_facilities_are_the_cheapest_of_all_choices(seed, count, within):
    rng = np.random.default_rng(seed)
    cost, fixed = rng.random((5, 5)), rng.random(5)
    choices = chain.from_iterable(combinations(range(5), size) for size in range(1, 6))
    values = sorted(cost[:, list(chosen)].min(axis=1).sum() + fixed[list(chosen)].sum() for chosen in choices)
    limit = values[0] * (1 + within) + 1e-9
    expected = [value for value in values if value <= limit][:count]
    found = FacilityLocation(cost=cost, fixed_cost=fixed).alternatives(count, within=within)
    assert [one.objective for one in found] == pytest.approx(expected)
