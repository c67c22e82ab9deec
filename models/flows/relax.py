"""Distances with negative costs, compiled: the label-correcting method with a queue, in slices.

Source: Moore 1959, Bellman 1958; the walk over the tree of parents that finds a negative cycle early is Tarjan's,
as in Cherkassky, Goldberg, Mathematical Programming 85, 1999.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled
from models.flows.residual import CAPACITY, COST, NONE, ROOM, TO, Residual

DONE, GOES_ON, NEGATIVE_CYCLE, INTERRUPTED = 0, 1, 2, 3
SLICE = 4_000_000  # ways looked at between two looks at the clock: some 20 ms


class Labels(NamedTuple):
    """Where the search stands: `dist`, `parent`, `waits` [node], the ring `queue` and `at`.

    `at` holds the ring's begin, its length, and how many nodes have left it, in this slice and those before.
    `parent` is the way by which a node is reached, NONE: it is a beginning.
    """

    dist: Integers
    parent: Integers
    waits: Integers
    queue: Integers
    at: Integers


def all_zero(nodes: int) -> Labels:
    """Return labels where every node is its own beginning."""
    return Labels(
        np.zeros(nodes, dtype=np.int64),
        np.full(nodes, NONE, dtype=np.int64),
        np.ones(nodes, dtype=np.int64),
        np.arange(nodes, dtype=np.int64),
        np.array([0, nodes, 0], dtype=np.int64),
    )


@compiled
def relax(graph: Residual, labels: Labels, most: int) -> tuple[int, int]:
    """Carry on for at least `most` ways; return how it ended, and the ways looked at."""
    dist, parent, waits, queue, at = labels
    first, way = graph.first, graph.way
    nodes = dist.size
    looked = 0
    while at[1] > 0:
        if looked > most:
            return GOES_ON, looked
        node = queue[at[0]]
        at[0] = (at[0] + 1) % nodes
        at[1] -= 1
        waits[node] = 0
        at[2] += 1
        if at[2] % nodes == 0 and _on_cycle(graph, parent) != NONE:
            wait(node, queue, waits, at)
            return NEGATIVE_CYCLE, looked
        for out in range(first[node], first[node + 1]):
            other = way[out, TO]
            if way[out, ROOM] > 0 and dist[node] + way[out, COST] < dist[other]:
                dist[other] = dist[node] + way[out, COST]
                parent[other] = out
                if waits[other] == 0:
                    wait(other, queue, waits, at)
        looked += first[node + 1] - first[node] + 1
    return DONE, looked


@compiled
def spread(graph: Residual, dist: Integers) -> None:
    """Make `dist` exact along arcs that are neither empty nor full, part by part, where such distances exist.

    On a long chain that is what `relax` would need as many rounds for as there are nodes.
    """
    first, way = graph.first, graph.way
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
            for out in range(first[node], first[node + 1]):
                other = way[out, TO]
                if seen[other] == 0 and 0 < way[out, ROOM] < way[out, CAPACITY]:
                    seen[other], stack[size] = 1, other
                    dist[other] = dist[node] + way[out, COST]
                    size += 1


@compiled
def _on_cycle(graph: Residual, parent: Integers) -> int:
    """Return a node of a cycle of parents, NONE without one."""
    seen = np.zeros(parent.size, dtype=np.int64)
    for begin in range(parent.size):
        node = begin
        while seen[node] == 0:
            seen[node] = begin + 1
            if parent[node] == NONE:
                break
            node = graph.way[graph.mate[parent[node]], TO]
        if seen[node] == begin + 1 and parent[node] != NONE:
            return node
    return NONE


@compiled
def wait(node: int, queue: Integers, waits: Integers, at: Integers) -> None:
    """Put the node at the end of the ring `queue`, which begins at `at[0]` and holds `at[1]` nodes."""
    queue[(at[0] + at[1]) % queue.size] = node
    at[1] += 1
    waits[node] = 1
