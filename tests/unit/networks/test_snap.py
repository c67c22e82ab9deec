from dataclasses import replace

import pandas as pd
import pytest

from networks import NetworkError, TableError, TooFarError, join, route, snap, travel
from networks.geodesy import great_circle_km

KM_PER_DEGREE = 111.195  # of latitude


def two_way(*links):
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


def points(**places):
    return pd.DataFrame([(name, *point) for name, point in places.items()], columns=["point_id", "lon", "lat"])


@pytest.fixture
def midway(make_network):
    """Return the two-way road a - b - c on which places may join between the ends."""
    links = two_way(("ab", "a", "b", 10.0, 0.25), ("bc", "b", "c", 10.0, 0.25))
    return make_network(links, midway=True, highway="primary")


def test_a_place_goes_to_the_nearest_node_where_no_link_may_be_joined_between(chain):
    (place,) = snap(chain, points(p=(105.04, 21.01))).points.itertuples()
    assert (place.node_id, place.link_id) == ("a", "")
    assert place.connector_km == pytest.approx(1.3 * great_circle_km(105.04, 21.01, 105.0, 21.0).item())
    assert place.connector_h == pytest.approx(place.connector_km / 24.0)


def test_a_place_joins_a_link_between_its_ends(midway):
    (place,) = snap(midway, points(p=(105.04, 21.01))).points.itertuples()
    assert (place.node_id, place.link_id) == ("", "ab")
    assert place.fraction == pytest.approx(0.4, abs=1e-4)
    assert (place.on_lon, place.on_lat) == pytest.approx((105.04, 21.0), abs=1e-6)
    assert place.connector_km == pytest.approx(1.3 * 0.01 * KM_PER_DEGREE, rel=1e-4)


def test_circuity_and_speed_of_connectors_can_be_chosen(chain):
    (place,) = snap(chain, points(p=(105.0, 21.01)), circuity=2.0, speed_km_per_h=10.0).points.itertuples()
    assert place.connector_km == pytest.approx(0.02 * KM_PER_DEGREE, rel=1e-5)
    assert place.connector_h == pytest.approx(place.connector_km / 10.0)


def test_a_point_exactly_on_a_node_gets_a_connector_of_no_length_that_takes_time(midway):
    snapped = snap(midway, points(p=(105.1, 21.0)))
    (place,) = snapped.points.itertuples()
    assert (place.node_id, place.link_id, place.connector_km) == ("b", "", 0.0)
    assert 0.0 < place.connector_h < 1e-6
    assert travel(midway, snapped, ["a"]).km[0, 0] == 10.0


def test_motorways_are_joined_at_their_nodes_only(make_network):
    links = two_way(("ab", "a", "b", 10.0, 0.25))
    network = make_network(links, midway=True, highway="motorway")
    assert snap(network, points(p=(105.04, 21.0))).points["node_id"].tolist() == ["a"]


def test_a_node_that_only_motorways_touch_is_no_way_on_where_other_roads_are_known(make_network):
    links = two_way(("ab", "a", "b", 10.0, 0.25), ("bc", "b", "c", 10.0, 0.25))
    network = make_network(links, midway=True, highway=["motorway", "primary"] * 2)
    assert snap(network, points(p=(105.0, 21.0)), max_km=20.0).points["node_id"].tolist() == ["b"]


def test_a_dead_end_that_only_leads_in_is_not_joined(make_network):
    network = make_network([*two_way(("ab", "a", "b", 10.0, 0.25)), ("bc", "b", "c", 10.0, 0.25)])
    assert snap(network, points(p=(105.2, 21.0)), max_km=20.0).points["node_id"].tolist() == ["b"]


def test_rails_are_not_joined_by_lorries(make_network):
    links = two_way(("ab", "a", "b", 10.0, 0.25), ("cd", "c", "d", 10.0, 0.25))
    network = make_network(links, mode=["road", "rail"] * 2)
    assert snap(network, points(p=(105.2, 21.0)), max_km=20.0).points["node_id"].tolist() == ["b"]


def test_a_network_without_a_way_out_and_back_takes_no_places(make_network):
    with pytest.raises(NetworkError, match="no road that leads out and back"):
        snap(make_network([("ab", "a", "b", 10.0, 0.25)]), points(p=(105.0, 21.0)))


def test_all_points_that_are_too_far_are_named_with_their_distance(chain):
    with pytest.raises(TooFarError) as caught:
        snap(chain, points(sea=(108.0, 20.0), near=(105.0, 21.0), hill=(105.0, 21.1)))
    assert "2 of 3 points lie more than 5 km" in str(caught.value)
    assert "hill at 105, 21.1 is 11.1 km away" in str(caught.value)
    assert "sea at 108, 20 is" in str(caught.value)
    assert "near" not in str(caught.value).replace("nearest", "")


def test_points_with_swapped_coordinates_or_without_are_refused(chain):
    with pytest.raises(TableError) as caught:
        snap(chain, points(p=(21.0, 105.0), q=(105.0, float("nan")), r=(583000.0, 21.0)))
    assert "points:2:lat: found 105" in str(caught.value)
    assert "lon and lat look swapped" in str(caught.value)
    assert "points:3:lat: found nan" in str(caught.value)
    assert "looks like metres" in str(caught.value)


@pytest.mark.parametrize("options", [{"max_km": 0.0}, {"circuity": float("nan")}, {"speed_km_per_h": -1.0}])
def test_options_that_make_no_sense_are_named(chain, options):
    (name,) = options
    with pytest.raises(ValueError, match=f"found {name}="):
        snap(chain, points(p=(105.0, 21.0)), **options)


def test_joining_splits_both_directions_at_the_same_point(midway):
    joined = join(midway, snap(midway, points(p=(105.04, 21.01))))
    links = joined.links.set_index("link_id")
    assert "ab" not in links.index
    assert links.loc["ab#1", "length_km"] == pytest.approx(4.0, abs=1e-3)
    assert links.loc["ab#2", "length_km"] == pytest.approx(6.0, abs=1e-3)
    assert links.loc["ab#1", "travel_h"] == pytest.approx(0.1, abs=1e-4)
    for part in ("ab#1", "ab#2"):
        there, back = links.loc[part], links.loc[f"{part}~"]
        assert there["length_km"] == back["length_km"]
        assert there["origin_node_id"] == back["destination_node_id"]
        assert (there["whole_link_id"], back["whole_link_id"]) == ("ab", "ab~")
    assert links.loc["connector:p", "origin_node_id"] == "place:p"
    assert links.loc["connector:p~", "destination_node_id"] == "place:p"
    assert links.loc["connector:p", "highway"] == "connector"
    assert links.loc["connector:p", "whole_link_id"] == ""


def test_two_points_split_one_link_into_three(midway):
    joined = join(midway, snap(midway, points(q=(105.06, 21.01), p=(105.02, 21.01))))
    parts = joined.links[joined.links["whole_link_id"] == "ab"]
    assert parts["link_id"].tolist() == ["ab#1", "ab#2", "ab#3"]
    assert parts["length_km"].tolist() == pytest.approx([2.0, 4.0, 4.0], abs=1e-3)
    assert parts["length_km"].sum() == pytest.approx(10.0)
    assert travel(joined, ["a"], ["c"], by="km").km[0, 0] == pytest.approx(20.0)


def test_places_on_either_side_of_a_road_whose_directions_are_drawn_apart_meet_between_its_ends(make_network):
    drawn = ["105.0 21.0;105.1 21.0", "105.1 21.0;105.05 21.0004;105.0 21.0"]
    road = make_network(two_way(("ab", "a", "b", 10.0, 0.25)), midway=True, highway="primary", geometry=drawn)
    snapped = snap(road, points(p=(105.03, 20.9995), q=(105.06, 21.0008)))
    assert set(snapped.points["link_id"]) == {"ab", "ab~"}
    joined = join(road, snapped)
    assert joined.links["link_id"].is_unique
    p, q = snapped.points["connector_km"]
    assert travel(joined, snapped, snapped, by="km").km[0, 1] == pytest.approx(p + q + 3.0, abs=1e-3)


@pytest.mark.parametrize("geometry", [["", ""], ["105 21;105.05 21.02;105.1 21", "105.1 21;105.05 21.02;105 21"]])
def test_two_directions_of_a_road_are_cut_alike_whatever_their_names(make_network, geometry):
    links = [("1", "a", "b", 10.0, 0.25), ("2", "b", "a", 10.0, 0.25)]
    road = make_network(links, midway=True, highway="primary", geometry=geometry)
    snapped = snap(road, points(p=(105.04, 21.0), q=(105.06, 21.0)))
    found = travel(road, snapped, snapped, by="km").km
    assert found[0, 1] == pytest.approx(found[1, 0])
    assert found[0, 1] < 2 * 2.5 + 2.5
    assert join(road, snapped).links["link_id"].is_unique


def test_a_link_back_that_is_another_road_is_not_cut_with_it(make_network):
    links = [("1", "a", "b", 10.0, 0.25), ("2", "b", "a", 12.0, 0.25)]
    road = make_network(links, midway=True, highway="primary")
    joined = join(road, snap(road, points(p=(105.04, 21.0))))
    assert "2" in set(joined.links["link_id"])


def test_names_of_places_that_would_share_a_connector_are_refused(midway):
    snapped = snap(midway, points(**{"p": (105.04, 21.0), "p~": (105.06, 21.0)}))
    with pytest.raises(NetworkError, match="share the connector connector:p~"):
        join(midway, snapped)


def test_joining_places_keeps_the_coordinate_system(midway):
    vn2000 = replace(midway, crs="EPSG:4756")
    assert join(vn2000, snap(vn2000, points(p=(105.04, 21.0)))).crs == "EPSG:4756"


def test_two_points_at_one_place_share_the_split(midway):
    snapped = snap(midway, points(p=(105.04, 21.01), q=(105.04, 21.01)))
    joined = join(midway, snapped)
    assert joined.nodes["node_id"].str.startswith("ab@").sum() == 1
    assert travel(joined, snapped, snapped).km[0, 1] == pytest.approx(2 * snapped.points["connector_km"][0])


def test_a_one_way_street_is_split_without_getting_a_way_back(make_network):
    ring = [("ab", "a", "b", 10.0, 0.2), ("bd", "b", "d", 11.0, 0.2), ("da", "d", "a", 15.0, 0.3)]
    network = make_network(ring, midway=True, highway="primary")
    joined = join(network, snap(network, points(p=(105.04, 20.99))))
    assert sorted(joined.links["link_id"]) == ["ab#1", "ab#2", "bd", "connector:p", "connector:p~", "da"]
    there = travel(joined, ["place:p"], ["b"], by="km").km[0, 0]
    back = travel(joined, ["b"], ["place:p"], by="km").km[0, 0]
    connector = 1.3 * 0.01 * KM_PER_DEGREE
    assert there == pytest.approx(6.0 + connector, abs=1e-2)
    assert back == pytest.approx(11.0 + 15.0 + 4.0 + connector, abs=1e-2)


def test_the_line_of_a_split_link_is_cut_at_the_point(make_network):
    bent = "105.0 21.0;105.05 21.0;105.05 21.05;105.1 21.0"
    turned = ";".join(reversed(bent.split(";")))
    network = make_network(two_way(("ab", "a", "b", 20.0, 0.5)), midway=True, geometry=[bent, turned])
    joined = join(network, snap(network, points(p=(105.051, 21.02))))
    first, second, back = joined.lines(joined.link_positions(["ab#1", "ab#2", "ab#1~"]))
    assert first[:2].tolist() == [[105.0, 21.0], [105.05, 21.0]]
    assert first[-1].tolist() == second[0].tolist() == back[0].tolist() == pytest.approx([105.05, 21.02], abs=1e-4)
    assert second[1:].tolist() == [[105.05, 21.05], [105.1, 21.0]]


def test_further_columns_are_copied_and_connectors_take_no_toll(make_network):
    links = two_way(("ab", "a", "b", 10.0, 0.25))
    network = make_network(links, midway=True, ref="QL1", toll=True, toll_vnd_per_km=1500.0)
    joined = join(network, snap(network, points(p=(105.04, 21.01)))).links.set_index("link_id")
    assert joined.loc["ab#2~", ["ref", "toll", "toll_vnd_per_km"]].tolist() == ["QL1", True, 1500.0]
    assert joined.loc["connector:p", ["ref", "toll", "toll_vnd_per_km"]].tolist() == ["", False, 0.0]


def test_a_joined_network_can_take_further_places(midway):
    once = join(midway, snap(midway, points(p=(105.04, 21.01))))
    twice = join(once, snap(once, points(q=(105.02, 21.01))))
    assert set(twice.links["whole_link_id"]) == {"ab", "ab~", "bc", "bc~", ""}
    assert {"ab#1#1", "ab#1#2", "ab#1#1~", "ab#1#2~"} <= set(twice.links["link_id"])
    assert travel(twice, ["a"], ["b"], by="km").km[0, 0] == pytest.approx(10.0)


def test_places_of_several_sets_are_joined_together(midway):
    parks, hubs = snap(midway, points(p=(105.04, 21.01))), snap(midway, points(h=(105.02, 21.01), p=(105.04, 21.01)))
    joined = join(midway, parks, hubs)
    assert {"place:p", "place:h"} <= set(joined.nodes["node_id"])
    assert joined.links["link_id"].is_unique


def test_places_of_one_name_at_different_points_are_refused(midway):
    with pytest.raises(NetworkError, match="places of one name lie at different points: p"):
        join(midway, snap(midway, points(p=(105.04, 21.01))), snap(midway, points(p=(105.05, 21.01))))


def test_places_snapped_on_another_network_are_refused(midway, chain):
    with pytest.raises(NetworkError, match="snapped on another network"):
        join(midway, snap(chain, points(p=(105.04, 21.01))))


def test_the_order_of_the_points_is_kept_and_their_index_does_not_matter(midway):
    table = points(q=(105.06, 21.01), p=(105.1, 21.0), r=(105.02, 21.01)).set_axis([5, 5, 9])
    assert snap(midway, table).ids == ["q", "p", "r"]


def test_a_route_from_place_to_place_is_drawn_from_door_to_door(midway):
    snapped = snap(midway, points(p=(105.04, 21.01), q=(105.16, 21.01)))
    way = route(join(midway, snapped), "place:p", "place:q")
    assert way.link_ids == ("connector:p", "ab#2", "bc#1", "connector:q~")
    assert way.geometry[0].tolist() == [105.04, 21.01]
    assert way.geometry[-1].tolist() == [105.16, 21.01]
