"""Prices lowered all at once, as far as excess has to go, compiled: the global update of cost scaling.

Source: Goldberg, An efficient implementation of a scaling minimum-cost flow algorithm, Journal of Algorithms 22, 1997
(set relabel); the buckets are Dial's.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled
from models.flows.relax import DONE
from models.flows.residual import CAPACITY, COST, NONE, ROOM, TO, Residual, Ways

STUCK, FAR = 4, 5  # beside how searches of `relax` end
BUCKETS = 10_000  # steps beyond which nodes count as equally far


class Buckets(NamedTuple):
    """Scratch: `rank` [node] is a node's bucket; `begin` [bucket] its first entry, `node` and `after` [entry].

    A node that moves to a nearer bucket leaves its entry behind, which is passed over.
    """

    rank: Ways
    begin: Ways
    node: Ways
    after: Ways


def empty_buckets(nodes: int, ways: int) -> Buckets:
    """Return scratch arrays."""
    rank, begin = np.zeros(nodes, dtype=np.int32), np.zeros(BUCKETS, dtype=np.int32)
    node, after = np.zeros((2, nodes + ways), dtype=np.int32)
    return Buckets(rank, begin, node, after)


@compiled
def lower_prices(graph: Residual, excess: Integers, price: Integers, shift: int, buckets: Buckets) -> int:
    """Lower each price by a step times the steps from its node to the next deficit, as far as the buckets go.

    Return DONE, FAR where some excess may be farther away, STUCK where it reaches none. A step is 2**shift. Reduced
    costs were `-step` or more where there is room, and are afterwards.
    """
    last, waiting, is_far = _rank_all(graph, excess, price, shift, buckets)
    rank = buckets.rank
    for node in range(rank.size):
        price[node] -= min(rank[node], last) << shift
    if waiting == 0:
        return DONE
    return FAR if is_far else STUCK


@compiled
def _rank_all(
    graph: Residual, excess: Integers, price: Integers, shift: int, buckets: Buckets
) -> tuple[int, int, bool]:
    """Rank nodes until all excess is; return the last rank, how much excess has none, and if some is beyond them."""
    rank, begin, entry_node, after = buckets
    first, way = graph.first, graph.way
    waiting, entries = _rank_deficits(excess, buckets)
    is_far, now = False, 0
    while now < begin.size and waiting > 0:
        entry = begin[now]
        if entry == NONE:
            now += 1
            continue
        begin[now] = after[entry]
        node = entry_node[entry]
        if rank[node] < now:
            continue
        if excess[node] > 0:
            waiting -= 1
        for out in range(first[node], first[node + 1]):
            other = way[out, TO]
            if rank[other] > now and way[out, ROOM] < way[out, CAPACITY]:
                reduced = price[other] - way[out, COST] - price[node]
                by_it = now if reduced < 0 else now + 1 + (reduced >> shift)
                if by_it >= begin.size:
                    is_far = True
                elif by_it < rank[other]:
                    rank[other] = by_it
                    entry_node[entries], after[entries] = other, begin[by_it]
                    begin[by_it] = entries
                    entries += 1
    return now, waiting, is_far


@compiled
def _rank_deficits(excess: Integers, buckets: Buckets) -> tuple[int, int]:
    """Put the nodes that lack something into the first bucket; return how many have too much, and the entries."""
    rank, begin, entry_node, after = buckets
    begin[:] = NONE
    rank[:] = begin.size
    waiting, entries = 0, 0
    for node in range(excess.size):
        if excess[node] > 0:
            waiting += 1
        elif excess[node] < 0:
            rank[node] = 0
            entry_node[entries], after[entries] = node, begin[0]
            begin[0] = entries
            entries += 1
    return waiting, entries
