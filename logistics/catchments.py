"""Land that belongs together: around each place the points nearest to it, joined by a key and cut at a reach.

A catchment of a hub is the land nearer to its parks and clusters than to those of another hub, within `REACH_KM` of
them: the cells of the Voronoi diagram of the places (Aurenhammer 1991), each cut at the reach and joined with those of
the same hub. Cells do not overlap. A band of service time is the same with the band as key.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

REACH_KM: Final = 15.0
_KM_PER_DEGREE: Final = 111.195
"""Of latitude, on the mean sphere."""

Points = NDArray[np.float64]


def areas(lon_lat: Points, keys: Sequence[Hashable], reach_km: float = REACH_KM) -> Mapping[Any, Any]:
    """Return the area of each key.

    Parameters
    ----------
    lon_lat
        A row a place, degrees.
    keys
        What each place belongs to; places of key None take room, and no area is returned for them.
    reach_km
        How far from its places an area goes at most.

    Returns
    -------
    Mapping
        Key to a shapely polygon or multipolygon in degrees, in the order in which the keys come first.
    """
    import shapely  # noqa: PLC0415  (slow)

    if len(keys) == 0:
        return {}
    scale = np.array([_KM_PER_DEGREE * np.cos(np.radians(lon_lat[:, 1].mean())), _KM_PER_DEGREE])
    cells = _cells(lon_lat * scale, reach_km)
    members: dict[Hashable, list[int]] = {}
    for at, key in enumerate(keys):
        members.setdefault(key, []).append(at)
    return {
        key: shapely.transform(shapely.union_all(cells[at]), lambda points: points / scale)
        for key, at in members.items()
        if key is not None
    }


def apart(lon_lat: Points, count: int) -> NDArray[np.int64]:
    """Return one of `count` colours for each place, so that places of one colour lie far from each other.

    Greedy: each place in turn takes the colour whose nearest place so far is farthest away, unused colours first.
    """
    chosen = np.full(len(lon_lat), -1, dtype=np.int64)
    for at, here in enumerate(lon_lat):
        away = [
            np.inf if not (chosen == colour).any() else float(np.hypot(*(lon_lat[chosen == colour] - here).T).min())
            for colour in range(count)
        ]
        chosen[at] = int(np.argmax(away))
    return chosen


def _cells(points: Points, reach_km: float) -> NDArray[Any]:
    """Return the cell of each point (km), cut at the reach; points in one place share theirs."""
    import shapely  # noqa: PLC0415  (slow)

    reach = np.asarray(shapely.buffer(shapely.points(points), reach_km), dtype=object)
    single, place = np.unique(points, axis=0, return_inverse=True)
    if len(single) == 1:
        return reach
    diagram = shapely.voronoi_polygons(shapely.multipoints(single), extend_to=shapely.union_all(reach))
    parts = shapely.get_parts(diagram)
    tree = shapely.STRtree(np.asarray(shapely.points(single), dtype=object))
    cell, owner = tree.query(parts, predicate="contains")
    of_place = np.empty(len(single), dtype=object)
    of_place[owner] = parts[cell]
    return np.asarray(shapely.intersection(of_place[place.ravel()], reach), dtype=object)
