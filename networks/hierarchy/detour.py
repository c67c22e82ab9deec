"""Ways up and down over the arcs of a hierarchy that are no longer than one over a lower node; compiled."""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.heap import pop, push

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]

SETTLED = 100
"""Nodes that a search may settle on either side."""


@compiled
def climb(  # noqa: PLR0913, PLR0917  (arrays one by one: to take them out of tuples costs as much as a short search)
    starts: Offsets,
    new: Ints,
    ends: Ints,
    weights: Floats,
    following: Ints,
    distance: Floats,
    seen: Ints,
    keys: Floats,
    nodes: Ints,
    distance_there: Floats,
    seen_there: Ints,
    what: tuple[int, float, int, int, int],
) -> bool:
    """Reach what lies above a place, unless the search from the other end is met in time; return whether it is.

    what: (place, length that matters, number of the first arc in the rows, mark of this search, of the other one).
    """
    place, limit, begin, clock, theirs = what
    if seen_there[place] == theirs and distance_there[place] <= limit:
        return True
    distance[place] = 0.0
    seen[place] = clock
    size = push(keys, nodes, 0, 0.0, place)
    settled = 0
    while size > 0 and settled < SETTLED:
        key, node = keys[0], nodes[0]
        size = pop(keys, nodes, size)
        if key > distance[node]:
            continue
        settled += 1
        arc, end = begin + starts[node], begin + starts[node + 1]
        listed = arc == end
        if listed:
            arc = new[node]
        while arc >= 0:
            high = ends[arc]
            length = key + weights[arc]
            if length <= limit and (seen[high] != clock or length < distance[high]):
                distance[high] = length
                seen[high] = clock
                if seen_there[high] == theirs and length + distance_there[high] <= limit:
                    return True
                if size < len(keys):
                    size = push(keys, nodes, size, length, high)
            arc = following[arc] if listed else arc + 1
            if not listed and arc == end:
                listed = True
                arc = new[node]
    return False
