"""The paths of single trips: where the spaces of the two ends meet, and the arcs on the way, compiled."""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.spaces import Spaces

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Flags = NDArray[np.bool_]


@compiled
def _mark(spaces: Spaces, place: int, slots: Ints, sign: int) -> None:
    """Note the entry of each node in the space of `place`, or with `sign` -1 wipe the notes out."""
    if place < 0:
        return
    for entry in range(spaces.starts[place], spaces.starts[place + 1]):
        slots[spaces.nodes[entry]] = entry if sign >= 0 else -1


@compiled
def _meeting(spaces: Spaces, goals: Spaces, goal: int, slots: Ints) -> tuple[int, int]:
    """Return the entries of both sides at the highest node of the shortest path, -1 where there is none."""
    least = np.inf
    here, there = -1, -1
    for entry in range(goals.starts[goal], goals.starts[goal + 1]):
        slot = slots[goals.nodes[entry]]
        if slot >= 0 and spaces.weights[slot] + goals.weights[entry] < least:
            least = spaces.weights[slot] + goals.weights[entry]
            here, there = slot, entry
    return here, there


@compiled
def load(
    sides: tuple[Spaces, Spaces],
    trips: tuple[Offsets, Offsets],
    tonnes: Floats,
    slots: Ints,
    to: tuple[Floats, int],
) -> Flags:
    """Put `tonnes` on the arcs of each trip; `trips`: positions of both ends in `sides`, sorted by the first.

    slots: -1 for each node. to: (loads [arc], where arcs down begin). Returns which trips have a path.
    """
    spaces, goals = sides
    arcs, up = to
    reached = np.zeros(len(tonnes), dtype=np.bool_)
    origin = -1
    for trip in range(len(tonnes)):
        if trips[0][trip] != origin:
            _mark(spaces, origin, slots, -1)
            origin = trips[0][trip]
            _mark(spaces, origin, slots, 0)
        here, there = _meeting(spaces, goals, trips[1][trip], slots)
        if here < 0:
            continue
        reached[trip] = True
        while spaces.parents[here] >= 0:
            arcs[spaces.arcs[here]] += tonnes[trip]
            here = spaces.parents[here]
        while goals.parents[there] >= 0:
            arcs[goals.arcs[there] + up] += tonnes[trip]
            there = goals.parents[there]
    _mark(spaces, origin, slots, -1)
    return reached


@compiled
def path(spaces: Spaces, goals: Spaces, slots: Ints, up: int) -> Ints:
    """Return the arcs from the only place of `spaces` to that of `goals`, in order; arcs down begin at `up`.

    slots: -1 for each node. Where there is no path, the answer is the one arc -1.
    """
    _mark(spaces, 0, slots, 0)
    here, there = _meeting(spaces, goals, 0, slots)
    arcs = np.empty(len(spaces.nodes) + len(goals.nodes), dtype=np.int32)
    if here < 0:
        arcs[0] = -1
        return arcs[:1]
    count = 0
    while spaces.parents[here] >= 0:
        arcs[count] = spaces.arcs[here]
        here = spaces.parents[here]
        count += 1
    arcs[:count] = arcs[:count][::-1].copy()
    while goals.parents[there] >= 0:
        arcs[count] = goals.arcs[there] + up
        there = goals.parents[there]
        count += 1
    return arcs[:count]
