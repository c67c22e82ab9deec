"""Shortest path trees of many origins, kept as far as the destinations need them.

`travel` adds up along them and `assign` loads them, so that both mean the very same paths. Dijkstra's
algorithm is SciPy's (``scipy.sparse.csgraph``); origins are taken in groups, so that memory stays bounded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.errors import NetworkError
from networks.network import Network

_CELLS = 4_000_000
"""Origins times nodes treated at once: some 100 MB."""

_COLUMNS = {"h": "travel_h", "km": "length_km"}

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Wanted = Callable[[Ints], tuple[Ints, Ints]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The cheapest link from each node to each neighbour, in compressed rows.

    Parameters
    ----------
    starts
        Where the links of each node begin, shape [nodes + 1].
    heads
        Node at which each kept link ends; rising within a node.
    weights
        What is minimised, ties broken (see `build_graph`).
    links
        Row of each kept link in the network's table.
    """

    starts: Ints
    heads: Ints
    weights: Floats
    links: Ints

    @property
    def nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.starts) - 1

    def keys(self) -> Ints:
        """Return a rising number for each kept link: origin * nodes + destination."""
        return np.repeat(np.arange(self.nodes), np.diff(self.starts)) * self.nodes + self.heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """The paths from some origins to their destinations, as one array of cells (an origin's tree at a node).

    Cells are sorted by their number of links from the origin, so that a parent comes before its children.

    Parameters
    ----------
    rows
        Positions of these origins in the list asked for.
    parents
        Cell one link nearer to the origin, of each cell; its own number at an origin.
    links
        Row in the network's table of the link from the parent; -1 at an origin.
    levels
        Cells of depth d are ``levels[d]:levels[d + 1]``.
    targets
        Cell of the destination of each pair asked for; -1 where unreachable.
    """

    rows: Ints
    parents: Ints
    links: Ints
    levels: Ints
    targets: Ints

    def down(self, values: Floats) -> Floats:
        """Return the sums of `values` (by link) along the path to each target, inf where unreachable."""
        sums = np.where(self.links >= 0, values[self.links], 0.0)
        for begin, end in zip(self.levels[1:-1], self.levels[2:], strict=True):
            sums[begin:end] += sums[self.parents[begin:end]]
        return np.where(self.targets >= 0, sums[self.targets], np.inf)

    def up(self, loads: Floats) -> Floats:
        """Carry `loads`, given at the cells, to the origins; return what passes the link of each cell."""
        total = loads.copy()
        for begin, end in zip(self.levels[1:-1][::-1], self.levels[2:][::-1], strict=True):
            np.add.at(total, self.parents[begin:end], total[begin:end])
        return total


def link_values(network: Network, column: str) -> Floats:
    """Return a column of the links as numbers.

    Raises
    ------
    NetworkError
        There is no such column of numbers, or it holds values that are not finite.
    """
    name = _COLUMNS.get(column, column)
    if name not in network.links or network.links[name].dtype.kind not in "fiub":
        known = ["h", "km", *network.links.columns[[dtype.kind in "fiub" for dtype in network.links.dtypes]]]
        raise NetworkError(f"the links have no numbers {column!r}, expected one of {', '.join(known)}")
    values = network.links[name].to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        names = ", ".join(network.links["link_id"].iloc[wrong[:10]])
        raise NetworkError(f"{len(wrong)} links have no finite {name}, first {names}; fill the column")
    return values


def build_graph(network: Network, by: str, weights: Floats | None = None) -> Graph:
    """Keep the cheapest of parallel links and drop self loops and closed links.

    Each weight is multiplied by 1 + 2**-32 x a number in [0, 1) drawn from the row of its link. Paths of equal
    weight then differ, so that every engine, and `travel`, `route` and `assign`, choose the same one; it is at most
    2.4e-10 of its weight heavier than the best. Sums along it are of the true values. Links of weight 0 stay at 0:
    between paths that differ only in such links the choice is left to the engine.

    Parameters
    ----------
    network
        The network.
    by
        What is minimised, as in `travel`.
    weights
        Minimised instead, by link, shape [links]; inf closes a link.

    Raises
    ------
    NetworkError
        `by` names no column of finite numbers of at least 0, or `weights` are not one such number a link (or inf).
    """
    true = _checked(network, link_values(network, by), by) if weights is None else _given(network, weights)
    weights = true * (1.0 + _drawn(len(true)) * 2.0**-32)
    tail, head = network.ends()
    order = np.lexsort((weights, head, tail))
    order = order[(tail[order] != head[order]) & (weights[order] < np.inf)]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    kept = order[first]
    starts = np.searchsorted(tail[kept], np.arange(len(network.nodes) + 1))
    return Graph(starts=starts, heads=head[kept], weights=weights[kept], links=kept)


def _checked(network: Network, weights: Floats, name: str) -> Floats:
    negative = np.flatnonzero(weights < 0.0)
    if len(negative):
        names = ", ".join(network.links["link_id"].iloc[negative[:10]])
        raise NetworkError(f"{len(negative)} links have a negative {name}, first {names}; paths would not end")
    return weights


def _given(network: Network, weights: Floats) -> Floats:
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (len(network.links),):
        raise NetworkError(f"found weights of shape {values.shape}, expected one a link: ({len(network.links)},)")
    wrong = np.flatnonzero(np.isnan(values))
    if len(wrong):
        names = ", ".join(network.links["link_id"].iloc[wrong[:10]])
        raise NetworkError(f"{len(wrong)} links have no weight, first {names}; inf closes a link")
    return _checked(network, values, "weight")


def _drawn(links: int) -> Floats:
    """Return a number in [0, 1) for each row: its last 32 bits once mixed (the finalizer of splitmix64)."""
    mixed = np.arange(links, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return (mixed & np.uint64(0xFFFFFFFF)).astype(np.float64) * 2.0**-32


def grow(graph: Graph, origins: Ints, wanted: Wanted) -> Iterator[Forest]:
    """Yield the shortest paths of groups of origins.

    Parameters
    ----------
    graph
        The network.
    origins
        Nodes, shape [o].
    wanted
        Given positions in `origins`, shape [r], returns the pairs asked for: positions in that array and
        destination nodes, both of shape [pairs].
    """
    from scipy.sparse import csr_array  # noqa: PLC0415  (0.2 s at import of the package)
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    shape = (graph.nodes, graph.nodes)
    matrix = csr_array((graph.weights, graph.heads.astype(np.int32), graph.starts.astype(np.int32)), shape=shape)
    step = max(1, _CELLS // graph.nodes)
    for begin in range(0, len(origins), step):
        rows = np.arange(begin, min(begin + step, len(origins)))
        before = dijkstra(matrix, indices=origins[rows], return_predecessors=True)[1]
        near, far = wanted(rows)
        yield _forest(graph, origins[rows], np.asarray(before).ravel(), (rows, near * graph.nodes + far))


def _forest(graph: Graph, origins: Ints, before: NDArray[np.int32], asked: tuple[Ints, Ints]) -> Forest:
    """Keep the cells that lie on a path asked for; a flat cell is row * nodes + node."""
    rows, targets = asked
    roots = np.arange(len(origins)) * graph.nodes + origins
    reached = (before[targets] >= 0) | np.isin(targets, roots)
    cells = np.flatnonzero(_needed(graph.nodes, before, np.concatenate([roots, targets[reached]])))
    number = np.zeros(len(before), dtype=np.int64)
    number[cells] = np.arange(len(cells))
    above = before[cells].astype(np.int64)
    inner = above >= 0
    parents = np.where(inner, number[cells // graph.nodes * graph.nodes + np.maximum(above, 0)], np.arange(len(cells)))
    keys = above[inner] * graph.nodes + cells[inner] % graph.nodes
    links = np.full(len(cells), -1, dtype=np.int64)
    links[inner] = graph.links[np.searchsorted(graph.keys(), keys)]
    depth = _depth(parents, inner)
    order = np.argsort(depth, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Forest(
        rows=rows,
        parents=place[parents[order]],
        links=links[order],
        levels=np.concatenate([[0], np.cumsum(np.bincount(depth))]),
        targets=np.where(reached, place[number[targets]], -1),
    )


def _needed(nodes: int, before: NDArray[np.int32], cells: Ints) -> NDArray[np.bool_]:
    """Return which cells lie on the way from an origin to one of `cells`."""
    needed = np.zeros(len(before), dtype=np.bool_)
    last = np.empty(len(before), dtype=np.int64)  # who named a cell last: each cell once, without sorting them
    fresh = cells
    while len(fresh):
        needed[fresh] = True
        fresh = fresh[before[fresh] >= 0]
        above = fresh // nodes * nodes + before[fresh]
        above = above[~needed[above]]
        turn = np.arange(len(above))
        last[above] = turn
        fresh = above[last[above] == turn]
    return needed


def _depth(parents: Ints, inner: NDArray[np.bool_]) -> Ints:
    """Return the number of links from the origin to each cell, doubling the step each time."""
    depth, step = inner.astype(np.int64), parents
    while depth[step].any():
        depth = depth + depth[step]
        step = step[step]
    return depth
