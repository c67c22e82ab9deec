"""From the arcs of a table, in rows and lists, to rows alone; compiled."""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.table import Side, Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]


@compiled
def number(table: Table, side: Side, starts: Offsets, numbers: Ints) -> int:
    """Give numbers to the arcs of a side that have a weight, write where each row begins; return how many arcs."""
    count = 0
    for node in range(len(side.new)):
        starts[node] = count
        for arc in range(side.begin + side.starts[node], side.begin + side.starts[node + 1]):
            if table.weights[arc] < np.inf:
                numbers[arc] = count
                count += 1
        new = side.new[node]
        while new >= 0:
            numbers[new] = count
            count += 1
            new = table.following[new]
    starts[len(side.new)] = count
    return count


@compiled
def write(
    table: Table, side: Side, numbers: tuple[Ints, int], rows: tuple[Ints, Floats], ways: tuple[Ints, Ints, Ints]
) -> None:
    """Write the arcs of a side by their numbers; numbers: (by arc, how many go up); rows: (higher end, weight).

    ways: (first, second, link); the first arc of a way goes down to its lowest node, the second goes up from there.
    """
    by_arc, up = numbers
    ends, weights = rows
    first, second, links = ways
    at = 0
    for node in range(len(side.new)):
        arc, last = side.begin + side.starts[node], side.begin + side.starts[node + 1]
        new = side.new[node]
        while arc < last or new >= 0:
            if arc < last:
                one = arc
                arc += 1
                if table.weights[one] == np.inf:
                    continue
            else:
                one = int(new)
                new = table.following[one]
            ends[at] = table.high[one]
            weights[at] = table.weights[one]
            links[at] = table.links[one]
            if table.links[one] < 0:
                first[at] = up + by_arc[table.first[one]]
                second[at] = by_arc[table.second[one]]
            else:
                first[at] = second[at] = -1
            at += 1
