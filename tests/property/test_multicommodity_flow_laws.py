"""`MultiCommodityFlow` against SciPy's linear program over all paths, and the laws its values keep."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import MultiCommodityFlow, SolveOptions, Status
from models.commodities import answers
from models.solver import Solver

calm = settings(deadline=None, max_examples=30)
ENGINES = ("mip", "benders")


@pytest.fixture(scope="module", autouse=True)
def one_solver_process_for_all():
    """Starting a process for each of hundreds of tiny programs would take minutes."""
    with pytest.MonkeyPatch.context() as patch, Solver() as solver:

        class Lent:
            def __enter__(self):
                return solver

            def __exit__(self, *_):
                return None

        patch.setattr(answers, "Solver", Lent)
        yield


@st.composite
def instances(draw):
    """Return tiny networks with loops, parallel links, zeros and links without limit or forbidden."""
    nodes, links, commodities = draw(st.integers(1, 4)), draw(st.integers(0, 7)), draw(st.integers(0, 4))

    def numbers(low, high, *shape):
        size = int(np.prod(shape))
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)), dtype=int).reshape(shape)

    def some_inf(values):
        return np.where(values > 4, inf, values.astype(float))

    penalty = draw(st.sampled_from(["none", "one", "each"]))
    return MultiCommodityFlow(
        tail=numbers(0, nodes - 1, links),
        head=numbers(0, nodes - 1, links),
        capacity=some_inf(numbers(0, 5, links)) * draw(st.sampled_from([1.0, 1e6])),
        unit_cost=some_inf(numbers(0, 5, *draw(st.sampled_from([(links,), (commodities, links)])))),
        origin=numbers(0, nodes - 1, commodities),
        destination=numbers(0, nodes - 1, commodities),
        amount=numbers(0, 4, commodities) * draw(st.sampled_from([1.0, 1e6, 1e-3])),
        unserved_cost={"none": None, "one": 6.0}.get(penalty, some_inf(numbers(0, 5, commodities)) * 3),
        nodes=nodes,
    )


def simple_paths(instance, commodity):
    """Return every path of the commodity as a tuple of links."""
    rows = np.broadcast_to(instance.unit_cost, (instance.amount.size, instance.tail.size))
    usable = np.flatnonzero(np.isfinite(rows[commodity])).tolist()
    goal, found = instance.destination[commodity], []

    def walk(node, path, been):
        if node == goal:
            found.append(tuple(path))
            return
        for link in usable:
            if instance.tail[link] == node and instance.head[link] not in been:
                walk(instance.head[link], [*path, link], been | {instance.head[link]})

    walk(instance.origin[commodity], [], {instance.origin[commodity]})
    return found


def enumerated(instance):
    """Return the least cost over shares of every path, inf if that cannot be."""
    rows = np.broadcast_to(instance.unit_cost, (instance.amount.size, instance.tail.size))
    cost, use, of = [], [], []
    for k in np.flatnonzero(instance.amount > 0).tolist():
        for path in simple_paths(instance, k):
            uses = np.zeros(instance.tail.size)
            uses[list(path)] = 1
            cost.append(rows[k][list(path)].sum() if path else 0.0)
            use.append(uses)
            of.append(k)
        if np.isfinite(instance.unserved_cost[k]):
            cost.append(instance.unserved_cost[k])
            use.append(np.zeros(instance.tail.size))
            of.append(k)
        if k not in of:
            return inf
    if not of:
        return 0.0
    scale = instance.amount.max()
    served = (np.array(of) == np.unique(of)[:, None]).astype(float)
    limited = np.isfinite(instance.capacity)
    result = linprog(
        cost,
        A_eq=served,
        b_eq=instance.amount[np.unique(of)] / scale,
        A_ub=np.array(use).T[limited] if limited.any() else None,
        b_ub=instance.capacity[limited] / scale if limited.any() else None,
    )
    return result.fun * scale if result.status == 0 else inf


def value(instance, engine="benders"):
    solution = instance.solve(SolveOptions(relative_gap=1e-7, engine=engine))
    assert solution.status in {Status.OPTIMAL, Status.INFEASIBLE}, solution.stopped
    if solution.status is Status.OPTIMAL:
        assert instance.check(solution) == []
    return solution.objective


def near(wanted):
    return pytest.approx(wanted, rel=1e-6, abs=1e-9)


@calm
@given(instances(), st.sampled_from(ENGINES))
def test_no_shares_of_paths_cost_less(instance, engine):
    assert value(instance, engine) == near(enumerated(instance))


@calm
@given(instances(), st.integers(0, 6), st.sampled_from(ENGINES))
def test_more_room_or_a_cheaper_link_never_costs_more(instance, at, engine):
    if at >= instance.tail.size:
        return
    before = value(instance, engine)
    capacity, cost = instance.capacity.copy(), instance.unit_cost.copy()
    capacity[at] += 1
    cost[..., at] *= 0.5
    assert value(replace(instance, capacity=capacity), engine) <= before * (1 + 1e-6) + 1e-9
    assert value(replace(instance, unit_cost=cost), engine) <= before * (1 + 1e-6) + 1e-9


@calm
@given(instances(), st.sampled_from([1e-6, 3.0, 1e9]))
def test_costs_and_amounts_scale_the_value(instance, factor):
    before = value(instance)
    dearer = replace(instance, unit_cost=instance.unit_cost * factor, unserved_cost=instance.unserved_cost * factor)
    larger = replace(instance, amount=instance.amount * factor, capacity=instance.capacity * factor)
    wanted = pytest.approx(before * factor, rel=1e-6, abs=1e-9 * factor)
    assert value(dearer) == wanted
    assert value(larger) == wanted


@calm
@given(instances(), st.randoms(use_true_random=False))
def test_names_of_commodities_and_links_change_nothing(instance, random):
    links, commodities = list(range(instance.tail.size)), list(range(instance.amount.size))
    random.shuffle(links)
    random.shuffle(commodities)
    link, commodity = np.array(links, dtype=int), np.array(commodities, dtype=int)
    per_link = {name: getattr(instance, name)[link] for name in ("tail", "head", "capacity")}
    per_commodity = {
        name: getattr(instance, name)[commodity] for name in ("origin", "destination", "amount", "unserved_cost")
    }
    cost = instance.unit_cost[..., link]
    other = replace(instance, unit_cost=cost[commodity] if cost.ndim > 1 else cost, **per_link, **per_commodity)
    assert value(other) == near(value(instance))


@calm
@given(instances())
def test_supply_of_one_origin_and_one_destination_is_a_pair(instance):
    supply = np.zeros((instance.amount.size, instance.nodes))
    each = np.arange(instance.amount.size)
    np.add.at(supply, (each, instance.origin), instance.amount)
    np.subtract.at(supply, (each, instance.destination), instance.amount)
    other = replace(instance, origin=(), destination=(), amount=(), supply=supply)
    # a pair of one node pays for not being served nowhere: it need not move
    assert value(other) == near(value(instance))
