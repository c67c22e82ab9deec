"""Paths of single trips as links: freight on the links of many, the links of one in order."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from networks.errors import NetworkError
from networks.hierarchy import pairs, unpack
from networks.hierarchy.matrix import both_rows, reached, rows_of
from networks.hierarchy.ranked import Floats, Hierarchy, Offsets

_BLOCK = 2048
"""Places of either side whose search spaces are held at once: some 100 MB."""


def loads(
    hierarchy: Hierarchy, trips: tuple[Offsets, Offsets], tonnes: Floats, links: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Put freight on the links of the shortest paths.

    Parameters
    ----------
    hierarchy
        Of the graph, wholly contracted.
    trips
        Nodes of both ends, shape [trips] each.
    tonnes
        Shape [trips].
    links
        Number of links of the network.

    Returns
    -------
    tuple
        What passes each link, shape [links]; which trips have a path, shape [trips].
    """
    _check(hierarchy)
    starts, row_of = np.unique(trips[0], return_inverse=True)
    goals, goal_of = np.unique(trips[1], return_inverse=True)
    order = np.lexsort((row_of, goal_of // _BLOCK, row_of // _BLOCK))
    groups = (row_of // _BLOCK * (len(goals) // _BLOCK + 1) + goal_of // _BLOCK)[order]
    bounds = np.flatnonzero(np.diff(groups, prepend=-1, append=-1))
    on_arcs = np.zeros(len(hierarchy.links))
    found = np.zeros(len(tonnes), dtype=np.bool_)
    for begin, end in pairwise(bounds):
        some = order[begin:end]
        places = starts[row_of[some]], goals[goal_of[some]]
        found[some] = _load(hierarchy, places, tonnes[some], on_arcs)
    on_links = np.zeros(links)
    unpack.hand_down(*rows_of(hierarchy), on_arcs, on_links)
    return on_links, found


def _load(hierarchy: Hierarchy, trips: tuple[Offsets, Offsets], tonnes: Floats, on_arcs: Floats) -> NDArray[np.bool_]:
    rows = both_rows(hierarchy, np.empty((len(hierarchy.links), 0)))
    starts, row_of = np.unique(trips[0], return_inverse=True)
    goals, goal_of = np.unique(trips[1], return_inverse=True)
    sides = (
        reached(rows, hierarchy.ranks[starts], hierarchy.nodes),
        reached(rows[::-1], hierarchy.ranks[goals], hierarchy.nodes),
    )
    slots = np.full(hierarchy.nodes, -1, dtype=np.int32)
    to = (on_arcs, len(hierarchy.up_ends))
    return pairs.load(sides, (row_of, goal_of), tonnes, slots, to)


def links_between(hierarchy: Hierarchy, origin: int, destination: int) -> Offsets | None:
    """Return the rows of the links from one node to another, in order; None where there is no path."""
    _check(hierarchy)
    rows = both_rows(hierarchy, np.empty((len(hierarchy.links), 0)))
    spaces = reached(rows, hierarchy.ranks[[origin]], hierarchy.nodes)
    goals = reached(rows[::-1], hierarchy.ranks[[destination]], hierarchy.nodes)
    slots = np.full(hierarchy.nodes, -1, dtype=np.int32)
    arcs = pairs.path(spaces, goals, slots, len(hierarchy.up_ends))
    if len(arcs) and arcs[0] < 0:
        return None
    return unpack.links_of(rows_of(hierarchy)[1], arcs).astype(np.int64)


def _check(hierarchy: Hierarchy) -> None:
    if hierarchy.uncontracted:
        raise NetworkError(
            f"{hierarchy.uncontracted} nodes are too densely linked to be ranked: no path of a single trip can be "
            "read off; use the engine 'dijkstra'"
        )
