"""The coast below the map: a schematic line through named places, and the sea as a tint that fades out from it.

The line is our own compilation (`coast.csv`), true to about `ACCURACY_KM`. What lies off the shore is tinted only as
far as `FADE_KM`, paler and paler: beyond that, and beyond the two ends of the line, the map claims nothing.
"""

from dataclasses import dataclass
from functools import cache
from math import cos, radians
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from logistics import tables
from logistics.maps.lines import steps, whole
from logistics.region import bundled_file
from logistics.units import KM_PER_DEGREE
from networks.tables import read_table

ACCURACY_KM: Final = 5
FADE_KM: Final = (36.0, 26.0, 18.0, 12.0, 7.0, 3.0)
"""Each step of the tint lies on the one before."""
MAINLAND: Final = "mainland"
REACH_DEGREES: Final = 0.3
"""A map whose places stay farther from the coast than that is drawn without it."""
_FAR_WEST, _FAR_EAST = 99.0, 112.0

Points = NDArray[np.float64]
"""[n, 2]: longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coast:
    """The coast in degrees.

    Parameters
    ----------
    mainland
        From north to south.
    islands
        Closed rings.
    """

    mainland: Points
    islands: tuple[Points, ...]

    @property
    def shores(self) -> tuple[Points, ...]:
        """Return every line."""
        return (self.mainland, *self.islands)

    def is_near(self, west: float, south: float, east: float, north: float) -> bool:
        """Tell whether a point of the coast lies in a box, or not far from it."""
        lon, lat = np.concatenate(self.shores).T
        across = (west - REACH_DEGREES <= lon) & (lon <= east + REACH_DEGREES)
        return bool((across & (south - REACH_DEGREES <= lat) & (lat <= north + REACH_DEGREES)).any())


@cache
def coast() -> Coast:
    """Return the bundled coast."""
    table = read_table(bundled_file("coast"), tables.COAST)
    lines = {str(name): rows[["lon", "lat"]].to_numpy(float) for name, rows in table.groupby("line", sort=False)}
    mainland = lines.pop(MAINLAND)
    islands = tuple(np.concatenate([ring, ring[:1]]) for ring in lines.values())
    for line in (mainland, *islands):
        line.setflags(write=False)
    return Coast(mainland=mainland, islands=islands)


@cache
def sea() -> tuple[Any, ...]:
    """Return what lies off the shore within each of `FADE_KM`, between the parallels of the ends of the mainland.

    Returns
    -------
    tuple
        Polygons of shapely, in degrees.
    """
    import shapely  # noqa: PLC0415  (slow)

    found = coast()
    (north, south) = found.mainland[[0, -1], 1]
    km = np.array([KM_PER_DEGREE * cos(radians(float(north + south) / 2)), KM_PER_DEGREE])
    behind = np.array([(_FAR_WEST, south), (_FAR_WEST, north)])
    land = shapely.union_all([
        shapely.polygons(np.concatenate([found.mainland, behind]) * km),
        *(shapely.polygons(ring * km) for ring in found.islands),
    ])  # fmt: skip
    shores = shapely.multilinestrings([shapely.linestrings(line * km) for line in found.shores])
    strip = shapely.box(_FAR_WEST * km[0], south * km[1], _FAR_EAST * km[0], north * km[1])
    bands = [shapely.difference(shapely.intersection(shapely.buffer(shores, far), strip), land) for far in FADE_KM]
    return tuple(shapely.transform(band, lambda points: points / km) for band in bands)


def coast_view(bounds: list[list[float]]) -> dict[str, Any] | None:
    """Return the coast as the page reads it; None where the map is far from it.

    Parameters
    ----------
    bounds
        South-west and north-east corner of the map, lat and lon.

    Returns
    -------
    dict
        `shores`: lines as steps, the mainland first, then islands; `fade_km`, `accuracy_km`. The page paints the sea.
    """
    (south, west), (north, east) = bounds
    found = coast()
    if not found.is_near(west, south, east, north):
        return None
    return {
        "shores": [steps(whole(line)) for line in found.shores],
        "fade_km": FADE_KM,
        "accuracy_km": ACCURACY_KM,
    }
