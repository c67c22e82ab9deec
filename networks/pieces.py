"""Many lines cut at once: flat arrays in, flat arrays out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.geodesy import Floats, from_mercator, mercator, turned

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The pieces of lines, in the order of the lines and along them.

    Parameters
    ----------
    starts
        Where the points of each piece begin, shape [pieces + 1].
    lon, lat
        Degrees of all points; both ends of each piece are included.
    cut_lon, cut_lat
        Degrees of the points at which lines were cut.
    """

    starts: Ints
    lon: Floats
    lat: Floats
    cut_lon: Floats
    cut_lat: Floats


def cut_lines(lines: tuple[Ints, Floats, Floats], line: Ints, fraction: Floats) -> Pieces:
    """Cut lines at fractions of their length in the Mercator plane.

    Parameters
    ----------
    lines
        Where the points of each line begin, shape [lines + 1], and their lon and lat in degrees.
    line
        The line of each cut; they do not fall.
    fraction
        Of its length at which it is cut, in (0, 1); rising along a line.

    Returns
    -------
    Pieces
        One more a line than it has cuts; its own points that lie at a cut are left out.
    """
    starts, lon, lat = lines
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    plane, along = _measured(starts, owner, lon, lat)
    wanted = fraction * along[starts[line + 1] - 1]
    cut_lon, cut_lat = _points_at(plane, along, wanted, _segments_at(starts, owner, along, line, wanted)).T
    rank = np.ones(len(lon), dtype=np.int64)  # of points at one place: a line's first, its others, cuts, its last
    rank[starts[:-1]], rank[starts[1:] - 1] = 0, 3
    ranks = np.concatenate([rank, np.full(len(line), 2)])
    order = np.lexsort((ranks, np.concatenate([along, wanted]), np.concatenate([owner, line])))
    ranks, far = ranks[order], np.concatenate([along, wanted])[order]
    kept = _is_inside(ranks != 1, far)
    order, ranks = order[kept], ranks[kept]
    copies = np.where(ranks == 2, 2, 1)  # noqa: PLR2004  (a cut ends one piece and begins the next)
    opens = np.cumsum(copies)[ranks == 2] - 1  # noqa: PLR2004  (as above)
    begins = np.cumsum(copies)[ranks == 0] - 1
    picked = np.repeat(order, copies)
    return Pieces(
        starts=np.append(np.sort(np.concatenate([opens, begins])), len(picked)).astype(np.int64),
        lon=np.concatenate([lon, cut_lon])[picked],
        lat=np.concatenate([lat, cut_lat])[picked],
        cut_lon=cut_lon,
        cut_lat=cut_lat,
    )


def _measured(starts: Ints, owner: Ints, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return the points in the plane, each line in one piece beyond the date line; and how far along each lies."""
    plane = mercator(np.column_stack([turned(lon, lon[starts[:-1]][owner]), lat]))
    steps = np.hypot(*np.diff(plane, axis=0, prepend=plane[:1]).T)
    steps[starts[:-1]] = 0.0
    total = np.cumsum(steps)
    return plane, total - total[starts[:-1]][owner]


def _segments_at(starts: Ints, owner: Ints, along: Floats, line: Ints, wanted: Floats) -> Ints:
    """Return the point of its line at or before each cut; a line's last point is none."""
    order = np.lexsort((np.concatenate([along, wanted]), np.concatenate([owner, line])))
    before = np.cumsum(order < len(along))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = before
    return np.clip(place[len(along) :] - 1, starts[line], starts[line + 1] - 2)


def _points_at(plane: Floats, along: Floats, wanted: Floats, segment: Ints) -> Floats:
    """Return lon, lat of the points `wanted` along segments."""
    length = along[segment + 1] - along[segment]
    share = np.divide(wanted - along[segment], length, out=np.zeros(len(wanted)), where=length > 0.0)
    return from_mercator(plane[segment] + np.clip(share, 0.0, 1.0)[:, None] * (plane[segment + 1] - plane[segment]))


def _is_inside(bound: NDArray[np.bool_], along: Floats) -> NDArray[np.bool_]:
    """Return which points are bounds of pieces, or lie truly between the one before and the one after."""
    at = np.arange(len(bound))
    before = np.maximum.accumulate(np.where(bound, at, 0))
    after = np.minimum.accumulate(np.where(bound, at, len(at))[::-1])[::-1]
    return np.asarray(bound | ((along > along[before]) & (along < along[after])), dtype=np.bool_)
