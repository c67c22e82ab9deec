"""The loops of a many-to-many request, compiled.

Below a floor of ranks each place has a small search space of its own, and origins meet destinations in buckets
(Knopp, Sanders, Schultes, Schulz, Wagner 2007, "Computing many-to-many shortest paths using highway hierarchies").
From the floor on all nodes are swept in order of rank for a batch of origins at a time (Delling, Goldberg, Nowatzyk,
Werneck 2011, "PHAST: hardware-accelerated shortest path trees"), as far as the destinations need them (Delling,
Goldberg, Werneck 2011, "Faster batched shortest paths in road networks", RPHAST). Sums are taken along the arcs that
were chosen, once a node. The floor keeps the lines of the sweep within the processor's cache.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.spaces import Rows, Spaces

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]

BATCH = 32
"""Origins swept at once: four lines of a cache."""


RUN = 32
"""Destinations whose sums are written at once."""


class Top(NamedTuple):
    """The nodes from the floor on."""

    up: Rows
    tails: Ints  # where each arc of `up` begins, less the floor
    down: Rows
    order: Ints  # nodes that lead down to the destinations, highest first
    floor: int
    uncontracted: int


class Room(NamedTuple):
    """What one thread needs: by node less the floor, for a batch of origins."""

    weights: Floats  # [node, BATCH]
    marks: Offsets  # arc that gave the weight, -1 once its sums are added
    totals: Floats  # [node, sum, BATCH]
    live: NDArray[np.bool_]
    least: Floats  # weight to each destination, [BATCH, destination]


class Sorted(NamedTuple):
    """Entries of the destinations: by node below the floor (buckets), by destination from the floor on (labels)."""

    starts: Offsets  # of the bucket of each node
    entries: Ints
    owners: Ints  # destination of each of these
    tops: Offsets  # of the labels of each destination
    labels: Ints


@compiled
def needed(down: Rows, spaces: Spaces, floor: int) -> Ints:
    """Return the nodes from `floor` that lead down to the destinations, highest first."""
    nodes = len(down.starts) - 1
    marked = np.zeros(nodes - floor, dtype=np.bool_)
    for entry in range(spaces.starts[-1]):
        if spaces.nodes[entry] >= floor and spaces.weights[entry] < np.inf:
            marked[spaces.nodes[entry] - floor] = True
    count = 0
    for node in range(floor, nodes):
        if marked[node - floor]:
            count += 1
            for arc in range(down.starts[node], down.starts[node + 1]):
                marked[down.ends[arc] - floor] = True
    chosen = np.empty(count, dtype=np.int32)
    for node in range(floor, nodes):
        if marked[node - floor]:
            count -= 1
            chosen[count] = node
    return chosen


def split(spaces: Spaces, floor: int) -> Sorted:
    """Sort the entries of destinations that may lie on a shortest path."""
    return Sorted(*_split(spaces, floor))


@compiled
def _split(spaces: Spaces, floor: int) -> tuple[Offsets, Ints, Ints, Offsets, Ints]:
    places = len(spaces.starts) - 1
    starts = np.zeros(floor + 1, dtype=np.int64)
    tops = np.zeros(places + 1, dtype=np.int64)
    for place in range(places):
        tops[place + 1] = tops[place]
        for entry in range(spaces.starts[place], spaces.starts[place + 1]):
            if spaces.weights[entry] < np.inf:
                if spaces.nodes[entry] < floor:
                    starts[spaces.nodes[entry] + 1] += 1
                else:
                    tops[place + 1] += 1
    for node in range(floor):
        starts[node + 1] += starts[node]
    entries = np.empty(starts[floor], dtype=np.int32)
    owners = np.empty(starts[floor], dtype=np.int32)
    labels = np.empty(tops[places], dtype=np.int32)
    filled = starts[:-1].copy()
    top = 0
    for place in range(places):
        for entry in range(spaces.starts[place], spaces.starts[place + 1]):
            if spaces.weights[entry] < np.inf:
                node = spaces.nodes[entry]
                if node < floor:
                    entries[filled[node]] = entry
                    owners[filled[node]] = place
                    filled[node] += 1
                else:
                    labels[top] = entry
                    top += 1
    return starts, entries, owners, tops, labels


@compiled
def _relax(best: Floats, by: Offsets, tail: Floats, weight: float, mark: int) -> None:
    """Lower `best` to tail + weight where that is less, and note `mark` there.

    The compiler makes this a loop over vectors only where it does not know how many origins there are.
    """
    for k in range(len(best)):
        length = tail[k] + weight
        less = length < best[k]
        best[k] = length if less else best[k]
        by[k] = mark if less else by[k]


@compiled
def _take(total: Floats, by: Offsets, mark: int, tail: Floats, more: float) -> None:
    """Set `total` to tail + more for the origins that `mark` was noted for."""
    for k in range(len(total)):
        new, old = tail[k] + more, total[k]
        total[k] = new if by[k] == mark else old


@compiled
def _add_up(room: Room, node: int, ends: Ints, low: int, sums: Floats) -> None:
    """Set the sums at `node` to those by the arc chosen for each origin; `ends` less `low`: where the arcs begin."""
    for k in range(BATCH):
        arc = room.marks[node, k]
        if arc >= 0:
            end = ends[arc] - low
            for j in range(room.totals.shape[1]):
                room.totals[node, j, k] = room.totals[end, j, k] + sums[arc, j]
            room.marks[node, k] = -1


@compiled
def _climb(top: Top, room: Room) -> None:
    """Carry weights up from the nodes reached, lowest first."""
    up, floor = top.up, top.floor
    for node in range(room.weights.shape[0]):
        if not room.live[node]:
            continue
        _add_up(room, node, top.tails, 0, up.sums)
        if node >= room.weights.shape[0] - top.uncontracted:
            continue
        for arc in range(up.starts[node + floor], up.starts[node + floor + 1]):
            end = up.ends[arc] - floor
            room.live[end] = True
            _relax(room.weights[end], room.marks[end], room.weights[node], up.weights[arc], arc)


@compiled
def _settle(top: Top, room: Room) -> None:
    """Correct the weights of the nodes left uncontracted until none changes."""
    nodes = room.weights.shape[0]
    changed = top.uncontracted > 0
    while changed:
        changed = False
        for node in range(nodes - top.uncontracted, nodes):
            place = node + top.floor
            for arc in range(top.down.starts[place], top.down.starts[place + 1]):
                changed |= _pass_on(room, (top.down.ends[arc] - top.floor, node), top.down, arc)
            for arc in range(top.up.starts[place], top.up.starts[place + 1]):
                changed |= _pass_on(room, (node, top.up.ends[arc] - top.floor), top.up, arc)


@compiled
def _pass_on(room: Room, ends: tuple[int, int], rows: Rows, arc: int) -> bool:
    tail, head = ends
    changed = False
    for k in range(BATCH):
        weight = room.weights[tail, k] + rows.weights[arc]
        if weight < room.weights[head, k]:
            room.weights[head, k] = weight
            for j in range(room.totals.shape[1]):
                room.totals[head, j, k] = room.totals[tail, j, k] + rows.sums[arc, j]
            changed = True
    return changed


@compiled
def _descend(top: Top, room: Room) -> None:
    """Take weights from the nodes above, highest first."""
    down = top.down
    for place in top.order:
        node = place - top.floor
        for arc in range(down.starts[place], down.starts[place + 1]):
            tail = down.ends[arc] - top.floor
            _relax(room.weights[node], room.marks[node], room.weights[tail], down.weights[arc], arc)
        _add_up(room, node, down.ends, top.floor, down.sums)


@compiled
def _start(spaces: Spaces, origins: Offsets, floor: int, room: Room) -> None:
    """Put the entries of a batch of origins from the floor on."""
    room.weights[:] = np.inf
    room.live[:] = False
    for k in range(len(origins)):
        for entry in range(spaces.starts[origins[k]], spaces.starts[origins[k] + 1]):
            node = spaces.nodes[entry] - floor
            if node >= 0 and spaces.weights[entry] < np.inf:
                room.weights[node, k] = spaces.weights[entry]
                room.live[node] = True
                for j in range(room.totals.shape[1]):
                    room.totals[node, j, k] = spaces.sums[entry, j]


@compiled
def _finish(goals: Spaces, ends: Sorted, floor: int, room: Room, to: tuple[Offsets, Floats]) -> None:
    """Write what a batch of origins needs to each destination over the floor; to: (rows, out).

    Some destinations are done at a time and then written, so that each row is written in runs.
    """
    rows, out = to
    width = room.totals.shape[1]
    by = np.empty(BATCH, dtype=np.int64)
    run = np.empty((width + 1, RUN, BATCH))
    count = len(ends.tops) - 1
    for begin in range(0, count, RUN):
        end = min(begin + RUN, count)
        run[:] = np.inf
        for goal in range(begin, end):
            by[:] = -1
            for at in range(ends.tops[goal], ends.tops[goal + 1]):
                entry = ends.labels[at]
                node = goals.nodes[entry] - floor
                _relax(run[width, goal - begin], by, room.weights[node], goals.weights[entry], entry)
                for j in range(width):
                    _take(run[j, goal - begin], by, entry, room.totals[node, j], goals.sums[entry, j])
        for k in range(len(rows)):
            _write(room.least[k, begin:end], run[width, :, k])
            for j in range(width):
                _write(out[j, rows[k], begin:end], run[j, :, k])


@compiled
def _write(row: Floats, run: Floats) -> None:
    for at in range(len(row)):
        row[at] = run[at]


@compiled
def _meet(origin: int, spaces: Spaces, sides: tuple[Spaces, Sorted], least: Floats, out: Floats) -> None:
    """Better the rows of an origin, weights and sums, by paths whose highest node is below the floor."""
    goals, ends = sides
    floor = len(ends.starts) - 1
    for entry in range(spaces.starts[origin], spaces.starts[origin + 1]):
        node = spaces.nodes[entry]
        weight = spaces.weights[entry]
        if node >= floor or weight == np.inf:
            continue
        for at in range(ends.starts[node], ends.starts[node + 1]):
            other, goal = ends.entries[at], ends.owners[at]
            if weight + goals.weights[other] < least[goal]:
                least[goal] = weight + goals.weights[other]
                for j in range(out.shape[0]):
                    out[j, origin, goal] = spaces.sums[entry, j] + goals.sums[other, j]


@compiled
def fill(
    top: Top, sides: tuple[Spaces, Spaces, Sorted], positions: Offsets, room: Room, to: tuple[Floats, Floats]
) -> None:
    """Fill the rows of the origins at `positions`.

    sides: (spaces of all origins, spaces of all destinations, what `split` made of the latter).
    to: (weights [origin, destination] or nothing, sums [sum, origin, destination]).
    """
    spaces, goals, ends = sides
    weights, sums = to
    for begin in range(0, len(positions), BATCH):
        rows = positions[begin : begin + BATCH]
        _start(spaces, rows, top.floor, room)
        _climb(top, room)
        _settle(top, room)
        _descend(top, room)
        _finish(goals, ends, top.floor, room, (rows, sums))
        for k in range(len(rows)):
            _meet(rows[k], spaces, (goals, ends), room.least[k], sums)
            if len(weights) > 0:
                weights[rows[k]] = room.least[k]
