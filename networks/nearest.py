"""The point of a road network nearest to a place, among those where a lorry can get on.

Only the largest part of the roads in which every node reaches every other counts. A link whose column `midway` is
true and that is no motorway or slip road may be joined anywhere, others at their ends. Where a network has such
links, nodes that only motorways and slip roads touch are left out; where it has none (a table of main roads), its
nodes stand for interchanges and all count.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from networks.errors import NetworkError
from networks.geodesy import from_mercator, great_circle_km, mercator, unit_vectors
from networks.network import Network
from networks.split import reverse_rows

_AT_END_KM = 0.001
_CLOSED = ("motorway", "motorway_link")


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
        there; and distance_km, its great circle.

    Raises
    ------
    NetworkError
        There is no road that leads out and back.
    """
    nodes, links = _candidates(network)
    if not len(nodes):
        raise NetworkError("the network has no road that leads out and back; nothing can join it")
    found = _nearest_nodes(network, nodes, places)
    if len(links):
        between = _nearest_links(network, links, places)
        closer = (between["distance_km"] <= found["distance_km"]).to_numpy()
        found = pd.concat([between[closer], found[~closer]]).sort_index()
    return found


def _candidates(network: Network) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of the nodes and of the links that places may join."""
    tail, head = network.ends()
    road = (network.links["mode"] == "road").to_numpy()
    inside = largest_part(len(network.nodes), tail[road], head[road])
    road = road & inside[tail] & inside[head]
    open_to_all = ~network.links["highway"].isin(_CLOSED).to_numpy()
    midway = road & open_to_all & network.links["midway"].to_numpy(dtype=np.bool_)
    touched = road & open_to_all if midway.any() else road
    reverse = reverse_rows(network.links)
    first = (reverse < 0) | ~midway[reverse] | (np.arange(len(reverse)) <= reverse)
    return np.unique([tail[touched], head[touched]]), np.flatnonzero(midway & first)


def largest_part(count: int, tail: NDArray[np.int64], head: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of `count` nodes belong to the largest strongly connected part."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (0.2 s at import of the package)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    graph = coo_array((np.ones(len(tail)), (tail, head)), shape=(count, count)).tocsr()
    part = connected_components(graph, directed=True, connection="strong")[1]
    return np.asarray(part == np.bincount(part).argmax(), dtype=np.bool_)


def _nearest_nodes(network: Network, nodes: NDArray[np.int64], places: pd.DataFrame) -> pd.DataFrame:
    from scipy.spatial import cKDTree  # noqa: PLC0415  (0.1 s at import of the package)

    chosen = network.nodes.iloc[nodes]
    tree = cKDTree(unit_vectors(chosen["lon"], chosen["lat"]))
    at = chosen.iloc[tree.query(unit_vectors(places["lon"], places["lat"]))[1]].reset_index(drop=True)
    return _found(places, at["lon"], at["lat"]).assign(link_id="", node_id=at["node_id"], fraction=0.0)


def _nearest_links(network: Network, links: NDArray[np.int64], places: pd.DataFrame) -> pd.DataFrame:
    """Search in the Mercator plane, where nearest is nearest on the ground; `links` are rows."""
    import shapely  # noqa: PLC0415  (only networks with measured lines need it)

    lines = np.array([shapely.LineString(mercator(line)) for line in network.lines(links.tolist())])
    points = shapely.points(mercator(places[["lon", "lat"]].to_numpy(dtype=np.float64)))
    nearest = shapely.STRtree(lines).query_nearest(points, all_matches=False)[1]
    share = shapely.line_locate_point(lines[nearest], points, normalized=True)
    on = from_mercator(shapely.get_coordinates(shapely.line_interpolate_point(lines[nearest], share, normalized=True)))
    link = network.links.iloc[links[nearest]].reset_index(drop=True)
    begins = (share * link["length_km"] <= _AT_END_KM).to_numpy()
    ends = ((1.0 - share) * link["length_km"] <= _AT_END_KM).to_numpy()
    node_id = np.select([begins, ends], [link["origin_node_id"], link["destination_node_id"]], "")
    between = ~(begins | ends)
    return _found(places, on[:, 0], on[:, 1]).assign(
        link_id=link["link_id"].where(between, ""),
        node_id=pd.Series(node_id, dtype="str"),
        fraction=np.where(between, np.round(share, 9), 0.0),
    )


def _found(places: pd.DataFrame, on_lon: ArrayLike, on_lat: ArrayLike) -> pd.DataFrame:
    lon, lat = np.asarray(on_lon, dtype=np.float64), np.asarray(on_lat, dtype=np.float64)
    distance_km = great_circle_km(places["lon"], places["lat"], lon, lat)
    return places.assign(link_id="", node_id="", fraction=0.0, on_lon=lon, on_lat=lat, distance_km=distance_km)
