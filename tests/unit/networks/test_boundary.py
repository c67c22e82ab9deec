import json

import numpy as np
import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box

from networks.boundary import inside, read_boundary
from networks.errors import MissingSourceError, SourceError

SQUARE = box(105.0, 21.0, 106.0, 22.0)


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def feature(shape):
    return {"type": "Feature", "properties": {}, "geometry": shape.__geo_interface__}


def test_a_polygon_is_taken_as_it_is():
    assert read_boundary(SQUARE) is SQUARE


@pytest.mark.parametrize("wrap", [lambda one: one.__geo_interface__, feature])
def test_a_polygon_is_read_from_geojson(tmp_path, wrap):
    assert read_boundary(write(tmp_path / "area.geojson", wrap(SQUARE))).equals(SQUARE)


def test_all_polygons_of_a_file_are_the_area(tmp_path):
    other, mark = box(106.0, 21.0, 107.0, 22.0), Point(100.0, 10.0)
    collection = {"type": "FeatureCollection", "features": [feature(one) for one in (SQUARE, other, mark)]}
    area = read_boundary(str(write(tmp_path / "area.geojson", collection)))
    assert area.bounds == (105.0, 21.0, 107.0, 22.0)


def test_a_missing_file_is_a_missing_source(tmp_path):
    with pytest.raises(MissingSourceError, match=r"none\.geojson"):
        read_boundary(tmp_path / "none.geojson")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<html>", "is not GeoJSON"),
        ("[]", "is not GeoJSON"),
        ('{"type": "Polygon"}', "is not GeoJSON"),
        ('{"type": "Polygon", "coordinates": [[[1, 2]]]}', "is not GeoJSON"),
        (LineString([(1, 2), (3, 4)]).__geo_interface__, "found LineString, expected a polygon"),
        ({"type": "FeatureCollection", "features": []}, "found nothing, expected a polygon"),
    ],
)
def test_a_file_without_a_polygon_is_refused(tmp_path, content, words):
    with pytest.raises(SourceError, match=words):
        read_boundary(write(tmp_path / "area.geojson", content))


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (Point(105, 21), "found a Point"),
        (Polygon(), "found an empty Polygon"),
        (MultiPolygon(), "found an empty MultiPolygon"),
        (Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "not valid"),
        (box(500_000, 2_300_000, 600_000, 2_400_000), "look like metres"),
        (42, "found int"),
    ],
)
def test_an_area_that_is_none_is_refused(area, words):
    with pytest.raises(SourceError, match=words):
        read_boundary(area)


def test_points_on_the_edge_are_inside_and_unknown_ones_are_not():
    lon, lat = np.array([105.5, 105.0, 104.9, np.nan]), np.array([21.5, 21.5, 21.5, 21.5])
    assert inside(SQUARE, lon, lat).tolist() == [True, True, False, False]
