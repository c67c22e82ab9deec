"""Points, alternatives of locations and commodities with several origins, against trying every choice."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import covering, location
from scipy.optimize import linprog

from models import MultiCommodityFlow, PMedian, SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

calm = settings(deadline=None, max_examples=60)
EXACT = SolveOptions(relative_gap=0.0)
LOOSE = 1e-6
asked = st.integers(1, 70), st.sampled_from([0.0, 0.01, 0.3, 1.0, np.inf])


@st.composite
def points(draw):
    """Return medians of points on a grid, some of them twice, with weights and forced sites."""
    count = draw(st.integers(1, 6))
    at = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=count, max_size=count))
    weight = st.lists(st.sampled_from([0.0, 1.0, 2.5, 7.0]), min_size=count, max_size=count)
    some = st.lists(st.integers(0, count - 1), max_size=2)
    return PMedian(
        points=np.array(at, dtype=float) * draw(st.sampled_from([1.0, 0.37, 1e6, 1e-6])),
        weight=draw(st.none() | weight),
        p=draw(st.integers(0, count + 1)),
        forced_open=tuple(draw(some)),
        forced_closed=tuple(draw(some)),
    )


def distances(instance):
    gap = instance.points[:, None] - instance.points
    return np.hypot(gap[..., 0], gap[..., 1]) * instance.weight[:, None]


def weighted(instance):
    finite = np.where(np.isinf(instance.cost), 0.0, instance.cost) * instance.weight[:, None]
    return np.where(np.isinf(instance.cost), np.inf, finite)


def values_of(cost, fixed, numbers, forced):
    """Return what each allowed choice of sites costs, those that serve everybody."""
    allowed = covering.choices(fixed.size, *numbers, *forced)
    values = (cost[:, one].min(axis=1, initial=np.inf).sum() + fixed[one].sum() for one in allowed)
    return sorted(value for value in values if value < np.inf)


def near_best(values, count, within):
    limit = values[0] * (1 + within) if values and within < np.inf else np.inf
    return [value for value in values if value <= limit + 1e-9 * abs(limit)][:count]


def agree(instance, found, values):
    """The values are those expected, the sets differ, and each plan passes its check."""
    size = max(values, default=0.0)
    assert [one.objective for one in found] == pytest.approx(values, rel=1e-9, abs=1e-9 * size)
    assert len({one.open.tobytes() for one in found}) == len(found)
    assert [instance.check(one) for one in found] == [[]] * len(found)
    assert all(one.bound <= values[0] + 1e-9 * size for one in found)


@calm
@given(points(), st.sampled_from(["auto", "lagrangian", "radius", "mip"]))
def test_points_with_weights_and_forced_sites_are_as_cheap_as_the_best_of_all_choices(instance, engine):
    cost = distances(instance)
    forced = instance.forced_open, instance.forced_closed
    expected = location.cheapest(cost, np.zeros(len(cost)), instance.p, instance.p, *forced)
    solution = instance.solve(replace(EXACT, engine=engine, relative_gap=LOOSE if engine == "mip" else 0.0))
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
        return
    near = (2 * LOOSE if engine == "mip" else 1e-9) * cost.sum()
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(expected, abs=near)
    assert solution.bound <= expected + near
    assert instance.check(solution) == []


@calm
@given(points(), *asked)
def test_alternatives_of_points_are_the_cheapest_of_all_choices(instance, count, within):
    cost, number = distances(instance), (instance.p, instance.p)
    values = values_of(cost, np.zeros(len(cost)), number, (instance.forced_open, instance.forced_closed))
    limits = [value for value in values if values[0] > 0 and abs(value / values[0] - 1 - within) < 1e-9]
    assume(within == 0.0 or not limits)  # a value at the limit itself is in or out by a rounding
    agree(instance, instance.alternatives(count, within=within), near_best(values, count, within))


@calm
@given(location.medians(), *asked)
def test_alternatives_of_medians_keep_weights_and_forced_sites(instance, count, within):
    spread = instance.weight[instance.weight > 0]
    assume(spread.size == 0 or spread.max() / spread.min() < 1e6)
    cost, number = weighted(instance), (instance.p, instance.p)
    values = values_of(cost, np.zeros(cost.shape[1]), number, (instance.forced_open, instance.forced_closed))
    agree(instance, instance.alternatives(count, within=within), near_best(values, count, within))


@calm
@given(location.facilities(), *asked)
def test_alternatives_of_facilities_keep_forced_sites_and_numbers(instance, count, within):
    most = instance.fixed_cost.size if instance.max_open is None else instance.max_open
    forced = instance.forced_open, instance.forced_closed
    values = values_of(instance.cost, instance.fixed_cost, (instance.min_open, most), forced)
    agree(instance, instance.alternatives(count, within=within), near_best(values, count, within))


@st.composite
def supplies(draw):
    """Return tiny networks whose commodities have several origins and destinations."""
    nodes, links, commodities = draw(st.integers(2, 5)), draw(st.integers(0, 8)), draw(st.integers(1, 3))

    def numbers(low, high, *shape):
        size = int(np.prod(shape))
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)), dtype=float).reshape(
            shape
        )

    supply = numbers(-4, 4, commodities, nodes)
    supply[:, -1] -= supply.sum(axis=1)  # what is sent is taken
    capacity, unserved = numbers(0, 9, links), numbers(0, 8, commodities)
    return MultiCommodityFlow(
        tail=numbers(0, nodes - 1, links).astype(int),
        head=numbers(0, nodes - 1, links).astype(int),
        capacity=np.where(capacity > 7, np.inf, capacity) * draw(st.sampled_from([1.0, 1e6])),
        unit_cost=numbers(0, 5, *draw(st.sampled_from([(links,), (commodities, links)]))),
        supply=supply * draw(st.sampled_from([1.0, 1e6, 1e-3])),
        unserved_cost=np.where(unserved > 5, np.inf, unserved),
        nodes=nodes,
    )


def by_program(instance):
    """Return the least cost by a program in which what is not served goes straight from an origin to a destination."""
    commodities, nodes, links = len(instance.supply), instance.nodes, instance.tail.size
    pairs = [(v, w) for v in range(nodes) for w in range(nodes) if v != w]
    tail = np.append(instance.tail, [v for v, _ in pairs]).astype(int)
    head = np.append(instance.head, [w for _, w in pairs]).astype(int)
    balance = np.zeros((nodes, tail.size))
    np.add.at(balance, (tail, np.arange(tail.size)), 1.0)
    np.subtract.at(balance, (head, np.arange(tail.size)), 1.0)
    rows = np.broadcast_to(instance.unit_cost, (commodities, links))
    cost, most = [], []
    for k, supply in enumerate(instance.supply):
        straight = [supply[v] > 0 > supply[w] and np.isfinite(instance.unserved_cost[k]) for v, w in pairs]
        price = instance.unserved_cost[k] if np.isfinite(instance.unserved_cost[k]) else 0.0
        cost.append(np.append(rows[k], np.full(len(pairs), price)))
        most += [None] * links + [None if may else 0.0 for may in straight]
    scale = np.abs(instance.supply).max() or 1.0
    limited = np.flatnonzero(np.isfinite(instance.capacity))
    load = np.kron(np.ones((1, commodities)), np.eye(tail.size))[limited]
    result = linprog(
        np.concatenate(cost),
        A_eq=np.kron(np.eye(commodities), balance),
        b_eq=instance.supply.ravel() / scale,
        A_ub=load if limited.size else None,
        b_ub=instance.capacity[limited] / scale if limited.size else None,
        bounds=[(0.0, high) for high in most],
    )
    return result.fun * scale if result.status == 0 else np.inf


@calm
@given(supplies(), st.sampled_from(["auto", "mip", "benders"]))
def test_commodities_with_several_origins_cost_what_a_program_says(instance, engine):
    expected = by_program(instance)
    solution = instance.solve(SolveOptions(relative_gap=1e-7, engine=engine))
    if np.isinf(expected):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped.startswith("infeasible: ")
        return
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(expected, rel=3e-6, abs=1e-9)
    assert solution.bound <= expected * (1 + 1e-6) + 1e-9
    assert instance.check(solution) == []
