"""`HubLocation` against trying every choice of hubs and allocation, and the laws its values keep."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import HubLocation, SolveOptions, Status
from models.hubs import answers
from models.solver import Solver

OPTIONS = SolveOptions(relative_gap=1e-9)
ENGINES = [replace(OPTIONS, engine="mip"), replace(OPTIONS, engine="lagrangian")]
calm = settings(deadline=None, max_examples=40)


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
def instances(draw, *, most=4, allocation=None, forbidden=True):
    """Return tiny instances with whole numbers, so that ties, zeros and exact fits abound."""
    nodes = draw(st.integers(1, most))

    def numbers(size, high, scale=1.0):
        return np.array(draw(st.lists(st.integers(0, high), min_size=size, max_size=size)), dtype=float) * scale

    cost = numbers(nodes * nodes, 8, draw(st.sampled_from([1.0, 1e6]))).reshape(nodes, nodes)
    if forbidden and draw(st.booleans()):
        cost[numbers(nodes * nodes, 4).reshape(nodes, nodes) == 0] = np.inf
    elif draw(st.booleans()):
        cost = np.maximum(cost, cost.T)
        np.fill_diagonal(cost, 0.0)
    flow = numbers(nodes * nodes, 5, draw(st.sampled_from([1.0, 1e4]))).reshape(nodes, nodes)
    finite = cost[np.isfinite(cost)]
    money = float(flow.max() * finite.max(initial=0.0)) or 1.0
    return HubLocation(
        flow=flow,
        cost=cost,
        hubs=draw(st.one_of(st.none(), st.integers(0, nodes))),
        fixed_cost=numbers(nodes, 3, money) if draw(st.booleans()) else None,
        capacity=numbers(nodes, 6, 0.2 * float(flow.sum())) if draw(st.booleans()) else None,
        collection=draw(st.sampled_from([1.0, 3.0, 0.0])),
        transfer=draw(st.sampled_from([0.75, 0.0, 1.5])),
        distribution=draw(st.sampled_from([1.0, 2.0])),
        allocation=allocation or draw(st.sampled_from(["single", "multiple"])),
    )


def way(instance, i, k, m, j):
    """Return the cost of one unit from i by k and m to j."""
    cost = instance.cost
    legs = ((instance.collection, cost[i, k]), (instance.transfer, cost[k, m]), (instance.distribution, cost[m, j]))
    return sum(np.inf if np.isinf(price) else factor * price for factor, price in legs)


def enumerated(instance):
    """Return the least value over every set of hubs, inf if none will do."""
    nodes = len(instance.flow)
    sizes = range(nodes + 1) if instance.hubs is None else [instance.hubs]
    best = np.inf
    by_set = single_value if instance.allocation == "single" else multiple_value
    for size in sizes:
        for hubs in combinations(range(nodes), size):
            best = min(best, instance.fixed_cost[list(hubs)].sum() + by_set(instance, hubs))
    return best


def single_value(instance, hubs):
    nodes, best = len(instance.flow), np.inf
    choices = [[i] if i in hubs else list(hubs) for i in range(nodes)]
    for at in product(*choices):
        load = np.zeros(nodes)
        for i in range(nodes):
            load[at[i]] += instance.flow[i].sum()
        if (load > instance.capacity * (1 + 1e-9)).any():
            continue
        pairs = np.argwhere(instance.flow > 0).tolist()
        best = min(best, sum(instance.flow[i, j] * way(instance, i, at[i], at[j], j) for i, j in pairs))
    return best


def multiple_value(instance, hubs):
    pairs = np.argwhere(instance.flow > 0).tolist()
    if not pairs:
        return 0.0
    routes = [
        (pair, k, instance.flow[i, j], way(instance, i, k, m, j))
        for pair, (i, j) in enumerate(pairs)
        for k in hubs
        for m in hubs
        if np.isfinite(way(instance, i, k, m, j))
    ]
    if {pair for pair, *_ in routes} != set(range(len(pairs))):
        return np.inf
    serve = np.array([[1.0 if route[0] == pair else 0.0 for route in routes] for pair in range(len(pairs))])
    full = [k for k in hubs if np.isfinite(instance.capacity[k])]
    scale = instance.flow.max()
    money = max(route[2] * route[3] for route in routes) or 1.0
    load = np.array([[route[2] / scale if route[1] == k else 0.0 for route in routes] for k in full])
    answer = linprog(
        [route[2] * route[3] / money for route in routes],
        A_ub=load if full else None,
        b_ub=instance.capacity[full] * (1 + 1e-9) / scale if full else None,
        A_eq=serve,
        b_eq=np.ones(len(pairs)),
    )
    return answer.fun * money if answer.status == 0 else np.inf


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
