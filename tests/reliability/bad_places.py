"""Cases 41 to 50: coordinates, areas and places that no road reaches."""

import json

from reliability.bench import PARK, Bench, Outcome, Row, put, with_table
from reliability.odd_run import read_csv, run_folder
from reliability.roads import ROAD, osm_text

SQUARE = [[105.90, 21.05], [106.20, 21.05], [106.20, 21.15], [105.90, 21.15], [105.90, 21.05]]
BOW = [[105.90, 21.05], [106.20, 21.15], [106.20, 21.05], [105.90, 21.15], [105.90, 21.05]]
VN_2000 = [[593_500.0, 2_328_000.0], [624_700.0, 2_328_000.0], [624_700.0, 2_339_000.0], [593_500.0, 2_339_000.0]]


def feature(coordinates, name="", kind="Polygon"):
    return {
        "type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}
    }  # fmt: skip


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}, ensure_ascii=False)


def with_boundary(text):
    """Return a maker of a network cut to an area."""

    def make(bench: Bench):
        bench.file("roads.osm", osm_text(ROAD))
        bench.file("area.geojson", text)
        return ["network", "build", "roads.osm", "--boundary", "area.geojson", "--out", "run"]

    return make


def with_exclusion(text):
    """Return a maker of a plan with sites made from the network outside of some polygons."""

    def make(bench: Bench):
        bench.file("no.geojson", text)
        return bench.plan(bench.scenario('[candidates]\ncount = 1\nexclude = "no.geojson"\n'))

    return make


def swapped(cells):
    lon, lat = cells[0].index("lon"), cells[0].index("lat")
    cells[1][lon], cells[1][lat] = cells[1][lat], cells[1][lon]


def lie_on_each_other(outcome: Outcome):
    """Seven parks lie at each of three points, and freight reaches all of them."""
    folder = run_folder(outcome)
    points = [(row["lon"], row["lat"]) for row in read_csv(folder / "places.csv")]
    assert max(points.count(point) for point in points) >= 6
    moved = {end for row in read_csv(folder / "flows.csv") for end in (row["origin_id"], row["destination_id"])}
    assert {"NA", "null", "None", "nan"} <= moved


def on_an_island(bench: Bench):
    """Write two roads that nothing joins, and a park beside the smaller one."""
    island = {11: (107.30, 20.70), 12: (107.31, 20.70)}
    bench.file("roads.osm", osm_text(ROAD, {2: ([11, 12], {"highway": "primary"})}, places=island))
    return ["plan", bench.scenario('[network]\npath = "roads.osm"\n'), "--out", "run"]


def off_the_network(bench: Bench):
    bench.table("parks", put("lon", "107.9"), put("lat", "20.0"))
    return bench.plan(bench.scenario())


NULLS = collection({"type": "Feature", "id": 7, "properties": None, "geometry": None}, feature([SQUARE], "kept"))
MIXED = collection(
    feature([[[*point, 12.0] for point in BOW]], "Nút thắt"),
    {"type": "Feature", "properties": {"name": "nhiều phần"}, "geometry": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "coordinates": [SQUARE]}, {"type": "Point", "coordinates": [105.9, 21.1]}]}},
    {"type": "Feature", "properties": {"name": "trống"}, "geometry": {"type": "Polygon", "coordinates": []}},
)  # fmt: skip

ROWS = (
    Row(
        number=41,
        title="longitude and latitude swapped",
        make=with_table("parks", swapped),
        words=("parks.csv:2:", "lon and lat look swapped"),
    ),
    Row(
        number=42,
        title="0, 0",
        make=with_table("parks", put("lon", "0"), put("lat", "0")),
        words=("parks.csv:2:lon, lat: found 0, 0", "lon 102 to 109 and lat 19 to 23.6", "coordinates are missing"),
    ),
    Row(
        number=42,
        title="no coordinates",
        make=with_table("parks", put("lon", ""), put("lat", "")),
        words=("parks.csv:2:lon: found nothing", "parks.csv:2:lat: found nothing"),
    ),
    Row(
        number=43,
        title="a park in the sea",
        make=off_the_network,
        words=(f"{PARK} at 107.9, 20 is", "km away", "more than 30 km", "network.max_connector_km"),
    ),
    Row(
        number=43,
        title="a park in China",
        make=with_table("parks", put("lon", "108.3"), put("lat", "25.1")),
        words=("parks.csv:2:lon, lat: found 108.3, 25.1", "expected lon 102 to 109 and lat 19 to 23.6"),
    ),
    Row(
        number=43,
        title="a park far from every road is told with its distance",
        part_of="odd",
        code=0,
        words=(f"warning: {PARK} is 29", "km from the network"),
    ),
    Row(
        number=44,
        title="metres of VN-2000 for degrees",
        make=with_table("parks", put("lon", "598000")),
        words=("parks.csv:2:lon: found 598000", "looks like metres; give degrees (WGS84)"),
    ),
    Row(
        number=45,
        title="degrees and minutes",
        make=with_table("parks", put("lat", "21°01'N")),
        words=("parks.csv:2:lat", "21°01'N", "write decimal degrees: 21.0167"),
    ),
    Row(
        number=46,
        title="nan for a coordinate",
        make=with_table("parks", put("lat", "NaN")),
        words=("parks.csv:2:lat: found 'NaN'", "only finite numbers"),
    ),
    Row(
        number=46,
        title="NaN in a boundary",
        make=with_boundary('{"type": "Polygon", "coordinates": [[[NaN, 21]]]}'),
        words=("boundary area.geojson", "found NaN, expected finite numbers"),
    ),
    Row(
        number=46,
        title="1e400 in an exclusion polygon",
        words=("no.geojson", "found 1e400, expected finite numbers"),
        make=with_exclusion('{"type": "Polygon", "coordinates": [[[1e400, 21], [106, 21], [106, 22]]]}'),
    ),
    Row(
        number=47,
        title="an area in VN-2000 that says so is turned into degrees",
        code=0,
        make=with_boundary(
            collection(
                feature([[*VN_2000, VN_2000[0]]]),
                crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3405"}},
            )
        ),
        words=("boundary area.geojson: turned into degrees from: EPSG:3405", "directed links"),
    ),
    Row(
        number=47,
        title="an area in metres that does not say so",
        make=with_boundary(collection(feature([VN_2000]))),
        words=("boundary area.geojson: found the box", "expected degrees (WGS84)", "member crs"),
    ),
    Row(
        number=47,
        title="coordinates that nobody knows",
        words=("crs: found 'EPSG:999999'", "EPSG:3405"),
        make=with_exclusion(collection(feature([SQUARE]), crs={"type": "name", "properties": {"name": "EPSG:999999"}})),
    ),
    Row(
        number=48,
        title="areas that cross themselves, have heights, are collections or empty",
        code=0,
        make=with_boundary(MIXED),
        words=(
            "repaired: feature 1 ('Nút thắt')",
            "heights left out: feature 1 ('Nút thắt')",
            "without a shape, passed over: feature 3 ('trống')",
            "shapes of other kinds were passed over: Point",
        ),
    ),
    Row(
        number=48,
        title="a feature without a shape",
        make=with_boundary(NULLS),
        code=0,
        words=("without a shape, passed over: feature 1 ('7')",),
    ),
    Row(
        number=48,
        title="an exclusion without a polygon",
        words=("no.geojson: found LineString, expected a polygon",),
        make=with_exclusion(collection(feature(SQUARE, kind="LineString"))),
    ),
    Row(number=49, title="places that lie on each other", part_of="odd", code=0, then=lie_on_each_other),
    Row(
        number=50,
        title="places on a part of the network that no road joins",
        make=on_an_island,
        words=(
            "points lie more than 30 km from the network",
            "network.max_connector_km",
            "take them out",
            "that no road joins to the rest",
        ),
    ),
)
