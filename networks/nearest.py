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
from numpy.typing import NDArray

from networks.errors import NetworkError
from networks.geodesy import Floats, from_mercator, great_circle_km, unit_vectors
from networks.network import Network
from networks.segments import Segments, cut_into_segments, nearest

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_AT_END_KM = 0.001
_CLOSED = ("motorway", "motorway_link")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Where places join, a value each.

    Parameters
    ----------
    link, node
        Row of the link joined between its ends, or of the node; -1 in the other.
    fraction
        Of the length of the link; 0 at a node.
    lon, lat
        Of the point there, in degrees.
    km
        Great circle from the place.
    """

    link: Ints
    node: Ints
    fraction: Floats
    lon: Floats
    lat: Floats
    km: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Candidates:
    """Where places may join a network.

    Parameters
    ----------
    nodes
        Rows of nodes that are no end of a link joined between its ends, with a tree of them; None without any.
    segments
        Of the links that may be joined between their ends; None without any.
    is_whole
        False for nodes that share their place with another: a junction taken apart for its banned turns, where the
        node of one direction is not that of the other. No place joins there.
    """

    nodes: "tuple[Ints, cKDTree] | None"
    segments: Segments | None
    is_whole: Flags


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
    lon, lat = (places[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    found = [
        *([_nearest_links(network, at.segments, at.is_whole, lon, lat)] if at.segments else []),
        *([_nearest_nodes(network, *at.nodes, lon, lat)] if at.nodes else []),
    ]
    if not found:
        raise NetworkError("the network has no road that leads out and back; nothing can join it")
    best = found[0] if len(found) == 1 else _nearer(*found)
    return places.assign(
        link_id=_names(network.links["link_id"], best.link),
        node_id=_names(network.nodes["node_id"], best.node),
        fraction=best.fraction,
        on_lon=best.lon,
        on_lat=best.lat,
        distance_km=best.km,
    )


def _nearer(first: _Found, second: _Found) -> _Found:
    """Return of each place the nearer, the first where both are equally near."""
    is_first = first.km <= second.km
    names = ("link", "node", "fraction", "lon", "lat", "km")
    return _Found(**{name: np.where(is_first, getattr(first, name), getattr(second, name)) for name in names})


def _names(ids: "pd.Series[str]", rows: Ints) -> "pd.Series[str]":
    """Return the ids in `rows`, "" for -1."""
    return pd.Series(ids.array.take(rows, allow_fill=True, fill_value=""))


_KEPT: "WeakKeyDictionary[Network, _Candidates]" = WeakKeyDictionary()


def _candidates(network: Network) -> _Candidates:
    if network not in _KEPT:
        place, is_whole = _places(network)
        nodes, links = _rows(network, place)
        _KEPT[network] = _Candidates(
            nodes=(nodes, _tree(network, nodes)) if len(nodes) else None,
            segments=cut_into_segments(network, links) if len(links) else None,
            is_whole=is_whole,
        )
    return _KEPT[network]


def _rows(network: Network, place: Ints) -> tuple[Ints, Ints]:
    """Return the rows of the nodes and of the links that places may join."""
    tail, head = network.ends()
    road = (network.links["mode"] == "road").to_numpy()
    inside = largest_part(len(network.nodes), tail[road], head[road])
    road = road & inside[tail] & inside[head]
    open_to_all = ~network.links["highway"].isin(_CLOSED).to_numpy()
    midway = road & open_to_all & network.links["midway"].to_numpy(dtype=np.bool_)
    touched = _at_ends(network, road & open_to_all if midway.any() else road) & ~_at_ends(network, midway)
    links = np.flatnonzero(midway)
    return np.flatnonzero(touched), links[_first_drawn(network, place, links)]


def _places(network: Network) -> tuple[Ints, Flags]:
    """Return a number for the place of each node, and whether no other node is there."""
    lon, lat = (network.nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    _, place, count = np.unique(lon + 1j * lat, return_inverse=True, return_counts=True)
    return place.astype(np.int64), np.asarray(count[place] == 1, dtype=np.bool_)


def _first_drawn(network: Network, place: Ints, links: Ints) -> Ints:
    """Return which of the links are the first with their line: both directions of a road have the same."""
    tail, head = (place[rows[links]] for rows in network.ends())
    code = np.abs(network.links["shape"].to_numpy(dtype=np.int64)[links])
    straight = len(network.shapes) + 1 + np.minimum(tail, head) * len(place) + np.maximum(tail, head)
    return np.sort(np.unique(np.where(code > 0, code, straight), return_index=True)[1])


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


def _nearest_nodes(network: Network, nodes: Ints, tree: "cKDTree", lon: Floats, lat: Floats) -> _Found:
    node = nodes[tree.query(unit_vectors(lon, lat))[1]]
    on_lon, on_lat = (network.nodes[name].to_numpy(dtype=np.float64)[node] for name in ("lon", "lat"))
    km = great_circle_km(lon, lat, on_lon, on_lat)
    return _Found(link=np.full_like(node, -1), node=node, fraction=np.zeros(len(node)), lon=on_lon, lat=on_lat, km=km)


def _nearest_links(network: Network, segments: Segments, is_whole: Flags, lon: Floats, lat: Floats) -> _Found:
    """Search in the Mercator plane, where nearest is nearest on the ground."""
    segment, before = nearest(segments, segments.plane(lon, lat))
    line, fraction, on = _places_on(segments, segment, before)
    link = segments.links[line]
    length_km = network.links["length_km"].to_numpy(dtype=np.float64)[link]
    tail, head = (rows[link] for rows in network.ends())
    most = np.minimum(_AT_END_KM / np.maximum(length_km, _AT_END_KM), 0.5)
    begins, ends = (fraction <= most) & is_whole[tail], (1.0 - fraction <= most) & is_whole[head]
    fraction = np.clip(fraction, np.where(is_whole[tail], 0.0, most), np.where(is_whole[head], 1.0, 1.0 - most))
    node = np.where(begins, tail, np.where(ends, head, -1))
    between = node < 0
    on_lon, on_lat = (
        np.where(between, drawn, network.nodes[name].to_numpy(dtype=np.float64)[node])
        for drawn, name in zip(on.T, ("lon", "lat"), strict=True)
    )
    return _Found(
        link=np.where(between, link, -1),
        node=node,
        fraction=np.where(between, np.round(fraction, 9), 0.0),
        lon=on_lon,
        lat=on_lat,
        km=great_circle_km(lon, lat, on_lon, on_lat),
    )


def _places_on(segments: Segments, segment: Ints, before: Floats) -> tuple[Ints, Floats, Floats]:
    """Return the line, the fraction of it and lon, lat [n, 2] of points with the share `before` of a segment."""
    line = np.searchsorted(segments.starts, segment, side="right") - 1
    first, last = segments.ends[segment, :2], segments.ends[segment, 2:]
    whole = segments.whole[line]
    along = segments.before[segment] + before * np.hypot(*(last - first).T)
    fraction = np.divide(along, whole, out=np.zeros(len(line)), where=whole > 0.0)
    return line, np.clip(fraction, 0.0, 1.0), from_mercator(first + before[:, None] * (last - first))
