"""p-center, set covering and maximal covering: against trying every choice, and laws."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.covering import centers, choices, covers, dense, earned, maximal

from models import MaxCover, PCenter, SetCover, SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
TOLERANCE = 3e-9
calm = settings(deadline=None, max_examples=100)


@calm
@given(centers(), st.sampled_from(["auto", "auto", "mip"]))
def test_p_center_is_as_good_as_the_best_of_all_choices(instance, engine):
    cost = np.where(np.isinf(instance.cost), np.inf, np.nan_to_num(instance.cost, posinf=0) * instance.weight[:, None])
    allowed = choices(cost.shape[1], instance.p, instance.p, instance.forced_open, instance.forced_closed)
    values = [cost[:, chosen].min(axis=1, initial=np.inf).max(initial=0.0) for chosen in allowed]
    expected = min(values, default=np.inf)
    solution = instance.solve(replace(EXACT, engine=engine))
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped.startswith("infeasible: ")
        return
    assert solution.objective == pytest.approx(expected, rel=0, abs=0)
    assert solution.bound <= expected
    assert solution.status is Status.OPTIMAL
    assert solution.bound == expected
    assert instance.check(solution) == []


def plane(seed, count):
    points = np.random.default_rng(seed).integers(0, 20, (count, 2)).astype(float)  # duplicates abound
    return np.linalg.norm(points[:, None] - points, axis=2)


@calm
@given(st.integers(0, 10**6), st.integers(1, 25))
def test_one_more_site_never_costs_more(seed, count):
    cost = plane(seed, count)
    values = [PCenter(cost=cost, p=p).solve(EXACT).objective for p in range(1, count + 1)]
    assert all(more <= fewer for fewer, more in pairwise(values))
    assert values[-1] == 0.0


@calm
@given(st.integers(0, 10**6), st.sampled_from([2.0**-20, 2.0, 2.0**30]))
def test_scaled_costs_scale_the_radius_and_a_new_order_changes_nothing(seed, factor):
    cost, rng = plane(seed, 20), np.random.default_rng(seed)
    value = PCenter(cost=cost, p=4).solve(EXACT).objective
    clients, sites = rng.permutation(20), rng.permutation(20)
    assert PCenter(cost=cost * factor, p=4).solve(EXACT).objective == value * factor
    assert PCenter(cost=cost[clients][:, sites], p=4).solve(EXACT).objective == value
    assert PCenter(cost=cost, p=4, forced_closed=(0,)).solve(EXACT).objective >= value
    assert PCenter(cost=cost, p=4, forced_open=(0,)).solve(EXACT).objective >= value


@calm
@given(covers(), st.sampled_from(["auto", "auto", "mip"]))
def test_set_cover_is_as_cheap_as_the_best_of_all_choices(instance, engine):
    part, sites = dense(instance.covers), instance.covers.shape[1]
    allowed = choices(sites, 0, sites, instance.forced_open, instance.forced_closed)
    values = [instance.cost[chosen].sum() for chosen in allowed if part[:, chosen].any(axis=1).all()]
    expected = min(values, default=np.inf)
    solution = instance.solve(replace(EXACT, engine=engine))
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped.startswith("infeasible: ")
        return
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(expected, rel=TOLERANCE, abs=0)
    assert solution.bound <= expected * (1 + 1e-12)
    assert solution.gap <= 1e-9
    assert instance.check(solution) == []


@calm
@given(maximal(), st.sampled_from(["auto", "auto", "mip"]))
def test_max_cover_covers_as_much_as_the_best_of_all_choices(instance, engine):
    part = dense(instance.covers)
    allowed = choices(part.shape[1], instance.p, instance.p, instance.forced_open, instance.forced_closed)
    expected = max((earned(instance, part, chosen) for chosen in allowed), default=-np.inf)
    solution = instance.solve(replace(EXACT, engine=engine))
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped.startswith("infeasible: ")
        return
    assert solution.objective == pytest.approx(expected, rel=TOLERANCE, abs=0)
    assert solution.bound >= expected * (1 - 1e-12)
    assert solution.status is Status.OPTIMAL
    assert solution.gap <= 1e-9
    assert instance.check(solution) == []


@calm
@given(st.integers(0, 10**6), st.integers(5, 12))
def test_covering_more_never_covers_less_nor_costs_more(seed, sites):
    rng = np.random.default_rng(seed)
    few = rng.random((30, sites)) < 0.2
    more = few | (rng.random((30, sites)) < 0.1)
    more[:, 0] = few[:, 0] = True
    weight = rng.integers(1, 9, 30)
    values = [MaxCover(covers=few, weight=weight, p=p).solve(EXACT).objective for p in range(sites + 1)]
    assert all(one <= two for one, two in pairwise(values))
    assert values[0] == 0.0
    assert MaxCover(covers=more, weight=weight, p=2).solve(EXACT).objective >= values[2]
    doubled = MaxCover(covers=few, weight=2 * weight, p=2, backup_weight=0 * weight).solve(EXACT)
    assert doubled.objective == 2 * values[2]
    cost = rng.integers(1, 9, sites)
    assert (
        SetCover(covers=more, cost=cost).solve(EXACT).objective
        <= SetCover(covers=few, cost=cost).solve(EXACT).objective
    )


def near_best(values, count, within):
    """Return the lowest `count` of the values within `within` of the lowest."""
    ranked = sorted(value for value in values if value < np.inf)
    limit = ranked[0] + within * abs(ranked[0]) if ranked and within < np.inf else np.inf
    return [value for value in ranked if value <= limit + 1e-9][:count]


def chosen_by_itself(instance, opened):
    """Return the instance that may open no other sites than these."""
    sites = np.arange(opened.size)
    return replace(instance, forced_open=tuple(sites[opened]), forced_closed=tuple(sites[~opened]))


def assert_all_are_found(instance, found, values, sign=1.0):
    """The values are as expected, the sets differ, each is feasible and worth the same asked for by itself."""
    assert [sign * one.objective for one in found] == pytest.approx(values, rel=1e-12, abs=1e-12)
    assert len({one.open.tobytes() for one in found}) == len(found)
    for one in found:
        assert instance.check(one) == []
        assert one.stopped == "all are found: no other open sites cost as little"
        assert sign * one.bound == pytest.approx(values[0], rel=1e-12, abs=1e-12)
        alone = chosen_by_itself(instance, one.open).solve(EXACT)
        assert alone.status is Status.OPTIMAL
        assert alone.objective == pytest.approx(one.objective, rel=1e-12, abs=1e-12)


asked = st.integers(1, 70), st.sampled_from([0.0, 0.01, 0.3, 1.0, np.inf])


@calm
@given(centers(), *asked)
def test_alternatives_of_p_center_are_the_best_of_all_choices(instance, count, within):
    cost = np.where(np.isinf(instance.cost), np.inf, np.nan_to_num(instance.cost, posinf=0) * instance.weight[:, None])
    allowed = choices(cost.shape[1], instance.p, instance.p, instance.forced_open, instance.forced_closed)
    values = [cost[:, chosen].min(axis=1, initial=np.inf).max(initial=0.0) for chosen in allowed]
    found = instance.alternatives(count, within=within)
    assert_all_are_found(instance, found, near_best(values, count, within))


@calm
@given(covers(), *asked)
def test_alternatives_of_set_cover_are_the_cheapest_of_all_choices(instance, count, within):
    part, sites = dense(instance.covers), instance.covers.shape[1]
    allowed = choices(sites, 0, sites, instance.forced_open, instance.forced_closed)
    values = [instance.cost[chosen].sum() for chosen in allowed if part[:, chosen].any(axis=1).all()]
    found = instance.alternatives(count, within=within)
    assert_all_are_found(instance, found, near_best(values, count, within))


@calm
@given(maximal(), *asked)
def test_alternatives_of_maximal_cover_are_the_best_of_all_choices(instance, count, within):
    part = dense(instance.covers)
    allowed = choices(part.shape[1], instance.p, instance.p, instance.forced_open, instance.forced_closed)
    values = [-earned(instance, part, chosen) for chosen in allowed]
    found = instance.alternatives(count, within=within)
    assert_all_are_found(instance, found, near_best(values, count, within), sign=-1.0)
