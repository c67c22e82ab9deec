"""New weights in the arcs of a hierarchy, from the lowest node up; compiled.

An arc between two neighbours of a node takes the weight of the way over the node where that is less, as in a
customizable hierarchy (J. Dibbelt, B. Strasser, D. Wagner 2016, "Customizable contraction hierarchies", ACM Journal of
Experimental Algorithmics 21). That one has an arc for any two neighbours; here an arc that the first weights did not
need is missing. So there are two rounds. The first weighs the arcs that there are. The second does so again, and where
an arc is missing it looks for a way up and down over the others that is no longer (a *witness*: any such way avoids the
node and all below it), and adds the arc if it finds none. A search that gives up early costs an arc, never an error.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.heap import pop, push
from networks.hierarchy.table import Side, Table, enter, in_row, listed

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]

SETTLED = 100
"""Nodes that a search may settle on either side."""


class Room(NamedTuple):
    """What one thread needs."""

    forth: Floats  # lengths from the tail, upwards
    forth_seen: Ints
    back: Floats  # lengths to the head, from above
    back_seen: Ints
    keys: Floats
    nodes: Ints
    places: Ints  # where the arcs of a node lie, by their higher end; to be checked
    into: Ints
    out: Ints
    missing: Ints  # of one arc in: those of `out` with which it has no arc to weigh
    used: Ints  # next number for a new arc, end of these numbers, ways put off
    clock: Ints


class Later(NamedTuple):
    """Ways between nodes that both threads may reach, to be seen to by one alone."""

    tail: Ints
    head: Ints
    weight: Floats
    first: Ints
    second: Ints


@compiled
def _there(weights: Floats, following: Ints, to: Ints, row: tuple[int, int], listed: int) -> int:
    """Write down the arcs of a row and a list that have a weight; return how many."""
    count = 0
    for arc in range(row[0], row[1]):
        if weights[arc] < np.inf:
            to[count] = arc
            count += 1
    while listed >= 0:
        to[count] = listed
        count += 1
        listed = following[listed]
    return count


@compiled
def _climb(  # noqa: PLR0913, PLR0917  (arrays one by one: to take them out of tuples costs as much as a short search)
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


@compiled
def _put_off(later: Later, room: Room, ends: tuple[int, int], way: tuple[float, int, int]) -> None:
    at = room.used[2]
    room.used[2] += 1
    if at < len(later.tail):
        later.tail[at], later.head[at] = ends
        later.weight[at], later.first[at], later.second[at] = way


@compiled
def _add(
    table: Table, sides: tuple[Side, Side], room: Room, ends: tuple[int, int], way: tuple[float, int, int]
) -> bool:
    """Add an arc; say whether there was room."""
    arc = room.used[0]
    if arc == room.used[1]:
        return False
    room.used[0] += 1
    enter(table, sides, arc, ends)
    table.weights[arc], table.first[arc], table.second[arc] = way
    return True


@compiled
def weigh(  # noqa: C901, PLR0912, PLR0915  (one compiled loop: as above)
    table: Table, sides: tuple[Side, Side], room: Room, work: tuple[Ints, int, bool], later: Later
) -> bool:
    """Weigh the arcs over nodes, which rise; work: (nodes, first shared node, add missing arcs). False: no room."""
    nodes, shared, adding = work
    up, down = sides
    up_starts, up_new, heads = up.starts, up.new, up.ends
    down_starts, down_new, tails, begin = down.starts, down.new, down.ends, down.begin
    weights, following = table.weights, table.following
    forth, forth_seen, back, back_seen = room.forth, room.forth_seen, room.back, room.back_seen
    keys, waiting = room.keys, room.nodes
    places, intos, outs, missing = room.places, room.into, room.out, room.missing
    clock = room.clock[0]
    for node in nodes:
        row = begin + down_starts[node], begin + down_starts[node + 1]
        sources = _there(weights, following, intos, row, down_new[node])
        count = _there(weights, following, outs, (up_starts[node], up_starts[node + 1]), up_new[node])
        for at in range(sources):
            into = intos[at]
            tail, first = tails[into], weights[into]
            row_begin, row_end = up_starts[tail], up_starts[tail + 1]
            loaded = False
            lacking, limit = 0, 0.0
            for to in range(count):
                out = outs[to]
                head = heads[out]
                if head == tail:
                    continue
                if tail > head:
                    arc = in_row(tails, begin + down_starts[head], begin + down_starts[head + 1], tail)
                    if arc < 0:
                        arc = listed(down_new, following, tails, head, tail)
                else:
                    if not loaded:
                        loaded = True
                        for one in range(row_begin, row_end):
                            places[heads[one]] = one
                    arc = places[head]
                    if not (row_begin <= arc < row_end and heads[arc] == head):
                        arc = listed(up_new, following, heads, tail, head)
                length = first + weights[out]
                if arc < 0:
                    missing[lacking] = out
                    lacking += 1
                    limit = max(limit, length)
                elif length < weights[arc]:
                    if tail >= shared and head >= shared:
                        _put_off(later, room, (tail, head), (length, into, out))
                    else:
                        weights[arc] = length
                        table.first[arc] = into
                        table.second[arc] = out
                        table.links[arc] = -1
            if lacking == 0 or not adding:
                continue
            clock += 1
            mark = clock
            ends = (tail, limit, 0, mark, -1)
            _climb(
                up_starts, up_new, heads, weights, following, forth, forth_seen, keys, waiting, back, back_seen, ends
            )
            for one in range(lacking):
                out = missing[one]
                head, length = heads[out], first + weights[out]
                clock += 1
                ends = (head, length, begin, clock, mark)
                if _climb(
                    down_starts,
                    down_new,
                    tails,
                    weights,
                    following,
                    back,
                    back_seen,
                    keys,
                    waiting,
                    forth,
                    forth_seen,
                    ends,
                ):
                    continue
                if tail >= shared and head >= shared:
                    _put_off(later, room, (tail, head), (length, into, out))
                elif not _add(table, sides, room, (tail, head), (length, into, out)):
                    return False
    room.clock[0] = clock
    return bool(room.used[2] <= len(later.tail))


@compiled
def see_to(table: Table, sides: tuple[Side, Side], room: Room, later: Later, count: int) -> bool:
    """Take what was put off; False: no room."""
    for at in range(count):
        tail, head = later.tail[at], later.head[at]
        way = (later.weight[at], later.first[at], later.second[at])
        side = sides[0] if tail < head else sides[1]
        low, high = min(tail, head), max(tail, head)
        arc = in_row(side.ends, side.begin + side.starts[low], side.begin + side.starts[low + 1], high)
        if arc < 0:
            arc = listed(side.new, table.following, side.ends, low, high)
        if arc >= 0:
            if way[0] < table.weights[arc]:
                table.weights[arc], table.first[arc], table.second[arc] = way
                table.links[arc] = -1
        elif not _add(table, sides, room, (tail, head), way):
            return False
    return True
