"""`NetworkDesign` against trying every set of links, and the laws its values keep."""

from dataclasses import replace
from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import NetworkDesign, SolveOptions, Status
from models.commodities import answers as commodities
from models.design import answers
from models.solver import Solver

calm = settings(deadline=None, max_examples=20)
ENGINES = ("mip", "lagrangian")


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
        patch.setattr(commodities, "Solver", Lent)
        yield


@st.composite
def instances(draw, *, rules=True):
    """Return tiny networks with loops, parallel links, zeros, links without limit or forbidden."""
    nodes, links, commodities = draw(st.integers(2, 3)), draw(st.integers(1, 5)), draw(st.integers(0, 3))

    def numbers(low, high, *shape):
        size = int(np.prod(shape))
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)), dtype=int).reshape(shape)

    def some_inf(values):
        return np.where(values > 5, inf, values.astype(float))

    fixed = numbers(0, 9, links).astype(float) * draw(st.sampled_from([1.0, 100.0]))
    given = {}
    if rules and draw(st.booleans()):
        given["budget"] = fixed.sum() * draw(st.sampled_from([0.3, 0.6]))
    if rules and draw(st.booleans()):
        given["forced_open"] = (draw(st.integers(0, links - 1)),)
        given["forced_closed"] = (draw(st.integers(0, links - 1)),)
    return NetworkDesign(
        tail=numbers(0, nodes - 1, links),
        head=numbers(0, nodes - 1, links),
        capacity=some_inf(numbers(0, 7, links)),
        unit_cost=some_inf(numbers(0, 6, *draw(st.sampled_from([(links,), (commodities, links)])))),
        fixed_cost=fixed,
        origin=numbers(0, nodes - 1, commodities),
        destination=numbers(0, nodes - 1, commodities),
        amount=numbers(0, 4, commodities),
        nodes=nodes,
        **given,
    )


def routed(instance, built):
    """Return the least cost of moving everything on these links, inf if they cannot carry it."""
    links, nodes, commodities = instance.tail.size, instance.nodes, instance.amount.size
    rows = np.broadcast_to(instance.unit_cost, (commodities, links))
    if commodities == 0:
        return 0.0
    balance = np.zeros((nodes, links))
    np.add.at(balance, (instance.tail, np.arange(links)), 1.0)
    np.subtract.at(balance, (instance.head, np.arange(links)), 1.0)
    asked = np.zeros((commodities, nodes))
    np.add.at(asked, (np.arange(commodities), instance.origin), instance.amount)
    np.subtract.at(asked, (np.arange(commodities), instance.destination), instance.amount)
    usable = built & np.isfinite(rows)
    room = np.where(np.isfinite(instance.capacity), instance.capacity, 1e3)
    result = linprog(
        np.where(usable, rows, 0.0).ravel(),
        A_eq=np.kron(np.eye(commodities), balance),
        b_eq=asked.ravel(),
        A_ub=np.kron(np.ones((1, commodities)), np.eye(links)),
        b_ub=room,
        bounds=[(0, None if use else 0) for use in usable.ravel()],
    )
    return result.fun if result.status == 0 else inf


def enumerated(instance):
    """Return the least cost over every set of links that the rules allow, inf if none will do."""
    best = inf
    for choice in product([False, True], repeat=instance.tail.size):
        built = np.array(choice)
        fixed = instance.fixed_cost[built].sum()
        keeps = built[list(instance.forced_open)].all() and not built[list(instance.forced_closed)].any()
        if keeps and fixed <= instance.budget and fixed < best:
            best = min(best, fixed + routed(instance, built))
    return best


def value(instance, engine="lagrangian"):
    solution = instance.solve(SolveOptions(relative_gap=1e-6, engine=engine))
    assert solution.status in {Status.OPTIMAL, Status.INFEASIBLE}, solution.stopped
    if solution.status is Status.OPTIMAL:
        assert instance.check(solution) == []
    return solution.objective


def near(wanted):
    return pytest.approx(wanted, rel=3e-6, abs=1e-9)


@calm
@given(instances(), st.sampled_from(ENGINES))
def test_no_set_of_links_costs_less(instance, engine):
    assert value(instance, engine) == near(enumerated(instance))


@calm
@given(instances(), st.integers(0, 4))
def test_more_room_a_cheaper_link_or_fewer_rules_never_cost_more(instance, at):
    at %= instance.tail.size
    before = value(instance) * (1 + 3e-6) + 1e-9
    capacity, fixed = instance.capacity.copy(), instance.fixed_cost.copy()
    capacity[at] += 1
    fixed[at] *= 0.5
    assert value(replace(instance, capacity=capacity)) <= before
    assert value(replace(instance, fixed_cost=fixed)) <= before
    assert value(replace(instance, forced_open=(), forced_closed=(), budget=inf)) <= before


@calm
@given(instances(), st.sampled_from([1e-6, 7.0, 1e9]))
def test_costs_and_amounts_scale_the_value(instance, factor):
    before = value(instance)
    dearer = replace(
        instance,
        unit_cost=instance.unit_cost * factor,
        fixed_cost=instance.fixed_cost * factor,
        budget=instance.budget * factor,
    )
    larger = replace(
        instance,
        amount=instance.amount * factor,
        capacity=instance.capacity * factor,
        unit_cost=instance.unit_cost / factor,
    )
    assert value(dearer) == pytest.approx(before * factor, rel=3e-6, abs=1e-9 * factor)
    assert value(larger) == near(before)


@calm
@given(instances(rules=False), st.randoms(use_true_random=False))
def test_names_of_links_and_commodities_change_nothing(instance, random):
    links, commodities = list(range(instance.tail.size)), list(range(instance.amount.size))
    random.shuffle(links)
    random.shuffle(commodities)
    link, commodity = np.array(links, dtype=int), np.array(commodities, dtype=int)
    per_link = {name: getattr(instance, name)[link] for name in ("tail", "head", "capacity", "fixed_cost")}
    per_commodity = {name: getattr(instance, name)[commodity] for name in ("origin", "destination", "amount")}
    cost = instance.unit_cost[..., link]
    other = replace(instance, unit_cost=cost[commodity] if cost.ndim > 1 else cost, **per_link, **per_commodity)
    assert value(other) == near(value(instance))
