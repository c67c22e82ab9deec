"""New weights for a hierarchy: its arcs are kept, and added to where the new weights need more.

Height by height, two threads take nodes that no arc joins; what they would write between nodes of greater height, which
both may reach, is put off and written by one.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from networks.hierarchy import gather, parting
from networks.hierarchy import table as arcs
from networks.hierarchy import triangles as loops
from networks.hierarchy.ranked import Hierarchy, Ints
from networks.hierarchy.threads import THREADS
from networks.trees import Graph

HEIGHTS = 6, 16, 40, 100
"""One node in so many, the highest, lies above each height. Between two of these, and below the first, a network of
300,000 nodes falls into pieces for two threads (with one node in 12 above it, nearly all of it is still one piece)."""

ALONE = 20_000
"""Nodes up to which one thread is as fast."""

GROWTH = 0.5
"""New arcs for each old one from which the arcs are better found afresh."""

NOTED = 1.0
"""Room for ways that have no arc, by old arcs; over nodes that have more, all ways are weighed twice."""

_HEAP = 4096

Sides = tuple[arcs.Side, arcs.Side]
Shares = tuple[Ints, Ints]


@dataclass(frozen=True, slots=True)
class _State:
    """Arcs and what the threads need."""

    table: arcs.Table
    sides: Sides
    rooms: list[loops.Room]
    later: list[tuple[loops.Later, loops.Notes]]


def reweighed(graph: Graph, like: Hierarchy) -> Hierarchy | None:
    """Return the hierarchy of `graph` in the order and with the arcs of `like`; None where too many would be new.

    The links may have changed as well as their weights.
    """
    count = len(like.links)
    growth = int(GROWTH * (count + 64))
    if count + growth >= np.iinfo(np.int32).max:
        return None
    table, sides = _table(like, count + growth)
    with ThreadPoolExecutor(THREADS) as pool:
        used = _laid(table, sides, (graph, like), pool)
        if used < 0:
            return None
        state = _state(table, sides, used, count)
        if not _weighed(state, like.nodes - like.uncontracted, pool):
            return None
        return _gathered(table, sides, like, pool)


def _table(like: Hierarchy, room: int) -> tuple[arcs.Table, Sides]:
    up, end = len(like.up_ends), len(like.links)
    high, first, second, links, following = (np.empty(room, dtype=np.int32) for _ in range(5))
    high[:up], high[up:end] = like.up_ends, like.down_ends
    weights = np.empty(room)
    weights[:end] = np.inf
    new = [np.full(like.nodes, -1, dtype=np.int32) for _ in range(2)]
    sides = arcs.Side(like.up_starts, 0, new[0]), arcs.Side(like.down_starts, up, new[1])
    return arcs.Table(high, weights, first, second, links, following), sides


def _laid(table: arcs.Table, sides: Sides, of: tuple[Graph, Hierarchy], pool: ThreadPoolExecutor) -> int:
    """Lay the links; return the arcs used, -1 if there is no room."""
    graph, like = of
    links = graph.heads, graph.weights, graph.links
    parts = [
        (begin, end, np.empty(graph.starts[end] - graph.starts[begin], dtype=np.int64))
        for begin, end in pairwise(np.linspace(0, graph.nodes, THREADS + 1).astype(np.int64).tolist())
    ]
    tasks = [pool.submit(arcs.lay, table, sides, like.ranks, graph.starts, links, part) for part in parts]
    lacking = np.concatenate([part[2][: task.result()] for part, task in zip(parts, tasks, strict=True)])
    tails = np.searchsorted(graph.starts, lacking, side="right") - 1
    ends = like.ranks[tails], like.ranks[graph.heads[lacking]]
    return arcs.lay_new(table, sides, ends, (graph.weights[lacking], graph.links[lacking]), len(like.links))


def _state(table: arcs.Table, sides: Sides, used: int, count: int) -> _State:
    nodes = len(sides[0].new)
    noted = int(NOTED * (count + 64))
    begin, end, first, second = (np.empty(size, dtype=np.int32) for size in (nodes, nodes, noted, noted))
    notes = loops.Notes(begin, end, first, second)
    new, own = (
        pairwise(np.linspace(*span, THREADS + 2).astype(np.int64).tolist())
        for span in ((used, len(table.high)), (0, noted))
    )
    rooms = [_room(nodes, spans) for spans in zip(new, own, strict=True)]
    later = [(_later(len(table.high) // 8 + 64), notes) for _ in range(THREADS)]
    return _State(table, sides, rooms, [*later, (_later(0), notes)])


def _room(nodes: int, spans: tuple[tuple[int, int], tuple[int, int]]) -> loops.Room:
    def ints(length: int) -> Ints:
        return np.zeros(length, dtype=np.int32)

    new, notes = spans
    reached = np.zeros(nodes), ints(nodes), np.zeros(nodes), ints(nodes), np.zeros(_HEAP), ints(_HEAP)
    return loops.Room(
        *reached,
        places=ints(nodes),
        into=ints(nodes),
        out=ints(nodes),
        missing=ints(nodes),
        used=np.array([*new, 0, *notes], dtype=np.int32),
        clock=ints(1),
    )


def _later(room: int) -> loops.Later:
    ends = [np.empty(room, dtype=np.int32) for _ in range(4)]
    return loops.Later(ends[0], ends[1], np.empty(room), ends[2], ends[3])


def _weighed(state: _State, contracted: int, pool: ThreadPoolExecutor) -> bool:
    """Weigh all arcs; return whether there was room for the new ones."""
    nodes = len(state.sides[0].new)
    floors = [0, *(contracted - contracted // part for part in HEIGHTS)] if contracted > ALONE else [0]
    high = np.arange(floors[-1], contracted, dtype=np.int32)
    shares: dict[tuple[int, int], Shares] = {}
    for adding in (False, True):
        for span in pairwise(floors):
            if span[0] > 0 or not adding:  # arcs added over nodes of the lowest span join none that were apart
                shares[span] = parting.parted(state.table, state.sides, span, THREADS)
            if not _shared(state, (shares[span], span[1]), pool, adding=adding):
                return False
        if not loops.weigh(state.table, state.sides, state.rooms[-1], (high, nodes, adding), state.later[-1]):
            return False
    return True


def _shared(state: _State, work: tuple[Shares, int], pool: ThreadPoolExecutor, *, adding: bool) -> bool:
    """Weigh the arcs over nodes below a height, in two threads; return whether there was room."""
    table, sides = state.table, state.sides
    (starts, nodes), height = work
    tasks = [
        pool.submit(loops.weigh, table, sides, room, (nodes[begin:end], height, adding), later)
        for room, later, (begin, end) in zip(state.rooms, state.later, pairwise(starts.tolist()), strict=False)
    ]
    done = all([task.result() for task in tasks])  # noqa: C419  (both, before anything else is written)
    for room, later in zip(state.rooms[:-1], state.later, strict=False):
        done = done and loops.see_to(table, sides, state.rooms[-1], later, int(room.used[2]))
        room.used[2] = 0
    return done


def _gathered(table: arcs.Table, sides: Sides, like: Hierarchy, pool: ThreadPoolExecutor) -> Hierarchy:
    """Leave out arcs that no link or way gave a weight: closed links, and room that was not needed."""
    numbers = np.empty(len(table.high), dtype=np.int32)
    starts = [np.empty(like.nodes + 1, dtype=np.int64) for _ in sides]
    up, down = pool.map(gather.number, [table] * 2, sides, starts, [numbers] * 2)
    rows = [(np.empty(count, dtype=np.int32), np.empty(count)) for count in (up, down)]
    first, second, links = (np.empty(up + down, dtype=np.int32) for _ in range(3))
    ways = [(first[part], second[part], links[part]) for part in (slice(up), slice(up, None))]
    list(pool.map(gather.write, [table] * 2, sides, [(numbers, up)] * 2, rows, ways))
    return Hierarchy(
        ranks=like.ranks,
        places=like.places,
        up_starts=starts[0],
        up_ends=rows[0][0],
        up_weights=rows[0][1],
        down_starts=starts[1],
        down_ends=rows[1][0],
        down_weights=rows[1][1],
        first=first,
        second=second,
        links=links,
        uncontracted=like.uncontracted,
    )
