"""Ways whose points seem to be in the wrong order: noticed and named, never put right by guessing."""

import numpy as np
from numpy.typing import NDArray

from networks.parts import segments_km
from networks.ways import Points

_LEAST_KM = 0.5
_JUMP_SHARE = 0.3
_GAP_SHARE = 0.05


def disordered_ways(points: Points) -> NDArray[np.int64]:
    """Return the rows of ways that begin or end with a straight jump back over nearly all of their length.

    A way of three points or more counts when its first or last segment is longer than 0.5 km and than 30 % of the
    way, while its ends lie closer together than 5 % of its length and are not the same node. In five extracts of
    OpenStreetMap with 85,000 ways none does; where a block of points was reversed on the way here, many do.
    """
    first = np.flatnonzero(np.diff(points.way, prepend=-1))
    last = np.append(first[1:], len(points.way)) - 1
    at = np.flatnonzero(last - first > 1)
    first, last = first[at], last[at]
    segments = np.nan_to_num(segments_km(points.lon, points.lat))
    along = np.concatenate([[0.0], np.cumsum(segments)])
    length = along[last] - along[first]
    jump = np.maximum(segments[first], segments[last - 1])
    ends = np.column_stack([first, last]).ravel()
    gap = segments_km(points.lon[ends], points.lat[ends])[::2]
    ring = points.node_id[first] == points.node_id[last]
    wrong = (jump > _LEAST_KM) & (jump > _JUMP_SHARE * length) & (gap < _GAP_SHARE * length) & ~ring
    return np.asarray(points.way[first[wrong]], dtype=np.int64)
