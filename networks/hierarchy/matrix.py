"""Weights and sums between many origins and many destinations."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from networks.hierarchy import spaces as search
from networks.hierarchy import sweep, unpack
from networks.hierarchy.ranked import Floats, Hierarchy, Ints, Offsets
from networks.hierarchy.threads import THREADS, shared_out

SWEPT = 512
"""Nodes swept, the others are met in buckets: 256 to 2,048 do about as well at 12,000 and at 300,000 nodes."""

_ENTRIES = 128
"""Room for the entries of a place, on average; where it does not do, all is searched again with twice as much. Of
300,000 nodes, about 57 are reached, and 67 where the order was made for other weights."""


def arc_sums(hierarchy: Hierarchy, values: Floats) -> Floats:
    """Add up columns of the links along each arc.

    Parameters
    ----------
    hierarchy
        Of a network.
    values
        Shape [links of the network, sums].

    Returns
    -------
    numpy.ndarray
        Shape [arcs, sums], arcs up first.
    """
    totals = np.empty((len(hierarchy.links), values.shape[1]))
    starts, children = rows_of(hierarchy)
    for column in range(values.shape[1]):
        total = np.empty(len(hierarchy.links))
        unpack.add_up(starts, children, np.ascontiguousarray(values[:, column]), total)
        totals[:, column] = total
    return totals


def rows_of(hierarchy: Hierarchy) -> tuple[unpack.Starts, unpack.Children]:
    """Return the hierarchy as the loops of `unpack` want it."""
    starts = (hierarchy.up_starts, hierarchy.down_starts)
    return starts, (hierarchy.first, hierarchy.second, hierarchy.links)


def both_rows(hierarchy: Hierarchy, sums: Floats) -> tuple[search.Rows, search.Rows]:
    """Return the arcs up and down with their sums [arcs, sums]."""
    up = len(hierarchy.up_ends)
    return (
        search.Rows(hierarchy.up_starts, hierarchy.up_ends, hierarchy.up_weights, sums[:up]),
        search.Rows(hierarchy.down_starts, hierarchy.down_ends, hierarchy.down_weights, sums[up:]),
    )


def between(hierarchy: Hierarchy, sums: Floats, origins: Offsets, destinations: Offsets) -> Floats:
    """Add up along the shortest paths from each origin to each destination.

    Parameters
    ----------
    hierarchy
        Of the graph.
    sums
        What `arc_sums` returned.
    origins, destinations
        Nodes of the graph, shapes [o] and [d]; any may be there twice.

    Returns
    -------
    numpy.ndarray
        Shape [sums, o, d]; inf where there is no path.
    """
    return _filled(hierarchy, sums, (origins, destinations), weights=False)[1]


def weights_between(hierarchy: Hierarchy, origins: Offsets, destinations: Offsets) -> Floats:
    """Return what is minimised from each origin to each destination, shape [o, d]; inf where there is no path."""
    return _filled(hierarchy, np.empty((len(hierarchy.links), 0)), (origins, destinations), weights=True)[0]


def _filled(
    hierarchy: Hierarchy, sums: Floats, ends: tuple[Offsets, Offsets], *, weights: bool
) -> tuple[Floats, Floats]:
    """Return the weights [o, d], or none, and the sums [sums, o, d]; each place is searched from once."""
    starts, first, start_of = np.unique(ends[0], return_index=True, return_inverse=True)
    goals, goal_of = np.unique(ends[1], return_inverse=True)
    nearby = np.argsort(hierarchy.places[starts], kind="stable")  # origins of a batch climb the same nodes
    alone = len(starts) == len(ends[0]) and len(goals) == len(ends[1])
    places = (*ends, first[nearby]) if alone else (starts, goals, nearby)
    shape = len(places[0]), len(places[1])
    to = np.empty(shape if weights else (0, shape[1])), np.empty((sums.shape[1], *shape))
    _fill(hierarchy, sums, places, to)
    if alone:
        return to
    rows, columns = start_of[:, None], goal_of[None, :]
    return to[0][rows, columns] if weights else to[0], to[1][:, rows, columns]


def _fill(
    hierarchy: Hierarchy, sums: Floats, places: tuple[Offsets, Offsets, Offsets], to: tuple[Floats, Floats]
) -> None:
    """Fill `to` for places all different: origins, destinations, and the former's positions in order of search."""
    origins, destinations, order = places
    floor = hierarchy.nodes - max(min(SWEPT, hierarchy.nodes), hierarchy.uncontracted)
    up, down = both_rows(hierarchy, sums)
    with ThreadPoolExecutor(THREADS) as pool:
        climb = pool.submit(reached, (up, down), hierarchy.ranks[origins], floor)
        goals = reached((down, up), hierarchy.ranks[destinations], floor)
        starts = climb.result()
        top = sweep.Top(
            up=up,
            tails=_tails(hierarchy, floor),
            down=down,
            order=sweep.needed(down, goals, floor),
            floor=floor,
            uncontracted=hierarchy.uncontracted,
        )
        sides = (starts, goals, sweep.split(goals, floor))
        parts = shared_out(order, THREADS if len(order) > sweep.BATCH else 1)
        tasks = []
        for part in parts:
            room = _room(hierarchy.nodes - floor, sums.shape[1], len(destinations))
            tasks.append(pool.submit(sweep.fill, top, sides, part, room, to))
        for task in tasks:
            task.result()


def reached(rows: tuple[search.Rows, search.Rows], places: Ints, floor: int) -> search.Spaces:
    """Return the search spaces of `places` (ranks) along the first of `rows` as far as `floor`."""
    along, back = rows
    slots = np.full(len(along.starts) - 1, -1, dtype=np.int32)
    heap = np.empty(max(floor, 1), dtype=np.int32)
    room = _ENTRIES * len(places)
    while True:
        made = _spaces(len(places), room, along.sums.shape[1])
        if search.reach(along, back, places, floor, (made, slots, heap)) == len(places):
            return made
        room *= 2


def _spaces(places: int, room: int, width: int) -> search.Spaces:
    def ints() -> Ints:
        return np.empty(room, dtype=np.int32)

    starts = np.zeros(places + 1, dtype=np.int64)
    return search.Spaces(starts, ints(), np.empty(room), np.empty((room, width)), ints(), ints())


def _tails(hierarchy: Hierarchy, floor: int) -> Ints:
    """Return where each arc up begins, less `floor`; what begins below is not asked for."""
    begin = hierarchy.up_starts[floor]
    tails = np.empty(len(hierarchy.up_ends), dtype=np.int32)
    counts = np.diff(hierarchy.up_starts[floor:])
    tails[begin:] = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return tails


def _room(nodes: int, width: int, goals: int) -> sweep.Room:
    return sweep.Room(
        weights=np.empty((nodes, sweep.BATCH)),
        marks=np.full((nodes, sweep.BATCH), -1, dtype=np.int64),
        totals=np.zeros((nodes, width, sweep.BATCH)),
        live=np.zeros(nodes, dtype=np.bool_),
        least=np.empty((sweep.BATCH, goals)),
    )
