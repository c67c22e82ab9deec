import numpy as np
import pytest

from networks.geodesy import (
    from_mercator,
    great_circle_km,
    mercator,
    read_lines,
    reverse_line,
    turned,
    unit_vectors,
    write_line,
)


def test_a_quarter_of_the_equator_is_a_quarter_of_the_circumference():
    assert great_circle_km(0.0, 0.0, 90.0, 0.0) == pytest.approx(2 * np.pi * 6371.0088 / 4)


def test_a_degree_of_latitude_is_the_same_everywhere():
    assert great_circle_km([105, 0], [21, 60], [105, 0], [22, 61]) == pytest.approx([111.195] * 2, rel=1e-5)


def test_antipodes_are_half_the_circumference_apart():
    assert great_circle_km(0.0, 0.0, 180.0, 0.0) == pytest.approx(np.pi * 6371.0088)


def test_unit_vectors_have_length_one():
    assert np.linalg.norm(unit_vectors([105.0, -30.0], [21.0, 80.0]), axis=1) == pytest.approx([1.0, 1.0])


def test_mercator_and_back_is_where_it_was():
    points = np.array([[105.8, 21.0], [0.0, 0.0], [-179.0, -60.0]])
    assert from_mercator(mercator(points)) == pytest.approx(points)


def test_mercator_is_that_of_the_ellipsoid():
    (east, north), equator_m = mercator(np.array([[45.0, 45.0]]))[0], 6_378_137.0
    assert east * equator_m == pytest.approx(np.pi / 4 * equator_m)
    assert north * equator_m == pytest.approx(5_591_295.92, abs=0.01)  # EPSG:3395


def test_beyond_the_date_line_the_plane_goes_on_and_the_earth_begins_anew():
    lon = np.array([179.0, -179.0, 0.5])
    assert turned(lon, 180.0).tolist() == [179.0, 181.0, 0.5]
    assert from_mercator(mercator(np.array([[181.0, 10.0]])))[0] == pytest.approx([-179.0, 10.0])


def test_lines_are_read_written_and_turned():
    (line,) = read_lines(["105.1 21.0;105.2 21.5"])
    assert line.tolist() == [[105.1, 21.0], [105.2, 21.5]]
    assert write_line(line) == "105.100000 21.000000;105.200000 21.500000"
    assert reverse_line("1 2;3 4;5 6") == "5 6;3 4;1 2"
    assert read_lines([]) == []
