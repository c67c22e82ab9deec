"""New weights in the arcs of a hierarchy, from the lowest node up; compiled.

An arc between two neighbours of a node takes the weight of the way over the node where that is less, as in a
customizable hierarchy (J. Dibbelt, B. Strasser, D. Wagner 2016, "Customizable contraction hierarchies", ACM Journal of
Experimental Algorithmics 21). That one has an arc for any two neighbours; here an arc that the first weights did not
need is missing. So there are two rounds. The first weighs the arcs that there are, and notes where one is missing. The
second looks there for a way up and down over the others that is no longer (a *witness*: any such way avoids the node
and all below it), and adds the arc if it finds none; other ways it weighs only over nodes whose arcs that has made
shorter. A search that gives up early costs an arc, never an error.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.detour import climb
from networks.hierarchy.table import Side, Table, enter, in_row, listed

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

ALL = -1
"""End of the notes of a node over which all ways are to be weighed."""


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
    used: Ints  # next number for a new arc, end of these numbers, ways put off, next note, end of the notes
    clock: Ints


class Later(NamedTuple):
    """Ways between nodes that both threads may reach, to be seen to by one alone."""

    tail: Ints
    head: Ints
    weight: Floats
    first: Ints
    second: Ints


class Notes(NamedTuple):
    """The ways with no arc to weigh."""

    begin: Ints  # by node
    end: Ints  # by node; `ALL` where its notes do not do
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
def _shorten(table: Table, arc: int, way: tuple[float, int, int]) -> None:
    table.weights[arc], table.first[arc], table.second[arc] = way
    table.links[arc] = -1


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
    _shorten(table, arc, way)
    return True


@compiled
def weigh(  # noqa: C901, PLR0912, PLR0915  (one compiled loop: to hand tuples on costs a search)
    table: Table, sides: tuple[Side, Side], room: Room, work: tuple[Ints, int, bool], later: tuple[Later, Notes]
) -> bool:
    """Weigh the arcs over nodes, which rise; work: (nodes, first shared node, second round). False: no room."""
    nodes, shared, adding = work
    put_off, notes = later
    up, down = sides
    up_starts, up_new = up.starts, up.new
    down_starts, down_new, begin = down.starts, down.new, down.begin
    ends, weights, following = table.high, table.weights, table.following
    forth, forth_seen, back, back_seen = room.forth, room.forth_seen, room.back, room.back_seen
    keys, waiting = room.keys, room.nodes
    places, intos, outs, missing = room.places, room.into, room.out, room.missing
    note_begin, note_end, note_first, note_second = notes.begin, notes.end, notes.first, notes.second
    note, last_note = room.used[3], room.used[4]
    clock = room.clock[0]
    for node in nodes:
        noted = adding and note_end[node] != ALL
        if noted:
            at, sources, count = note_begin[node], note_end[node], 0
        else:
            row = begin + down_starts[node], begin + down_starts[node + 1]
            sources = _there(weights, following, intos, row, down_new[node])
            count = _there(weights, following, outs, (up_starts[node], up_starts[node + 1]), up_new[node])
            note_begin[node] = note
            at = 0
        while at < sources:
            into = note_first[at] if noted else intos[at]
            tail, first = ends[into], weights[into]
            lacking, limit = 0, 0.0
            while noted and at < sources and note_first[at] == into:
                out = note_second[at]
                at += 1
                head = ends[out]
                low, high = min(tail, head), max(tail, head)
                arc = listed(up_new if tail < head else down_new, following, ends, low, high)
                length = first + weights[out]
                if arc < 0:
                    missing[lacking] = out
                    lacking += 1
                    limit = max(limit, length)
                elif length < weights[arc]:
                    if low >= shared:
                        _put_off(put_off, room, (tail, head), (length, into, out))
                    else:
                        _shorten(table, arc, (length, into, out))
                        note_end[low] = ALL
            if not noted:
                at += 1
                row_begin, row_end = up_starts[tail], up_starts[tail + 1]
                loaded = False
            for to in range(count):
                out = outs[to]
                head = ends[out]
                if head == tail:
                    continue
                if tail > head:
                    arc = in_row(ends, begin + down_starts[head], begin + down_starts[head + 1], tail)
                    if arc < 0:
                        arc = listed(down_new, following, ends, head, tail)
                else:
                    if not loaded:
                        loaded = True
                        for one in range(row_begin, row_end):
                            places[ends[one]] = one
                    arc = places[head]
                    if not (row_begin <= arc < row_end and ends[arc] == head):
                        arc = listed(up_new, following, ends, tail, head)
                length = first + weights[out]
                if arc < 0:
                    missing[lacking] = out
                    lacking += 1
                    limit = max(limit, length)
                elif length < weights[arc]:
                    if tail >= shared and head >= shared:
                        _put_off(put_off, room, (tail, head), (length, into, out))
                    else:
                        _shorten(table, arc, (length, into, out))
                        note_end[min(tail, head)] = ALL
            if not adding:
                for one in range(min(lacking, last_note - note)):
                    note_first[note] = into
                    note_second[note] = missing[one]
                    note += 1
            if lacking == 0 or not adding:
                continue
            clock += 1
            mark = clock
            what = (tail, limit, 0, mark, -1)
            climb(up_starts, up_new, ends, weights, following, forth, forth_seen, keys, waiting, back, back_seen, what)
            for one in range(lacking):
                out = missing[one]
                head, length = ends[out], first + weights[out]
                clock += 1
                what = (head, length, begin, clock, mark)
                if climb(
                    down_starts,
                    down_new,
                    ends,
                    weights,
                    following,
                    back,
                    back_seen,
                    keys,
                    waiting,
                    forth,
                    forth_seen,
                    what,
                ):
                    continue
                if tail >= shared and head >= shared:
                    _put_off(put_off, room, (tail, head), (length, into, out))
                else:
                    if not _add(table, sides, room, (tail, head), (length, into, out)):
                        return False
                    note_end[min(tail, head)] = ALL
        if not noted:
            note_end[node] = note if note < last_note else ALL
    room.used[3] = note
    room.clock[0] = clock
    return bool(room.used[2] <= len(put_off.tail))


@compiled
def see_to(table: Table, sides: tuple[Side, Side], room: Room, later: tuple[Later, Notes], count: int) -> bool:
    """Take what was put off; False: no room."""
    put_off, notes = later
    for at in range(count):
        tail, head = put_off.tail[at], put_off.head[at]
        way = (put_off.weight[at], put_off.first[at], put_off.second[at])
        side = sides[0] if tail < head else sides[1]
        low, high = min(tail, head), max(tail, head)
        arc = in_row(table.high, side.begin + side.starts[low], side.begin + side.starts[low + 1], high)
        if arc < 0:
            arc = listed(side.new, table.following, table.high, low, high)
        if arc < 0:
            if not _add(table, sides, room, (tail, head), way):
                return False
        elif way[0] < table.weights[arc]:
            _shorten(table, arc, way)
        else:
            continue
        notes.end[low] = ALL
    return True
