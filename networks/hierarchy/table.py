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


class Table(NamedTuple):
    """Arcs by number: those up, those down, new ones; the lower end of each is the node with whom it lies."""

    high: Ints  # the higher end: head of an arc up, tail of one down
    weights: Floats  # inf: not there
    first: Ints  # the first and the second arc of a way, where it is no link
    second: Ints
    links: Ints  # -1: a way
    following: Ints  # next one in a list of new ones


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
    table.high[arc] = max(tail, head)
    table.following[arc] = new[low]
    new[low] = arc


@compiled
def lay(
    table: Table,
    sides: tuple[Side, Side],
    ranks: Ints,
    starts: Offsets,
    links: tuple[Offsets, Floats, Offsets],
    part: tuple[int, int, Offsets],
) -> int:
    """Give the arcs that are links of some nodes their weights; links: (head, weight, row), no pair of nodes twice.

    part: (first node, node to end before, positions of links for which there is no arc). Returns how many these are.
    """
    heads, link_weights, rows = links
    begin, end, lacking = part
    ends, weights, of_arc = table.high, table.weights, table.links
    up_starts, down_starts, down = sides[0].starts, sides[1].starts, sides[1].begin
    count = 0
    for node in range(begin, end):
        tail = ranks[node]
        for at in range(starts[node], starts[node + 1]):
            head = ranks[heads[at]]
            if tail < head:
                arc = in_row(ends, up_starts[tail], up_starts[tail + 1], head)
            else:
                arc = in_row(ends, down + down_starts[head], down + down_starts[head + 1], tail)
            if arc < 0:
                lacking[count] = at
                count += 1
            else:
                weights[arc] = link_weights[at]
                of_arc[arc] = rows[at]
    return count


@compiled
def lay_new(
    table: Table, sides: tuple[Side, Side], ends: tuple[Ints, Ints], links: tuple[Floats, Offsets], used: int
) -> int:
    """Lay arcs for links that have none; ends: (tails, heads); links: (weight, row).

    Returns the arcs used, -1 if there is no room.
    """
    tails, heads = ends
    if used + len(tails) > len(table.links):
        return -1
    for at in range(len(tails)):
        enter(table, sides, used, (tails[at], heads[at]))
        table.weights[used] = links[0][at]
        table.links[used] = links[1][at]
        used += 1
    return used
