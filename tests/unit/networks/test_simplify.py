import pytest

from networks import Network
from networks.simplify import simplify

FLAGS = {"highway": "primary", "midway": True}


def two_way(*links):
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


def ids(network):
    return list(network.links["link_id"])


def test_the_two_directions_of_a_road_are_merged_alike(chain):
    links = simplify(chain).links.set_index("link_id")
    assert list(links.index) == ["ab", "ab~"]
    assert list(links.loc["ab", ["origin_node_id", "destination_node_id"]]) == ["a", "c"]
    assert list(links.loc["ab~", ["origin_node_id", "destination_node_id"]]) == ["c", "a"]
    assert list(links["length_km"]) == [20.0, 20.0]
    assert list(links["travel_h"]) == [0.5, 0.5]


def test_the_line_keeps_its_bends_and_a_link_without_a_line_is_straight(make_network):
    bends = ["105 21;105.05 21.05;105.1 21", ""]
    network = make_network([("ab", "a", "b", 12.0, 0.3), ("bc", "b", "c", 10.0, 0.25)], geometry=bends)
    (line,) = simplify(network).lines([0])
    assert line.tolist() == [[105.0, 21.0], [105.05, 21.05], [105.1, 21.0], [105.2, 21.0]]


def test_nodes_in_between_go_and_nodes_without_links_stay(chain):
    assert list(simplify(chain).nodes["node_id"]) == ["a", "c", "d", "e"]


def test_a_one_way_road_is_merged_along_its_direction(make_network):
    network = make_network([("x", "b", "c", 1.0, 0.1), ("y", "a", "b", 2.0, 0.2)])
    (link,) = simplify(network).links.itertuples()
    assert (link.link_id, link.origin_node_id, link.destination_node_id) == ("x", "a", "c")
    assert (link.length_km, link.travel_h) == pytest.approx((3.0, 0.3))


def test_a_road_drawn_against_its_neighbour_is_merged_with_it(make_network):
    network = make_network(two_way(("ab", "a", "b", 1.0, 0.1), ("cb", "c", "b", 2.0, 0.2)))
    links = simplify(network).links
    assert list(links["link_id"]) == ["ab", "ab~"]
    assert list(links["origin_node_id"]) == ["a", "c"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("highway", ["primary", "secondary"]),
        ("midway", [True, False]),
        ("toll", [True, False]),
        ("lanes", [2.0, 4.0]),
        ("name", ["Lê Lợi", "Lý Thái Tổ"]),
    ],
)
def test_nothing_is_merged_across_a_change(make_network, column, values):
    network = make_network([("ab", "a", "b", 1.0, 0.1), ("bc", "b", "c", 1.0, 0.1)], **{column: values})
    assert ids(simplify(network)) == ["ab", "bc"]


def test_unknown_lanes_are_equal(make_network):
    network = make_network([("ab", "a", "b", 1.0, 0.1), ("bc", "b", "c", 1.0, 0.1)], lanes=float("nan"))
    assert ids(simplify(network)) == ["ab"]


def test_a_change_in_one_direction_keeps_the_node_in_both(make_network):
    links = two_way(("ab", "a", "b", 1.0, 0.1), ("bc", "b", "c", 1.0, 0.1))
    network = make_network(links, speed_imputed=[True, True, True, False])
    assert len(simplify(network).links) == 4


def test_a_junction_stays(make_network):
    links = two_way(("ab", "a", "b", 1.0, 0.1), ("bc", "b", "c", 1.0, 0.1), ("bd", "b", "d", 1.0, 0.1))
    assert len(simplify(make_network(links)).links) == 6


def test_two_one_way_roads_are_no_two_way_road(make_network):
    links = [("x", "a", "b", 1.0, 0.1), ("y", "b", "a", 3.0, 0.3), *two_way(("bc", "b", "c", 1.0, 0.1))]
    assert len(simplify(make_network(links)).links) == 4


def test_a_node_can_be_kept(chain):
    assert len(simplify(chain, keep=["b"]).links) == 4


def test_a_loop_road_does_not_shrink_to_a_link_from_a_node_to_itself(make_network):
    loop = two_way(("ab", "a", "b", 1.0, 0.1), ("bc", "b", "c", 2.0, 0.1), ("ca", "c", "a", 4.0, 0.1))
    found = simplify(make_network([*loop, *two_way(("ad", "a", "d", 1.0, 0.1))])).links
    assert (found["origin_node_id"] != found["destination_node_id"]).all()
    assert sorted(found["length_km"]) == [1.0, 1.0, 1.0, 1.0, 6.0, 6.0]
    assert found["link_id"].is_unique


def test_a_ring_without_any_junction_keeps_two_nodes(make_network):
    ring = [("ab", "a", "b", 1.0, 0.1), ("bd", "b", "d", 2.0, 0.1), ("da", "d", "a", 4.0, 0.1)]
    one_way, both_ways = simplify(make_network(ring)), simplify(make_network(two_way(*ring)))
    assert sorted(one_way.links["length_km"]) == [1.0, 6.0]
    assert sorted(both_ways.links["length_km"]) == [1.0, 1.0, 6.0, 6.0]


def test_the_provenance_stays(chain):
    assert simplify(chain).provenance == chain.provenance


def test_a_network_that_cannot_be_simplified_is_unchanged(make_network):
    network = make_network([("ab", "a", "b", 1.0, 0.1)], **FLAGS)
    again = simplify(network)
    assert isinstance(again, Network)
    assert again.links.equals(network.links)
