"""A spanning tree under a root, compiled: nodes with their first child and their neighbours among its children.

From every node something can go to the root along the tree (a strongly feasible basis); pivots that keep it so cannot
cycle.

Source: Ahuja, Magnanti, Orlin, Network Flows, 1993, sections 11.3 and 11.6; Cunningham, A network simplex method,
Mathematical Programming 11, 1976.
"""

import heapq
from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled
from models.flows.residual import CAPACITY, COST, NONE, ROOM, TO, Residual, Ways

PARENT, ARC, IS_UP, DEPTH, CHILD, NEXT, BEFORE = 0, 1, 2, 3, 4, 5, 6  # what a node's record holds
FIELDS = 8  # half a line of a cache


@compiled
def hang(tree: Ways, node: int, parent: int, arc: int, is_up: int) -> None:
    """Make the node a child, by an arc that leads up from it or down to it."""
    child = tree[parent, CHILD]
    tree[node, PARENT], tree[node, ARC], tree[node, IS_UP] = parent, arc, is_up
    tree[node, NEXT], tree[node, BEFORE] = child, NONE
    if child != NONE:
        tree[child, BEFORE] = node
    tree[parent, CHILD] = node


@compiled
def take_off(tree: Ways, node: int) -> None:
    """Make the node, with what hangs below it, nobody's child."""
    following, before = tree[node, NEXT], tree[node, BEFORE]
    if before != NONE:
        tree[before, NEXT] = following
    else:
        tree[tree[node, PARENT], CHILD] = following
    if following != NONE:
        tree[following, BEFORE] = before


@compiled
def exchange(tree: Ways, inner: int, outer: int, out: int, arc: int, is_up: int) -> None:
    """Hang `inner` to `outer` by the arc, and turn round the path up from it to `out`, which loses its arc."""
    node, parent = inner, outer
    while True:
        old_parent, old_arc, old_is_up = tree[node, PARENT], tree[node, ARC], tree[node, IS_UP]
        take_off(tree, node)
        hang(tree, node, parent, arc, is_up)
        if node == out:
            return
        arc, is_up = old_arc, 1 - old_is_up
        node, parent = old_parent, node


@compiled
def shift_below(tree: Ways, price: Integers, top: int, change: int) -> int:
    """Change the prices of `top` and all below it, set their depths anew, and return how many they are."""
    node, count = top, 0
    while True:
        tree[node, DEPTH] = tree[tree[node, PARENT], DEPTH] + 1
        price[node] += change
        count += 1
        following = tree[node, CHILD]
        while following == NONE:
            if node == top:
                return count
            following = tree[node, NEXT]
            node = tree[node, PARENT]
        node = following


class Growing(NamedTuple):
    """What a tree grows from: `graph`, `arc_of` [way], twice the arc and one more on its way back, `price` [node].

    `old` [node] are the prices before, `queue` the nodes in the order in which they came.
    """

    graph: Residual
    arc_of: Ways
    price: Integers
    old: Integers
    queue: Integers


def tree_of(graph: Residual, among: Integers, price: Integers, unit: int, begin: int) -> tuple[Ways, Integers]:
    """Return a tree [node, field] of the graph of the arcs `among`, and prices at which its arcs cost nothing.

    Costs being multiples of `unit`, so are these prices. See `grow`.
    """
    arc_of = np.empty(graph.mate.size, dtype=np.int32)
    arc_of[graph.forward], arc_of[graph.mate[graph.forward]] = 2 * among, 2 * among + 1
    new = price - price % unit
    tree = np.empty((price.size + 1, FIELDS), dtype=np.int32)
    grow(tree, Growing(graph, arc_of, new, price, np.empty_like(price)), begin)
    return tree, new


@compiled
def grow(tree: Ways, growing: Growing, begin: int) -> None:
    """Fill `tree` [node, field], whose last row is the root, and set prices at which its arcs cost nothing.

    What hangs together by arcs that are neither empty nor full, which must be a forest, stays together. The others
    are chosen as in Prim's method, the cheapest by the old prices, of those that can carry something to the root.
    Nodes that cannot reach `begin` so hang from the root by no arc (NONE), and keep the price they have.
    """
    to, queue = growing.graph.way[:, TO], growing.queue
    nodes = queue.size
    tree[:] = NONE
    tree[nodes, DEPTH] = 0
    heap = [(0, NONE)]
    done, count, beginning = 0, 0, begin
    while done < nodes:
        if done < count:
            count = _look_round(tree, growing, queue[done], count, heap)
            done += 1
        elif len(heap) > 0:
            _, way = heapq.heappop(heap)
            if way != NONE and tree[to[way], DEPTH] == NONE:
                count = _attach(tree, growing, to[way], way, count)
        else:
            while tree[beginning, DEPTH] != NONE:
                beginning = (beginning + 1) % nodes
            count = _attach(tree, growing, beginning, NONE, count)


@compiled
def _look_round(tree: Ways, growing: Growing, node: int, count: int, heap: list[tuple[int, int]]) -> int:
    """Attach what free arcs join to the node, put the other ways into the heap; return how many are in the tree."""
    graph, old = growing.graph, growing.old
    for out in range(graph.first[node], graph.first[node + 1]):
        end, room, capacity = graph.way[out, TO], graph.way[out, ROOM], graph.way[out, CAPACITY]
        if tree[end, DEPTH] != NONE or room == capacity:
            continue
        if room > 0:
            count = _attach(tree, growing, end, out, count)
        else:
            costs: int = old[end] - old[node] - graph.way[out, COST]
            heapq.heappush(heap, (max(costs, 0), out))
    return count


@compiled
def _attach(tree: Ways, growing: Growing, node: int, way: int, count: int) -> int:
    """Hang the node where `way` into it comes from (NONE: from the root); return how many are in the tree."""
    graph, arc_of, price, _, queue = growing
    parent = queue.size
    if way == NONE:
        hang(tree, node, parent, NONE, 1)
    else:
        parent = graph.way[graph.mate[way], TO]
        hang(tree, node, parent, arc_of[way] >> 1, arc_of[way] & 1)
        price[node] = price[parent] + graph.way[way, COST]
    tree[node, DEPTH] = tree[parent, DEPTH] + 1
    queue[count] = node
    return count + 1
