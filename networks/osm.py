"""OpenStreetMap files -> networks, through pyosmium, as a stream: only the roads that count are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from networks.boundary import read_noted_boundary
from networks.cells import shown
from networks.errors import SourceError
from networks.network import Network
from networks.osm_file import check_osm_file, sha256
from networks.osm_network import build_network
from networks.osm_text import read_raw
from networks.vehicle import TRUCK_40FT, Vehicle
from networks.ways import read_ways

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon


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
        Directed, simplified to junctions; columns as `networks.osm_network.build_network` says, the rules about tags in
        `networks.roads`, `networks.access`, `networks.barriers` and `networks.turns`. ``provenance`` has the file's
        name, its sha256, the licence, counts and warnings.

    Raises
    ------
    MissingSourceError
        There is no such file.
    SourceError
        The file is not what it claims to be, is cut or damaged, or holds no road for the vehicle. A file that was
        cut between two of its blocks among the roads cannot be told from a smaller one: lay its ``.md5`` beside it.
    """
    path = Path(path)
    bounded = None if boundary is None else read_noted_boundary(boundary)
    kind = check_osm_file(path)
    with _named(path):
        raw = read_raw(path, kind)
        nodes, others = (0, 0) if len(raw.way_id) else _count(path, kind)
    ways = read_ways(raw, vehicle, year=year)
    if not ways.account.read:
        raise SourceError(_no_road(path, nodes, others))
    area, notes = (None, ()) if bounded is None else (bounded.area, bounded.notes)
    return build_network(ways, {"source": path.name, "sha256": sha256(path)}, boundary=area, doubts=notes)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn what libosmium says about a bad file into an error that names the file and the next step."""
    import osmium  # noqa: PLC0415  (only readers of OSM files pay)

    try:
        yield
    except SourceError:  # (it says already what is wrong)
        raise
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise SourceError(
            f"{path.name}: cannot be read to its end ({shown(error)}): it is cut, damaged or no OpenStreetMap file; "
            "compare its size with the server's and fetch it again"
        ) from error


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
