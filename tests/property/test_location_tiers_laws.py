"""Tiers and minimum throughput: against trying every choice of tiers, and laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.tiers import best_of_all, instances

from models import SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
PLAIN = SolveOptions(relative_gap=0.0, engine="mip")
calm = settings(deadline=None, max_examples=60)


@calm
@given(instance=instances(), options=st.sampled_from([EXACT, PLAIN]))
def test_the_value_is_that_of_the_best_choice_of_tiers(instance, options):
    best = best_of_all(instance)
    solution = instance.solve(options)
    if np.isinf(best):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped.startswith("infeasible: ")
        assert (solution.tier == -1).all()
        return
    assert solution.objective == pytest.approx(best, abs=1e-6)
    assert solution.bound <= solution.objective
    assert solution.gap <= 1e-6
    assert ((solution.tier >= 0) == solution.open).all()
    assert instance.check(solution) == []
    assert instance.price(solution) == pytest.approx(best, abs=1e-6)


@calm
@given(instance=instances(), digits=st.integers(6, 14), options=st.sampled_from([EXACT, PLAIN, SolveOptions()]))
def test_a_price_that_stands_for_never_is_never_paid(instance, digits, options):
    best = best_of_all(instance)
    assume(np.isfinite(best))
    dear = replace(instance, cost=np.where(np.isinf(instance.cost), 10.0**digits, instance.cost))
    solution = dear.solve(options)
    assert solution.status is Status.OPTIMAL
    assert solution.objective <= best * (1 + options.relative_gap) + 1e-6
    assert solution.bound <= best + 1e-6
    assert dear.check(solution) == []


def value(instance):
    return instance.solve(EXACT).objective


@calm
@given(instance=instances(), data=st.data())
def test_one_more_tier_never_costs_more(instance, data):
    if instance.fixed_cost.ndim == 1:
        return
    sites = instance.cost.shape[1]
    more = np.array(data.draw(st.lists(st.integers(0, 12), min_size=2 * sites, max_size=2 * sites))).reshape(
        2, sites, 1
    )
    wider = replace(
        instance,
        fixed_cost=np.concatenate([instance.fixed_cost, more[0]], axis=1),
        capacity=np.concatenate([instance.capacity, more[1]], axis=1),
    )
    assert value(wider) <= value(instance) + 1e-6


@calm
@given(instance=instances())
def test_without_minimum_throughput_it_never_costs_more(instance):
    assert value(replace(instance, min_throughput=None)) <= value(instance) + 1e-6


@calm
@given(instance=instances())
def test_a_tier_twice_changes_nothing(instance):
    if instance.capacity is None:
        return
    shape = (instance.cost.shape[1], -1)
    twice = replace(
        instance,
        fixed_cost=np.repeat(instance.fixed_cost.reshape(shape), 2, axis=1),
        capacity=np.repeat(instance.capacity.reshape(shape), 2, axis=1),
    )
    expected = value(instance)
    assert value(twice) == (expected if np.isinf(expected) else pytest.approx(expected, abs=1e-6))
