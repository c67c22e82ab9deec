import numpy as np
import pytest

from logistics.catchments import apart, areas


def test_two_places_share_the_land_at_the_line_halfway_between_them():
    found = areas(np.array([[106.0, 0.0], [106.1, 0.0]]), ["a", "b"], reach_km=50.0)
    assert found["a"].bounds[2] == pytest.approx(106.05)
    assert found["b"].bounds[0] == pytest.approx(106.05)
    assert found["a"].intersection(found["b"]).area == pytest.approx(0.0)


def test_places_of_one_key_are_one_area():
    found = areas(np.array([[106.0, 0.0], [106.1, 0.0]]), ["a", "a"], reach_km=50.0)
    assert list(found) == ["a"]
    assert found["a"].geom_type == "Polygon"


def test_an_area_ends_at_the_reach():
    area = areas(np.array([[106.0, 0.0]]), ["a"], reach_km=111.195)["a"]
    assert area.bounds == pytest.approx((105.0, -1.0, 107.0, 1.0))


def test_a_place_of_no_key_takes_room_and_has_no_area():
    found = areas(np.array([[106.0, 0.0], [106.1, 0.0]]), ["a", None], reach_km=50.0)
    assert list(found) == ["a"]
    assert found["a"].bounds[2] == pytest.approx(106.05)


def test_two_places_at_one_point_each_have_the_cell():
    found = areas(np.array([[106.0, 0.0], [106.0, 0.0], [106.1, 0.0]]), ["a", "b", "c"], reach_km=50.0)
    assert found["a"].equals(found["b"])


def test_no_place_has_no_area():
    assert areas(np.empty((0, 2)), []) == {}


def test_neighbours_have_different_colours_and_colours_come_back_far_away():
    assert apart(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), 2).tolist() == [0, 1, 0]
