import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from networks import Network, TableError, check, northern_vietnam
from networks.findings import WORST


def two_way(*links):
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


def named(found, name, key):
    return [row[key] for row in found.finding(name).rows]


def places(**points):
    return pd.DataFrame([(name, *point) for name, point in points.items()], columns=["point_id", "lon", "lat"])


AB, BC = ("ab", "a", "b", 10.4, 0.25), ("bc", "b", "c", 10.4, 0.25)


@pytest.fixture
def sound(make_network):
    """Return the two-way road a - b - c with lengths that fit the map."""
    return make_network(two_way(AB, BC))


def test_a_sound_network_gives_no_warning(sound):
    found = check(sound)
    assert found.warnings == ()
    assert found.fit
    assert (found.nodes, found.links, found.length_km) == (5, 4, 41.6)
    assert (found.road_nodes, found.parts, found.largest_share, found.largest_km) == (3, 1, 1.0, 41.6)


def test_parts_cut_off_are_counted_and_named_with_their_size_and_how_they_are_joined(make_network):
    nodes = {"a": (105.0, 21.0), "b": (105.1, 21.0), "c": (105.2, 21.0), "x": (106.0, 21.0), "y": (106.1, 21.0)}
    links = [*two_way(AB), BC, *two_way(("xy", "x", "y", 10.4, 0.25))]
    found = check(make_network(links, nodes))
    cut = found.finding("cut_off")
    assert (cut.count, cut.of, found.parts, found.largest_share) == (2, 3, 3, 0.4)
    assert [(row["node_id"], row["nodes"], row["length_km"], row["joined"]) for row in cut.rows] == [
        ("x", 2, 20.8, "not at all"),
        ("c", 1, 0.0, "one way only"),
    ]
    assert not found.fit
    assert found.warnings[0] == "2 smaller parts of the roads, with 3 nodes, are cut off from the largest: x, c"


def test_nodes_that_cannot_be_left_and_nodes_that_cannot_be_entered_are_named_apart(make_network):
    found = check(make_network([*two_way(AB), BC, ("db", "d", "b", 11.2, 0.3)]))
    assert named(found, "sinks", "node_id") == ["c"]
    assert named(found, "sources", "node_id") == ["d"]
    (row,) = found.finding("sinks").rows
    assert (row["lon"], row["lat"]) == (105.2, 21.0)


def test_dead_ends_are_counted_the_longest_first_and_no_doubt(make_network):
    found = check(make_network(two_way(AB, BC, ("bd", "b", "d", 11.2, 0.3))))
    dead = found.finding("dead_ends")
    assert (dead.count, dead.of, dead.is_doubt) == (3, 4, False)
    assert [(row["node_id"], row["road_km"]) for row in dead.rows] == [("d", 11.2), ("a", 10.4), ("c", 10.4)]
    assert "Normal for streets" in dead.advice
    assert found.warnings == ()


def test_a_two_way_road_and_a_loop_at_its_end_are_still_a_dead_end(make_network):
    found = check(make_network([*two_way(AB), ("bb", "b", "b", 1.0, 0.1)]))
    assert sorted(named(found, "dead_ends", "node_id")) == ["a", "b"]
    assert named(found, "loops", "link_id") == ["bb"]


def test_nodes_without_links_are_counted_and_no_doubt(sound):
    unused = check(sound).finding("unused_nodes")
    assert (unused.count, unused.is_doubt) == (2, False)


def test_odd_speeds_are_named_the_worst_first_each_road_once(make_network):
    links = two_way(("ab", "a", "b", 10.4, 0.05), BC, ("ad", "a", "d", 20.0, 900.0))
    odd = check(make_network(links)).finding("odd_speeds")
    assert odd.count == 4
    assert [row["link_id"] for row in odd.rows] == ["ad", "ab"]
    assert odd.rows[1]["speed_km_per_h"] == pytest.approx(208.0)


def test_links_shorter_than_the_great_circle_are_named(make_network):
    found = check(make_network(two_way(AB, ("bc", "b", "c", 9.0, 0.25))))
    (row,) = found.finding("too_short").rows
    assert (row["link_id"], row["length_km"], row["lon"]) == ("bc", 9.0, 105.1)
    assert row["line_km"] == pytest.approx(10.40, abs=0.01)
    assert found.finding("too_short").count == 2


def test_links_much_longer_than_three_great_circles_or_than_their_line_are_named(make_network):
    bent = "105.1 21.0;105.15 21.1;105.2 21.0"  # 24.5 km
    links = [("ab", "a", "b", 32.0, 1.0), ("bc", "b", "c", 24.5, 1.0), ("cb", "c", "b", 30.0, 1.0)]
    links.append(("ba", "b", "a", 30.0, 1.0))
    back = ";".join(reversed(bent.split(";")))
    found = check(make_network(links, geometry=["", bent, back, ""]))
    assert named(found, "too_long", "link_id") == ["ab", "cb"]
    assert named(found, "no_line", "link_id") == ["ab", "ba"]
    assert not found.finding("no_line").is_doubt


def test_links_without_length_are_named(make_network):
    found = check(make_network(two_way(AB, ("bc", "b", "c", 0.0, 0.1))))
    assert named(found, "zero_length", "link_id") == ["bc"]
    assert named(found, "odd_speeds", "link_id") == []
    assert found.finding("zero_length").is_doubt
    nodes = {"a": (105.0, 21.0), "b": (105.1, 21.0), "c": (105.1, 21.0)}
    at_one_place = check(make_network(two_way(AB, ("bc", "b", "c", 0.0, 0.1)), nodes)).finding("zero_length")
    assert (at_one_place.count, at_one_place.is_doubt) == (2, False)


def test_links_beside_each_other_are_named_the_most_alike_first(make_network):
    links = [
        *two_way(AB, BC),
        ("new", "b", "c", 10.4, 0.2),
        ("old", "a", "b", 14.0, 0.5),
        ("rail", "a", "b", 10.4, 0.5),
    ]
    found = check(make_network(links, mode=["road"] * 6 + ["rail"])).finding("parallel")
    assert (found.count, found.is_doubt) == (2, False)
    assert [row["links"] for row in found.rows] == ["bc, new", "ab, old"]
    assert (found.rows[1]["shortest_km"], found.rows[1]["longest_km"]) == (10.4, 14.0)


def test_a_flag_of_imputed_values_is_weighed_by_length_and_told_by_class(make_network):
    links = [("ab", "a", "b", 30.0, 1.0), ("ba", "b", "a", 10.0, 1.0)]
    found = check(make_network(links, speed_imputed=[True, False], highway=["primary", "trunk"]))
    assert found.imputed == {"speed_imputed": 0.75}
    assert found.finding("imputed").rows == (
        {"column": "speed_imputed", "highway": "primary", "length_km": 30.0, "share": 1.0},
    )


def test_the_waiting_of_a_transfer_is_no_odd_speed(sound):
    slow = sound.links.assign(mode=["road"] * (len(sound.links) - 1) + ["transfer"], travel_h=36.0)
    assert check(replace(sound, links=slow)).finding("odd_speeds").count == len(slow) - 1


def test_a_flag_with_missing_values_counts_those_as_no(sound):
    flags = pd.array([True, None, False] + [None] * (len(sound.links) - 3), dtype="boolean")
    network = replace(sound, links=sound.links.assign(toll_imputed=flags))
    assert 0.0 < check(network).imputed["toll_imputed"] < 1.0


@pytest.mark.parametrize("line", ["105.1 21.0;105.0 21.0", "105.0 21.0;105.1 21.002"])
def test_a_line_that_does_not_run_from_node_to_node_is_a_doubt(make_network, line):
    network = make_network([("ab", "a", "b", 10.5, 0.25), ("ba", "b", "a", 10.5, 0.25)], geometry=[line, ""])
    finding = check(network).finding("line_ends")
    assert (finding.count, finding.is_doubt) == (1, True)
    assert finding.rows[0]["link_id"] == "ab"
    assert finding.rows[0]["off_km"] == pytest.approx(10.38 if line.startswith("105.1") else 0.222, rel=1e-2)


def test_warnings_of_the_source_are_passed_on(sound):
    network = Network(nodes=sound.nodes, links=sound.links, provenance={"warnings": "way 7 is odd; way 8 is cut"})
    assert named(check(network), "source", "warning") == ["way 7 is odd", "way 8 is cut"]


def test_far_places_and_detours_are_named(make_network):
    network = make_network(two_way(AB, ("bd", "b", "d", 40.0, 1.0)))
    far = check(network, places(p=(105.1, 20.9), q=(105.1, 21.1)))
    assert (far.places, far.pairs) == (2, 4)
    assert far.finding("far_places").rows[0] == pytest.approx(
        {"point_id": "p", "lon": 105.1, "lat": 20.9, "distance_km": 11.12}, abs=0.01
    )
    assert far.finding("detours").count == 0
    detours = check(network, places(p=(105.1, 21.0), q=(105.1, 21.1))).finding("detours")
    assert detours.count == 2
    (row,) = detours.rows  # of both directions one
    assert {row["origin_id"], row["destination_id"]} == {"p", "q"}
    assert row["ratio"] == pytest.approx(40.0 / 11.12, abs=0.01)


def test_places_that_nothing_can_be_joined_to_are_a_doubt_and_no_error(make_network):
    found = check(make_network([AB]), places(p=(105.0, 21.0)))
    assert found.finding("unjoined").count == 1
    assert "no road that leads out and back" in found.finding("unjoined").advice
    assert not found.fit


def test_places_with_faults_are_refused(sound):
    with pytest.raises(TableError, match="places:2:lat: found 105"):
        check(sound, places(p=(21.0, 105.0)))


def test_pairs_of_many_places_are_bounded(sound, monkeypatch):
    monkeypatch.setattr("networks.place_checks.PAIRS", 30)
    many = places(**{f"p{at}": (105.0 + at / 100, 21.0) for at in range(10)})
    assert check(sound, many).pairs == 30


def test_of_many_bad_links_ten_are_named_and_all_are_counted(make_network):
    names = [f"n{at}" for at in range(60)]
    nodes = {name: (105.0 + at / 100, 21.0) for at, name in enumerate(names)}
    links = [(f"l{at}", names[at], names[at + 1], 1.04, 9.0) for at in range(59)]
    found = check(make_network(links, nodes))
    assert found.finding("odd_speeds").count == 59
    assert len(found.finding("odd_speeds").rows) == WORST
    assert "and 49 more" in found.finding("odd_speeds").sentence


def test_what_was_found_can_be_written_as_json(make_network):
    network = make_network([*two_way(AB), BC], speed_imputed=True, highway="primary")
    found = check(network, places(p=(105.1, 20.9)))
    read = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert read["findings"]["far_places"]["rows"][0]["point_id"] == "p"
    assert read["findings"]["sinks"] == {
        "what": "road nodes can be entered but not left",
        "count": 1,
        "of": 3,
        "share": pytest.approx(1 / 3),
        "is_doubt": True,
        "rows": [{"node_id": "c", "lon": 105.2, "lat": 21.0}],
        "advice": found.finding("sinks").advice,
    }


def test_a_network_without_roads_is_not_fit(make_network):
    found = check(make_network([AB], mode="rail"))
    assert (found.parts, found.road_nodes, found.largest_share, found.fit) == (0, 0, 0.0, False)


def test_the_bundled_network_is_fit():
    found = check(northern_vietnam(year=2026))
    assert found.fit
    assert [found.finding(name).count for name in ("cut_off", "odd_speeds", "loops")] == [0, 0, 0]


def test_a_large_network_is_looked_over_without_trying_every_pair():
    count = 40_000
    lon = 105.0 + np.arange(count) / 10_000
    ids = pd.Series([f"n{at}" for at in range(count)], dtype="str")
    nodes = pd.DataFrame({"node_id": ids, "lon": lon, "lat": 21.0})
    links = pd.DataFrame({"origin_node_id": ids[:-1], "destination_node_id": ids[1:].to_numpy()})
    links = links.assign(link_id="l" + links["origin_node_id"], length_km=0.0104, travel_h=0.001)
    found = check(Network(nodes=nodes, links=links))
    assert (found.parts, found.finding("cut_off").count) == (count, count - 1)
    assert len(found.finding("cut_off").rows) == WORST
