"""Search spaces of places, compiled: what a place reaches by climbing, and what reaches it by descending.

Every shortest path goes up in rank and then down (Geisberger et al. 2008). An entry that is reached shorter over a
higher node lies on no shortest path and is not followed ("stall on demand", same source).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]


class Rows(NamedTuple):
    """Arcs between a node and those above it, by rank of the lower one: up from it, or down to it."""

    starts: Offsets
    ends: Ints  # the higher node
    weights: Floats
    sums: Floats  # [arc, sum]


class Spaces(NamedTuple):
    """Search spaces of some places, one after the other: nodes that they reach upwards (or that reach them down)."""

    starts: Offsets
    nodes: Ints
    weights: Floats  # inf: not on any shortest path
    sums: Floats  # [entry, sum]
    parents: Ints  # entry one arc nearer to the place, -1 at the place
    arcs: Ints  # row of the arc from there


@compiled
def _push(heap: Ints, size: int, value: int) -> int:
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[above] <= value:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = value
    return size + 1


@compiled
def _pop(heap: Ints, size: int) -> int:
    size -= 1
    value = heap[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= value:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = value
    return size


@compiled
def _stalled(back: Rows, node: int, slots: Ints, weights: Floats, length: float) -> bool:
    for arc in range(back.starts[node], back.starts[node + 1]):
        slot = slots[back.ends[arc]]
        if slot >= 0 and weights[slot] + back.weights[arc] < length:
            return True
    return False


@compiled
def _enter(spaces: Spaces, slots: Ints, entry: int, node: int) -> None:
    """Begin the entry of a node that was not reached before."""
    spaces.nodes[entry] = node
    spaces.weights[entry] = np.inf
    spaces.parents[entry] = -1
    spaces.arcs[entry] = -1
    slots[node] = entry


@compiled
def _better(spaces: Spaces, rows: Rows, here: int, there: int, arc: int) -> None:
    """Reach the entry `there` from `here` where that is shorter."""
    weight = spaces.weights[here] + rows.weights[arc]
    if weight < spaces.weights[there]:
        spaces.weights[there] = weight
        spaces.parents[there] = here
        spaces.arcs[there] = arc
        for k in range(spaces.sums.shape[1]):
            spaces.sums[there, k] = spaces.sums[here, k] + rows.sums[arc, k]


@compiled
def _explore(rows: Rows, back: Rows, ends: tuple[int, int, int], to: tuple[Spaces, Ints, Ints]) -> int:
    """Fill the space of one place; ends: (place, its first entry, floor). Returns the next entry, -1 without room."""
    place, used, floor = ends
    spaces, slots, heap = to
    if used >= len(spaces.nodes):
        return -1
    _enter(spaces, slots, used, place)
    spaces.weights[used] = 0.0
    spaces.sums[used] = 0.0
    size = _push(heap, 0, place) if place < floor else 0
    used += 1
    while size > 0:
        node = heap[0]
        size = _pop(heap, size)
        here = slots[node]
        if _stalled(back, node, slots, spaces.weights, spaces.weights[here]):
            spaces.weights[here] = np.inf
            continue
        for arc in range(rows.starts[node], rows.starts[node + 1]):
            end = rows.ends[arc]
            if slots[end] < 0:
                if used >= len(spaces.nodes):
                    _forget(spaces, slots, ends[1], used)
                    return -1
                _enter(spaces, slots, used, end)
                used += 1
                if end < floor:
                    size = _push(heap, size, end)
            _better(spaces, rows, here, slots[end], arc)
    return used


@compiled
def _forget(spaces: Spaces, slots: Ints, begin: int, end: int) -> None:
    for entry in range(begin, end):
        slots[spaces.nodes[entry]] = -1


@compiled
def reach(rows: Rows, back: Rows, places: Ints, floor: int, to: tuple[Spaces, Ints, Ints]) -> int:
    """Fill the search spaces of `places` (ranks) along `rows`, not going on from nodes at or above `floor`.

    `back`: the arcs of the other direction. to: (spaces, entry of each node or -1, heap). Returns how many places
    had room.
    """
    spaces, slots, _ = to
    begin = 0
    for at in range(len(places)):
        end = _explore(rows, back, (places[at], begin, floor), to)
        if end < 0:
            return at
        for entry in range(begin, end):
            _prune(rows, back, spaces, slots, (entry, floor))
        _forget(spaces, slots, begin, end)
        spaces.starts[at + 1] = end
        begin = end
    return len(places)


@compiled
def _prune(rows: Rows, back: Rows, spaces: Spaces, slots: Ints, which: tuple[int, int]) -> None:
    """Set an entry above the floor to inf where another one leads to it by a shorter way."""
    entry, floor = which
    node = spaces.nodes[entry]
    if node < floor:
        return
    if _stalled(back, node, slots, spaces.weights, spaces.weights[entry]):
        spaces.weights[entry] = np.inf
        return
    for arc in range(rows.starts[node], rows.starts[node + 1]):
        slot = slots[rows.ends[arc]]
        if slot >= 0 and spaces.weights[entry] + rows.weights[arc] < spaces.weights[slot]:
            spaces.weights[slot] = np.inf
