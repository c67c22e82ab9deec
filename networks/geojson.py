"""GeoJSON files: polygons and lines in degrees, each of them usable, and what was changed to make it so.

A file in other coordinates names them in its member ``crs`` and is turned into degrees; what crosses itself is
repaired, heights are left out. Every such change is told, with the feature.
"""

import json
import math
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from networks.cells import shown
from networks.errors import MissingSourceError, SourceError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LARGEST_BYTES: Final = 64_000_000
POLYGONS: Final = ("Polygon", "MultiPolygon")
LINES: Final = ("LineString", "MultiLineString")
DEGREES: Final = "EPSG:4326"
_WORLD: Final = (-180.0, -90.0, 180.0, 90.0)
_IN_DEGREES: Final = ("", "CRS84", "OGC:CRS84", "EPSG:4326")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_NAMES: Final = ("id", "name", "ma", "ten")
_FEW: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The shapes of a file, in degrees (WGS84), and a sentence for each kind of change made to them."""

    shapes: "tuple[BaseGeometry, ...]"
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Changes:
    """The names of the features changed, by what was done to them: a sentence with a gap for them."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def note(self, change: str, name: str) -> None:
        self.names.setdefault(change, []).append(name)

    def told(self, file: str) -> tuple[str, ...]:
        return tuple(f"{file}: {change.format(_listed(names))}" for change, names in self.names.items())


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}"


def read_geojson(path: Path, kinds: Collection[str] = POLYGONS) -> Drawing:
    """Read the shapes of a GeoJSON file.

    Parameters
    ----------
    kinds
        The types of shape wanted; others are passed over, and told of.

    Returns
    -------
    Drawing
        At least one shape.

    Raises
    ------
    MissingSourceError
        The file is not there.
    SourceError
        The file is no GeoJSON, too large, not in coordinates that are known, or holds no such shape.
    """
    content = _content(path)
    changes = _Changes()
    try:
        found = list(_features(content, changes))
        turn = _to_degrees(content, path, changes)
        shapes = [shape for name, geometry in found for shape in _shapes(name, geometry, turn, changes)]
    except SourceError:
        raise
    except RecursionError:
        raise SourceError(f"{path.name}: is not GeoJSON: it is nested too deep") from None
    except Exception as error:  # shapely, pyproj and whatever stands in the file raise what they like
        raise SourceError(f"{path.name}: is not GeoJSON with shapes ({type(error).__name__}: {error})") from error
    wanted = [shape for shape in shapes if shape.geom_type in kinds]
    if not wanted:
        types = sorted({shape.geom_type for shape in shapes})
        listed = ", ".join(types) or "nothing"
        raise SourceError(f"{path.name}: found {listed}, expected {_one_of(kinds)} as GeoJSON in degrees (WGS84)")
    _require_degrees(path, wanted)
    if len(wanted) < len(shapes):
        others = sorted({shape.geom_type for shape in shapes} - set(kinds))
        changes.note("shapes of other kinds were passed over: {}", ", ".join(others))
    return Drawing(shapes=tuple(wanted), notes=changes.told(path.name))


def _one_of(kinds: Collection[str]) -> str:
    return "a polygon or a line" if set(kinds) & set(LINES) else "a polygon"


def _content(path: Path) -> dict[str, Any]:
    if path.is_dir():
        raise SourceError(f"{path}: is a folder, expected a GeoJSON file")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise MissingSourceError(f"{path}: cannot be read: there is no such file; check the name") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_BYTES:
        raise SourceError(f"{path.name}: is larger than {LARGEST_BYTES:,} bytes; simplify its shapes")
    if data.startswith(_UTF16):
        raise SourceError(f"{path.name}: is UTF-16, expected UTF-8; save it as UTF-8")
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    except RecursionError:
        raise SourceError(f"{path.name}: is not GeoJSON: it is nested too deep") from None
    except ValueError as error:
        raise SourceError(f"{path.name}: is not GeoJSON ({error})") from None
    if not isinstance(content, dict):
        raise SourceError(f"{path.name}: is not GeoJSON: found {shown(content)}, expected an object with a type")
    return content


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"found {word}, expected finite numbers")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"found {text}, expected finite numbers")
    return value


def _features(content: dict[str, Any], changes: _Changes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the geometry of each feature that has one."""
    features = content["features"] if content["type"] == "FeatureCollection" else [content]
    for number, feature in enumerate(features, 1):
        name = _name(feature, number)
        geometry = feature["geometry"] if feature.get("type") == "Feature" else feature
        if geometry:
            yield name, geometry
        else:
            changes.note("without a shape, passed over: {}", name)


def _name(feature: dict[str, Any], number: int) -> str:
    properties = feature.get("properties")
    given = {**(properties if isinstance(properties, dict) else {}), **feature}
    found = next((given[key] for key in _NAMES if isinstance(given.get(key), str | int) and given[key] != ""), None)
    return f"feature {number}" if found is None else f"feature {number} ({shown(found)})"


def _shapes(name: str, geometry: dict[str, Any], turn: Any, changes: _Changes) -> "Iterator[BaseGeometry]":  # noqa: ANN401  (pyproj has no types)
    """Yield the shapes of one geometry: parts of a collection one by one, flat, in degrees, valid."""
    import shapely  # noqa: PLC0415  (only readers of shapes pay)
    from shapely.geometry import shape  # noqa: PLC0415

    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _shapes(name, part, turn, changes)
        return
    flat, high = _flattened(geometry["coordinates"])
    if high:
        changes.note("heights left out: {}", name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on numbers that are refused below
        found = shape({"type": geometry["type"], "coordinates": flat})
    if found.is_empty:
        changes.note("without a shape, passed over: {}", name)
        return
    if not all(map(math.isfinite, found.bounds)):
        raise ValueError(f"{name} has a coordinate that is no finite number")
    found = found if turn is None else shapely.transform(found, turn, interleaved=False)
    if found.is_valid:
        yield found
        return
    changes.note("crossed itself or touched itself, repaired: {}", name)
    yield from _parts_of_kind(shapely.make_valid(found), found.geom_type)


def _parts_of_kind(repaired: "BaseGeometry", kind: str) -> "Iterator[BaseGeometry]":
    """Yield the areas of a repaired area; lines and points that were left over of it count for nothing."""
    parts = getattr(repaired, "geoms", None) if repaired.geom_type == "GeometryCollection" else None
    for part in [repaired] if parts is None else list(parts):
        if "Polygon" in part.geom_type or "Polygon" not in kind:
            yield part


def _flattened(coordinates: Any) -> tuple[Any, bool]:  # noqa: ANN401  (JSON may be anything)
    """Return coordinates with two numbers a point, and whether there were more."""
    if not isinstance(coordinates, list):
        raise TypeError(f"found {shown(coordinates)}, expected a list of coordinates")
    if coordinates and not isinstance(coordinates[0], list):
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in coordinates):
            raise TypeError(f"found {shown(coordinates)}, expected numbers")
        return [float(value) for value in coordinates[:2]], len(coordinates) > 2  # noqa: PLR2004  (lon, lat)
    parts = [_flattened(part) for part in coordinates]
    return [part for part, _ in parts], any(high for _, high in parts)


def _to_degrees(content: dict[str, Any], path: Path, changes: _Changes) -> Any:  # noqa: ANN401  (pyproj has no types)
    """Return a function of x and y -> lon and lat; None where the file is in degrees already, as GeoJSON is."""
    name = _crs_name(content, path)
    if name in _IN_DEGREES:
        return None
    from pyproj import Transformer  # noqa: PLC0415  (only files in other coordinates pay)
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        turn = Transformer.from_crs(name, DEGREES, always_xy=True)
    except ProjError as error:
        raise SourceError(
            f"{path.name}: crs: found {shown(name)}, expected coordinates that are known, such as EPSG:3405, or "
            "degrees (EPSG:4326)"
        ) from error
    changes.note("turned into degrees from: {}", name)
    return turn.transform


def _crs_name(content: dict[str, Any], path: Path) -> str:
    """Return what the member crs of older GeoJSON names, as EPSG:3405; "" where there is none."""
    member = content.get("crs")
    if member is None:
        return ""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise SourceError(
            f"{path.name}: crs: found {shown(member)}, expected the name of coordinates such as EPSG:3405"
        )
    parts = [part for part in name.strip().upper().removeprefix("URN:OGC:DEF:CRS:").split(":") if part]
    return parts[-1] if parts[-1:] == ["CRS84"] else f"{parts[0]}:{parts[-1]}" if len(parts) > 1 else name


def _require_degrees(path: Path, shapes: "list[BaseGeometry]") -> None:
    for shape in shapes:
        west, south, east, north = shape.bounds
        if not (_WORLD[0] <= west and _WORLD[1] <= south and east <= _WORLD[2] and north <= _WORLD[3]):
            found = ", ".join(f"{value:g}" for value in shape.bounds)
            advice = "name the coordinates of the file in its member crs, or reproject it to EPSG:4326"
            raise SourceError(f"{path.name}: found the box {found}, expected degrees (WGS84); {advice}")
