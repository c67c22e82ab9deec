"""Ways of rails and rivers as a file holds them: raw tags and points, from OpenStreetMap or GeoJSON.

GeoJSON has no nodes: points at the same place (to 1e-7 degrees, as OpenStreetMap stores them) are one. A property
that is no text is written as one; a feature without the tag asked for is taken as what the file is about.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from networks.cells import clean, shown
from networks.errors import MissingSourceError, SourceError
from networks.geodesy import Floats
from networks.osm_file import check_osm_file

if TYPE_CHECKING:
    import osmium

_GEOJSON = (".geojson", ".json")
_LINES = ("LineString", "MultiLineString")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWay:
    """A way.

    Parameters
    ----------
    way_id
        As in the file. A GeoJSON feature without an id is named after its place in the file, further lines of one
        id are ``<id>.1``, ``<id>.2``.
    tags
        Raw, cleaned.
    node_ids
        Of its points.
    points
        lon, lat in degrees, shape [n, 2]; NaN where the file lacks the node.
    """

    way_id: str
    tags: dict[str, str]
    node_ids: tuple[str, ...]
    points: Floats


def read_ways(path: str | Path, key: str, assumed: str) -> list[SourceWay]:
    """Read the ways of a file that carry a tag.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.gz``, ``.osm.bz2``, ``.osm.pbf``; or ``.geojson`` with lines.
    key
        Of the tag: "railway", "waterway".
    assumed
        Value of that tag on features of a GeoJSON file that lack it.

    Returns
    -------
    list of SourceWay
        At least one, in the order of the file; a way of OpenStreetMap that comes twice is read once.

    Raises
    ------
    MissingSourceError
        There is no such file.
    SourceError
        It is not what it claims to be, is damaged, or holds no such way.
    """
    path = Path(path)
    is_geojson = path.suffix.lower() in _GEOJSON
    ways = list(_of_geojson(path, key, assumed) if is_geojson else _of_osm(path, key))
    if not ways:
        raise SourceError(f"{path.name}: holds no way with the tag {key}; check that it is the right extract")
    first = {way.way_id: way for way in reversed(ways)}
    return [way for way in ways if first[way.way_id] is way]


def _of_osm(path: Path, key: str) -> Iterator[SourceWay]:
    import osmium  # noqa: PLC0415  (only readers of OSM files pay)

    kind = check_osm_file(path)
    try:
        stream = (
            osmium.FileProcessor(osmium.io.File(str(path.resolve()), kind), osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter(key))
        )
        for way in stream:
            if isinstance(way, osmium.osm.Way):  # nothing else passes the filter
                yield _osm_way(way)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise SourceError(
            f"{path.name}: cannot be read to its end ({shown(error)}): it is cut, damaged or no OpenStreetMap file; "
            "fetch it again"
        ) from error


def _osm_way(way: "osmium.osm.Way") -> SourceWay:
    places = [(node.location.lon, node.location.lat) if node.location.valid() else _NOWHERE for node in way.nodes]
    return SourceWay(
        way_id=str(way.id),
        tags={key: clean(value) for key, value in dict(way.tags).items()},
        node_ids=tuple(str(node.ref) for node in way.nodes),
        points=_points(places),
    )


_NOWHERE = (math.nan, math.nan)


def _points(places: list[tuple[float, float]]) -> Floats:
    """Return the points; 0, 0 (off the coast of Ghana) are coordinates that were lost."""
    return np.array([_NOWHERE if place == (0.0, 0.0) else place for place in places], dtype=np.float64).reshape(-1, 2)


def _of_geojson(path: Path, key: str, assumed: str) -> Iterator[SourceWay]:
    seen: Counter[str] = Counter()
    for number, feature in enumerate(_features(path), start=1):
        properties = feature.get("properties") or {}
        tags = {str(name): clean(str(value)) for name, value in properties.items() if value not in (None, "")}
        way_id = str(tags.get("id") or tags.get("osm_id") or feature.get("id") or f"feature{number}")
        for places in _lines(feature, f"{path.name}: feature {number}"):
            part = seen[way_id]
            seen[way_id] += 1
            yield SourceWay(
                way_id=f"{way_id}.{part}" if part else way_id,
                tags={key: assumed, **tags},
                node_ids=tuple(f"{lon:.7f},{lat:.7f}" for lon, lat in places),
                points=_points(places),
            )


def _features(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise MissingSourceError(f"{path}: there is no such file; check the name")
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise SourceError(f"{path.name}: is no GeoJSON ({shown(error)}); fetch it again") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not all(map(_is_feature, features)):
        raise SourceError(f"{path.name}: holds no FeatureCollection; expected GeoJSON with lines")
    return features


def _is_feature(feature: object) -> bool:
    parts = [feature.get(name) or {} for name in ("properties", "geometry")] if isinstance(feature, dict) else [None]
    return all(isinstance(part, dict) for part in parts)


def _lines(feature: dict[str, Any], where: str) -> list[list[tuple[float, float]]]:
    geometry = feature.get("geometry") or {}
    if geometry.get("type") not in _LINES:
        return []
    try:
        parts = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
        lines = [[(float(point[0]), float(point[1])) for point in part] for part in parts]
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise SourceError(f"{where}: its coordinates are no list of lon, lat; repair the file") from error
    if not all(abs(lon) <= 180.0 and abs(lat) <= 90.0 for line in lines for lon, lat in line):  # noqa: PLR2004
        raise SourceError(f"{where}: its coordinates are no degrees; project the file to WGS84 (EPSG:4326)")
    return lines
