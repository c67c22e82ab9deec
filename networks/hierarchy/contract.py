"""The loops of a contraction, compiled: which nodes may go now, and which shortcuts replace them.

Nodes are contracted in rounds of nodes that are not neighbours (Geisberger, Sanders, Schultes, Vetter 2012,
"Exact routing in large road networks using contraction hierarchies", Transportation Science 46(3); the
rounds: Vetter 2009). A node's priority is that of the first: shortcuts against arcs removed, links behind them,
depth. A shortcut is left out where a path that avoids every node of the round is no longer (a *witness*); a search
for one that gives up early costs an arc, never an error.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

SCANNED = 40
"""Arcs that a witness search may look at for each node that it may settle."""

CROWDED = 20_000
"""Pairs of neighbours from which a node is not worth rating: it goes last."""


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


class Search(NamedTuple):
    """Room of one thread for its witness searches."""

    distance: Floats
    seen: Ints
    wanted: Ints  # goals: nodes not yet known to be reached within the length due
    due: Floats
    keys: Floats
    nodes: Ints
    clock: Ints


class Found(NamedTuple):
    """Shortcuts that one thread has found, to be added once all threads are done."""

    tail: Ints
    head: Ints
    weight: Floats
    one: Ints
    two: Ints
    of: Ints  # the node contracted


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
def _witnesses(  # noqa: C901  (one compiled loop: a call for each arc would cost more than the arc)
    arcs: Arcs, leaving: Flags, search: Search, source: int, ends: tuple[float, int, int]
) -> None:
    """Search from `source` without the nodes of this round; ends: (length that matters, goals, nodes to settle)."""
    limit, goals, effort = ends
    scans = effort * SCANNED
    clock = search.clock[0] + 1
    search.clock[0] = clock
    distance, seen, keys, nodes = search.distance, search.seen, search.keys, search.nodes
    wanted, due = search.wanted, search.due
    goal = search.clock[1]
    room = len(keys)
    distance[source] = 0.0
    seen[source] = clock
    size = _push(keys, nodes, 0, 0.0, source)
    while size > 0:
        key, node = keys[0], nodes[0]
        size = _pop(keys, nodes, size)
        if key > distance[node]:
            continue
        if key > limit:
            break
        effort -= 1
        if effort < 0 or scans < 0:
            break
        arc = arcs.first_out[node]
        while arc >= 0 and scans >= 0:
            scans -= 1
            head = arcs.head[arc]
            if not leaving[head]:
                length = key + arcs.weight[arc]
                if length <= limit and (seen[head] != clock or length < distance[head]):
                    distance[head] = length
                    seen[head] = clock
                    if wanted[head] == goal and length <= due[head]:
                        wanted[head] = -1
                        goals -= 1
                        if goals == 0:
                            return
                    if size < room:
                        size = _push(keys, nodes, size, length, head)
            arc = arcs.next_out[arc]


@compiled
def _joined(arcs: Arcs, search: Search, ends: tuple[int, int], goals: int) -> tuple[int, float]:
    """Settle the goals that an arc from the source joins already; return how many are left, and the length they need.

    A shorter arc is a witness. A longer one takes the new length at no cost, so that no search is needed: its goal is
    marked by the negative number.
    """
    node, source = ends
    mark = search.clock[1]
    arc = arcs.first_out[source]
    while arc >= 0 and goals > 0:
        head = arcs.head[arc]
        if search.wanted[head] == mark:
            goals -= 1
            search.wanted[head] = -1 if arcs.weight[arc] <= search.due[head] else -mark
        arc = arcs.next_out[arc]
    limit = -1.0
    arc = arcs.first_out[node]
    while arc >= 0:
        if search.wanted[arcs.head[arc]] == mark:
            limit = max(limit, search.due[arcs.head[arc]])
        arc = arcs.next_out[arc]
    return goals, limit


@compiled
def _replace(  # noqa: C901  (one compiled loop: as above)
    arcs: Arcs, leaving: Flags, search: Search, node: int, work: tuple[Found, int, int]
) -> tuple[int, int, int, int]:
    """Find the shortcuts that `node` needs; work: (found, position in it or -1 to count only, effort).

    Returns the number of shortcuts, of arcs that go, of links behind both, and whether there was room.
    """
    found, at, effort = work
    shortcuts, gone, hops_new, hops_old = 0, 0, 0, 0
    arc = arcs.first_out[node]
    while arc >= 0:
        gone += 1
        hops_old += arcs.hops[arc]
        arc = arcs.next_out[arc]
    into = arcs.first_in[node]
    while into >= 0:
        source = arcs.tail[into]
        first = arcs.weight[into]
        gone += 1
        hops_old += arcs.hops[into]
        search.clock[1] += 1
        goals, limit = 0, -1.0
        arc = arcs.first_out[node]
        while arc >= 0:
            if arcs.head[arc] != source:
                goals += 1
                search.wanted[arcs.head[arc]] = search.clock[1]
                search.due[arcs.head[arc]] = first + arcs.weight[arc]
                limit = max(limit, first + arcs.weight[arc])
            arc = arcs.next_out[arc]
        if goals > 0:
            if at >= 0:
                goals, limit = _joined(arcs, search, (node, source), goals)
            if goals > 0:
                _witnesses(arcs, leaving, search, source, (limit, goals, effort))
            arc = arcs.first_out[node]
            while arc >= 0:
                head = arcs.head[arc]
                length = first + arcs.weight[arc]
                if head != source and abs(search.wanted[head]) == search.clock[1]:
                    if at >= 0:
                        if at + shortcuts >= len(found.tail):
                            return -1, gone, hops_new, hops_old
                        slot = at + shortcuts
                        found.tail[slot] = source
                        found.head[slot] = head
                        found.weight[slot] = length
                        found.one[slot] = into
                        found.two[slot] = arc
                        found.of[slot] = node
                    shortcuts += 1
                    hops_new += arcs.hops[into] + arcs.hops[arc]
                arc = arcs.next_out[arc]
        into = arcs.next_in[into]
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
def rate(arcs: Arcs, leaving: Flags, search: Search, nodes: Ints, to: tuple[Found, Ints, Floats, int]) -> None:
    """Write the priority of each of `nodes`; to: (found, depth, priority, effort)."""
    found, depth, priority, effort = to
    for node in nodes:
        pairs = _pairs(arcs, node)
        if pairs > CROWDED:
            priority[node] = 1e6 + pairs
            continue
        leaving[node] = True
        shortcuts, gone, hops_new, hops_old = _replace(arcs, leaving, search, node, (found, -1, effort))
        leaving[node] = False
        priority[node] = 2.0 * shortcuts / max(gone, 1) + hops_new / max(hops_old, 1) + depth[node]


@compiled
def find(arcs: Arcs, leaving: Flags, search: Search, nodes: Ints, to: tuple[Found, int]) -> tuple[int, int]:
    """Write the shortcuts of `nodes`, all leaving; to: (found, effort). Return their number and the nodes done."""
    found, effort = to
    at = 0
    for done in range(len(nodes)):
        shortcuts = _replace(arcs, leaving, search, nodes[done], (found, at, effort))[0]
        if shortcuts < 0:
            return at, done
        at += shortcuts
    return at, len(nodes)


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
