"""One route with its links and its line."""

from dataclasses import dataclass

import numpy as np

from networks.errors import DisconnectedError
from networks.geodesy import Floats
from networks.network import Network
from networks.prepared import Engine, chosen
from networks.trees import Ints, build_graph, grow, link_values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """A path.

    Parameters
    ----------
    km, h
        Its length and time.
    link_ids
        The links in order; none from a node to itself.
    geometry
        Points lon, lat in degrees, shape [n, 2], read-only.
    """

    km: float
    h: float
    link_ids: tuple[str, ...]
    geometry: Floats


def route(network: Network, origin: str, destination: str, *, by: str = "h", engine: Engine = "auto") -> Route:
    """Find the best path from one node to another: the one that `travel` and `assign` use.

    Parameters
    ----------
    network
        On which to travel.
    origin, destination
        Node ids.
    by
        What the path minimises, as in `travel`.
    engine
        As in `travel`.

    Raises
    ------
    DisconnectedError
        There is no path.
    NetworkError
        A node or a column is unknown.
    """
    goal = network.positions([destination]) if origin == destination else network.arrivals([destination])
    ends = np.concatenate([network.positions([origin]), goal])
    rows = _link_rows(network, ends, by, engine)
    if rows is None:
        raise DisconnectedError(f"there is no path from {origin!r} to {destination!r}")
    start = network.nodes[["lon", "lat"]].to_numpy(dtype=np.float64)[ends[:1]]
    geometry = np.vstack([start, *(line[1:] for line in network.lines(rows))])
    geometry.setflags(write=False)
    return Route(
        km=float(link_values(network, "km")[rows].sum()),
        h=float(link_values(network, "h")[rows].sum()),
        link_ids=tuple(network.links["link_id"].iloc[rows]),
        geometry=geometry,
    )


def _link_rows(network: Network, ends: Ints, by: str, engine: Engine) -> list[int] | None:
    prepared = chosen(network, 1, engine, by)
    if prepared is not None:
        from networks.hierarchy.trips import links_between  # noqa: PLC0415  (compiles)

        found = links_between(prepared.hierarchy, int(ends[0]), int(ends[1]))
        return None if found is None else found.tolist()

    def the_pair(_: Ints) -> tuple[Ints, Ints]:
        return np.array([0]), ends[1:]

    forest = next(iter(grow(build_graph(network, by), ends[:1], the_pair)))
    cell = int(forest.targets[0])
    if cell < 0:
        return None
    rows = []
    while forest.links[cell] >= 0:
        rows.append(int(forest.links[cell]))
        cell = int(forest.parents[cell])
    return rows[::-1]
