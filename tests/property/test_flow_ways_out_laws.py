"""Clashes and ways out of flows and designs: against every cut, every design and every set of requirements."""

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.flows import networks
from oracles.requirements_of_flows import can_be_kept, least_prices, names

from models import Elastic, MinCostFlow, MultiCommodityFlow, NetworkDesign, SolveOptions, Status
from models.arrays import UNLIMITED

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
MANY = 7  # requirements up to which every set of them is tried
PRICE = st.sampled_from([0.5, 1.0, 1.0, 2.0, 5.0])
calm = settings(deadline=None, max_examples=20)


@st.composite
def amounts(draw, shape, high):
    """Return whole numbers, or 0.01 and more of eight digits, some of them a million times as large."""
    size = int(np.prod(shape))
    parts = draw(st.sampled_from([1, 10**8]))
    drawn = draw(st.lists(st.integers(0, high * parts), min_size=size, max_size=size))
    large = draw(st.lists(st.sampled_from([1.0, 1.0, draw(st.sampled_from([1.0, 1e6]))]), min_size=size, max_size=size))
    values = np.array(drawn, dtype=float) / parts
    return (np.where(values < 0.01, 0.0, values) * np.array(large)).reshape(shape)


def put(values, draw, number):
    """Return the values, of which some are this number instead."""
    size = values.size
    which = draw(st.lists(st.integers(0, 5), min_size=size, max_size=size))
    return np.where(np.reshape(which, values.shape) == 0, number, values)


@st.composite
def links(draw, most):
    """Return nodes, and links of which some carry nothing, some anything, and some may not be passed by some."""
    nodes, count, commodities = draw(st.integers(1, 4)), draw(st.integers(0, most)), draw(st.integers(0, 3))
    ends = st.lists(st.integers(0, nodes - 1), min_size=count, max_size=count)
    costs = (commodities, count) if draw(st.booleans()) else (count,)
    return commodities, {
        "tail": np.array(draw(ends), dtype=int),
        "head": np.array(draw(ends), dtype=int),
        "capacity": put(draw(amounts((count,), 4)), draw, inf),
        "unit_cost": put(draw(amounts(costs, 5)), draw, inf),
        "nodes": nodes,
    }


@st.composite
def pairs(draw, commodities, nodes):
    ends = st.lists(st.integers(0, nodes - 1), min_size=commodities, max_size=commodities)
    return {
        "origin": np.array(draw(ends), dtype=int),
        "destination": np.array(draw(ends), dtype=int),
        "amount": draw(amounts((commodities,), 4)),
    }


@st.composite
def flows(draw):
    """Return commodities by pairs, or by supplies that mostly agree; some need not be served."""
    commodities, given_links = draw(links(4))
    nodes = given_links["nodes"]
    unserved = put(np.full(commodities, inf), draw, 3.0)
    if draw(st.booleans()):
        return MultiCommodityFlow(**given_links, **draw(pairs(commodities, nodes)), unserved_cost=unserved)
    sign = np.array(draw(st.lists(st.sampled_from([-1, 1]), min_size=nodes, max_size=nodes)))
    supply = draw(amounts((commodities, nodes), 4)) * sign
    if draw(st.integers(0, 2)):
        supply[:, -1] -= supply.sum(axis=1)
    return MultiCommodityFlow(**given_links, supply=supply, unserved_cost=unserved)


@st.composite
def designs(draw):
    commodities, given_links = draw(links(3))
    count = given_links["tail"].size
    some = st.lists(st.integers(0, count - 1), max_size=2) if count else st.just([])
    return NetworkDesign(
        **given_links,
        **draw(pairs(commodities, given_links["nodes"])),
        fixed_cost=draw(amounts((count,), 5)),
        budget=draw(st.sampled_from([inf, 0.0, 3.0, 7.5])),
        forced_open=draw(some),
        forced_closed=draw(some),
    )


def assert_clashes_are_irreducible_and_all(found, every, is_kept):
    """`is_kept` (names): whether these requirements can be kept together."""
    assert found.is_complete
    rest = set(every)
    for one in found:
        clash = set(one.requirements)
        assert one.is_irreducible
        assert clash <= rest  # none shares a requirement with another
        assert not is_kept(clash)
        assert all(is_kept(clash - {name}) for name in clash)
        rest -= clash
    assert is_kept(rest)


def assert_ways_lead_out(instance, ways):
    relaxed = [{one.name for one in way.relaxations} for way in ways]
    assert not any(first <= later for at, first in enumerate(relaxed) for later in relaxed[at + 1 :])
    for way in ways:
        assert way.price_bound <= way.price
        assert all(one.amount > 0 for one in way.relaxations)
        after = instance.relaxed(way)
        solution = after.solve(EXACT)
        assert solution.status is way.status
        assert solution.objective == pytest.approx(way.objective, rel=1e-6, abs=1e-6)
        if solution.status is not Status.UNBOUNDED:
            assert solution.has_plan
            assert after.check(solution) == []


@calm
@given(st.one_of(flows(), designs()), st.data())
def test_clashes_and_ways_out_of_commodities_are_those_of_trying_all(instance, data):
    every = names(instance)
    price = {name: data.draw(PRICE) for name in every}
    found, ways = instance.clashes(EXACT, count=99), instance.ways_out(EXACT, k=3, prices=price)
    wanted = Status.FEASIBLE if can_be_kept(instance, set(every)) else Status.INFEASIBLE
    assert found.status is ways.status is wanted
    assert_clashes_are_irreducible_and_all(found, every, lambda some: can_be_kept(instance, some))
    assert_ways_lead_out(instance, ways)
    if wanted is Status.INFEASIBLE and len(every) <= MANY and not ways.left_out:
        cheapest = least_prices(instance, price, 3)
        assert [way.price for way in ways] == pytest.approx(cheapest, rel=2e-6, abs=1e-6)


def of_flow(instance):
    """Return the names of all that a flow asks for."""
    ends = [("supplied" if units > 0 else "served", v) for v, units in enumerate(instance.supply.tolist()) if units]
    return ends + [("capacity", a) for a, units in enumerate(instance.capacity.tolist()) if units < UNLIMITED]


def every_cut_is_wide_enough(instance, kept):
    """Return whether no nodes must send, or take, more than the arcs across and the nodes themselves allow."""
    units, nodes = instance.supply.tolist(), range(instance.supply.size)
    room = [
        instance.capacity[a] if instance.capacity[a] < UNLIMITED and ("capacity", a) in kept else inf
        for a in range(instance.tail.size)
    ]
    for side in product([False, True], repeat=len(nodes)):
        for sign, kind, out, into in (
            (1, "supplied", instance.tail, instance.head),
            (-1, "served", instance.head, instance.tail),
        ):
            must = sum(sign * units[v] for v in nodes if side[v] and sign * units[v] > 0 and (kind, v) in kept)
            takes = sum(-sign * units[v] for v in nodes if side[v] and sign * units[v] < 0)
            across = sum(room[a] for a in range(len(room)) if side[out[a]] and not side[into[a]])
            if must > takes + across:
                return False
    return True


def as_commodity(instance):
    """Return a flow as one commodity of several origins."""
    room = np.where(instance.capacity == UNLIMITED, inf, instance.capacity.astype(float))
    return MultiCommodityFlow(
        tail=instance.tail,
        head=instance.head,
        capacity=room,
        unit_cost=np.zeros(room.size),
        supply=instance.supply[None, :].astype(float),
        nodes=instance.supply.size,
    )


@calm
@given(networks(), st.sampled_from([1, 10**6]), st.booleans(), st.data())
def test_clashes_and_ways_out_of_flows_are_those_of_every_cut_and_set(instance, factor, has_free, data):
    large = np.where(np.arange(instance.supply.size) % 2 == 0, instance.supply * factor, instance.supply)
    instance = MinCostFlow(
        tail=instance.tail, head=instance.head, capacity=instance.capacity, unit_cost=instance.unit_cost, supply=large
    )
    every = of_flow(instance)
    price = {name: data.draw(PRICE | st.just(0.0) if has_free else PRICE) for name in every}
    found, ways = instance.clashes(EXACT, count=99), instance.ways_out(EXACT, k=3, prices=price)
    wanted = Status.FEASIBLE if every_cut_is_wide_enough(instance, set(every)) else Status.INFEASIBLE
    assert found.status is ways.status is wanted
    assert ways.is_complete
    assert_clashes_are_irreducible_and_all(found, every, lambda some: every_cut_is_wide_enough(instance, some))
    assert_ways_lead_out(instance, ways)
    if wanted is Status.INFEASIBLE and len(every) <= MANY:
        by_commodity = {("served", 0, name[1]) if name[0] != "capacity" else name: price[name] for name in every}
        cheapest = least_prices(as_commodity(instance), by_commodity, 3)
        assert [way.price for way in ways] == pytest.approx(cheapest, rel=1e-6, abs=1e-6)


@calm
@given(networks(), st.data())
def test_ways_out_of_flows_in_larger_steps_are_whole_steps(instance, data):
    every = of_flow(instance)
    price = {name: Elastic(price=data.draw(PRICE), step=data.draw(st.sampled_from([1.0, 2.0]))) for name in every}
    ways = instance.ways_out(EXACT, k=2, prices=price)
    assert_ways_lead_out(instance, ways)
    assert all(one.amount % price[one.name].step == 0 for way in ways for one in way.relaxations)
