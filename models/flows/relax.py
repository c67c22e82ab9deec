"""Distances with negative costs, compiled: the label-correcting method with a queue, in slices.

Source: Moore 1959, Bellman 1958; the walk over the tree of parents that finds a negative cycle early is Tarjan's,
as in Cherkassky, Goldberg, Mathematical Programming 85, 1999.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled

DONE, GOES_ON, NEGATIVE_CYCLE, INTERRUPTED = 0, 1, 2, 3


class Labels(NamedTuple):
    """Where the search stands: `dist`, `parent`, `waits` [node], the ring `queue` and `at` (its begin, its length)."""

    dist: Integers
    parent: Integers
    waits: Integers
    queue: Integers
    at: Integers


def all_zero(nodes: int) -> Labels:
    """Return labels where every node is its own beginning."""
    return Labels(
        np.zeros(nodes, dtype=np.int64),
        np.full(nodes, -1, dtype=np.int64),
        np.ones(nodes, dtype=np.int64),
        np.arange(nodes, dtype=np.int64),
        np.array([0, nodes], dtype=np.int64),
    )


@compiled
def relax(first: Integers, target: Integers, cost: Integers, labels: Labels, most: int) -> int:
    """Carry on for at least `most` arcs; arcs of a node are `first[node]` to `first[node + 1]`."""
    dist, parent, waits, queue, at = labels
    nodes = dist.size
    looked, taken = 0, 0
    while at[1] > 0:
        if looked > most:
            return GOES_ON
        node = queue[at[0]]
        at[0] = (at[0] + 1) % nodes
        at[1] -= 1
        waits[node] = 0
        taken += 1
        if taken % nodes == 0 and _has_cycle(parent):
            return NEGATIVE_CYCLE
        for arc in range(first[node], first[node + 1]):
            to = target[arc]
            reached = dist[node] + cost[arc]
            if reached < dist[to]:
                dist[to] = reached
                parent[to] = node
                if waits[to] == 0:
                    waits[to] = 1
                    queue[(at[0] + at[1]) % nodes] = to
                    at[1] += 1
        looked += first[node + 1] - first[node] + 1
    return DONE


@compiled
def spread(first: Integers, target: Integers, cost: Integers, dist: Integers) -> None:
    """Make `dist` exact along arcs that may be used both ways (each stands at both its ends), part by part.

    On a long chain that is what `relax` would need as many rounds for as there are nodes.
    """
    nodes = dist.size
    seen = np.zeros(nodes, dtype=np.int64)
    stack = np.empty(nodes, dtype=np.int64)
    for begin in range(nodes):
        if seen[begin] == 1:
            continue
        seen[begin], stack[0], size = 1, begin, 1
        while size > 0:
            size -= 1
            node = stack[size]
            for arc in range(first[node], first[node + 1]):
                to = target[arc]
                if seen[to] == 0:
                    seen[to], stack[size] = 1, to
                    dist[to] = dist[node] + cost[arc]
                    size += 1


@compiled
def _has_cycle(parent: Integers) -> bool:
    seen = np.zeros(parent.size, dtype=np.int64)
    for begin in range(parent.size):
        node = begin
        while node >= 0 and seen[node] == 0:
            seen[node] = begin + 1
            node = parent[node]
        if node >= 0 and seen[node] == begin + 1:
            return True
    return False
