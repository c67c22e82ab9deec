"""Lines of links cut into straight segments of the Mercator plane, and the nearest of them to a point.

Two searches find the same: a tree (Shapely's, of whole lines), which is at hand at once, and a compiled grid, which
is several times faster and pays from some thousand points on. Both leave the last word to `to_segments`; of
segments equally near the first one counts, so that a point beyond a junction goes to the link in the lowest row.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from networks.geodesy import Floats, mercator, turned
from networks.network import Network

if TYPE_CHECKING:
    from shapely import STRtree

    from networks.grid import Grid

Ints = NDArray[np.int64]

MANY = 250_000
"""Effort from which on the compiled grid is used: segments, and `A_POINT` for each point."""

A_POINT = 40
"""What a point costs the tree, in segments put into it."""

_SLACK = 1e-9
_SLACK_RADIANS = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Segments:
    """The segments of some links, in the order of the links and along them.

    Parameters
    ----------
    links
        Rows of the links, rising.
    starts
        Where the segments of each link begin, shape [links + 1]; each link has at least one.
    ends
        x, y of the first and x, y of the last point of each segment in the Mercator plane, shape [segments, 4].
    before
        Length of the line before each segment, in the plane.
    whole
        Length of each line, in the plane.
    middle
        Meridian in degrees around which the plane is unrolled, so that it is cut on the far side of the earth.
    """

    links: Ints
    starts: Ints
    ends: Floats
    before: Floats
    whole: Floats
    middle: float

    def __len__(self) -> int:
        return len(self.ends)

    def plane(self, lon: Floats, lat: Floats) -> Floats:
        """Return points lon, lat (degrees) in the plane, shape [n, 2]."""
        return mercator(np.column_stack([turned(lon, self.middle), lat]))


def cut_into_segments(network: Network, links: Ints) -> Segments:
    """Return the segments of the links in rows `links`, rising; at least one row."""
    points, lon, lat = network.line_points(links)
    middle = _middle(lon)
    plane = mercator(np.column_stack([turned(lon, middle), lat]))
    is_last = np.zeros(len(lon), dtype=np.bool_)
    is_last[points[1:] - 1] = True
    first = np.flatnonzero(~is_last)
    ends = np.concatenate([plane[first], plane[first + 1]], axis=1)
    starts = points - np.arange(len(points))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*(ends[:, 2:] - ends[:, :2]).T))])
    return Segments(
        links=links,
        starts=starts,
        ends=ends,
        before=along[:-1] - np.repeat(along[starts[:-1]], np.diff(starts)),
        whole=np.diff(along[starts]),
        middle=middle,
    )


def nearest(segments: Segments, points: Floats) -> tuple[Ints, Floats]:
    """Find the nearest segment to each point.

    Parameters
    ----------
    segments
        Where to look.
    points
        In the plane of the segments, shape [n, 2].

    Returns
    -------
    tuple
        The segment, the first of those equally near; and the share of it, 0 to 1, before the nearest point.
    """
    few = len(segments) + A_POINT * len(points) < MANY
    return by_tree(segments, points) if few else by_grid(segments, points)


def by_grid(segments: Segments, points: Floats) -> tuple[Ints, Floats]:
    """Find the nearest segments with the compiled grid, which is kept as long as the segments are."""
    from networks.grid import make_grid, nearest_segments  # noqa: PLC0415  (numba takes half a second)

    if segments not in _GRIDS:
        _GRIDS[segments] = make_grid(segments.ends)
    found, share = nearest_segments(_GRIDS[segments], points[:, 0].copy(), points[:, 1].copy())
    return found, share


def by_tree(segments: Segments, points: Floats) -> tuple[Ints, Floats]:
    """Find the nearest segments with a tree of lines, which is kept as long as the segments are.

    The tree names every line that is as near as the nearest but for rounding; `to_segments` chooses among them.
    """
    import shapely  # noqa: PLC0415  (only networks with measured lines need it)

    if segments not in _TREES:
        _TREES[segments] = shapely.STRtree(_lines(segments))
    tree, places = _TREES[segments], shapely.points(points)
    (asked, _), least = tree.query_nearest(places, all_matches=False, return_distance=True)
    reach = np.empty(len(points))
    reach[asked] = least * (1.0 + _SLACK) + _SLACK_RADIANS
    place, line = tree.query(places, predicate="dwithin", distance=reach)
    counts = np.diff(segments.starts)[line]
    rows = np.repeat(segments.starts[line] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    of_place = np.repeat(place, counts)
    square, share = to_segments(points[of_place], segments.ends[rows])
    order = np.lexsort((rows, square, of_place))
    first = order[np.unique(of_place[order], return_index=True)[1]]
    return rows[first], share[first]


def to_segments(points: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Return the squared distance from each point to its segment, and the share of it before the nearest point.

    Parameters
    ----------
    points
        x, y, shape [n, 2].
    ends
        x, y of the first and of the last point of n segments, shape [n, 4].
    """
    begin_x, begin_y = (ends[:, :2] - points).T
    end_x, end_y = (ends[:, 2:] - points).T
    dx, dy = (ends[:, 2:] - ends[:, :2]).T
    square = dx * dx + dy * dy
    share = np.zeros(len(ends))
    np.divide(-(begin_x * dx + begin_y * dy), square, out=share, where=square > 0.0)
    to_x, to_y = begin_x + share * dx, begin_y + share * dy
    between = to_x * to_x + to_y * to_y
    squares = [begin_x * begin_x + begin_y * begin_y, end_x * end_x + end_y * end_y]
    return np.select([share <= 0.0, share >= 1.0], squares, between), np.clip(share, 0.0, 1.0)


def _lines(segments: Segments) -> NDArray[np.object_]:
    """Return the line of each link as a LineString of the plane."""
    import shapely  # noqa: PLC0415  (as above)

    counts = np.diff(segments.starts)
    owner = np.repeat(np.arange(len(counts)), counts + 1)
    points = np.empty((len(owner), 2))
    is_last = np.diff(owner, append=len(counts)) > 0
    points[~is_last], points[is_last] = segments.ends[:, :2], segments.ends[segments.starts[1:] - 1, 2:]
    lines = shapely.linestrings(points, indices=owner)
    return np.array(lines, dtype=np.object_, ndmin=1)


def _middle(lon: Floats) -> float:
    """Return the meridian opposite the middle of the widest strip of longitudes that holds no point."""
    west, east = float(lon.min()), float(lon.max())
    if east - west > 180.0:  # noqa: PLR2004  (else the strip across the date line is the widest)
        sorted_lon = np.sort(lon)
        gaps = np.diff(sorted_lon, append=west + 360.0)
        widest = int(gaps.argmax())
        return float((sorted_lon[widest] + gaps[widest] / 2.0) % 360.0 - 180.0)
    return (west + east) / 2.0


_GRIDS: "WeakKeyDictionary[Segments, Grid]" = WeakKeyDictionary()
_TREES: "WeakKeyDictionary[Segments, STRtree]" = WeakKeyDictionary()
