"""The links on the best paths of many trips, trip by trip: what `assign` adds up, kept apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from networks.errors import DisconnectedError
from networks.network import Network
from networks.trees import Floats, Forest, Graph, Ints, build_graph, grow

_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paths:
    """Which links the path of each trip leads over.

    Parameters
    ----------
    trip, link
        Parallel arrays: the trip's number and the row of a link on its path; in no order. Trips within a node have
        no links.
    links
        Number of links of the network.
    """

    trip: Ints
    link: Ints
    links: int

    def load(self, per_trip: Floats) -> Floats:
        """Return the sum on each link of something given for each trip, shape [links]."""
        return np.bincount(self.link, weights=per_trip[self.trip], minlength=self.links).astype(
            np.float64
        )  # no trips: integers

    def over(self, links: Ints) -> Ints:
        """Return the trips whose path leads over any of `links`, rising."""
        wanted = np.zeros(self.links, dtype=np.bool_)
        wanted[links] = True
        return np.unique(self.trip[wanted[self.link]])


def paths(network: Network, origins: Sequence[str], destinations: Sequence[str], *, by: str = "h") -> Paths:
    """Return the links on the best path from each origin to the destination beside it.

    Parameters
    ----------
    network
        On which the trips are made; places take part as nodes of a joined network (`join`).
    origins, destinations
        Node ids, both of shape [trips].
    by
        What the paths minimise, as in `travel`; they are the paths that `assign` loads.

    Raises
    ------
    DisconnectedError
        There is no path for some trips: up to 20 are named.
    NetworkError
        A node or the measure is unknown.
    """
    ends = network.positions(origins), network.arrivals(destinations)
    starts, row_of = np.unique(ends[0], return_inverse=True)
    order = np.argsort(row_of, kind="stable")
    found = list(_found(build_graph(network, by), starts, (row_of[order], ends[1][order])))
    trip, link = (np.concatenate([np.empty(0, dtype=np.int64), *parts]) for parts in zip(*found, strict=True))
    lost = order[trip[link < 0]]
    if len(lost):
        pairs = "; ".join(f"{origins[at]} -> {destinations[at]}" for at in np.sort(lost)[:_NAMED])
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        raise DisconnectedError(f"{len(lost)} trips have no path: {pairs}{more}")
    return Paths(trip=order[trip], link=link, links=len(network.links))


def _found(graph: Graph, starts: Ints, pairs: tuple[Ints, Ints]) -> Iterator[tuple[Ints, Ints]]:
    """Yield trips and links; a trip without a path with the link -1. Trips come sorted by their start."""
    row_of, goals = pairs
    bounds = np.searchsorted(row_of, np.arange(len(starts) + 1))

    def of_rows(rows: Ints) -> tuple[Ints, Ints]:
        part = slice(bounds[rows[0]], bounds[rows[-1] + 1])
        return row_of[part] - rows[0], goals[part]

    yield np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    for forest in grow(graph, starts, of_rows):
        yield from _climbed(forest, bounds[forest.rows[0]])


def _climbed(forest: Forest, first: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield the links from each target of a forest to its origin, all targets one link at a time."""
    lost = np.flatnonzero(forest.targets < 0)
    yield first + lost, np.full(len(lost), -1)
    trip = np.flatnonzero(forest.targets >= 0)
    cell = forest.targets[trip]
    while len(trip):
        inner = forest.links[cell] >= 0
        trip, cell = trip[inner], cell[inner]
        yield first + trip, forest.links[cell]
        cell = forest.parents[cell]
