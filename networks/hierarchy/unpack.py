"""The loops between arcs and the links that they stand for, compiled.

A shortcut's children lie with a lower node than the shortcut does, so that one pass up the ranks adds sums up and
one pass down hands loads down.
"""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Children = tuple[Ints, Ints, Ints]
Starts = tuple[Offsets, Offsets]


@compiled
def add_up(starts: Starts, children: Children, values: Floats, totals: Floats) -> None:
    """Set `totals` [arc] to the sums of `values` [link] over the links of each arc."""
    first, second, links = children
    up = starts[0][-1]
    for node in range(len(starts[0]) - 1):
        for side in range(2):
            begin = starts[side][node] + side * up
            for arc in range(begin, starts[side][node + 1] + side * up):
                if links[arc] >= 0:
                    totals[arc] = values[links[arc]]
                else:
                    totals[arc] = totals[first[arc]] + totals[second[arc]]


@compiled
def hand_down(starts: Starts, children: Children, loads: Floats, on_links: Floats) -> None:
    """Move `loads` [arc] to the links of each arc, adding them to `on_links` [link]."""
    first, second, links = children
    up = starts[0][-1]
    for node in range(len(starts[0]) - 2, -1, -1):
        for side in range(2):
            begin = starts[side][node] + side * up
            for arc in range(begin, starts[side][node + 1] + side * up):
                if links[arc] >= 0:
                    on_links[links[arc]] += loads[arc]
                else:
                    loads[first[arc]] += loads[arc]
                    loads[second[arc]] += loads[arc]


@compiled
def links_of(children: Children, arcs: Ints) -> Ints:
    """Return the links that `arcs` stand for, in order."""
    first, second, links = children
    waiting = np.empty(64, dtype=np.int32)
    rows = np.empty(64, dtype=np.int32)
    count = 0
    for top in arcs:
        waiting[0] = top
        size = 1
        while size > 0:
            size -= 1
            arc = waiting[size]
            if size + 2 > len(waiting):
                waiting = np.concatenate((waiting, np.empty_like(waiting)))
            if links[arc] < 0:
                waiting[size] = second[arc]
                waiting[size + 1] = first[arc]
                size += 2
                continue
            if count == len(rows):
                rows = np.concatenate((rows, np.empty_like(rows)))
            rows[count] = links[arc]
            count += 1
    return rows[:count]
