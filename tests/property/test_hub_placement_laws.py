"""Laws of `HubPlacement`, and its value against trying every choice of sites and sizes."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import HubPlacement, SolveOptions, Status
from models.placement import answers, prune
from models.solver import Solver

OPTIONS = SolveOptions(relative_gap=1e-8)
ENGINES = [replace(OPTIONS, engine="mip"), replace(OPTIONS, engine="benders")]
calm = settings(deadline=None, max_examples=60)


@pytest.fixture(scope="module", autouse=True)
def one_solver_process_for_all():
    """Starting a process for each of thousands of tiny solves would take minutes."""
    with pytest.MonkeyPatch.context() as patch, Solver() as solver:

        class Lent:
            def __enter__(self):
                return solver

            def __exit__(self, *_):
                return None

        patch.setattr(answers, "Solver", Lent)
        yield


@st.composite
def instances(draw, *, direct_only_finite=False):
    """Return tiny instances with whole numbers, so that ties, zeros and exact fits abound."""
    flows, sites, resources = draw(st.integers(0, 4)), draw(st.integers(0, 4)), draw(st.integers(1, 2))
    routes = draw(st.integers(0, 12)) if flows and sites else 0

    def numbers(size, high, scale=1.0):
        return np.array(draw(st.lists(st.integers(0, max(high, 0)), min_size=size, max_size=size)), dtype=float) * scale

    standing = np.array(draw(st.lists(st.booleans(), min_size=sites, max_size=sites)), dtype=bool)
    ways = [1 if stands else draw(st.integers(1, 3)) for stands in standing]
    option_site = np.array(draw(st.permutations(np.repeat(np.arange(sites), ways).tolist())), dtype=int)
    money, mass = draw(st.sampled_from([1.0, 1e6])), draw(st.sampled_from([1.0, 1e4]))
    direct_cost = numbers(flows, 12, money)
    if not direct_only_finite:
        direct_cost[numbers(flows, 3) == 0] = np.inf
    some_sites = st.lists(st.integers(0, max(sites - 1, 0)), max_size=1 if sites else 0)
    return HubPlacement(
        amount=numbers(flows, 6, mass),
        direct_cost=direct_cost,
        route_flow=numbers(routes, flows - 1).astype(int),
        route_site=numbers(routes, sites - 1).astype(int),
        route_cost=numbers(routes, 8, money),
        route_resource=numbers(routes, resources - 1).astype(int),
        option_site=option_site,
        option_cost=numbers(option_site.size, 8, money * mass),
        option_capacity=numbers(option_site.size * resources, 8, mass).reshape(-1, resources),
        standing=standing,
        min_new=draw(st.sampled_from([0, 0, 0, 1, 2])),
        max_new=draw(st.sampled_from([None, 0, 1, 2, 3])),
        forced_open=tuple(draw(some_sites)),
        forced_closed=tuple(draw(some_sites)),
    )


def value_by_trying_every_choice(instance):
    """Return the best value over all choices of options, each with its transport program; inf if there is none."""
    most = instance.n_sites if instance.max_new is None else instance.max_new
    best = np.inf
    for choice in product(*(ways_of(instance, site) for site in range(instance.n_sites))):
        opened = [option for option in choice if option is not None]
        if instance.min_new <= sum(not instance.standing[instance.option_site[k]] for k in opened) <= most:
            best = min(best, instance.option_cost[opened].sum() + transport_cost(instance, opened))
    return best


def ways_of(instance, site):
    options = np.flatnonzero(instance.option_site == site).tolist()
    if site in instance.forced_closed:
        return [] if site in instance.forced_open else [None]
    return options if instance.standing[site] or site in instance.forced_open else [None, *options]


def transport_cost(instance, opened):
    flows, routes = instance.amount.size, instance.route_flow.size
    if not flows:
        return 0.0
    room = np.zeros((instance.n_sites, instance.option_capacity.shape[1]))
    room[instance.option_site[opened]] = instance.option_capacity[opened]
    direct = np.isfinite(instance.direct_cost)
    cost = np.concatenate([instance.route_cost, np.where(direct, instance.direct_cost, 0.0)])
    cost *= instance.amount[np.concatenate([instance.route_flow, np.arange(flows)])]
    scale, mass = max(cost.max(), 1e-9), max(instance.amount.max(), 1e-9)  # a solver's tolerances are absolute
    whole, load = np.zeros((flows, routes + flows)), np.zeros((room.size, routes + flows))
    whole[instance.route_flow, np.arange(routes)] = 1
    whole[np.arange(flows), routes + np.arange(flows)] = 1
    slot = instance.route_site * room.shape[1] + instance.route_resource
    load[slot, np.arange(routes)] = instance.amount[instance.route_flow] / mass
    upper = np.concatenate([room.ravel()[slot] > 0, direct]).astype(float)
    result = linprog(
        cost / scale, A_ub=load, b_ub=room.ravel() / mass, A_eq=whole, b_eq=np.ones(flows),
        bounds=np.column_stack([np.zeros(upper.size), upper]),
    )  # fmt: skip
    return result.fun * scale if result.status == 0 else np.inf


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
