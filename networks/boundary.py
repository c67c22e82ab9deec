"""The area that a network is cut to: a polygon handed over, or read from a GeoJSON file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from networks.cells import coordinate_hint
from networks.errors import MissingSourceError, SourceError

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon
    from shapely.geometry.base import BaseGeometry

_WORLD = (-180.0, -90.0, 180.0, 90.0)


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
    if isinstance(boundary, str | Path):
        path = Path(boundary)
        return check_polygon(_from_file(path), f"boundary {path.name}")
    return check_polygon(boundary, "boundary")


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


def _from_file(path: Path) -> "BaseGeometry":
    from shapely import union_all  # noqa: PLC0415
    from shapely.errors import ShapelyError  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        shapes = [shape(geometry) for geometry in _geometries(content)]
    except FileNotFoundError as error:
        raise MissingSourceError(f"boundary {path}: there is no such file; check the name") from error
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"boundary {path.name}: cannot be read: {error}") from error
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, ShapelyError) as error:
        raise SourceError(f"boundary {path.name}: is not GeoJSON with polygons: {error}") from error
    areas = [one for one in shapes if one.geom_type in {"Polygon", "MultiPolygon"}]
    if not areas:
        kinds = sorted({one.geom_type for one in shapes})
        raise SourceError(f"boundary {path.name}: found {', '.join(kinds) or 'nothing'}, expected a polygon")
    return union_all(areas) if len(areas) > 1 else areas[0]


def _geometries(content: Any) -> list[Any]:  # noqa: ANN401  (JSON may be anything)
    kind = content["type"]
    if kind == "FeatureCollection":
        return [feature["geometry"] for feature in content["features"] if feature["geometry"]]
    return [content["geometry"]] if kind == "Feature" else [content]
