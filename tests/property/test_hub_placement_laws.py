"""Laws of `HubPlacement`, and its value against trying every choice of sites and sizes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.placement import plain_instances as instances
from oracles.placement import value_by_trying_every_choice

from models import SolveOptions, Status
from models.placement import answers, prune

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

OPTIONS = SolveOptions(relative_gap=1e-8)
ENGINES = [replace(OPTIONS, engine="mip"), replace(OPTIONS, engine="benders")]
calm = settings(deadline=None, max_examples=60)


def value(instance, options=OPTIONS):
    return instance.solve(options).objective


def close_to(number):
    return pytest.approx(number, rel=1e-6, abs=1e-6)


@settings(deadline=None, max_examples=600)
@given(instance=instances())
def test_both_engines_equal_trying_every_choice_and_prove_it(instance):
    best = value_by_trying_every_choice(instance)
    for options in ENGINES:
        solution = instance.solve(options)
        if np.isinf(best):
            assert solution.status is Status.INFEASIBLE
            continue
        assert solution.status is Status.OPTIMAL
        assert solution.objective == close_to(best)
        assert solution.bound <= best * (1 + 1e-7) + 1e-6
        assert instance.check(solution) == []
        assert instance.price(solution) == solution.objective


@settings(deadline=None, max_examples=200)
@given(instance=instances(), data=st.data())
def test_flows_billions_of_times_a_room_fit_it_and_no_bound_lies_above_a_plan(instance, data):
    powers = st.sampled_from([0, 0, 4, 7, 10])
    grown = 10.0 ** np.array(data.draw(st.lists(powers, min_size=instance.amount.size, max_size=instance.amount.size)))
    wide = 10.0 ** np.array(
        data.draw(st.lists(powers, min_size=instance.option_site.size, max_size=instance.option_site.size))
    )
    far = replace(
        instance, amount=instance.amount * grown, option_capacity=instance.option_capacity * wide.reshape(-1, 1)
    )
    solutions = [far.solve(options) for options in ENGINES]
    known = [solution for solution in solutions if solution.has_plan]
    for solution in solutions:
        assert (solution.status is Status.INFEASIBLE) == (not known)
        assert not solution.has_plan or far.check(solution) == []
        assert all(solution.bound <= each.objective * (1 + 1e-8) + 1e-9 for each in known)


@calm
@given(instance=instances())
def test_each_point_of_the_curve_is_the_best_of_exactly_so_many(instance):
    for count, point in enumerate(instance.curve(range(4), ENGINES[1])):
        exactly = instance.with_new(count)
        assert point.objective == close_to(value_by_trying_every_choice(exactly))
        assert not point.has_plan or exactly.check(point) == []


@calm
@given(instance=instances())
def test_pruning_changes_no_value(instance):
    pruned = value(instance, ENGINES[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "useful_routes", prune.all_routes)
        patch.setattr(answers, "useful_options", lambda instance, _: prune.all_options(instance))
        whole = value(instance, ENGINES[0])
    assert pruned == close_to(whole)


@calm
@given(instance=instances())
def test_without_fixed_costs_a_plan_is_never_dearer(instance):
    assert value(replace(instance, option_cost=instance.option_cost * 0)) <= value(instance) * (1 + 1e-7) + 1e-6


@calm
@given(instance=instances())
def test_one_more_site_allowed_is_never_dearer(instance):
    assume(instance.max_new is not None)
    assert value(replace(instance, max_new=instance.max_new + 1)) <= value(instance) * (1 + 1e-7) + 1e-6


@calm
@given(instance=instances(), more=st.integers(1, 5), data=st.data())
def test_more_room_is_never_dearer(instance, more, data):
    assume(instance.option_capacity.size)
    at = data.draw(st.integers(0, instance.option_capacity.size - 1))
    wider = instance.option_capacity.copy()
    wider.flat[at] += more
    assert value(replace(instance, option_capacity=wider)) <= value(instance) * (1 + 1e-7) + 1e-6


@calm
@given(instance=instances(), factor=st.sampled_from([1e-3, 7.0, 1e6]))
def test_money_in_another_unit_scales_the_value(instance, factor):
    other = replace(
        instance,
        direct_cost=instance.direct_cost * factor,
        route_cost=instance.route_cost * factor,
        option_cost=instance.option_cost * factor,
    )
    assert value(other) == close_to(value(instance) * factor)


@calm
@given(instance=instances(), factor=st.sampled_from([1e-3, 7.0, 1e6]))
def test_amounts_in_another_unit_change_nothing(instance, factor):
    other = replace(
        instance,
        amount=instance.amount * factor,
        option_capacity=instance.option_capacity * factor,
        direct_cost=instance.direct_cost / factor,
        route_cost=instance.route_cost / factor,
    )
    assert value(other) == close_to(value(instance))


@calm
@given(instance=instances(), data=st.data())
def test_other_names_for_sites_flows_and_options_change_nothing(instance, data):
    site, flow, route, option = (
        np.array(data.draw(st.permutations(range(size))), dtype=int)
        for size in (instance.n_sites, instance.amount.size, instance.route_flow.size, instance.option_site.size)
    )
    renamed = replace(
        instance,
        amount=instance.amount[np.argsort(flow)],
        direct_cost=instance.direct_cost[np.argsort(flow)],
        route_flow=flow[instance.route_flow][route],
        route_site=site[instance.route_site][route],
        route_cost=instance.route_cost[route],
        route_resource=instance.route_resource[route],
        option_site=site[instance.option_site][option],
        option_cost=instance.option_cost[option],
        option_capacity=instance.option_capacity[option],
        standing=instance.standing[np.argsort(site)],
        forced_open=tuple(site[list(instance.forced_open)]),
        forced_closed=tuple(site[list(instance.forced_closed)]),
    )
    for options in ENGINES:
        assert value(renamed, options) == close_to(value(instance, options))


@calm
@given(instance=instances(direct_only_finite=True))
def test_with_every_site_closed_the_value_is_the_direct_cost_exactly(instance):
    closed = replace(instance, forced_closed=tuple(range(instance.n_sites)), forced_open=(), min_new=0)
    for options in ENGINES:
        assert value(closed, options) == float(instance.amount @ instance.direct_cost)


@calm
@given(instance=instances(direct_only_finite=True))
def test_a_flow_in_two_halves_costs_the_same(instance):
    assume(instance.amount.size)
    half = np.concatenate([instance.amount / 2, instance.amount / 2])
    twice = replace(
        instance,
        amount=half,
        direct_cost=np.tile(instance.direct_cost, 2),
        route_flow=np.concatenate([instance.route_flow, instance.route_flow + instance.amount.size]),
        route_site=np.tile(instance.route_site, 2),
        route_cost=np.tile(instance.route_cost, 2),
        route_resource=np.tile(instance.route_resource, 2),
    )
    assert value(twice, ENGINES[1]) == close_to(value(instance, ENGINES[1]))
