"""OpenStreetMap files -> networks, through pyosmium, as a stream: only the roads that count are kept."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from networks.boundary import read_boundary
from networks.cells import shown
from networks.errors import SourceError
from networks.network import Network
from networks.osm_file import check_osm_file, sha256
from networks.osm_network import build_network
from networks.roads import TAG_KEYS
from networks.vehicle import TRUCK_40FT, Vehicle
from networks.ways import Ways

if TYPE_CHECKING:
    import osmium
    from shapely import MultiPolygon, Polygon

_KEYS = frozenset(TAG_KEYS)


def read_osm(
    path: str | Path,
    *,
    vehicle: Vehicle = TRUCK_40FT,
    boundary: "Polygon | MultiPolygon | str | Path | None" = None,
    year: int | None = None,
) -> Network:
    """Read the roads of an OpenStreetMap file that a vehicle may use.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.gz``, ``.osm.bz2`` or ``.osm.pbf``; nodes stand before ways, as in every download.
    vehicle
        Decides access, speeds and tolls.
    boundary
        Polygon in degrees, or the path of a GeoJSON file: roads are cut to it.
    year
        Roads under construction or proposed count when their ``opening_date`` lies in this year or before; None:
        never.

    Returns
    -------
    Network
        Directed, simplified to junctions; columns as `networks.osm_network.build_network` says, the rules about
        tags in `networks.roads` and `networks.access`. Turn restrictions (relations) and barriers on nodes are not
        read. ``provenance`` has the file's name, its sha256, the licence, counts and warnings.

    Raises
    ------
    MissingSourceError
        There is no such file.
    SourceError
        The file is not what it claims to be, is cut or damaged, or holds no road for the vehicle. A file that was
        cut between two of its blocks among the roads cannot be told from a smaller one: lay its ``.md5`` beside it.
    """
    path = Path(path)
    area = None if boundary is None else read_boundary(boundary)
    kind = check_osm_file(path)
    ways = Ways(vehicle, year)
    try:
        _collect(path, kind, ways)
        _check_any(path, kind, ways)
    except (RuntimeError, ValueError, OSError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            f"{path.name}: is cut or damaged ({shown(error)}); compare its size with the server's and fetch it again"
        ) from error
    return build_network(ways, {"source": path.name, "sha256": sha256(path)}, boundary=area)


def _collect(path: Path, kind: str, ways: Ways) -> None:
    import osmium  # noqa: PLC0415  (only readers of OSM files pay)

    wanted = osmium.osm.NODE | osmium.osm.WAY
    stream = (
        osmium.FileProcessor(osmium.io.File(str(path.resolve()), kind), wanted)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway", "route"))
    )
    for way in stream:
        _take(way, ways)


def _take(way: "osmium.osm.Way", ways: Ways) -> None:
    tags = dict(way.tags)
    rule = ways.rule(way.id, {key: value for key, value in tags.items() if key in _KEYS})
    if rule is not None:
        points = [(node.ref, *_place(node.location)) for node in way.nodes]
        ways.add(way.id, rule, (tags.get("ref", ""), tags.get("name", "")), points)


def _place(location: Any) -> tuple[float, float]:  # noqa: ANN401  (pyosmium has no type for it here)
    return (location.lon, location.lat) if location.valid() else (math.nan, math.nan)


def _check_any(path: Path, kind: str, ways: Ways) -> None:
    """Refuse a file without roads; say whether it has nodes, for then it was probably cut."""
    if ways.read:
        return
    import osmium  # noqa: PLC0415

    nodes = others = 0
    for thing in osmium.FileProcessor(osmium.io.File(str(path.resolve()), kind)):
        nodes += thing.is_node()
        others += not thing.is_node()
    if not nodes and not others:
        raise SourceError(f"{path.name}: is an OpenStreetMap file without any content; fetch it again")
    cut = "" if others else "; the download was probably cut: fetch it again"
    raise SourceError(f"{path.name}: found {nodes:,} nodes and {others:,} other things but no road{cut}")
