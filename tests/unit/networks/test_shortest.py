import pytest

from networks import DisconnectedError, NetworkError, route


def test_a_route_names_its_links_in_order(chain):
    way = route(chain, "a", "c")
    assert (way.km, way.h, way.link_ids) == (20.0, 0.5, ("ab", "bc"))
    assert way.geometry.tolist() == [[105.0, 21.0], [105.1, 21.0], [105.2, 21.0]]


def test_a_route_follows_the_lines_of_its_links(make_network):
    lines = ["105.0 21.0;105.05 21.2;105.1 21.0", ""]
    network = make_network([("ab", "a", "b", 10.0, 0.2), ("bc", "b", "c", 5.0, 0.1)], geometry=lines)
    assert route(network, "a", "c").geometry.tolist() == [[105.0, 21.0], [105.05, 21.2], [105.1, 21.0], [105.2, 21.0]]


def test_a_route_to_where_one_is_has_no_links(chain):
    way = route(chain, "b", "b")
    assert (way.km, way.h, way.link_ids, way.geometry.tolist()) == (0.0, 0.0, (), [[105.1, 21.0]])


def test_a_route_may_be_the_shortest_or_the_fastest(make_network):
    network = make_network([("slow", "a", "b", 10.0, 1.0), ("fast", "a", "b", 12.0, 0.2)])
    assert route(network, "a", "b").link_ids == ("fast",)
    assert route(network, "a", "b", by="km").link_ids == ("slow",)


def test_no_route_is_said_with_both_ends(make_network):
    with pytest.raises(DisconnectedError, match="there is no path from 'b' to 'a'"):
        route(make_network([("ab", "a", "b", 10.0, 0.2)]), "b", "a")


def test_an_unknown_end_is_named(chain):
    with pytest.raises(NetworkError, match="'z'"):
        route(chain, "a", "z")
