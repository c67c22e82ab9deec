"""Prices lowered all at once, as far as excess has to go, compiled: the global update of cost scaling.

Source: Goldberg, An efficient implementation of a scaling minimum-cost flow algorithm, Journal of Algorithms 22, 1997
(set relabel); the buckets are Dial's.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled
from models.flows.residual import NONE, Residual

BUCKETS = 10_000  # steps beyond which nodes count as equally far


class Buckets(NamedTuple):
    """Scratch: `rank` [node] is a node's bucket, `after` and `before` [node] its neighbours there; `begin` [bucket]."""

    rank: Integers
    after: Integers
    before: Integers
    begin: Integers


def empty_buckets(nodes: int) -> Buckets:
    """Return scratch arrays."""
    rank, after, before = np.zeros((3, nodes), dtype=np.int64)
    return Buckets(rank, after, before, np.zeros(BUCKETS, dtype=np.int64))


@compiled
def lower_prices(graph: Residual, excess: Integers, price: Integers, step: int, buckets: Buckets) -> bool:
    """Lower each price by `step` times the steps from its node to the next deficit; False: some excess reaches none.

    Reduced costs were `-step` or more where there is room, and are afterwards.
    """
    rank, after, before, begin = buckets
    first, to, cost, room, _, _, capacity = graph
    waiting, is_far, now = _rank_deficits(excess, buckets), False, 0
    while now < begin.size and waiting > 0:
        node = begin[now]
        if node == NONE:
            now += 1
            continue
        _take(node, rank, after, before, begin)
        if excess[node] > 0:
            waiting -= 1
        for way in range(first[node], first[node + 1]):
            other = to[way]
            if rank[other] > now and room[way] < capacity[way]:
                rank_by_it = now + _steps(price[other] - cost[way] - price[node], step)
                if rank_by_it >= begin.size:
                    is_far = True
                elif rank_by_it < rank[other]:
                    _move(other, rank_by_it, rank, after, before, begin)
    for node in range(rank.size):
        price[node] -= step * min(rank[node], now)
    return waiting == 0 or is_far


@compiled
def _rank_deficits(excess: Integers, buckets: Buckets) -> int:
    """Put the nodes that lack something into the first bucket; return how many have too much."""
    rank, after, before, begin = buckets
    begin[:] = NONE
    rank[:] = begin.size
    waiting = 0
    for node in range(excess.size):
        if excess[node] > 0:
            waiting += 1
        elif excess[node] < 0:
            _put(node, 0, rank, after, before, begin)
    return waiting


@compiled
def _steps(reduced: int, step: int) -> int:
    """Return by how many steps more the tail's price may fall, before the reduced cost is below `-step`."""
    return 0 if reduced < 0 else 1 + reduced // step


@compiled
def _move(node: int, bucket: int, rank: Integers, after: Integers, before: Integers, begin: Integers) -> None:
    if rank[node] < begin.size:
        _take(node, rank, after, before, begin)
    _put(node, bucket, rank, after, before, begin)


@compiled
def _put(node: int, bucket: int, rank: Integers, after: Integers, before: Integers, begin: Integers) -> None:
    rank[node] = bucket
    after[node], before[node] = begin[bucket], NONE
    if begin[bucket] >= 0:
        before[begin[bucket]] = node
    begin[bucket] = node


@compiled
def _take(node: int, rank: Integers, after: Integers, before: Integers, begin: Integers) -> None:
    if before[node] >= 0:
        after[before[node]] = after[node]
    else:
        begin[rank[node]] = after[node]
    if after[node] >= 0:
        before[after[node]] = before[node]
