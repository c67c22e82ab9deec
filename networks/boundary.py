"""The area that a network is cut to: a polygon handed over, or read from a GeoJSON file."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from networks.cells import coordinate_hint
from networks.errors import SourceError
from networks.geojson import read_geojson

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

_WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Bounded:
    """An area, and what was changed in its file to make it one."""

    area: "Polygon | MultiPolygon"
    notes: tuple[str, ...] = ()


def read_boundary(boundary: "Polygon | MultiPolygon | str | Path") -> "Polygon | MultiPolygon":
    """Return the area as one shapely (multi)polygon in degrees (WGS84).

    Parameters
    ----------
    boundary
        A polygon, or the path of a GeoJSON file; all polygons of a file together are the area.

    Raises
    ------
    MissingSourceError
        The file is not there.
    SourceError
        There is no valid polygon in degrees.
    """
    return read_noted_boundary(boundary).area


def read_noted_boundary(boundary: "Polygon | MultiPolygon | str | Path") -> Bounded:
    """Return the area as `read_boundary` does, and what is to be said of the reading."""
    if not isinstance(boundary, str | Path):
        return Bounded(check_polygon(boundary, "boundary"))
    from shapely import union_all  # noqa: PLC0415

    path = Path(boundary)
    try:
        drawn = read_geojson(path)
    except SourceError as error:
        raise type(error)(f"boundary {error}") from error
    area = union_all(list(drawn.shapes)) if len(drawn.shapes) > 1 else drawn.shapes[0]
    return Bounded(check_polygon(area, f"boundary {path.name}"), tuple(f"boundary {note}" for note in drawn.notes))


def check_polygon(area: object, where: str) -> "Polygon | MultiPolygon":
    """Return `area` if it is a valid polygon with an area, in degrees; else raise `SourceError`."""
    from shapely import MultiPolygon, Polygon, is_valid_reason  # noqa: PLC0415  (only callers with an area pay)

    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise SourceError(f"{where}: found {_kind(area)}, expected a Polygon or MultiPolygon with an area")
    if not area.is_valid:
        raise SourceError(
            f"{where}: the polygon is not valid ({is_valid_reason(area)}); repair it, e.g. with shapely.make_valid"
        )
    bounds = area.bounds
    inside = _WORLD[0] <= bounds[0] and _WORLD[1] <= bounds[1] and bounds[2] <= _WORLD[2] and bounds[3] <= _WORLD[3]
    if not inside:
        hint = coordinate_hint(bounds[2], bounds[3], _WORLD)
        found = ", ".join(f"{value:g}" for value in bounds)
        raise SourceError(f"{where}: found the box {found}, expected degrees (WGS84){'; ' if hint else ''}{hint}")
    return area


def inside(area: "Polygon | MultiPolygon", lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each point lies within the area or on its edge; NaN never does."""
    from shapely import intersects_xy, prepare  # noqa: PLC0415

    prepare(area)
    return np.asarray(intersects_xy(area, lon, lat), dtype=np.bool_)


def _kind(area: object) -> str:
    from shapely.geometry.base import BaseGeometry  # noqa: PLC0415

    if isinstance(area, BaseGeometry):
        return f"an empty {area.geom_type}" if area.is_empty else f"a {area.geom_type}"
    return type(area).__name__
