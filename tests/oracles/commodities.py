"""Tiny networks with commodities, and the least cost by a program over every path."""

from math import inf

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import MultiCommodityFlow


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
