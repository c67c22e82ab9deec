"""The shortcuts that stand for a node, compiled: counted to rate it, written down when it goes.

A node's priority is that of Geisberger, Sanders, Schultes, Vetter 2012, "Exact routing in large road networks using
contraction hierarchies", Transportation Science 46(3): shortcuts against arcs removed, links behind them, depth.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy import witness
from networks.hierarchy.arcs import Arcs, Found

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

CROWDED = 20_000
"""Pairs of neighbours from which a node is not worth rating: it goes last."""


class Room(NamedTuple):
    """What one thread needs to look for witnesses."""

    search: witness.Search
    notes: witness.Notes


@compiled
def _want(arcs: Arcs, search: witness.Search, node: int, into: int) -> int:
    """Mark the ends of the arcs of `node` as goals of a way from the tail of the arc `into`; return how many."""
    source, first = arcs.tail[into], arcs.weight[into]
    search.clock[1] += 1
    goals = 0
    arc = arcs.first_out[node]
    while arc >= 0:
        goal = arcs.head[arc]
        if goal != source:
            goals += 1
            search.wanted[goal] = search.clock[1]
            search.due[goal] = first + arcs.weight[arc]
        arc = arcs.next_out[arc]
    return goals


@compiled
def _write(arcs: Arcs, search: witness.Search, to: tuple[Found, int], ends: tuple[int, int]) -> tuple[int, int]:
    """Write the shortcuts from an arc over a node to goals not met; to: (found, position or -1); ends: (arc, node).

    Returns how many, -1 without room, and the links behind them.
    """
    found, at = to
    into, node = ends
    source, mark = arcs.tail[into], search.clock[1]
    count, hops = 0, 0
    arc = arcs.first_out[node]
    while arc >= 0:
        head = arcs.head[arc]
        if head != source and abs(search.wanted[head]) == mark:
            if at >= 0:
                slot = at + count
                if slot >= len(found.tail):
                    return -1, hops
                found.tail[slot] = source
                found.head[slot] = head
                found.weight[slot] = arcs.weight[into] + arcs.weight[arc]
                found.one[slot] = into
                found.two[slot] = arc
                found.of[slot] = node
            count += 1
            hops += arcs.hops[into] + arcs.hops[arc]
        arc = arcs.next_out[arc]
    return count, hops


@compiled
def _replace(
    arcs: Arcs, leaving: Flags, room: Room, node: int, work: tuple[Found, int, int]
) -> tuple[int, int, int, int]:
    """Find the shortcuts that `node` needs; work: (found, position in it or -1 to count only, effort).

    Returns the number of shortcuts, -1 without room, of arcs that go, and of links behind both.
    """
    found, at, effort = work
    search, notes = room.search, room.notes
    shortcuts, gone, hops_new, hops_old = 0, 0, 0, 0
    arc = arcs.first_out[node]
    while arc >= 0:
        gone += 1
        hops_old += arcs.hops[arc]
        arc = arcs.next_out[arc]
    noted = -1
    into = arcs.first_in[node]
    while into >= 0 and shortcuts >= 0:
        source = arcs.tail[into]
        gone += 1
        hops_old += arcs.hops[into]
        goals = _want(arcs, search, node, into)
        if goals > 0:
            if noted < 0:
                noted = witness.note(arcs, leaving, notes, node)
            goals = witness.ask(search, notes, source, goals)
            if goals > 0:
                witness.look(arcs, leaving, (search, notes), source, (node, goals, effort))
            count, hops = _write(arcs, search, (found, at + shortcuts if at >= 0 else -1), (into, node))
            shortcuts = shortcuts + count if count >= 0 else -1
            hops_new += hops
        into = arcs.next_in[into]
    witness.wipe(notes, noted)
    return shortcuts, gone, hops_new, hops_old


@compiled
def _pairs(arcs: Arcs, node: int) -> int:
    into, out = 0, 0
    arc = arcs.first_in[node]
    while arc >= 0:
        into += 1
        arc = arcs.next_in[arc]
    arc = arcs.first_out[node]
    while arc >= 0:
        out += 1
        arc = arcs.next_out[arc]
    return into * out


@compiled
def rate(arcs: Arcs, leaving: Flags, room: Room, nodes: Ints, to: tuple[Found, Ints, Floats, int]) -> None:
    """Write the priority of each of `nodes`; to: (found, depth, priority, effort)."""
    found, depth, priority, effort = to
    for node in nodes:
        pairs = _pairs(arcs, node)
        if pairs > CROWDED:
            priority[node] = 1e6 + pairs
            continue
        leaving[node] = True
        shortcuts, gone, hops_new, hops_old = _replace(arcs, leaving, room, node, (found, -1, effort))
        leaving[node] = False
        priority[node] = 2.0 * shortcuts / max(gone, 1) + hops_new / max(hops_old, 1) + depth[node]


@compiled
def find(arcs: Arcs, leaving: Flags, room: Room, nodes: Ints, to: tuple[Found, int]) -> tuple[int, int]:
    """Write the shortcuts of `nodes`, all leaving; to: (found, effort). Return their number and the nodes done."""
    found, effort = to
    at = 0
    for done in range(len(nodes)):
        shortcuts = _replace(arcs, leaving, room, nodes[done], (found, at, effort))[0]
        if shortcuts < 0:
            return at, done
        at += shortcuts
    return at, len(nodes)
