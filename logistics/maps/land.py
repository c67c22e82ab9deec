"""Areas on the map: catchments of hubs, bands of service time, and the ground of a file of the user's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.catchments import areas
from logistics.errors import InputError
from logistics.maps.lines import steps, whole
from logistics.run_folder import RunTables
from networks.errors import SourceError
from networks.geojson import LINES, POLYGONS, read_geojson

GENERATOR_ROLES: Final = ("park", "cluster")
BANDS_H: Final = (3.0, 4.0, 6.0, 12.0)
"""Ends of the bands of service time; the last one has none."""
_SMOOTH_DEGREES: Final = 0.003
_GROUND_DEGREES: Final = 0.002

Rings = list[list[int]]


def catchments_view(tables: RunTables) -> dict[str, Rings]:
    """Return the catchment of each hub that parks send freight through, as rings of steps."""
    parks = _generators(tables)
    keys = [str(hub) if hub else None for hub in parks["hub_id"]]
    return {hub: _rings(area) for hub, area in areas(_lon_lat(parks), keys).items()}


def bands_view(tables: RunTables) -> dict[str, Any]:
    """Return the bands of service time.

    A place's time is the mean of all its freight from door to door, weighted by tonnes.

    Returns
    -------
    dict
        `breaks_h`; `areas`: number of the band to rings of steps; `hours`: place to its time.
    """
    hours = service_hours(tables.flows)
    parks = _generators(tables)
    known = parks[parks["place_id"].isin(hours.index)]
    band = np.searchsorted(BANDS_H, hours.reindex(known["place_id"]).to_numpy(float), side="left")
    found = areas(_lon_lat(known), [int(number) for number in band])
    return {
        "breaks_h": BANDS_H,
        "areas": {str(number): _rings(found[number]) for number in sorted(found)},
        "hours": {str(place): float(hours[place]) for place in known["place_id"]},
    }


def service_hours(flows: pd.DataFrame) -> "pd.Series[float]":
    """Return the mean hours from door to door of each place's freight, either end, weighted by tonnes."""
    if not {"origin_id", "destination_id", "door_to_door_h"} <= set(flows.columns):
        return pd.Series(dtype=float)
    weighted = flows.assign(t_h=flows["t_per_year"] * flows["door_to_door_h"])
    ends = [weighted[[end, "t_per_year", "t_h"]].set_axis(["place_id", "t", "t_h"], axis=1)
            for end in ("origin_id", "destination_id")]  # fmt: skip
    sums = pd.concat(ends).groupby("place_id")[["t", "t_h"]].sum()
    sums = sums[sums["t"] > 0]
    return sums["t_h"] / sums["t"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is drawn below everything, a list of rings a shape, and what is to be said of its file."""

    rings: tuple[Rings, ...] = ()
    notes: tuple[str, ...] = ()


def read_ground(path: Path) -> Ground:
    """Read the ground of the map, provinces or a coast, from a GeoJSON file.

    Raises
    ------
    InputError
        If it is none, or holds nothing that can be drawn.
    """
    try:
        drawn = read_geojson(path, (*POLYGONS, *LINES))
    except SourceError as error:
        raise InputError(str(error)) from error
    return Ground(tuple(_rings(shape, _GROUND_DEGREES) for shape in drawn.shapes), drawn.notes)


def _generators(tables: RunTables) -> pd.DataFrame:
    places = tables.places
    return places[places["role"].isin(GENERATOR_ROLES)].reset_index(drop=True)


def _lon_lat(places: pd.DataFrame) -> NDArray[np.float64]:
    return places[["lon", "lat"]].to_numpy(dtype=np.float64)


def _rings(shape: Any, smooth_degrees: float = _SMOOTH_DEGREES) -> Rings:  # noqa: ANN401  (shapely has no types)
    """Return every line of a shape, outer and inner, as steps."""
    import shapely  # noqa: PLC0415  (slow)

    simple = shapely.simplify(shape, smooth_degrees)
    parts = shapely.get_parts(simple)
    rings = [ring for part in parts for ring in (shapely.get_rings(part) if "Polygon" in part.geom_type else [part])]
    return [steps(whole(shapely.get_coordinates(ring))) for ring in rings]
