"""Contraction of a graph, round by round; afresh, or in the order of an earlier one.

For other weights the order is kept and as a rule the arcs too (`reweigh`); where these do not fit, the nodes are
contracted again but not rated, which is most of the work. Any weights, closed links too, give exact answers: an order
made for other weights costs arcs, not exactness.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from networks.errors import NetworkError
from networks.hierarchy import arcs as lists
from networks.hierarchy import contract as loops
from networks.hierarchy import witness
from networks.hierarchy.finish import Contracted, ranked
from networks.hierarchy.grouping import grouped
from networks.hierarchy.ranked import Hierarchy, Ints
from networks.hierarchy.reweigh import reweighed
from networks.hierarchy.threads import THREADS, shared_out
from networks.trees import Graph

RATING_EFFORT = 50
"""Nodes that a witness search may settle to rate a node."""

EFFORT = 100
"""The same when it goes: what is overlooked is an arc for ever."""

DENSE = 48.0
"""Arcs per node of what is left, from which contraction stops: the rest is no road network."""

T = TypeVar("T")

_FOUND = 1 << 18
_HEAP = 4096
_NOTES = 1 << 14
_FEW = 16


@dataclass(slots=True, kw_only=True)
class _State:
    """What the rounds change."""

    arcs: lists.Arcs
    used: int
    live: int
    left: Ints
    priority: NDArray[np.float64]
    depth: Ints
    stale: NDArray[np.bool_]
    leaving: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Room:
    """What one thread needs."""

    witnesses: loops.Room
    found: lists.Found
    alone: NDArray[np.bool_]


def contract(graph: Graph, like: Hierarchy | None = None) -> Hierarchy:
    """Contract `graph`.

    Parameters
    ----------
    graph
        Weights finite and at least 0.
    like
        A hierarchy of the same nodes, whose order is kept, and its arcs where they fit; the links may have changed as
        well as their weights.

    Raises
    ------
    NetworkError
        The graph has more nodes or needs more arcs than 32 bits number, or `like` has other nodes.
    """
    if like is not None and like.nodes != graph.nodes:
        raise NetworkError(f"the hierarchy has {like.nodes} nodes, the graph {graph.nodes}; contract the graph afresh")
    if max(2 * graph.nodes, 4 * len(graph.heads)) >= np.iinfo(np.int32).max:
        raise NetworkError(f"{graph.nodes} nodes and {len(graph.heads)} links are more than a hierarchy can number")
    again = None if like is None else reweighed(graph, like)
    if again is not None:
        return again
    places = _walk(graph) if like is None else like.places
    state, links = _begin(graph, places)
    if like is not None:
        state.priority[places] = like.ranks
    rooms = [_room(graph.nodes) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        order = _rounds(state, rooms, pool, rate=like is None)
    return _finished(state, places, (order, links))


def _walk(graph: Graph) -> Ints:
    """Return a number for each node; neighbours come near each other, since most of the time is waiting for memory."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  (0.2 s at import of the package)
    from scipy.sparse.csgraph import reverse_cuthill_mckee  # noqa: PLC0415

    ones = np.ones(len(graph.heads), dtype=np.int8)
    parts = (ones, graph.heads.astype(np.int32), graph.starts.astype(np.int32))
    matrix = csr_matrix(parts, shape=(graph.nodes, graph.nodes))
    places = np.empty(graph.nodes, dtype=np.int32)
    places[reverse_cuthill_mckee(matrix)] = np.arange(graph.nodes, dtype=np.int32)
    return places


def _begin(graph: Graph, places: Ints) -> tuple[_State, Ints]:
    tail = places[np.repeat(np.arange(graph.nodes), np.diff(graph.starts))]
    head = places[graph.heads]
    order = grouped(tail, graph.nodes)[1]
    count = len(order)
    arcs = _arcs(2 * count + 64, graph.nodes)
    arcs.tail[:count], arcs.head[:count] = tail[order], head[order]
    arcs.weight[:count] = graph.weights[order]
    lists.link(arcs, count)
    state = _State(
        arcs=arcs,
        used=count,
        live=count,
        left=np.arange(graph.nodes, dtype=np.int32),
        priority=np.zeros(graph.nodes),
        depth=np.zeros(graph.nodes, dtype=np.int32),
        stale=np.zeros(graph.nodes, dtype=np.bool_),
        leaving=np.zeros(graph.nodes, dtype=np.bool_),
    )
    return state, graph.links[order].astype(np.int32)


def _arcs(room: int, nodes: int) -> lists.Arcs:
    def ints(length: int, value: int = -1) -> Ints:
        return np.full(length, value, dtype=np.int32)

    ends = (ints(room), ints(room), np.zeros(room), ints(room), ints(room), ints(room, 1), ints(room), ints(room))
    return lists.Arcs(*ends, first_out=ints(nodes), first_in=ints(nodes))


def _room(nodes: int) -> _Room:
    def ints(length: int) -> Ints:
        return np.zeros(length, dtype=np.int32)

    search = witness.Search(
        np.zeros(nodes), ints(nodes), ints(nodes), np.zeros(nodes), np.zeros(_HEAP), ints(_HEAP), ints(2)
    )
    noted = ints(_NOTES), ints(_NOTES), np.zeros(_NOTES), ints(_NOTES)
    notes = witness.Notes(np.full(nodes, -1, dtype=np.int32), *noted, nearest=np.zeros(nodes))
    return _Room(loops.Room(search, notes), _found(_FOUND), np.zeros(nodes, dtype=np.bool_))


def _found(room: int) -> lists.Found:
    ends = [np.zeros(room, dtype=np.int32) for _ in range(5)]
    return lists.Found(ends[0], ends[1], np.zeros(room), ends[2], ends[3], ends[4])


def _rounds(state: _State, rooms: list[_Room], pool: ThreadPoolExecutor, *, rate: bool) -> Ints:
    """Contract until nothing is left or the rest is dense; return the nodes in the order of going."""

    def rated(room: _Room, nodes: Ints) -> None:
        loops.rate(
            state.arcs, room.alone, room.witnesses, nodes, (room.found, state.depth, state.priority, RATING_EFFORT)
        )

    def chosen_of(_: _Room, nodes: Ints) -> tuple[Ints, Ints]:
        return lists.choose(state.arcs, nodes, state.priority, state.leaving)

    def tidied(_: _Room, nodes: Ints) -> Ints:
        return lists.tidy(state.arcs, nodes, state.leaving, state.stale)

    gone = [state.left[:0]]
    if rate and state.live <= DENSE * len(state.left):
        _spread(pool, rated, rooms, state.left)
    while len(state.left) and state.live <= DENSE * len(state.left):
        split = _spread(pool, chosen_of, rooms, state.left)
        chosen, state.left = (np.concatenate(parts) for parts in zip(*split, strict=True))
        before = state.used
        _bridge(state, rooms, pool, chosen)
        state.live += state.used - before - lists.remove(state.arcs, chosen, state.depth, state.stale)
        stale = np.concatenate(_spread(pool, tidied, rooms, state.left))
        gone.append(chosen)
        if rate:
            _spread(pool, rated, rooms, stale)
    return np.concatenate(gone)


def _spread(pool: ThreadPoolExecutor, task: Callable[[_Room, Ints], T], rooms: list[_Room], nodes: Ints) -> list[T]:
    """Share `nodes` out between the threads; a few are not worth it."""
    if len(nodes) < _FEW:
        return [task(rooms[0], nodes)]
    return list(pool.map(task, rooms, shared_out(nodes, len(rooms))))


def _bridge(state: _State, rooms: list[_Room], pool: ThreadPoolExecutor, chosen: Ints) -> None:
    """Add the shortcuts that `chosen` leave behind."""
    parts = [chosen] if len(chosen) < _FEW else shared_out(chosen, len(rooms))
    while any(len(part) for part in parts):
        tasks = [
            pool.submit(loops.find, state.arcs, state.leaving, room.witnesses, part, (room.found, EFFORT))
            for room, part in zip(rooms, parts, strict=False)
        ]
        answers = [task.result() for task in tasks]
        for at, (count, done) in enumerate(answers):
            _make_room(state, count)
            state.used = lists.add(state.arcs, state.used, rooms[at].found, count)
            parts[at] = parts[at][done:]
            if done == 0 and len(parts[at]):
                rooms[at] = _Room(rooms[at].witnesses, _found(4 * len(rooms[at].found.tail)), rooms[at].alone)


def _make_room(state: _State, count: int) -> None:
    room = len(state.arcs.tail)
    if state.used + count <= room:
        return
    wanted = max(state.used + count, room + room // 2)
    if wanted >= np.iinfo(np.int32).max:
        raise NetworkError(f"the hierarchy needs more than {state.used} arcs, more than it can number; use Dijkstra")
    larger = _arcs(wanted, 0)
    for name in lists.Arcs._fields[:-2]:
        getattr(larger, name)[: state.used] = getattr(state.arcs, name)[: state.used]
    state.arcs = larger._replace(first_out=state.arcs.first_out, first_in=state.arcs.first_in)


def _finished(state: _State, places: Ints, made: tuple[Ints, Ints]) -> Hierarchy:
    order, links = made
    by_place = np.empty(len(places), dtype=np.int32)
    by_place[np.concatenate([order, state.left])] = np.arange(len(places), dtype=np.int32)
    arcs, used = state.arcs, slice(0, state.used)
    rows = np.full(state.used, -1, dtype=np.int32)
    rows[: len(links)] = links
    contracted = Contracted(
        tail=by_place[arcs.tail[used]],
        head=by_place[arcs.head[used]],
        weights=arcs.weight[used].copy(),
        first=arcs.one[used],
        second=arcs.two[used],
        links=np.where(arcs.one[used] < 0, rows, np.int32(-1)).astype(np.int32),
    )
    return ranked(contracted, by_place[places], places, len(state.left))
