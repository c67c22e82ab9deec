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
from models.flows.price_update import STUCK, Buckets, empty_buckets, lower_prices
from models.flows.relax import DONE, GOES_ON, wait
from models.flows.residual import COST, NONE, ROOM, TO, Numbers, Residual

MOST = np.iinfo(np.int64).max
CHAIN = 12  # ways that excess goes at once
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


def at_rest(supply: Integers, arcs: int) -> Scaling:
    """Return that nothing flows and all prices are 0, for graphs of so many arcs or fewer."""
    nodes = supply.size
    price, current, queue, waits = np.zeros((4, nodes), dtype=np.int64)
    buckets = empty_buckets(nodes, 2 * arcs)
    return Scaling(supply.copy(), price, current, queue, waits, np.zeros(3, dtype=np.int64), buckets)


@compiled
def saturate(graph: Residual, state: Scaling) -> None:
    """Fill every way whose reduced cost is below 0, and queue the nodes with excess."""
    excess, price, current, queue, waits, at, _ = state
    first, way, mate, _ = graph
    nodes = excess.size
    for node in range(nodes):
        current[node] = first[node]
        for out in range(first[node], first[node + 1]):
            room, end = way[out, ROOM], way[out, TO]
            if room > 0 and way[out, COST] + price[node] - price[end] < 0:
                excess[node] -= room
                excess[end] += room
                way[mate[out], ROOM] += room
                way[out, ROOM] = 0
    at[0], at[1], at[2] = 0, 0, UPDATE * nodes
    for node in range(nodes):
        waits[node] = 0
        if excess[node] > 0:
            wait(node, queue, waits, at)


@compiled
def discharge(graph: Residual, state: Scaling, shift: int, most: int) -> tuple[int, int]:
    """Carry on with the step 2**shift for at least `most` ways; return how it ended, and the ways looked at.

    STUCK: excess cannot leave. FAR: it is far from where it has to go, and prices are due to be lowered again.
    """
    excess, price, current, queue, waits, at, buckets = state
    nodes = excess.size
    chain = np.empty(CHAIN, dtype=np.int64)
    looked = 0
    while at[1] > 0:
        if looked > most:
            return GOES_ON, looked
        if at[2] >= UPDATE * nodes:
            looked += graph.mate.size
            how = lower_prices(graph, excess, price, shift, buckets)
            for node in range(nodes):  # a slice would bring the words of its errors, and a second to compile them
                current[node] = graph.first[node]
            if how != DONE:
                return how, looked
            at[2] = 0
        node = queue[at[0]]
        if excess[node] <= 0:
            at[0] = (at[0] + 1) % nodes
            at[1] -= 1
            waits[node] = 0
            continue
        length, seen = _find_chain(graph, state, node, 1 << shift, chain)
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
    first, way, mate, _ = graph
    length, tip, looked = 0, begin, 0
    while length < chain.size and (excess[tip] >= 0 or tip == begin) and at[2] < UPDATE * excess.size:
        here, start, end = price[tip], current[tip], first[tip + 1]
        out, cheapest, least = _look(way, price, here, start, end)
        looked += out - start + 1
        if out < end:
            current[tip] = out
            chain[length] = out
            length += 1
            tip = way[out, TO]
            continue
        _, before, less = _look(way, price, here, first[tip], start)
        looked += start - first[tip]
        if less < least:
            cheapest, least = before, less
        if cheapest == NONE:
            if tip == begin:
                return -1, looked
            # a blind alley: the way into it pays no more
            into = chain[length - 1]
            least = here - way[into, COST] - price[way[mate[into], TO]] - step
        price[tip] = here - least - step
        current[tip] = first[tip]
        at[2] += 1
        if length > 0:
            length -= 1
            tip = way[mate[chain[length]], TO]
        else:
            chain[0], length, tip = cheapest, 1, way[cheapest, TO]
    return length, looked


@compiled
def _look(way: Numbers, price: Integers, here: int, out: int, end: int) -> tuple[int, int, int]:
    """Return the first way from `out` on that pays, else `end`, the way that comes nearest to it and what it costs."""
    cheapest, least = NONE, MOST
    while out < end:
        if way[out, ROOM] > 0:
            reduced = way[out, COST] + here - price[way[out, TO]]
            if reduced < 0:
                break
            if reduced < least:
                cheapest, least = out, reduced
        out += 1
    return out, cheapest, least


@compiled
def _push(graph: Residual, state: Scaling, chain: Integers) -> None:
    """Send along the chain what each node of it has too much."""
    excess, queue, waits = state.excess, state.queue, state.waits
    way, mate = graph.way, graph.mate
    for out in chain:
        begin, end = way[mate[out], TO], way[out, TO]
        amount = min(way[out, ROOM], excess[begin])
        way[out, ROOM] -= amount
        way[mate[out], ROOM] += amount
        excess[begin] -= amount
        excess[end] += amount
        if excess[end] > 0 and waits[end] == 0:
            wait(end + 0, queue, waits, state.at)  # of 64 bits, as elsewhere
