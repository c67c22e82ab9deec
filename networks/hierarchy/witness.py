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
from networks.hierarchy.heap import pop, push

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

    A goal is open where `wanted` is the number of the source, `clock[1]`.
    """

    distance: Floats
    seen: Ints
    wanted: Ints
    due: Floats
    keys: Floats
    nodes: Ints
    clock: Ints


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
def ask(search: Search, notes: Notes, source: int, goals: int) -> int:
    """Settle the goals that an arc from the source joins; return how many are left.

    A short one is a witness. A longer one takes the new length at no cost, so that no search is needed: its goal is
    marked by the negative number.
    """
    mark = search.clock[1]
    at = notes.first[source]
    while at >= 0:
        goal = notes.goal[at]
        if search.wanted[goal] == mark:
            search.wanted[goal] = 0 if notes.weight[at] <= search.due[goal] else -mark
            goals -= 1
        at = notes.following[at]
    return goals


@compiled
def look(  # noqa: C901, PLR0912, PLR0915  (one compiled loop: to hand tuples of arrays on costs more than an arc)
    arcs: Arcs, leaving: Flags, room: tuple[Search, Notes], source: int, ends: tuple[int, int, int]
) -> None:
    """Search from `source` without the nodes of this round; ends: (node, open goals, nodes to settle)."""
    search, notes = room
    via, goals, effort = ends
    scans = effort * SCANNED
    search.clock[0] += 1
    clock, mark = search.clock[0], search.clock[1]
    distance, seen, keys, nodes = search.distance, search.seen, search.keys, search.nodes
    wanted, due = search.wanted, search.due
    noted, goal_of, last_of, other, nearest = notes.first, notes.goal, notes.weight, notes.following, notes.nearest
    first_out, next_out, heads, weights = arcs.first_out, arcs.next_out, arcs.head, arcs.weight
    distance[source] = 0.0
    seen[source] = clock
    size, key, node = 0, 0.0, source
    fewer, reach = True, -1.0
    while effort > 0 and scans > 0:
        if fewer:  # how long a way may be before its last arc
            fewer, reach = False, -1.0
            arc = first_out[via]
            while arc >= 0:
                if wanted[heads[arc]] == mark:
                    reach = max(reach, due[heads[arc]] - nearest[heads[arc]])
                arc = next_out[arc]
        if key > reach:
            return
        effort -= 1
        arc = first_out[node]
        while arc >= 0 and scans > 0:
            scans -= 1
            head = heads[arc]
            if not leaving[head]:
                length = key + weights[arc]
                if length <= reach and (seen[head] != clock or length < distance[head]):
                    distance[head] = length
                    seen[head] = clock
                    if wanted[head] == mark and length <= due[head]:
                        wanted[head] = 0
                        goals, fewer = goals - 1, True
                    at = noted[head]
                    while at >= 0:
                        goal = goal_of[at]
                        if wanted[goal] == mark and length + last_of[at] <= due[goal]:
                            wanted[goal] = 0
                            goals, fewer = goals - 1, True
                        at = other[at]
                    if size < len(keys):
                        size = push(keys, nodes, size, length, head)
            arc = next_out[arc]
        if goals == 0:
            return
        key = np.inf
        while size > 0 and key == np.inf:
            node = nodes[0]
            key = keys[0] if keys[0] <= distance[node] else np.inf
            size = pop(keys, nodes, size)
