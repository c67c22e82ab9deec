"""One phase of cost scaling, compiled: a flow whose reduced costs are `-step` or more where there is room.

Arcs that pay are filled; what is then too much at a node goes along short chains of arcs that pay, and a node without
such an arc lowers its price until it has one (partial augment-relabel).

Source: Goldberg, Tarjan, Mathematics of Operations Research 15, 1990; Goldberg, Journal of Algorithms 22, 1997;
chains as in Kiraly, Kovacs, Efficient implementations of minimum-cost flow algorithms, 2012.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled
from models.flows.price_update import Buckets, empty_buckets, lower_prices
from models.flows.relax import DONE, GOES_ON, wait
from models.flows.residual import NONE, Residual

STUCK = 4
MOST = np.iinfo(np.int64).max
CHAIN = 4  # ways that excess goes at once
UPDATE = 1  # prices are lowered all at once after so many changes a node


class Scaling(NamedTuple):
    """Where a phase stands: `excess`, `price` [node], the way that a node looks at (`current`) and what waits.

    `queue` is a ring of nodes with excess, `waits` [node] 1 for those in it; `at` is its begin, its length, and the
    prices changed since all were.
    """

    excess: Integers
    price: Integers
    current: Integers
    queue: Integers
    waits: Integers
    at: Integers
    buckets: Buckets


def at_rest(supply: Integers) -> Scaling:
    """Return that nothing flows and all prices are 0."""
    nodes = supply.size
    price, current, queue, waits = np.zeros((4, nodes), dtype=np.int64)
    return Scaling(supply.copy(), price, current, queue, waits, np.zeros(3, dtype=np.int64), empty_buckets(nodes))


@compiled
def saturate(graph: Residual, state: Scaling) -> None:
    """Fill every way whose reduced cost is below 0, and queue the nodes with excess."""
    excess, price, current, queue, waits, at, _ = state
    first, to, cost, room, mate, _, _ = graph
    nodes = excess.size
    for node in range(nodes):
        current[node] = first[node]
        for way in range(first[node], first[node + 1]):
            if room[way] > 0 and cost[way] + price[node] - price[to[way]] < 0:
                excess[node] -= room[way]
                excess[to[way]] += room[way]
                room[mate[way]] += room[way]
                room[way] = 0
    at[0], at[1], at[2] = 0, 0, UPDATE * nodes
    for node in range(nodes):
        waits[node] = 0
        if excess[node] > 0:
            wait(node, queue, waits, at)


@compiled
def discharge(graph: Residual, state: Scaling, step: int, most: int) -> tuple[int, int]:
    """Carry on for at least `most` ways; return how it ended (STUCK: excess cannot leave), and the ways looked at."""
    excess, price, current, queue, waits, at, buckets = state
    nodes = excess.size
    chain = np.empty(CHAIN, dtype=np.int64)
    looked = 0
    while at[1] > 0:
        if looked > most:
            return GOES_ON, looked
        if at[2] >= UPDATE * nodes:
            at[2] = 0
            looked += graph.to.size
            if not lower_prices(graph, excess, price, step, buckets):
                return STUCK, looked
            current[:] = graph.first[:nodes]
        node = queue[at[0]]
        if excess[node] <= 0:
            at[0] = (at[0] + 1) % nodes
            at[1] -= 1
            waits[node] = 0
            continue
        length, seen = _find_chain(graph, state, node, step, chain)
        looked += seen
        if length < 0:
            return STUCK, looked
        _push(graph, state, chain[:length])
    return DONE, looked


@compiled
def _find_chain(graph: Residual, state: Scaling, begin: int, step: int, chain: Integers) -> tuple[int, int]:
    """Fill `chain` with ways that pay, from `begin` to a deficit or as long as it is; return its length, ways seen.

    It ends sooner where all prices are due to be lowered. A length of -1: `begin` has no way out.
    """
    excess, price, current, _, _, at, _ = state
    first, to, cost, _, mate, _, _ = graph
    length, tip, looked = 0, begin, 0
    while length < chain.size and (excess[tip] >= 0 or tip == begin) and at[2] < UPDATE * excess.size:
        here, start, end = price[tip], current[tip], first[tip + 1]
        way, cheapest, least = _look(graph, price, tip, start, end)
        looked += way - start + 1
        if way < end:
            current[tip] = way
            chain[length] = way
            length += 1
            tip = to[way]
            continue
        _, before, less = _look(graph, price, tip, first[tip], start)
        looked += start - first[tip]
        if less < least:
            cheapest, least = before, less
        if cheapest == NONE:
            if tip == begin:
                return -1, looked
            # a blind alley: the way into it pays no more
            least = here - cost[chain[length - 1]] - price[to[mate[chain[length - 1]]]] - step
        price[tip] = here - least - step
        current[tip] = first[tip]
        at[2] += 1
        if length > 0:
            length -= 1
            tip = to[mate[chain[length]]]
        else:
            chain[0], length, tip = cheapest, 1, to[cheapest]
    return length, looked


@compiled
def _look(graph: Residual, price: Integers, node: int, way: int, end: int) -> tuple[int, int, int]:
    """Return the first way from `way` on that pays, else `end`, the way that comes nearest to it and what it costs."""
    to, cost, room, here = graph.to, graph.cost, graph.room, price[node]
    cheapest, least = NONE, MOST
    while way < end:
        if room[way] > 0:
            reduced = cost[way] + here - price[to[way]]
            if reduced < 0:
                break
            if reduced < least:
                cheapest, least = way, reduced
        way += 1
    return way, cheapest, least


@compiled
def _push(graph: Residual, state: Scaling, chain: Integers) -> None:
    """Send along the chain what each node of it has too much."""
    excess, queue, waits = state.excess, state.queue, state.waits
    to, room, mate = graph.to, graph.room, graph.mate
    for way in chain:
        begin, end = to[mate[way]], to[way]
        amount = min(room[way], excess[begin])
        room[way] -= amount
        room[mate[way]] += amount
        excess[begin] -= amount
        excess[end] += amount
        if excess[end] > 0 and waits[end] == 0:
            wait(end, queue, waits, state.at)
