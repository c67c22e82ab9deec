import sys

import numpy as np
import pandas as pd
import pytest

from networks import NetworkError, join, segments, snap
from networks.nearest import nearest_points
from networks.segments import by_grid, by_tree, cut_into_segments


def two_way(*links):
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


def places(*points):
    return pd.DataFrame(points, columns=["lon", "lat"]).assign(point_id=[f"p{at}" for at in range(len(points))])


@pytest.fixture
def cross(make_network):
    """Return two-way roads from b to a, c and d, each of which places may join."""
    links = [("bd", "b", "d", 11.0, 0.3), ("bc", "b", "c", 10.0, 0.3), ("ab", "a", "b", 10.0, 0.3)]
    return make_network(two_way(*links), midway=True, highway="primary")


def test_beyond_a_junction_the_link_in_the_lowest_row_is_taken_by_both_searches(cross):
    roads = cut_into_segments(cross, np.arange(3))
    beyond = roads.plane(np.array([105.1]), np.array([20.9]))
    for search in (by_grid, by_tree):
        assert [values.tolist() for values in search(roads, beyond)] == [[0], [0.0]]


@pytest.mark.parametrize("many", [0, 10**9])
def test_few_and_many_points_are_answered_alike(cross, monkeypatch, many):
    monkeypatch.setattr(segments, "MANY", many)
    found = nearest_points(cross, places((105.04, 21.01), (105.11, 21.06), (105.1, 20.9), (60.0, -20.0)))
    assert found["link_id"].tolist() == ["ab", "bd", "", ""]
    assert found["node_id"].tolist() == ["", "", "b", "a"]
    assert found["fraction"].tolist() == pytest.approx([0.4, 0.6, 0.0, 0.0], abs=1e-3)


def test_few_points_on_a_small_network_need_no_compiled_code(cross, monkeypatch):
    monkeypatch.setitem(sys.modules, "networks.grid", None)  # an import would fail
    assert len(snap(cross, places((105.04, 21.01))).points) == 1


def test_what_may_be_joined_is_found_once_a_network(cross, monkeypatch):
    snap(cross, places((105.04, 21.01)))
    monkeypatch.setattr("networks.nearest.strong_parts", None)
    assert snap(cross, places((105.04, 21.01))).points["link_id"].tolist() == ["ab"]


def test_a_network_of_one_link_without_extent_is_found(make_network):
    nodes = {"a": (105.0, 21.0), "b": (105.0, 21.0)}
    network = make_network(two_way(("ab", "a", "b", 0.0, 0.1)), nodes, midway=True, highway="primary")
    road = cut_into_segments(network, np.array([0]))
    for search in (by_grid, by_tree):
        found, share = search(road, road.plane(np.array([105.0, 106.0]), np.array([21.0, 22.0])))
        assert (found.tolist(), share.tolist()) == ([0, 0], [0.0, 0.0])


def test_an_island_and_a_road_closed_to_the_vehicle_are_not_joined_however_near(make_network):
    nodes = {"a": (105.0, 21.0), "b": (105.1, 21.0), "c": (105.2, 21.0), "x": (105.0, 21.02), "y": (105.02, 21.02)}
    links = two_way(("ab", "a", "b", 10.0, 0.3), ("bc", "b", "c", 10.0, 0.3), ("xy", "x", "y", 2.0, 0.1))
    network = make_network(links, nodes, midway=True, highway="primary")
    assert snap(network, places((105.01, 21.019))).points["link_id"].tolist() == ["ab"]


def test_names_that_are_taken_are_refused(cross):
    once = join(cross, snap(cross, places((105.04, 21.01))))
    with pytest.raises(NetworkError, match="the network already has place:p0"):
        join(once, snap(once, places((105.06, 21.01))))


def test_many_cuts_keep_lengths_columns_and_ends(cross):
    where = places(*((105.0 + step / 1000, 21.0) for step in range(2, 99)))
    joined = join(cross, snap(cross, where))
    parts = joined.links[joined.links["whole_link_id"] == "ab"]
    assert len(parts) == 98
    assert parts["length_km"].sum() == pytest.approx(10.0)
    assert parts["length_km"].iloc[1:-1].to_numpy() == pytest.approx(0.1)
    tail, head = joined.ends()
    assert (joined.nodes["node_id"].iloc[tail].to_numpy() == joined.links["origin_node_id"].to_numpy()).all()
    assert (joined.nodes["node_id"].iloc[head].to_numpy() == joined.links["destination_node_id"].to_numpy()).all()
