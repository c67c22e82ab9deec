"""Tiny networks with supplies, and the least cost by trying every flow."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from models import MinCostFlow


@st.composite
def networks(draw, most_nodes=4, most_arcs=5, most_units=2):
    """Return tiny networks with loops, parallel arcs and negative costs; the supply mostly balances."""
    nodes = draw(st.integers(1, most_nodes))
    arcs = draw(st.integers(0, most_arcs))

    def numbers(low, high, size):
        return draw(st.lists(st.integers(low, high), min_size=size, max_size=size))

    supply = np.array(numbers(-2, 2, nodes))
    if draw(st.integers(0, 9)):
        supply[-1] -= supply.sum()
    return MinCostFlow(
        tail=np.array(numbers(0, nodes - 1, arcs), dtype=np.int64),
        head=np.array(numbers(0, nodes - 1, arcs), dtype=np.int64),
        capacity=np.array(numbers(0, most_units, arcs), dtype=np.int64),
        unit_cost=np.array(numbers(-3, 4, arcs), dtype=np.int64) * draw(st.sampled_from([1, 7, 10**9])),
        supply=supply,
    )


def enumerated(instance):
    """Return the least cost over every flow, inf if none ships the supply."""
    best = np.inf
    for flow in product(*(range(room + 1) for room in instance.capacity.tolist())):
        net = np.zeros(instance.supply.size, dtype=np.int64)
        np.add.at(net, instance.tail, flow)
        np.subtract.at(net, instance.head, flow)
        if (net == instance.supply).all():
            best = min(best, float(np.dot(flow, instance.unit_cost)))
    return best
