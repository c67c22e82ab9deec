import numpy as np
import pytest

from networks.parts import cut_at_junctions, segments_km
from networks.ways import Points


def points(*ways):
    """Return points of ways given as lists of node ids; node n lies at lon n / 100, lat 21."""
    rows = [(way, node) for way, nodes in enumerate(ways) for node in nodes]
    node = np.array([node for _, node in rows])
    way = np.array([way for way, _ in rows])
    return Points(way=way, node_id=node, lon=node / 100, lat=np.full(len(rows), 21.0))


def cut(*ways, missing=()):
    drawn = points(*ways)
    parts = cut_at_junctions(drawn, ~np.isin(drawn.node_id, missing))
    ids = parts.points.node_id
    lines = [ids[one : other + 1].tolist() for one, other in zip(parts.first, parts.last, strict=True)]
    return list(zip(parts.way.tolist(), lines, strict=True))


def test_a_way_that_meets_no_other_is_one_part():
    assert cut([1, 2, 3]) == [(0, [1, 2, 3])]


def test_ways_are_cut_where_they_cross():
    assert cut([1, 2, 3], [4, 2, 5]) == [(0, [1, 2]), (0, [2, 3]), (1, [4, 2]), (1, [2, 5])]


def test_a_way_that_crosses_itself_is_cut_there():
    assert cut([1, 2, 3, 4, 2, 5]) == [(0, [1, 2]), (0, [2, 3]), (0, [3, 4, 2]), (0, [2, 5])]


def test_ends_of_two_ways_that_only_touch_are_left_to_simplify():
    assert cut([1, 2], [2, 3]) == [(0, [1, 2]), (1, [2, 3])]


def test_a_ring_does_not_begin_and_end_at_the_same_node():
    assert cut([1, 2, 3, 1]) == [(0, [1, 2]), (0, [2, 3, 1])]


def test_a_repeated_point_is_passed_over_and_a_way_of_one_node_is_none():
    assert cut([1, 1, 2, 2], [7, 7], [8]) == [(0, [1, 2])]


def test_a_way_is_cut_at_a_missing_point():
    assert cut([1, 2, 3, 4, 5], missing=[3]) == [(0, [1, 2]), (0, [4, 5])]
    assert cut([1, 2], missing=[2]) == []


def test_lengths_are_those_of_the_ellipsoid():
    pyproj = pytest.importorskip("pyproj")
    lon, lat = np.array([105.0, 105.13, 105.13, 104.9]), np.array([21.0, 21.0, 21.15, 21.3])
    expected = pyproj.Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2] / 1000
    assert segments_km(lon, lat) == pytest.approx(expected, rel=2e-6)


def test_the_date_line_is_crossed_the_short_way():
    assert segments_km(np.array([179.9, -179.9]), np.array([0.0, 0.0])) == pytest.approx([22.264], rel=1e-4)


def test_parts_of_a_way_add_up_to_it():
    drawn = points([1, 2, 3, 4, 5], [9, 3, 8])
    parts = cut_at_junctions(drawn, np.ones(8, dtype=bool))
    whole = segments_km(drawn.lon[:5], drawn.lat[:5]).sum()
    assert parts.length_km[parts.way == 0].sum() == pytest.approx(whole)
