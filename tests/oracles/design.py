"""Tiny networks to be built, and the least cost by trying every set of links."""

from itertools import product
from math import inf

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import NetworkDesign


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


def values_of_sets(instance):
    """Return what each set of links [link flags] costs that the rules allow and that carries everything."""
    values = {}
    for choice in product([False, True], repeat=instance.tail.size):
        built = np.array(choice)
        fixed = instance.fixed_cost[built].sum()
        keeps = built[list(instance.forced_open)].all() and not built[list(instance.forced_closed)].any()
        moving = routed(instance, built) if keeps and fixed <= instance.budget else inf
        if np.isfinite(moving):
            values[choice] = fixed + moving
    return values


def enumerated(instance):
    """Return the least cost over every set of links that the rules allow, inf if none will do."""
    return min(values_of_sets(instance).values(), default=inf)
