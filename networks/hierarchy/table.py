"""The arcs of a hierarchy with room for more: rows as they were, and lists of those that are new; compiled."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]


class Side(NamedTuple):
    """Arcs between each node and those above it, one way: rows of the earlier hierarchy, then lists of new ones."""

    starts: Offsets
    begin: int  # number of the first arc in the rows
    new: Ints  # by node, -1 where there is none
    ends: Ints  # the higher node, by arc: heads of the table upwards, tails downwards


class Table(NamedTuple):
    """Arcs by number: those up, those down, new ones."""

    tail: Ints
    head: Ints
    following: Ints  # next one in a list of new ones
    weights: Floats  # inf: not there
    first: Ints
    second: Ints
    links: Ints


@compiled
def listed(new: Ints, following: Ints, ends: Ints, low: int, high: int) -> int:
    """Return the new arc between two nodes, -1 if there is none."""
    arc = int(new[low])
    while arc >= 0 and ends[arc] != high:
        arc = int(following[arc])
    return arc


@compiled
def in_row(ends: Ints, begin: int, end: int, high: int) -> int:
    """Return the arc of a row that ends at a node, -1 if there is none."""
    for arc in range(begin, end):
        if ends[arc] == high:
            return arc
    return -1


@compiled
def enter(table: Table, sides: tuple[Side, Side], arc: int, ends: tuple[int, int]) -> None:
    """Put a new arc into its list."""
    tail, head = ends
    new = sides[0].new if tail < head else sides[1].new
    low = min(tail, head)
    table.tail[arc] = tail
    table.head[arc] = head
    table.following[arc] = new[low]
    new[low] = arc


@compiled
def lay(table: Table, sides: tuple[Side, Side], links: tuple[Ints, Ints, Floats, Ints], used: int) -> int:
    """Give the arcs that are links their weights; links: (tail, head, weight, row), no pair of nodes twice.

    Returns the arcs used, -1 if there is no room.
    """
    up, down = sides
    tails, heads, weights, rows = links
    up_starts, up_ends, down_starts, down_ends, begin = up.starts, up.ends, down.starts, down.ends, down.begin
    arc_weights, arc_links = table.weights, table.links
    for at in range(len(tails)):
        tail, head = tails[at], heads[at]
        if tail < head:
            arc = in_row(up_ends, up_starts[tail], up_starts[tail + 1], head)
        else:
            arc = in_row(down_ends, begin + down_starts[head], begin + down_starts[head + 1], tail)
        if arc < 0:
            if used == len(arc_links):
                return -1
            arc = used
            used += 1
            enter(table, sides, arc, (tail, head))
        arc_weights[arc] = weights[at]
        arc_links[arc] = rows[at]
    return used


@compiled
def _root(above: Ints, node: int) -> int:
    while above[node] != node:
        above[node] = above[above[node]]
        node = above[node]
    return node


@compiled
def pieces(table: Table, used: int, floor: int) -> Ints:
    """Return for each node below the floor the highest that is joined to it below the floor."""
    above = np.arange(floor, dtype=np.int32)
    for arc in range(used):
        if max(table.tail[arc], table.head[arc]) < floor:
            low, high = _root(above, table.tail[arc]), _root(above, table.head[arc])
            above[min(low, high)] = max(low, high)
    for node in range(floor):
        above[node] = _root(above, node)
    return above
