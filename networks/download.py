"""Roads of a place, a box or a polygon, fetched through OSMnx; the same rules and the same network as from a file."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from networks.boundary import check_polygon
from networks.cells import shown
from networks.errors import SourceError
from networks.network import Network
from networks.osm_network import build_network
from networks.roads import FERRY, NOT_BUILT, ROAD_CLASSES, TAG_KEYS
from networks.served import Guard
from networks.vehicle import TRUCK_40FT, Vehicle
from networks.ways import raw_ways_of, read_ways

if TYPE_CHECKING:
    import networkx as nx
    from shapely import MultiPolygon, Polygon

Box = tuple[float, float, float, float]

_TURNED_BY_OSMNX = frozenset({"-1", "reverse", "T"})
_BOX_SIDES = 4


def download_osm(
    place_or_box_or_polygon: "str | Box | Polygon | MultiPolygon",
    *,
    vehicle: Vehicle = TRUCK_40FT,
    year: int | None = None,
) -> Network:
    """Fetch the roads of an area that a vehicle may use from OpenStreetMap (Nominatim and Overpass).

    Parameters
    ----------
    place_or_box_or_polygon
        Name of a place that Nominatim knows as an area; or west, south, east, north in degrees; or a polygon in
        degrees. Roads are cut to the area.
    vehicle
        Decides access, speeds and tolls.
    year
        As in `networks.osm.read_osm`.

    Returns
    -------
    Network
        As from `networks.osm.read_osm` on a file of the same area, but for three things: turn restrictions and barriers
        on nodes are not fetched, and a ferry that the edge of the area cuts is timed as if its piece were the whole.
        Answers are cached where ``osmnx.settings`` says.

    Raises
    ------
    SourceError
        The area is none, the servers do not answer, or there is no road for the vehicle.
    """
    name, area = _area(place_or_box_or_polygon)
    ways = read_ways(raw_ways_of(raw_ways(_fetch(name, area, year))), vehicle, year=year)
    return build_network(ways, {"source": f"OpenStreetMap through OSMnx: {name}"})


def _area(wanted: "str | Box | Polygon | MultiPolygon") -> "tuple[str, Polygon | MultiPolygon]":
    """Return a name for messages, and the area."""
    if isinstance(wanted, str):
        return wanted, check_polygon(_geocoded(wanted), shown(wanted))
    if isinstance(wanted, tuple | list):
        return "box " + ", ".join(map(str, wanted)), _box(wanted)
    return "polygon", check_polygon(wanted, "polygon")


def _box(sides: "Box | list[float]") -> "Polygon | MultiPolygon":
    from shapely import box  # noqa: PLC0415

    numbers = [float(side) for side in sides if _is_finite(side)]
    if len(numbers) == len(sides) == _BOX_SIDES:
        west, south, east, north = numbers
        if west < east and south < north:
            return check_polygon(box(west, south, east, north), "box")
    raise SourceError(f"box: found {tuple(sides)}, expected (west, south, east, north), west < east and south < north")


def _is_finite(side: object) -> bool:
    return isinstance(side, int | float) and math.isfinite(side)


def _geocoded(place: str) -> Any:  # noqa: ANN401  (whatever the server gave; the caller checks it)
    import osmnx as ox  # noqa: PLC0415  (2.6 s)

    try:
        with _guarded():
            return ox.geocode_to_gdf(place).union_all()
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise SourceError(
            f"{shown(place)}: Nominatim gave no area ({shown(error)}); check the spelling and the connection, or give "
            "a box (west, south, east, north), a polygon or a downloaded file"
        ) from error


def _fetch(name: str, area: "Polygon | MultiPolygon", year: int | None) -> "nx.MultiDiGraph[int]":
    """Return OSMnx's graph of the raw ways: not simplified, each way once and as drawn, its tags kept as text."""
    import osmnx as ox  # noqa: PLC0415

    try:
        with _raw_settings(), _guarded():
            return ox.graph_from_polygon(area, simplify=False, retain_all=True, custom_filter=_filters(year))
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise SourceError(
            f"{name}: Overpass gave no roads ({type(error).__name__}: {shown(error)}); check the connection and that "
            "the area has roads, try again later, or read a downloaded file with read_osm"
        ) from error


def _filters(year: int | None) -> list[str]:
    """Return what to ask Overpass for; roads not built yet only where a year is named."""
    classes = "|".join(sorted(ROAD_CLASSES if year is None else {*ROAD_CLASSES, *NOT_BUILT}))
    return [f'["highway"~"^({classes})$"]', f'["route"="{FERRY}"]']


@contextmanager
def _raw_settings() -> Iterator[None]:
    """Make OSMnx keep each way once, as drawn, with every tag that the rules read; then restore its settings."""
    import osmnx as ox  # noqa: PLC0415

    before = ox.settings.all_oneway, ox.settings.useful_tags_way
    ox.settings.all_oneway, ox.settings.useful_tags_way = True, ["name", "ref", *TAG_KEYS]
    try:
        yield
    finally:
        ox.settings.all_oneway, ox.settings.useful_tags_way = before


@contextmanager
def _guarded() -> Iterator[None]:
    """Look at what servers send before OSMnx does."""
    import osmnx as ox  # noqa: PLC0415

    before = ox.settings.requests_kwargs
    hooks = before.get("hooks", {})
    others = hooks.get("response", [])
    watching = [*(others if isinstance(others, list) else [others]), Guard()]
    ox.settings.requests_kwargs = {**before, "hooks": {**hooks, "response": watching}}
    try:
        yield
    finally:
        ox.settings.requests_kwargs = before


Point = tuple[int, float, float]


def raw_ways(graph: "nx.MultiDiGraph[int]") -> Iterator[tuple[int, Mapping[str, str], list[list[Point]]]]:
    """Yield id, tags and pieces of each way of an OSMnx graph read with `_raw_settings`.

    A piece is a list of points (node id, lon, lat); the edge of the area may cut a way into several.
    """
    edges: dict[int, list[tuple[int, int]]] = {}
    tags: dict[int, dict[str, str]] = {}
    for origin, destination, data in graph.edges(data=True):
        edges.setdefault(data["osmid"], []).append((origin, destination))
        tags[data["osmid"]] = {key: value for key, value in data.items() if isinstance(value, str)}
    for way_id, segments in edges.items():
        trails = _trails(segments)
        if tags[way_id].get("oneway") in _TURNED_BY_OSMNX:
            trails = [trail[::-1] for trail in reversed(trails)]
        places = graph.nodes
        yield (
            way_id,
            tags[way_id],
            [[(node, places[node]["x"], places[node]["y"]) for node in trail] for trail in trails],
        )


def _trails(segments: list[tuple[int, int]]) -> list[list[int]]:
    """Return the nodes of lines that together run through every segment once, each line as long as it gets."""
    after: dict[int, list[int]] = {}
    surplus: dict[int, int] = {}
    for origin, destination in segments:
        after.setdefault(origin, []).append(destination)
        surplus[origin] = surplus.get(origin, 0) + 1
        surplus[destination] = surplus.get(destination, 0) - 1
    starts = [node for node, count in surplus.items() for _ in range(count)]
    trails = []
    for start in [*starts, *sorted(after)]:
        trail = [start]
        while after.get(trail[-1]):
            trail.append(after[trail[-1]].pop(0))
        if len(trail) > 1:
            trails.append(trail)
    return trails
