"""New weights for a hierarchy: its arcs are kept, and added to where the new weights need more.

Two threads take nodes that no arc joins, low in the hierarchy; what they would write between the highest nodes, which
both may reach, is put off and written by one.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from networks.hierarchy import table as arcs
from networks.hierarchy import triangles as loops
from networks.hierarchy.finish import Contracted, ranked
from networks.hierarchy.ranked import Hierarchy, Ints
from networks.hierarchy.threads import THREADS
from networks.trees import Graph

SHARED = 6
"""One node in so many, the highest, is not shared out: few enough to be done alone, and without them the rest of a
network of 300,000 nodes falls into pieces for two threads (with one in 12 nearly all of it is still one piece)."""

ALONE = 20_000
"""Nodes up to which one thread is as fast."""

GROWTH = 0.5
"""New arcs for each old one from which the arcs are better found afresh."""

_HEAP = 4096

Sides = tuple[arcs.Side, arcs.Side]


def reweighed(graph: Graph, like: Hierarchy) -> Hierarchy | None:
    """Return the hierarchy of `graph` in the order and with the arcs of `like`; None where too many would be new.

    The links may have changed as well as their weights.
    """
    count = len(like.links)
    growth = int(GROWTH * (count + 64))
    if count + growth >= np.iinfo(np.int32).max:
        return None
    table = _table(like, count + growth)
    sides = _sides(like, table)
    tail = like.ranks[np.repeat(np.arange(graph.nodes), np.diff(graph.starts))]
    links = tail, like.ranks[graph.heads], graph.weights, graph.links.astype(np.int32)
    used = arcs.lay(table, sides, links, count)
    if used < 0 or not _weighed(table, sides, used, like.nodes - like.uncontracted):
        return None
    return _finished(table, like)


def _table(like: Hierarchy, room: int) -> arcs.Table:
    def ints() -> Ints:
        return np.full(room, -1, dtype=np.int32)

    nodes, up, end = np.arange(like.nodes, dtype=np.int32), len(like.up_ends), len(like.links)
    tail, head = ints(), ints()
    tail[:up], head[:up] = np.repeat(nodes, np.diff(like.up_starts)), like.up_ends
    tail[up:end], head[up:end] = like.down_ends, np.repeat(nodes, np.diff(like.down_starts))
    return arcs.Table(tail, head, ints(), np.full(room, np.inf), ints(), ints(), ints())


def _sides(like: Hierarchy, table: arcs.Table) -> Sides:
    def new() -> Ints:
        return np.full(like.nodes, -1, dtype=np.int32)

    up = arcs.Side(like.up_starts, 0, new(), table.head)
    return up, arcs.Side(like.down_starts, len(like.up_ends), new(), table.tail)


def _room(nodes: int, used: int, end: int) -> loops.Room:
    def ints(length: int) -> Ints:
        return np.zeros(length, dtype=np.int32)

    reached = np.zeros(nodes), ints(nodes), np.zeros(nodes), ints(nodes), np.zeros(_HEAP), ints(_HEAP)
    return loops.Room(
        *reached,
        places=ints(nodes),
        into=ints(nodes),
        out=ints(nodes),
        missing=ints(nodes),
        used=np.array([used, end, 0], dtype=np.int32),
        clock=ints(1),
    )


def _later(room: int) -> loops.Later:
    ends = [np.zeros(room, dtype=np.int32) for _ in range(4)]
    return loops.Later(ends[0], ends[1], np.zeros(room), ends[2], ends[3])


def _weighed(table: arcs.Table, sides: Sides, used: int, contracted: int) -> bool:
    """Weigh all arcs; return whether there was room for the new ones."""
    nodes, room = len(sides[0].new), len(table.tail)
    floor = contracted - contracted // SHARED if contracted > ALONE else 0
    shares = _shares(arcs.pieces(table, used, floor)) if floor else []
    high = np.arange(floor, contracted, dtype=np.int32)
    bounds = np.linspace(used, room, len(shares) + 2).astype(np.int64).tolist()
    *rooms, last = [_room(nodes, begin, end) for begin, end in pairwise(bounds)]
    later, none = [_later(room // 8 + 64) for _ in shares], _later(0)
    with ThreadPoolExecutor(THREADS) as pool:
        for adding in (False, True):
            tasks = [
                pool.submit(loops.weigh, table, sides, own, (share, floor, adding), ways)
                for own, share, ways in zip(rooms, shares, later, strict=True)
            ]
            answers = [task.result() for task in tasks]  # both, before anything else is written
            done = all(answers)
            for own, ways in zip(rooms, later, strict=True):
                done = done and loops.see_to(table, sides, last, ways, int(own.used[2]))
                own.used[2] = 0
            if not done or not loops.weigh(table, sides, last, (high, nodes, adding), none):
                return False
    return True


def _shares(piece: Ints) -> list[Ints]:
    """Share nodes out so that pieces stay whole and each thread has about as many."""
    sizes = np.bincount(piece)
    share, totals = np.zeros(len(sizes), dtype=np.int8), [0] * THREADS
    for at in np.argsort(sizes, kind="stable")[::-1][: np.count_nonzero(sizes)].tolist():
        share[at] = totals.index(min(totals))
        totals[share[at]] += int(sizes[at])
    return [np.flatnonzero(share[piece] == thread).astype(np.int32) for thread in range(THREADS)]


def _finished(table: arcs.Table, like: Hierarchy) -> Hierarchy:
    """Leave out arcs that no link or way gave a weight: closed links, and room that was not needed."""
    there = np.flatnonzero(table.weights < np.inf)
    number = np.full(len(table.tail) + 1, -1, dtype=np.int32)  # the last: of no arc, whose number is -1
    number[there] = np.arange(len(there), dtype=np.int32)
    contracted = Contracted(
        tail=table.tail[there],
        head=table.head[there],
        weights=table.weights[there],
        first=number[table.first[there]],
        second=number[table.second[there]],
        links=table.links[there],
    )
    return ranked(contracted, like.ranks, like.places, like.uncontracted)
