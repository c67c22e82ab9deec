"""The point of a road network nearest to a place, among those where a lorry can get on.

Only the largest part of the roads in which every node reaches every other counts. A link whose column `midway` is
true and that is no motorway or slip road may be joined anywhere, others at their ends. Where a network has such
links, nodes that only motorways and slip roads touch are left out; where it has none (a table of main roads), its
nodes stand for interchanges and all count. What may be joined is found once a network and kept with it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from networks.errors import NetworkError
from networks.geodesy import Floats, from_mercator, great_circle_km, unit_vectors
from networks.network import Network
from networks.segments import Segments, cut_into_segments, nearest
from networks.split import other_directions

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_AT_END_KM = 0.001
_CLOSED = ("motorway", "motorway_link")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Candidates:
    """Where places may join a network.

    Parameters
    ----------
    nodes
        Rows of nodes that are no end of a link joined between its ends, with a tree of them; None without any.
    segments
        Of the links that may be joined between their ends; None without any.
    """

    nodes: "tuple[Ints, cKDTree] | None"
    segments: Segments | None


def nearest_points(network: Network, places: pd.DataFrame) -> pd.DataFrame:
    """Find where each place can join.

    Parameters
    ----------
    network
        With roads.
    places
        Columns point_id, lon, lat (degrees), index 0, 1, ...

    Returns
    -------
    pandas.DataFrame
        `places` with link_id and fraction of its length, or node_id; on_lon, on_lat (degrees) of the point
        there; and distance_km, its great circle. Of links equally near the one in the lowest row is taken.

    Raises
    ------
    NetworkError
        There is no road that leads out and back.
    """
    at = _candidates(network)
    found = [
        *([_nearest_links(network, at.segments, places)] if at.segments else []),
        *([_nearest_nodes(network, *at.nodes, places)] if at.nodes else []),
    ]
    if not found:
        raise NetworkError("the network has no road that leads out and back; nothing can join it")
    if len(found) == 1:
        return found[0]
    closer = (found[0]["distance_km"] <= found[1]["distance_km"]).to_numpy()
    return pd.concat([found[0][closer], found[1][~closer]]).sort_index()


_KEPT: "WeakKeyDictionary[Network, _Candidates]" = WeakKeyDictionary()


def _candidates(network: Network) -> _Candidates:
    if network not in _KEPT:
        nodes, links = _rows(network)
        _KEPT[network] = _Candidates(
            nodes=(nodes, _tree(network, nodes)) if len(nodes) else None,
            segments=cut_into_segments(network, links) if len(links) else None,
        )
    return _KEPT[network]


def _rows(network: Network) -> tuple[Ints, Ints]:
    """Return the rows of the nodes and of the links that places may join."""
    tail, head = network.ends()
    road = (network.links["mode"] == "road").to_numpy()
    inside = largest_part(len(network.nodes), tail[road], head[road])
    road = road & inside[tail] & inside[head]
    open_to_all = ~network.links["highway"].isin(_CLOSED).to_numpy()
    midway = road & open_to_all & network.links["midway"].to_numpy(dtype=np.bool_)
    touched = _at_ends(network, road & open_to_all if midway.any() else road) & ~_at_ends(network, midway)
    reverse = other_directions(network)
    first = (reverse < 0) | ~midway[reverse] | (np.arange(len(reverse)) <= reverse)
    return np.flatnonzero(touched), np.flatnonzero(midway & first)


def _at_ends(network: Network, links: Flags) -> Flags:
    """Return which nodes the links touch."""
    touched = np.zeros(len(network.nodes), dtype=np.bool_)
    for rows in network.ends():
        touched[rows[links]] = True
    return touched


def largest_part(count: int, tail: Ints, head: Ints) -> Flags:
    """Return which of `count` nodes belong to the largest strongly connected part."""
    part = strong_parts(count, tail, head)
    return np.asarray(part == np.bincount(part).argmax(), dtype=np.bool_)


def strong_parts(count: int, tail: Ints, head: Ints) -> Ints:
    """Return for each of `count` nodes the number of its strongly connected part."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (0.2 s at import of the package)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    graph = coo_array((np.ones(len(tail)), (tail, head)), shape=(count, count)).tocsr()
    return np.asarray(connected_components(graph, directed=True, connection="strong")[1], dtype=np.int64)


def _tree(network: Network, nodes: Ints) -> "cKDTree":
    from scipy.spatial import cKDTree  # noqa: PLC0415  (0.1 s at import of the package)

    chosen = network.nodes.iloc[nodes]
    return cKDTree(unit_vectors(chosen["lon"], chosen["lat"]))


def _nearest_nodes(network: Network, nodes: Ints, tree: "cKDTree", places: pd.DataFrame) -> pd.DataFrame:
    rows = nodes[tree.query(unit_vectors(places["lon"], places["lat"]))[1]]
    at = network.nodes.iloc[rows].reset_index(drop=True)
    return _found(places, at["lon"], at["lat"]).assign(node_id=at["node_id"])


def _nearest_links(network: Network, segments: Segments, places: pd.DataFrame) -> pd.DataFrame:
    """Search in the Mercator plane, where nearest is nearest on the ground."""
    lon, lat = (places[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    segment, before = nearest(segments, segments.plane(lon, lat))
    fraction, on = _along(segments, segment, before)
    row = segments.links[_line(segments, segment)]
    length_km = network.links["length_km"].to_numpy(dtype=np.float64)[row]
    begins, ends = fraction * length_km <= _AT_END_KM, (1.0 - fraction) * length_km <= _AT_END_KM
    tail, head = network.ends()
    node = np.where(begins, tail[row], head[row])
    between = ~(begins | ends)
    at_node = network.nodes[["lon", "lat"]].to_numpy(dtype=np.float64)[node]
    return _found(places, *np.where(between[:, None], on, at_node).T).assign(
        link_id=network.links["link_id"].iloc[row].where(between, "").array,
        node_id=network.nodes["node_id"].iloc[node].where(~between, "").array,
        fraction=np.where(between, np.round(fraction, 9), 0.0),
    )


def _line(segments: Segments, segment: Ints) -> Ints:
    """Return the line that each segment belongs to."""
    return np.searchsorted(segments.starts, segment, side="right") - 1


def _along(segments: Segments, segment: Ints, before: Floats) -> tuple[Floats, Floats]:
    """Return the fraction of its line at which a point lies, and its lon, lat; `before` is its share of the segment."""
    first, last = segments.ends[segment, :2], segments.ends[segment, 2:]
    on = from_mercator(np.where(before[:, None] < 1.0, first + before[:, None] * (last - first), last))
    whole = segments.whole[_line(segments, segment)]
    length = segments.before[segment] + before * np.hypot(*(last - first).T)
    return np.clip(np.divide(length, whole, out=np.zeros_like(length), where=whole > 0.0), 0.0, 1.0), on


def _found(places: pd.DataFrame, on_lon: ArrayLike, on_lat: ArrayLike) -> pd.DataFrame:
    lon, lat = np.asarray(on_lon, dtype=np.float64), np.asarray(on_lat, dtype=np.float64)
    distance_km = great_circle_km(places["lon"], places["lat"], lon, lat)
    return places.assign(link_id="", node_id="", fraction=0.0, on_lon=lon, on_lat=lat, distance_km=distance_km)
