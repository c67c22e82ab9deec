"""`HubLocation` against trying every choice of hubs and allocation, and the laws its values keep."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hub_location import enumerated, instances

from models import SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

OPTIONS = SolveOptions(relative_gap=1e-9)
ALL_ENGINES = [OPTIONS, replace(OPTIONS, engine="mip"), replace(OPTIONS, engine="lagrangian")]
ENGINES = ALL_ENGINES[1:]
calm = settings(deadline=None, max_examples=40)


@calm
@given(instances())
@pytest.mark.parametrize("options", ENGINES, ids=lambda options: options.engine)
def test_no_choice_of_hubs_and_allocation_is_cheaper(options, instance):
    solution = instance.solve(options)
    expected = enumerated(instance)
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped
        assert np.isinf(solution.objective)
    else:
        assert solution.status is Status.OPTIMAL
        assert solution.objective == pytest.approx(expected, rel=1e-7, abs=1e-6 * 1e-6)
        assert solution.bound <= solution.objective
        assert instance.check(solution) == []
        assert instance.price(solution) == solution.objective


@calm
@given(instances(most=6, forbidden=False))
def test_multiple_allocation_never_costs_more_than_single(instance):
    single = replace(instance, allocation="single").solve(OPTIONS)
    multiple = replace(instance, allocation="multiple").solve(OPTIONS)
    assert multiple.objective <= single.objective * (1 + 1e-8)


@calm
@given(instances(most=7, forbidden=False), st.sampled_from([1e-6, 1e3, 1e9]))
def test_dearer_money_scales_the_value(instance, factor):
    dearer = replace(instance, cost=instance.cost * factor, fixed_cost=instance.fixed_cost * factor)
    assert dearer.solve(OPTIONS).objective == pytest.approx(instance.solve(OPTIONS).objective * factor, rel=1e-7)


@calm
@given(instances(most=7, forbidden=False), st.randoms(use_true_random=False))
def test_other_names_of_the_nodes_change_nothing(instance, random):
    order = list(range(len(instance.flow)))
    random.shuffle(order)
    renamed = replace(
        instance,
        flow=instance.flow[np.ix_(order, order)],
        cost=instance.cost[np.ix_(order, order)],
        fixed_cost=instance.fixed_cost[order],
        capacity=instance.capacity[order],
    )
    assert renamed.solve(OPTIONS).objective == pytest.approx(instance.solve(OPTIONS).objective, rel=1e-7)


@calm
@given(instances(most=7, forbidden=False))
def test_a_requirement_less_never_costs_more(instance):
    value = instance.solve(OPTIONS).objective
    for relaxed in (replace(instance, hubs=None), replace(instance, capacity=None)):
        assert relaxed.solve(OPTIONS).objective <= value * (1 + 1e-8)


@calm
@given(instances(), st.integers(6, 11))
@pytest.mark.parametrize("options", ALL_ENGINES, ids=lambda options: options.engine)
def test_a_link_too_dear_to_pay_is_as_good_as_forbidden(options, instance, digits):
    dear = 10.0**digits * max(1.0, float(instance.cost[np.isfinite(instance.cost)].max(initial=1.0)))
    priced = replace(instance, cost=np.where(np.isinf(instance.cost), dear, instance.cost))
    forbidden, found = instance.solve(options), priced.solve(options)
    if found.has_plan and forbidden.has_plan:
        assert found.objective <= forbidden.objective * (1 + 2e-9)
        assert found.bound <= forbidden.objective * (1 + 1e-9)
        assert priced.check(found) == []
    else:
        assert not forbidden.has_plan


@calm
@given(instances(forbidden=False), st.lists(st.integers(0, 9), min_size=16, max_size=16))
@pytest.mark.parametrize("options", ALL_ENGINES, ids=lambda options: options.engine)
def test_flows_a_billion_times_each_other_hide_nothing(options, instance, digits):
    nodes = len(instance.flow)
    factor = 10.0 ** np.array(digits[: nodes * nodes]).reshape(nodes, nodes)
    spread = replace(instance, flow=instance.flow * factor, capacity=None)
    solution, expected = spread.solve(options), enumerated(spread)
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
    else:
        assert solution.objective == pytest.approx(expected, rel=3e-9)
        assert solution.bound <= expected * (1 + 1e-9)
        assert spread.check(solution) == []
