"""Shapes of GeoJSON files: what is read, what is mended and told, and what is refused in which words."""

import json

import pytest
from shapely import LineString, Point, Polygon, box, to_geojson

from networks import SourceError
from networks import geojson as reader
from networks.errors import MissingSourceError
from networks.geojson import LINES, POLYGONS, read_geojson

SQUARE = box(105.0, 21.0, 106.0, 22.0)
BOW = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
"""It crosses itself in the middle."""


def geometry(shape):
    return json.loads(to_geojson(shape))


def feature(shape, **properties):
    return {"type": "Feature", "properties": properties, "geometry": None if shape is None else geometry(shape)}


def collection(*features, **more):
    return {"type": "FeatureCollection", "features": list(features), **more}


@pytest.fixture
def write(tmp_path):
    def put(content):
        path = tmp_path / "area.geojson"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return put


@pytest.mark.parametrize(
    "content", [geometry(SQUARE), feature(SQUARE), collection(feature(SQUARE)), feature(SQUARE) | {"properties": None}]
)
def test_a_square_is_one_however_it_is_wrapped(write, content):
    found = read_geojson(write(content))
    assert (len(found.shapes), found.notes) == (1, ())
    assert found.shapes[0].equals(SQUARE)


def test_parts_of_a_collection_are_shapes_of_their_own(write):
    both = {"type": "GeometryCollection", "geometries": [geometry(SQUARE), geometry(box(0, 0, 1, 1))]}
    assert [shape.area for shape in read_geojson(write(both)).shapes] == [1.0, 1.0]


def test_a_byte_order_mark_is_no_fault(write):
    assert len(read_geojson(write(b"\xef\xbb\xbf" + json.dumps(geometry(SQUARE)).encode())).shapes) == 1


@pytest.mark.parametrize(
    ("features", "note"),
    [
        ([feature(SQUARE), feature(None, name="Lake")], "without a shape, passed over: feature 2 ('Lake')"),
        ([feature(SQUARE), feature(Polygon(), ma=7)], "without a shape, passed over: feature 2 ('7')"),
        ([feature(BOW, id="bow")], "crossed itself or touched itself, repaired: feature 1 ('bow')"),
        ([feature(SQUARE), feature(Point(1, 1)), feature(LineString([(0, 0), (1, 1)]))],
         "shapes of other kinds were passed over: LineString, Point"),
        ([feature(Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]), ten="")], "heights left out: feature 1"),
        ([feature(None)] * 7 + [feature(SQUARE)],
         "without a shape, passed over: feature 1, feature 2, feature 3, feature 4, feature 5 and 2 more"),
    ],
)  # fmt: skip
def test_what_is_changed_or_passed_over_is_told(write, features, note):
    assert read_geojson(write(collection(*features))).notes == (f"area.geojson: {note}",)


def test_a_bow_becomes_two_triangles(write):
    (found,) = read_geojson(write(geometry(BOW))).shapes
    assert found.is_valid
    assert found.area == 2.0


def test_a_square_with_a_spike_keeps_its_area_and_no_line(write):
    spiked = Polygon([(0, 0), (1, 0), (1, 1), (1, 3), (1, 1), (0, 1)])
    (found,) = read_geojson(write(geometry(spiked))).shapes
    assert (found.geom_type, found.area) == ("Polygon", 1.0)


@pytest.mark.parametrize(
    "name", ["EPSG:32648", "urn:ogc:def:crs:EPSG::32648", " epsg:32648 ", "URN:OGC:DEF:CRS:EPSG:6.9:32648"]
)
def test_coordinates_that_are_named_are_turned_into_degrees(write, name):
    # 500 km east of the zone's false origin is its middle meridian, 105 degrees
    square = feature(box(500_000.0, 2_300_000.0, 501_000.0, 2_301_000.0))
    found = read_geojson(write(collection(square, crs={"properties": {"name": name}})))
    assert found.shapes[0].bounds[0] == pytest.approx(105.0, abs=1e-9)
    assert 20.7 < found.shapes[0].bounds[1] < 20.9
    assert found.notes[0].startswith("area.geojson: turned into degrees from: ")


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "CRS84", "OGC:CRS84"])
def test_degrees_by_any_name_stay_as_they_are(write, name):
    found = read_geojson(write(collection(feature(SQUARE), crs={"properties": {"name": name}})))
    assert found.shapes[0].equals(SQUARE)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (collection(feature(SQUARE), crs={"properties": {"name": "EPSG:999999"}}),
         "crs: found 'EPSG:999999', expected coordinates that are known, such as EPSG:3405"),
        (collection(feature(SQUARE), crs="4326"), "crs: found '4326', expected the name of coordinates such as EPSG"),
        (collection(feature(SQUARE), crs={"properties": {"name": 4326}}), "expected the name of coordinates"),
        (geometry(box(500_000, 0, 500_001, 1)),
         "area.geojson: found the box 500000, 0, 500001, 1, expected degrees (WGS84); name the coordinates"),
        (geometry(box(0, -91, 1, 0)), "found the box 0, -91, 1, 0, expected degrees (WGS84)"),
        (geometry(Point(1, 1)), "area.geojson: found Point, expected a polygon as GeoJSON in degrees (WGS84)"),
        (collection(), "area.geojson: found nothing, expected a polygon"),
        ("[1]", "area.geojson: is not GeoJSON: found '[1]', expected an object with a type"),
        ("{", "area.geojson: is not GeoJSON ("),
        ("{}", "area.geojson: is not GeoJSON with shapes (KeyError: 'type')"),
        ('{"type": NaN}', "found NaN, expected finite numbers"),
        ('{"type": 1e999}', "found 1e999, expected finite numbers"),
        ("[" * 100_000, "is nested too deep"),
        (b"\xff\xfe{\x00}\x00", "area.geojson: is UTF-16, expected UTF-8; save it as UTF-8"),
        (b'{"type": "\xe9"}', "area.geojson: byte 10 is not UTF-8; save the file as UTF-8"),
        ({"type": "Polygon", "coordinates": [[["a", 1], [1, 1], [1, 0]]]}, "found \"['a', 1]\", expected numbers"),
        ({"type": "Polygon", "coordinates": [[[True, 1], [1, 1], [1, 0]]]}, "found '[True, 1]', expected numbers"),
        ({"type": "Polygon", "coordinates": "0 0"}, "found '0 0', expected a list of coordinates"),
    ],
)  # fmt: skip
def test_what_is_no_area_in_degrees_is_refused_in_words(write, content, words):
    with pytest.raises(SourceError) as error:
        read_geojson(write(content))
    assert words in str(error.value)


def test_lines_are_read_where_they_are_asked_for(write):
    path = write(geometry(LineString([(0, 0), (1, 1)])))
    assert read_geojson(path, {*POLYGONS, *LINES}).shapes[0].geom_type == "LineString"
    with pytest.raises(SourceError, match="found Point, expected a polygon or a line"):
        read_geojson(write(geometry(Point(0, 0))), {*POLYGONS, *LINES})


def test_a_file_that_is_not_there_a_folder_and_one_that_is_too_large_are_refused(write, tmp_path, monkeypatch):
    with pytest.raises(MissingSourceError, match=r"none\.geojson: cannot be read: there is no such file"):
        read_geojson(tmp_path / "none.geojson")
    with pytest.raises(SourceError, match="is a folder, expected a GeoJSON file"):
        read_geojson(tmp_path)
    path = write(geometry(SQUARE))
    monkeypatch.setattr(reader, "LARGEST_BYTES", path.stat().st_size)
    assert len(read_geojson(path).shapes) == 1
    monkeypatch.setattr(reader, "LARGEST_BYTES", path.stat().st_size - 1)
    with pytest.raises(SourceError, match=r"area\.geojson: is larger than \d+ bytes; simplify its shapes"):
        read_geojson(path)
