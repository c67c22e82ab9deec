"""The graph that a contraction has left, as lists of arcs that change; compiled.

Nodes are contracted in rounds of nodes that are not neighbours (Geisberger, Sanders, Schultes, Vetter 2012,
"Exact routing in large road networks using contraction hierarchies", Transportation Science 46(3); the
rounds: Vetter 2009): `choose` says which may go now, `add` puts their shortcuts in, `remove` and `tidy` take their arcs
out.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]


class Arcs(NamedTuple):
    """Arcs of the graph that is left, as lists linked through flat arrays; room for more at their end."""

    tail: Ints
    head: Ints
    weight: Floats
    one: Ints  # child arcs of a shortcut: tail -> contracted node, contracted node -> head; -1 at an original link
    two: Ints
    hops: Ints
    next_out: Ints
    next_in: Ints
    first_out: Ints
    first_in: Ints


class Found(NamedTuple):
    """Shortcuts that one thread has found, to be added once all threads are done."""

    tail: Ints
    head: Ints
    weight: Floats
    one: Ints
    two: Ints
    of: Ints  # the node contracted


@compiled
def _scrambled(node: int) -> np.uint64:
    mixed = np.uint64(node) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))


@compiled
def _before(priority: Floats, left: int, right: int) -> bool:
    if priority[left] != priority[right]:
        return bool(priority[left] < priority[right])
    return bool(_scrambled(left) < _scrambled(right))


@compiled
def choose(arcs: Arcs, left: Ints, priority: Floats, leaving: Flags) -> tuple[Ints, Ints]:
    """Split the nodes `left` into those that come before all of their neighbours and the rest."""
    chosen = np.empty_like(left)
    rest = np.empty_like(left)
    count, others = 0, 0
    for node in left:
        first = True
        arc = arcs.first_out[node]
        while arc >= 0 and first:
            first = _before(priority, node, arcs.head[arc])
            arc = arcs.next_out[arc]
        arc = arcs.first_in[node]
        while arc >= 0 and first:
            first = _before(priority, node, arcs.tail[arc])
            arc = arcs.next_in[arc]
        if first:
            chosen[count] = node
            count += 1
            leaving[node] = True
        else:
            rest[others] = node
            others += 1
    return chosen[:count], rest[:others]


@compiled
def _without(first: Ints, following: Ints, ends: Ints, node: int, leaving: Flags) -> None:
    """Drop from the list of `node` the arcs whose other end leaves."""
    last = -1
    arc = first[node]
    while arc >= 0:
        if leaving[ends[arc]]:
            if last < 0:
                first[node] = following[arc]
            else:
                following[last] = following[arc]
        else:
            last = arc
        arc = following[arc]


@compiled
def remove(arcs: Arcs, nodes: Ints, depth: Ints, stale: Flags) -> int:
    """Mark the neighbours of `nodes`, which leave, as stale; return how many arcs leave with them."""
    gone = 0
    for node in nodes:
        arc = arcs.first_out[node]
        while arc >= 0:
            stale[arcs.head[arc]] = True
            depth[arcs.head[arc]] = max(depth[arcs.head[arc]], depth[node] + 1)
            gone += 1
            arc = arcs.next_out[arc]
        arc = arcs.first_in[node]
        while arc >= 0:
            stale[arcs.tail[arc]] = True
            depth[arcs.tail[arc]] = max(depth[arcs.tail[arc]], depth[node] + 1)
            gone += 1
            arc = arcs.next_in[arc]
    return gone


@compiled
def tidy(arcs: Arcs, left: Ints, leaving: Flags, stale: Flags) -> Ints:
    """Drop the arcs to nodes that have left from the lists of stale nodes; return these, stale no longer."""
    chosen = np.empty_like(left)
    count = 0
    for node in left:
        if stale[node]:
            _without(arcs.first_out, arcs.next_out, arcs.head, node, leaving)
            _without(arcs.first_in, arcs.next_in, arcs.tail, node, leaving)
            stale[node] = False
            chosen[count] = node
            count += 1
    return chosen[:count]


@compiled
def add(arcs: Arcs, used: int, found: Found, count: int) -> int:
    """Put `count` shortcuts into the lists, in place of a dearer arc where there is one; return the arcs used."""
    for at in range(count):
        tail, head = found.tail[at], found.head[at]
        arc, other = arcs.first_out[tail], arcs.first_in[head]
        while arc >= 0 and other >= 0 and arcs.head[arc] != head and arcs.tail[other] != tail:
            arc = arcs.next_out[arc]
            other = arcs.next_in[other]
        if arc >= 0 and other >= 0 and arcs.tail[other] == tail:
            arc = other
        if arc < 0 or other < 0:
            arc = used
            used += 1
            arcs.tail[arc] = tail
            arcs.head[arc] = head
            arcs.next_out[arc] = arcs.first_out[tail]
            arcs.first_out[tail] = arc
            arcs.next_in[arc] = arcs.first_in[head]
            arcs.first_in[head] = arc
        elif arcs.weight[arc] <= found.weight[at]:
            continue
        arcs.weight[arc] = found.weight[at]
        arcs.one[arc] = found.one[at]
        arcs.two[arc] = found.two[at]
        arcs.hops[arc] = arcs.hops[found.one[at]] + arcs.hops[found.two[at]]
    return used


@compiled
def link(arcs: Arcs, used: int) -> None:
    """Put the first `used` arcs into the lists."""
    arcs.first_out[:] = -1
    arcs.first_in[:] = -1
    for arc in range(used - 1, -1, -1):
        tail, head = arcs.tail[arc], arcs.head[arc]
        arcs.next_out[arc] = arcs.first_out[tail]
        arcs.first_out[tail] = arc
        arcs.next_in[arc] = arcs.first_in[head]
        arcs.first_in[head] = arc
