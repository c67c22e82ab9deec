"""A spanning tree under a root, compiled: nodes with their first child and their neighbours among its children.

From every node something can go to the root along the tree (a strongly feasible basis); pivots that keep it so cannot
cycle.

Source: Ahuja, Magnanti, Orlin, Network Flows, 1993, sections 11.3 and 11.6; Cunningham, A network simplex method,
Mathematical Programming 11, 1976.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled
from models.flows.relax import DONE, GOES_ON
from models.flows.residual import CAPACITY, COST, NONE, ROOM, TO, Residual, Ways

PARENT, ARC, IS_UP, DEPTH, CHILD, NEXT, BEFORE = 0, 1, 2, 3, 4, 5, 6  # what a node's record holds
TREE_FIELDS = 8  # half a line of a cache
DONE_WITH, COUNT, BEGINNING, SIZE = 0, 1, 2, 3  # how far a tree has grown


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
    """How far `tree` [node, field] has grown on `graph`, and `price` [node], at which its arcs cost nothing.

    `arc_of` [way] is twice the arc, and one more on its way back; `old` [node] the prices before; `queue` the nodes in
    the order in which they came. `cost` and `way` are a heap of ways to be taken, the cheapest first. `at`: how many
    nodes have been looked round, how many have come, where the next part may begin, and how many ways are in the heap.
    """

    tree: Ways
    graph: Residual
    arc_of: Ways
    price: Integers
    old: Integers
    queue: Integers
    cost: Integers
    way: Ways
    at: Integers


def growing_of(graph: Residual, among: Integers, price: Integers, unit: int, begin: int) -> Growing:
    """Return a tree of the graph of the arcs `among` that has not grown yet; its last row is the root. See `grow`.

    Costs being multiples of `unit`, so will its prices be.
    """
    ways = graph.mate.size
    arc_of = np.empty(ways, dtype=np.int32)
    arc_of[graph.forward], arc_of[graph.mate[graph.forward]] = 2 * among, 2 * among + 1
    tree = np.full((price.size + 1, TREE_FIELDS), NONE, dtype=np.int32)
    tree[-1, DEPTH] = 0
    cost, way = np.empty(ways, dtype=np.int64), np.empty(ways, dtype=np.int32)
    at = np.array([0, 0, begin, 0], dtype=np.int64)
    return Growing(tree, graph, arc_of, price - price % unit, price, np.empty_like(price), cost, way, at)


@compiled
def grow(growing: Growing, most: int) -> tuple[int, int]:
    """Let the tree grow for at least `most` ways; return how it ended, and the ways looked at.

    What hangs together by arcs that are neither empty nor full, which must be a forest, stays together. The others
    are chosen as in Prim's method, the cheapest by the old prices, of those that can carry something to the root.
    Nodes that cannot reach the beginning so hang from the root by no arc (NONE), and keep the price they have.
    """
    tree, graph, queue, at = growing.tree, growing.graph, growing.queue, growing.at
    nodes, looked = queue.size, 0
    while at[DONE_WITH] < nodes:
        if looked > most:
            return GOES_ON, looked
        if at[DONE_WITH] < at[COUNT]:
            looked += _look_round(growing, queue[at[DONE_WITH]])
            at[DONE_WITH] += 1
            continue
        looked += 1
        way, node = NONE, at[BEGINNING]
        if at[SIZE] > 0:
            way = _cheapest(growing.cost, growing.way, at)
            node = graph.way[way, TO]
        if tree[node, DEPTH] == NONE:
            _attach(growing, node, way)
        elif way == NONE:
            at[BEGINNING] = (node + 1) % nodes
    return DONE, looked


@compiled
def _look_round(growing: Growing, node: int) -> int:
    """Attach what free arcs join to the node, put the other ways into the heap; return how many ways it has."""
    tree, graph, old, at = growing.tree, growing.graph, growing.old, growing.at
    for out in range(graph.first[node], graph.first[node + 1]):
        end, room, capacity = graph.way[out, TO], graph.way[out, ROOM], graph.way[out, CAPACITY]
        if tree[end, DEPTH] != NONE or room == capacity:
            continue
        if room > 0:
            _attach(growing, end + 0, out)  # a number of 64 bits: no second `_attach` is compiled
        else:
            _put(growing.cost, growing.way, at, max(old[end] - old[node] - graph.way[out, COST], 0), out)
    ways: int = graph.first[node + 1] - graph.first[node]
    return ways


@compiled
def _attach(growing: Growing, node: int, way: int) -> None:
    """Hang the node where `way` into it comes from (NONE: from the root)."""
    tree, graph, arc_of, price, at = growing.tree, growing.graph, growing.arc_of, growing.price, growing.at
    parent, arc, is_up = price.size, way, 1
    if way != NONE:
        parent, arc, is_up = graph.way[graph.mate[way], TO], arc_of[way] >> 1, arc_of[way] & 1
        price[node] = price[parent] + graph.way[way, COST]
    hang(tree, node, parent, arc, is_up)
    tree[node, DEPTH] = tree[parent, DEPTH] + 1
    growing.queue[at[COUNT]] = node
    at[COUNT] += 1


@compiled
def _put(cost: Integers, way: Ways, at: Integers, costs: int, out: int) -> None:
    """Put a way into the heap."""
    place = at[SIZE]
    at[SIZE] += 1
    while place > 0 and costs < cost[(place - 1) >> 1]:
        above = (place - 1) >> 1
        cost[place], way[place] = cost[above], way[above]
        place = above
    cost[place], way[place] = costs, out


@compiled
def _cheapest(cost: Integers, way: Ways, at: Integers) -> int:
    """Take the cheapest way out of the heap."""
    at[SIZE] -= 1
    size, best = at[SIZE], int(way[0])
    costs, out, place, below = cost[size], way[size], 0, 1
    while below < size:
        if below + 1 < size and cost[below + 1] < cost[below]:
            below += 1
        if costs <= cost[below]:
            break
        cost[place], way[place] = cost[below], way[below]
        place, below = below, 2 * below + 1
    cost[place], way[place] = costs, out
    return best
