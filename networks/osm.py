"""OpenStreetMap files -> networks, through pyosmium, as a stream: only the roads that count are kept."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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
    with _named(path):
        if _collect(path, kind, ways, {}):
            ways = Ways(vehicle, year)
            _collect(path, kind, ways, _negative_places(path, kind))
        nodes, others = (0, 0) if ways.read else _count(path, kind)
    if not ways.read:
        raise SourceError(_no_road(path, nodes, others))
    return build_network(ways, {"source": path.name, "sha256": sha256(path)}, boundary=area)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn what libosmium says about a bad file into an error that names the file and the next step."""
    import osmium  # noqa: PLC0415  (only readers of OSM files pay)

    try:
        yield
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise SourceError(
            f"{path.name}: cannot be read to its end ({shown(error)}): it is cut, damaged or no OpenStreetMap file; "
            "compare its size with the server's and fetch it again"
        ) from error


Places = Mapping[int, tuple[float, float]]


def _collect(path: Path, kind: str, ways: Ways, negative: Places) -> bool:
    """Collect the ways of a file; return whether nodes with negative ids were met that `negative` does not have."""
    import osmium  # noqa: PLC0415

    stream = (
        osmium.FileProcessor(osmium.io.File(str(path.resolve()), kind), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway", "route"))
    )
    unknown = False
    for way in stream:
        if isinstance(way, osmium.osm.Way):  # nothing else passes the filter
            unknown |= _take(way, ways, negative)
    return unknown


def _take(way: "osmium.osm.Way", ways: Ways, negative: Places) -> bool:
    tags = dict(way.tags)
    rule = ways.rule(way.id, {key: value for key, value in tags.items() if key in _KEYS})
    if rule is None:
        return False
    points = [(node.ref, *_place(node, negative)) for node in way.nodes]
    ways.add(way.id, rule, (tags.get("ref", ""), tags.get("name", "")), points)
    return any(node_id < 0 and node_id not in negative for node_id, _, _ in points)


def _place(node: "osmium.osm.NodeRef", negative: Places) -> tuple[float, float]:
    if node.location.valid():
        return node.location.lon, node.location.lat
    return negative.get(node.ref, (math.nan, math.nan))


def _negative_places(path: Path, kind: str) -> Places:
    """Return the places of nodes with negative ids, which only editors give: libosmium keeps none of them."""
    import osmium  # noqa: PLC0415

    stream = osmium.FileProcessor(osmium.io.File(str(path.resolve()), kind), osmium.osm.NODE)
    nodes = (node for node in stream if isinstance(node, osmium.osm.Node) and node.id < 0)
    return {node.id: (node.location.lon, node.location.lat) for node in nodes if node.location.valid()}


def _count(path: Path, kind: str) -> tuple[int, int]:
    """Return the number of nodes and of other things in a file."""
    import osmium  # noqa: PLC0415

    nodes = things = 0
    for thing in osmium.FileProcessor(osmium.io.File(str(path.resolve()), kind)):
        nodes += isinstance(thing, osmium.osm.Node)
        things += 1
    return nodes, things - nodes


def _no_road(path: Path, nodes: int, others: int) -> str:
    if not nodes and not others:
        return f"{path.name}: is an OpenStreetMap file without any content; fetch it again"
    if not others:
        return f"{path.name}: found {nodes:,} nodes and no way: the download was probably cut; fetch it again"
    return (
        f"{path.name}: found {nodes:,} nodes and {others:,} other things but no road; check that it is a road extract"
    )
