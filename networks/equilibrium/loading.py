"""Shortest path trees by origin and the demand put on them, compiled.

A tree is grown by Dijkstra's algorithm with a 4-ary indexed heap the first time. As costs change little from one
iteration to the next, it is grown again by scanning the nodes in the order in which they were settled last:
nearly every label is final after one sweep, and what improves behind the sweep is swept once more until nothing
improves, so that the labels are as exact as Dijkstra's (label correcting, Bertsekas 1993). When that took many
scans, the order is stale and the next tree is Dijkstra's again.
"""

import numpy as np

from networks.compiled import compiled
from networks.equilibrium.arrays import Bools, Floats, Graph, Labels, Marks, Rows, Trips

STALE = 1.5
"""Scans per node after which an order is no longer worth keeping."""


@compiled
def _settle(origin: int, graph: Graph, cost: Floats, order: Rows, labels: Labels) -> None:
    """Dijkstra's algorithm; fills dist, via (row of the link before, -1 at the origin) and the order settled."""
    starts, heads, _ = graph
    dist, via, place, heap = labels
    nodes = len(starts) - 1
    for node in range(nodes):
        dist[node] = np.inf
        via[node] = -1
        place[node] = -1
    dist[origin] = 0.0
    heap[0] = origin
    place[origin] = 0
    size, settled = 1, 0
    while size:
        node = heap[0]
        place[node] = -2
        order[settled] = node
        settled += 1
        size -= 1
        if size:
            _sink(heap, place, dist, heap[size], size)
        for row in range(starts[node], starts[node + 1]):
            head = heads[row]
            length = dist[node] + cost[row]
            if length < dist[head]:
                dist[head] = length
                via[head] = row
                if place[head] < 0:
                    place[head] = size
                    size += 1
                _rise(heap, place, dist, head)
    for node in range(nodes):
        if place[node] == -1:
            order[settled] = node
            settled += 1


@compiled
def _rise(heap: Marks, place: Marks, dist: Floats, node: int) -> None:
    at = place[node]
    while at:
        above = (at - 1) >> 2
        other = heap[above]
        if dist[other] <= dist[node]:
            break
        heap[at] = other
        place[other] = at
        at = above
    heap[at] = node
    place[node] = at


@compiled
def _sink(heap: Marks, place: Marks, dist: Floats, node: int, size: int) -> None:
    at = 0
    while True:
        first = 4 * at + 1
        if first >= size:
            break
        best = first
        for child in range(first + 1, min(first + 4, size)):
            if dist[heap[child]] < dist[heap[best]]:
                best = child
        if dist[heap[best]] >= dist[node]:
            break
        heap[at] = heap[best]
        place[heap[at]] = at
        at = best
    heap[at] = node
    place[node] = at


@compiled
def _sweep(origin: int, graph: Graph, cost: Floats, order: Rows, labels: Labels) -> int:
    """Mend the tree `via` for new costs; return the number of scans. `heap` marks what has to be scanned.

    The lengths along the old tree come first: nearly all of them are final, so that the comparisons of the sweep
    nearly all fail, which is what processors foresee.
    """
    starts, heads, tails = graph
    dist, via, place, open_ = labels
    nodes = len(starts) - 1
    for at in range(nodes):
        node = order[at]
        place[node] = at
        dist[node] = np.inf
        open_[node] = 1
    dist[origin] = 0.0
    for at in range(nodes):
        node = order[at]
        if via[node] >= 0:  # inf where the parent comes later in the order: the sweep finds it
            dist[node] = dist[tails[via[node]]] + cost[via[node]]
    scans, begin = 0, 0
    while begin < nodes:
        again = nodes
        for at in range(begin, nodes):
            node = order[at]
            near = dist[node]
            if open_[node] == 0 or near == np.inf:
                continue
            open_[node] = 0
            scans += 1
            for row in range(starts[node], starts[node + 1]):
                head = heads[row]
                length = near + cost[row]
                if length < dist[head]:
                    dist[head] = length
                    via[head] = row
                    open_[head] = 1
                    if place[head] <= at:
                        again = min(again, place[head])
        begin = again
    return scans


@compiled
def _unload(graph: Graph, order: Rows, labels: Labels, waiting: Floats, flow: Floats) -> None:
    """Carry what waits at the nodes to the origin, against the order; a parent behind its child is taken again."""
    tails = graph[2]
    via = labels[1]
    place = labels[2]
    for at in range(len(order)):
        place[order[at]] = at
    end = len(order)
    while end:
        again = 0
        for at in range(end - 1, -1, -1):
            node = order[at]
            row = via[node]
            if waiting[node] > 0.0 and row >= 0:
                flow[row] += waiting[node]
                waiting[tails[row]] += waiting[node]
                waiting[node] = 0.0
                if place[tails[row]] > at:
                    again = max(again, place[tails[row]] + 1)
        end = again


@compiled
def load(
    part: tuple[int, int],
    graph: Graph,
    cost: Floats,
    demand: Trips,
    memory: tuple[Rows, Marks, Bools],
    out: tuple[Floats, Floats],
) -> None:
    """Put the demand of some origins on their shortest paths.

    Parameters
    ----------
    part
        First origin and the one after the last.
    graph
        Starts of each node's links [nodes + 1], head and tail of each link, sorted by tail.
    cost
        Of each link, at least 0.
    demand
        Nodes of the origins, starts of their pairs [origins + 1], destination and volume of each pair.
    memory
        Order of the nodes and link before each, both [origins or 0, nodes], and whether they are worth using
        [origins]; all are updated.
    out
        Flow of each link, added to; cost of the path of each pair, inf where there is none.
    """
    starts = graph[0]
    nodes = len(starts) - 1
    origins, begins, destinations, volumes = demand
    orders, vias, fresh = memory
    flow, lengths = out
    dist = np.empty(nodes)
    waiting = np.zeros(nodes)
    via_once = np.empty(nodes, dtype=np.int32)
    order_once = np.empty(nodes, dtype=np.uint32)
    place = np.empty(nodes, dtype=np.int32)
    heap = np.empty(nodes, dtype=np.int32)
    kept = len(orders) > 0
    for at in range(part[0], part[1]):
        order = orders[at] if kept else order_once
        labels = (dist, vias[at] if kept else via_once, place, heap)
        if fresh[at]:
            fresh[at] = _sweep(origins[at], graph, cost, order, labels) < STALE * nodes
        else:
            _settle(origins[at], graph, cost, order, labels)
            fresh[at] = kept
        for pair in range(begins[at], begins[at + 1]):
            goal = destinations[pair]
            lengths[pair] = dist[goal]
            if dist[goal] < np.inf:
                waiting[goal] += volumes[pair]
        _unload(graph, order, labels, waiting, flow)
        waiting[origins[at]] = 0.0
