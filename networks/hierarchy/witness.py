"""Searches for a way round the nodes that go, compiled.

A shortcut is left out where a path that avoids every node of the round is no longer (a *witness*). The last arc of such
a path is known beforehand: it is noted at the node where it begins (the backward search of one hop of Geisberger,
Sanders, Schultes, Vetter 2012, "Exact routing in large road networks using contraction hierarchies", Transportation
Science 46(3)), so that a search ends one arc before its goals. One that gives up early costs an arc, never an error.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.arcs import Arcs
from networks.hierarchy.earlier import Words, had

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

SCANNED = 40
"""Arcs that a search may look at for each node that it may settle, and arcs noted that end at one goal."""


class Notes(NamedTuple):
    """What is noted while a node is contracted: goals by the nodes from which an arc leads to them."""

    first: Ints  # by node, -1 where there is none
    at: Ints  # of each note: its node
    goal: Ints
    weight: Floats
    following: Ints
    nearest: Floats  # by goal: lightest arc that ends there


class Search(NamedTuple):
    """Room of one thread for its witness searches.

    A goal is *asked* for where `wanted` is the number of the source, `clock[1]`. One above, it gets its arc in any case
    unless a way to it is met.
    """

    distance: Floats
    seen: Ints
    wanted: Ints
    due: Floats
    keys: Floats
    nodes: Ints
    clock: Ints


@compiled
def _push(keys: Floats, nodes: Ints, size: int, key: float, node: int) -> int:
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= key:
            break
        keys[at] = keys[above]
        nodes[at] = nodes[above]
        at = above
    keys[at] = key
    nodes[at] = node
    return size + 1


@compiled
def _pop(keys: Floats, nodes: Ints, size: int) -> int:
    size -= 1
    key, node = keys[size], nodes[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at] = keys[below]
        nodes[at] = nodes[below]
        at = below
    keys[at] = key
    nodes[at] = node
    return size


@compiled
def note(arcs: Arcs, leaving: Flags, notes: Notes, node: int) -> int:
    """Note what leads to the ends of the arcs of `node`; return the number of notes."""
    size, room = 0, len(notes.at)
    out = arcs.first_out[node]
    while out >= 0:
        goal = arcs.head[out]
        nearest, scans = np.inf, SCANNED
        arc = arcs.first_in[goal]
        while arc >= 0:
            tail = arcs.tail[arc]
            if not leaving[tail]:
                if scans == 0 or size == room:
                    nearest = 0.0  # the rest must be met on its own
                    break
                scans -= 1
                nearest = min(nearest, arcs.weight[arc])
                notes.at[size] = tail
                notes.goal[size] = goal
                notes.weight[size] = arcs.weight[arc]
                notes.following[size] = notes.first[tail]
                notes.first[tail] = size
                size += 1
            arc = arcs.next_in[arc]
        notes.nearest[goal] = nearest
        out = arcs.next_out[out]
    return size


@compiled
def wipe(notes: Notes, size: int) -> None:
    """Forget the notes."""
    for at in range(size):
        notes.first[notes.at[at]] = -1


@compiled
def ask(arcs: Arcs, search: Search, notes: Notes, known: Words, ends: tuple[int, int]) -> tuple[int, int]:
    """Sort the goals of a source before any search; ends: (node, source).

    An arc from the source to a goal is a witness if it is short enough. A longer one takes the new length at no cost,
    so that no search is needed. Neither is it where an earlier hierarchy had the arc: most likely it is needed again,
    and if a short way is met by chance it is not. Returns how many goals no arc joins, and how many of them to ask for.
    """
    node, source = ends
    mark = search.clock[1]
    at = notes.first[source]
    while at >= 0:
        goal = notes.goal[at]
        if search.wanted[goal] == mark:
            search.wanted[goal] = -1 if notes.weight[at] <= search.due[goal] else -mark
        at = notes.following[at]
    left, asked = 0, 0
    arc = arcs.first_out[node]
    while arc >= 0:
        goal = arcs.head[arc]
        if search.wanted[goal] == mark:
            left += 1
            if len(known) > 0 and had(known, source, goal):
                search.wanted[goal] = mark + 1
            else:
                asked += 1
        arc = arcs.next_out[arc]
    return left, asked


@compiled
def _reach(arcs: Arcs, search: Search, notes: Notes, node: int, last: int) -> float:
    """Return how long a way may be before its last arc, for the goals marked up to `last`."""
    reach = -1.0
    arc = arcs.first_out[node]
    while arc >= 0:
        goal = arcs.head[arc]
        if search.clock[1] <= search.wanted[goal] <= last:
            reach = max(reach, search.due[goal] - notes.nearest[goal])
        arc = arcs.next_out[arc]
    return reach


@compiled
def _met(search: Search, goal: int, length: float) -> int:
    """Settle a goal that is met within the length due; return 1 if it was asked for."""
    wanted, mark = search.wanted[goal], search.clock[1]
    if wanted < mark or length > search.due[goal]:
        return 0
    search.wanted[goal] = -1
    return 1 if wanted == mark else 0


@compiled
def look(arcs: Arcs, leaving: Flags, room: tuple[Search, Notes], source: int, ends: tuple[int, int, int]) -> None:
    """Search from `source` without the nodes of this round; ends: (node, goals asked, nodes to settle)."""
    search, notes = room
    via, goals, effort = ends
    scans = effort * SCANNED
    search.clock[0] += 1
    clock, mark = search.clock[0], search.clock[1]
    distance, seen, keys, nodes = search.distance, search.seen, search.keys, search.nodes
    distance[source] = 0.0
    seen[source] = clock
    reach = _reach(arcs, search, notes, via, mark + 1)
    size, key, node = 0, 0.0, source
    while key <= reach and effort > 0 and scans > 0:
        effort -= 1
        before = goals
        arc = arcs.first_out[node]
        while arc >= 0 and scans > 0:
            scans -= 1
            head = arcs.head[arc]
            if not leaving[head]:
                length = key + arcs.weight[arc]
                if length <= reach and (seen[head] != clock or length < distance[head]):
                    distance[head] = length
                    seen[head] = clock
                    goals -= _met(search, head, length)
                    at = notes.first[head]
                    while at >= 0:
                        goals -= _met(search, notes.goal[at], length + notes.weight[at])
                        at = notes.following[at]
                    if size < len(keys):
                        size = _push(keys, nodes, size, length, head)
            arc = arcs.next_out[arc]
        if goals == 0:
            return
        if goals < before or node == source:
            reach = _reach(arcs, search, notes, via, mark)
        key = np.inf
        while size > 0 and key == np.inf:
            node = nodes[0]
            key = keys[0] if keys[0] <= distance[node] else np.inf
            size = _pop(keys, nodes, size)
