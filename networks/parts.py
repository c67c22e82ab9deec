"""Ways cut at junctions: each part runs between two nodes and meets no other part in between."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.ways import Points

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

_EQUATOR_KM = 6378.137
_ECCENTRICITY_2 = 6.69437999014e-3
_THROUGH = 2


def segments_km(lon: Floats, lat: Floats) -> Floats:
    """Return the length in km of each segment of a line on the WGS84 ellipsoid.

    Parameters
    ----------
    lon, lat
        Degrees of n points.

    Returns
    -------
    numpy.ndarray
        n - 1 lengths, from the radii of curvature at the middle latitude: within 1e-6 of the geodesic for
        segments up to 20 km, 1e-4 up to 200 km.
    """
    middle = np.radians((lat[:-1] + lat[1:]) / 2)
    root = 1.0 - _ECCENTRICITY_2 * np.sin(middle) ** 2
    north = _EQUATOR_KM * (1.0 - _ECCENTRICITY_2) / root**1.5 * np.radians(np.diff(lat))
    turn = (np.diff(lon) + 180.0) % 360.0 - 180.0  # the short way round, also across the date line
    east = _EQUATOR_KM / np.sqrt(root) * np.cos(middle) * np.radians(turn)
    return np.asarray(np.hypot(north, east), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Parts of ways, in the order of the ways and along them.

    Parameters
    ----------
    way
        Row of the way of each part.
    first, last
        Row in `points` of the ends; the points in between are the bends.
    length_km
        On the WGS84 ellipsoid.
    points
        The points that `first` and `last` speak of.
    """

    way: Rows
    first: Rows
    last: Rows
    length_km: Floats
    points: Points


def cut_at_junctions(points: Points, usable: Flags, stops: Flags | None = None) -> Parts:
    """Cut ways where they meet, end, have a point that is not usable, or are told to.

    Parameters
    ----------
    points
        Of all ways. A point that repeats the one before it is passed over.
    usable
        False for points that are missing or outside the boundary.
    stops
        True for points at which to cut whatever meets there, like barriers.

    Returns
    -------
    Parts
        No part begins and ends at the same node: a ring with one junction is cut once more half way.
    """
    new = _no_repeats(points)
    points, usable = _chosen(points, new), usable[new]
    starts = np.flatnonzero((np.diff(points.way) == 0) & usable[:-1] & usable[1:])
    lengths = segments_km(points.lon, points.lat)[starts]
    breaks = _breaks(points, starts)
    if stops is not None:
        breaks |= stops[new]
    first, last = _ends(breaks, starts)
    ring = points.node_id[first] == points.node_id[last]
    breaks[(first[ring] + last[ring]) // 2] = True
    first, last = _ends(breaks, starts)
    return Parts(
        way=points.way[first],
        first=first,
        last=last,
        length_km=np.add.reduceat(lengths, np.flatnonzero(breaks[starts])) if len(starts) else lengths,
        points=points,
    )


def _no_repeats(points: Points) -> Flags:
    new = np.ones(len(points.way), dtype=np.bool_)
    new[1:] = (np.diff(points.way) != 0) | (np.diff(points.node_id) != 0)
    return new


def _chosen(points: Points, rows: Flags) -> Points:
    if rows.all():
        return points
    return Points(way=points.way[rows], node_id=points.node_id[rows], lon=points.lon[rows], lat=points.lat[rows])


def _breaks(points: Points, starts: Rows) -> Flags:
    """Return the points at which parts end: all but those where exactly two segments of one run meet."""
    ends = np.concatenate([starts, starts + 1])
    _, node = np.unique(points.node_id, return_inverse=True)
    degree = np.bincount(node[ends], minlength=int(node.max(initial=0)) + 1)
    segments_here = np.bincount(ends, minlength=len(points.way))
    return np.asarray((degree[node] != _THROUGH) | (segments_here != _THROUGH), dtype=np.bool_)


def _ends(breaks: Flags, starts: Rows) -> tuple[Rows, Rows]:
    """Return the first and last point of each part; every run of segments begins and ends with a break."""
    return starts[breaks[starts]], (starts + 1)[breaks[starts + 1]]
